"""How a run of refusals makes suggestions rarer, and then pauses them."""

from __future__ import annotations

from cowrite.suggest.settings import Timing


class Pacing:
    """Counts the refusals since something was last taken."""

    SLOWED = 2.0

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._rejections = 0

    @property
    def price_factor(self) -> float:
        """By how much a flash and a glance cost more than usual: a writer who keeps saying no is looked after."""
        return self.SLOWED if self._rejections >= self._timing.rejections_to_slow else 1.0

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
