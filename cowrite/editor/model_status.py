"""What the status line says of the model: what the engine says, unless the writer has said otherwise."""

from __future__ import annotations

from dataclasses import replace

from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.suggest.controller import SuggestionState

_WORKING = frozenset({EngineState.READY, EngineState.THINKING, EngineState.LOADING})
OFF_MESSAGE = "Suggestions are off. Switch them on in the menu “Suggestions”."
RESTING_MESSAGE = "You refused several suggestions, so there are none for half a minute."


def shown_status(status: EngineStatus, suggestions: SuggestionState, *, on: bool) -> EngineStatus:
    """The engine's ``status`` as one window shows it. What waits for a decision of the writer is never hidden."""
    if status.state not in _WORKING:
        return status
    if not on:
        return replace(status, state=EngineState.OFF, message=OFF_MESSAGE)
    if suggestions is SuggestionState.COOLDOWN:
        return replace(status, state=EngineState.RESTING, message=RESTING_MESSAGE)
    return status
