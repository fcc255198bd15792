"""When a ghost may appear: fast when the engine is fast, slower for a writer who keeps saying no."""

from __future__ import annotations

from cowrite.suggest.settings import Timing


class Pacing:
    """Keeps the usual generation time and the run of rejections; milliseconds throughout."""

    SMOOTHING = 0.2

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._usual_ms: float | None = None
        self._rejections = 0

    @property
    def delay_ms(self) -> float:
        """How long after the last key a ghost may appear at the earliest."""
        usual = (self._usual_ms or 0.0) * self._timing.generation_factor
        delay = min(max(usual, self._timing.shortest_delay_ms), self._timing.longest_delay_ms)
        return delay * 2 if self._rejections >= self._timing.rejections_to_slow else delay

    def generated(self, total_ms: float) -> None:
        """Take note of how long an answer took (exponential moving average)."""
        if self._usual_ms is None:
            self._usual_ms = total_ms
        else:
            self._usual_ms += self.SMOOTHING * (total_ms - self._usual_ms)

    def accepted(self) -> None:
        """The writer took something: the run of rejections is over."""
        self._rejections = 0

    def rejected(self) -> bool:
        """The writer said no. True when it is time to pause."""
        self._rejections += 1
        if self._rejections >= self._timing.rejections_to_pause:
            self._rejections = 0
            return True
        return False
