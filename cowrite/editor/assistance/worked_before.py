"""What the engine worked with last: gone back to where another model, or the same in another way, cannot be loaded."""

from __future__ import annotations

from cowrite.engine.messages import EngineState
from cowrite.settings.preferences import Preferences

_NAMES = ("model", "quantization", "device")


class WorkedBefore:
    """Follows the states of one engine after the other."""

    def __init__(self) -> None:
        self._worked: dict[str, str] = {}
        self._is_loading = False

    def begin(self) -> None:
        """An engine begins to load."""
        self._is_loading = True

    def heard(self, state: EngineState, chosen: Preferences) -> dict[str, str]:
        """The preferences to go back to, by their names; empty while there is nothing to go back from."""
        if not self._is_loading or state is EngineState.LOADING:
            return {}
        self._is_loading = False
        now = {name: str(getattr(chosen, name)) for name in _NAMES}
        if state in (EngineState.READY, EngineState.THINKING):
            self._worked = now
        elif state is EngineState.PROBLEM and self._worked != now:
            return dict(self._worked)
        return {}
