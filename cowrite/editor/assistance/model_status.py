"""What the status line says of the model: what the engine says, unless the writer has said otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cowrite.editor.document.suggestion_policy import Pause, PauseReason
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.suggest.live.stage import SuggestionState

SUGGESTING_STATES = frozenset({EngineState.READY, EngineState.THINKING, EngineState.LOADING})
"""In which there is a model that suggests, or soon does."""
OFF_MESSAGE = "Suggestions are off. Turn them on in the “Suggestions” menu."
RESTING_MESSAGE = "You dismissed several suggestions, so they are paused for half a minute."
LEARNING_MESSAGE = "Cowrite is learning how you write. It pauses while you type."
LEARNING_WORD = "learning"
OFF_HERE_WORD = "off here"
SNOOZING_WORD = "snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStatus:
    """``status`` gives the dot and the message; ``word`` stands for the name of its state; a click may wake."""

    status: EngineStatus
    word: str = ""
    click_wakes: bool = False


def shown_status(
    status: EngineStatus,
    suggestions: SuggestionState,
    *,
    on: bool,
    pause: Pause | None = None,
    learns: bool = False,
) -> ShownStatus:
    """The engine's ``status`` as one window shows it. What waits for a decision of the writer is never hidden."""
    if status.state not in SUGGESTING_STATES:
        return ShownStatus(status=status)
    off = replace(status, state=EngineState.OFF, message=OFF_MESSAGE)
    if not on:
        return ShownStatus(status=off)
    if pause is not None:
        excluded = pause.reason is PauseReason.EXCLUDED
        return ShownStatus(
            status=replace(off, message=_pause_message(pause)),
            word=OFF_HERE_WORD if excluded else SNOOZING_WORD,
            click_wakes=not excluded,
        )
    if suggestions is SuggestionState.COOLDOWN:
        resting = replace(status, state=EngineState.RESTING, message=RESTING_MESSAGE)
        return ShownStatus(status=resting)
    if learns and status.state is not EngineState.LOADING:
        # The same word through every suggestion: it is to tell why the machine works, not to flicker.
        learning = replace(status, state=EngineState.READY, message=LEARNING_MESSAGE)
        return ShownStatus(status=learning, word=LEARNING_WORD)
    return ShownStatus(status=status)


def _pause_message(pause: Pause) -> str:
    match pause.reason:
        case PauseReason.EXCLUDED:
            return (
                f"Nothing is suggested or stored for “{pause.details}”. "
                "Change this in the “Suggestions” menu or in the settings."
            )
        case PauseReason.SNOOZED_HERE:
            return "Suggestions are snoozed in this file until you close it. Click to resume."
        case PauseReason.SNOOZED:
            return f"Suggestions are snoozed until {pause.details}. Click to resume."
