"""How often something happened, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z_95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``hits`` out of ``tries``."""

    hits: int
    tries: int

    @property
    def share(self) -> float | None:
        """0 to 1; None if nothing was tried."""
        return self.hits / self.tries if self.tries else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 % confidence; (0, 1) if nothing was tried.

        Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
        """
        if not self.tries:
            return 0.0, 1.0
        share, spread = self.hits / self.tries, _Z_95**2 / self.tries
        middle = (share + spread / 2) / (1 + spread)
        half = (
            _Z_95
            / (1 + spread)
            * math.sqrt(share * (1 - share) / self.tries + spread**2 / (4 * _Z_95**2))
        )
        return max(0.0, middle - half), min(1.0, middle + half)


def percentile(ranked: Sequence[float], percent: float) -> float | None:
    """The value that ``percent`` of the sorted values do not exceed (nearest rank); None if there are none."""
    if not ranked:
        return None
    return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]
