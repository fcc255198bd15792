"""Why there is no suggestion although the writer asked for one, in a plain sentence."""

from __future__ import annotations

from cowrite.editor.assistance.model_status import ShownStatus
from cowrite.engine.messages import EngineState
from cowrite.localization import tr, tr_noop
from cowrite.suggest.filter.show_filter import SilenceReason

NOTHING_FITS = tr_noop("The model found nothing that fits here.")
_SENTENCES = {
    SilenceReason.COMPOSING: tr_noop("Nothing is suggested while an input method composes."),
    SilenceReason.SELECTION: tr_noop("Nothing is suggested while text is selected."),
    SilenceReason.NO_FOCUS: tr_noop("Click on the page first: suggestions appear at the caret."),
    SilenceReason.READ_ONLY: tr_noop("This document can only be read, so nothing is suggested."),
    SilenceReason.NO_TEXT: tr_noop(
        "Write a few words first, so that there is something to continue."
    ),
    SilenceReason.DOCUMENT_TOO_LONG: tr_noop("This document is too long for suggestions."),
    SilenceReason.INSIDE_WORD: tr_noop(
        "The caret is inside a word; suggestions appear where one ends."
    ),
    SilenceReason.REPEATS_WHAT_FOLLOWS: tr_noop("The model would only repeat what follows here."),
    SilenceReason.REPEATS_ELSEWHERE: tr_noop(
        "The model would only repeat a line that stands elsewhere."
    ),
    SilenceReason.REJECTED_BEFORE: tr_noop("You dismissed what the model suggests here."),
    SilenceReason.FAILED: tr_noop("This suggestion failed. Your text is safe."),
}
_STATES = {
    EngineState.OFF: tr_noop("Suggestions are off."),
    EngineState.MISSING: tr_noop("There is no model, so there are no suggestions."),
    EngineState.INSTALLING: tr_noop("The model is still being installed."),
    EngineState.LOADING: tr_noop("The model is still loading."),
    EngineState.PROBLEM: tr_noop("There is a problem with the model."),
}


def why_silent(reason: SilenceReason, shown: ShownStatus) -> str:
    """The sentence for ``reason``; while suggestions are off altogether, what the status line ``shown`` knows of it."""
    if reason is not SilenceReason.OFF:
        return tr(_SENTENCES.get(reason, NOTHING_FITS))
    status = shown.status
    if status.state in {EngineState.LOADING, EngineState.INSTALLING}:
        return tr(_STATES[status.state])
    return status.message or tr(_STATES.get(status.state, _STATES[EngineState.LOADING]))
