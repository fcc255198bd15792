"""Why there is no suggestion although the writer asked for one, in a plain sentence."""

from __future__ import annotations

from cowrite.editor.assistance.model_status import ShownStatus
from cowrite.engine.messages import EngineState
from cowrite.suggest.filter.show_filter import SilenceReason

NOTHING_FITS = "The model found nothing that fits here."
_SENTENCES = {
    SilenceReason.COMPOSING: "Nothing is suggested while an input method composes.",
    SilenceReason.SELECTION: "Nothing is suggested while text is selected.",
    SilenceReason.NO_FOCUS: "Click on the page first: suggestions appear at the caret.",
    SilenceReason.READ_ONLY: "This document can only be read, so nothing is suggested.",
    SilenceReason.NO_TEXT: "Write a few words first, so that there is something to continue.",
    SilenceReason.DOCUMENT_TOO_LONG: "This document is too long for suggestions.",
    SilenceReason.INSIDE_WORD: "The caret is inside a word; suggestions appear where one ends.",
    SilenceReason.REPEATS_WHAT_FOLLOWS: "The model would only repeat what follows here.",
    SilenceReason.REPEATS_ELSEWHERE: "The model would only repeat a line that stands elsewhere.",
    SilenceReason.REJECTED_BEFORE: "You dismissed what the model suggests here.",
    SilenceReason.FAILED: "This suggestion failed. Your text is safe.",
}
_STATES = {
    EngineState.OFF: "Suggestions are off.",
    EngineState.MISSING: "There is no model, so there are no suggestions.",
    EngineState.INSTALLING: "The model is still being installed.",
    EngineState.LOADING: "The model is still loading.",
    EngineState.PROBLEM: "There is a problem with the model.",
}


def why_silent(reason: SilenceReason, shown: ShownStatus) -> str:
    """The sentence for ``reason``; while suggestions are off altogether, what the status line ``shown`` knows of it."""
    if reason is not SilenceReason.OFF:
        return _SENTENCES.get(reason, NOTHING_FITS)
    status = shown.status
    if status.state in {EngineState.LOADING, EngineState.INSTALLING}:
        return _STATES[status.state]
    return status.message or _STATES.get(status.state, _STATES[EngineState.LOADING])
