"""What the status line says of the model: what the engine says, unless the writer has said otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cowrite.editor.document.suggestion_policy import Pause, PauseReason
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.localization import tr, tr_noop, trp
from cowrite.suggest.live.stage import SuggestionState

SUGGESTING_STATES = frozenset({EngineState.READY, EngineState.THINKING, EngineState.LOADING})
"""In which there is a model that suggests, or soon does."""
OFF_MESSAGE = tr_noop("Suggestions are off. Turn them on in the “Suggestions” menu.")
RESTING_MESSAGE = tr_noop(
    "You dismissed several suggestions, so they are paused for half a minute."
)
LEARNING_MESSAGE = tr_noop("Cowrite is learning how you write. It pauses while you type.")
LEARNING_WORD = tr_noop("learning")
UNUSED_CARD_WORD = tr_noop("graphics card not used")
_WITH_A_MODEL = frozenset({EngineState.READY, EngineState.THINKING})
OFF_HERE_WORD = tr_noop("off here")
SNOOZING_WORD = tr_noop("snoozed")


def state_word(state: EngineState) -> str:
    """The one word for what the engine does."""
    match state:
        case EngineState.OFF:
            return trp("the model", "off")
        case EngineState.MISSING:
            return trp("the model", "no model")
        case EngineState.INSTALLING:
            return trp("the model", "installing")
        case EngineState.LOADING:
            return trp("the model", "loading")
        case EngineState.READY:
            return trp("the model", "ready")
        case EngineState.THINKING:
            return trp("the model", "thinking")
        case EngineState.RESTING:
            return trp("the model", "paused")
        case EngineState.PROBLEM:
            return trp("the model", "problem")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStatus:
    """``status`` gives the dot and the message; ``word`` stands for the name of its state; a click may wake.

    With ``click_explains`` a click asks what is the matter, though nothing waits for that.
    """

    status: EngineStatus
    word: str = ""
    click_wakes: bool = False
    click_explains: bool = False


def seen_in_private(status: EngineStatus) -> EngineStatus:
    """What a private window has of the engine: a server that answers alone is never asked there."""
    if status.scores or not status.server:
        return status
    return replace(
        status,
        state=EngineState.MISSING,
        message=tr(
            "In a private window only a model on this computer makes suggestions, and none is installed."
        ),
        server="",
    )


def shown_status(
    status: EngineStatus,
    suggestions: SuggestionState,
    *,
    on: bool,
    pause: Pause | None = None,
    is_private: bool = False,
    learns: bool = False,
    known_card: str = "",
) -> ShownStatus:
    """The engine's ``status`` as one window shows it. What waits for a decision of the writer is never hidden.

    Of ``known_card`` the writer knows already that it is not used.
    """
    if is_private:
        status = seen_in_private(status)
    if status.state not in SUGGESTING_STATES:
        return ShownStatus(status=status)
    off = replace(status, state=EngineState.OFF, message=tr(OFF_MESSAGE))
    if not on:
        return ShownStatus(status=off)
    if pause is not None:
        excluded = pause.reason is PauseReason.EXCLUDED
        return ShownStatus(
            status=replace(off, message=_pause_message(pause)),
            word=tr(OFF_HERE_WORD if excluded else SNOOZING_WORD),
            click_wakes=not excluded,
        )
    if suggestions is SuggestionState.COOLDOWN:
        resting = replace(status, state=EngineState.RESTING, message=tr(RESTING_MESSAGE))
        return ShownStatus(status=resting)
    if learns and status.state is not EngineState.LOADING:
        # The same word through every suggestion: it is to tell why the machine works, not to flicker.
        learning = replace(status, state=EngineState.READY, message=tr(LEARNING_MESSAGE))
        return ShownStatus(status=learning, word=tr(LEARNING_WORD))
    if status.unused_card not in ("", known_card) and status.state in _WITH_A_MODEL:
        return ShownStatus(status=status, word=tr(UNUSED_CARD_WORD), click_explains=True)
    return ShownStatus(status=status)


def _pause_message(pause: Pause) -> str:
    match pause.reason:
        case PauseReason.EXCLUDED:
            return tr(
                "Nothing is suggested or stored for “{name}”. Change this in the “Suggestions” menu or "
                "in the settings.",
                name=pause.details,
            )
        case PauseReason.SNOOZED_HERE:
            return tr("Suggestions are snoozed in this file until you close it. Click to resume.")
        case PauseReason.SNOOZED:
            return tr(
                "Suggestions are snoozed until {until}. Click to resume.", until=pause.details
            )
