"""Time as an argument, so that tests decide what time it is."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Two clocks: one that never jumps, for intervals, and the wall clock, for the log."""

    def monotonic_ms(self) -> float:
        """Milliseconds since some fixed moment."""
        ...

    def unix_ms(self) -> int:
        """Milliseconds since 1970."""
        ...


class SystemClock:
    """The machine's clocks."""

    def monotonic_ms(self) -> float:
        """Milliseconds since some fixed moment."""
        return time.monotonic() * 1000

    def unix_ms(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000
