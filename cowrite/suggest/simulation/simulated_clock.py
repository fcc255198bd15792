"""Simulated time: a clock, and as many timers as are asked for, each called at its moment and in order."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class SimulatedClock:
    """The clock of one run, in milliseconds since its beginning."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self._queue: list[tuple[float, int, SimulatedTimer, int]] = []
        self._numbers = itertools.count()

    def monotonic_ms(self) -> float:
        """Milliseconds since the beginning."""
        return self.now_ms

    def unix_ms(self) -> int:
        """The same: a run has no date."""
        return int(self.now_ms)

    def timer(self) -> SimulatedTimer:
        """A timer of its own for whoever uses it."""
        return SimulatedTimer(self)

    def next_ms(self) -> float | None:
        """When the next timer is due; None if none is running."""
        while self._queue and not self._queue[0][2].is_due(self._queue[0][3]):
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def run_next(self) -> None:
        """Let time pass until the next timer is due, and call it."""
        due = self.next_ms()
        if due is None:
            raise ValueError("no timer is running")
        _, _, timer, start = heapq.heappop(self._queue)
        self.now_ms = max(self.now_ms, due)
        timer.fire(start)

    def advance_to(self, end_ms: float) -> None:
        """Let time pass until then, calling what is due at its moment."""
        while (due := self.next_ms()) is not None and due <= end_ms:
            self.run_next()
        self.now_ms = max(self.now_ms, end_ms)

    def enqueue(self, due_ms: float, timer: SimulatedTimer, start: int) -> None:
        """Remember that ``timer`` is due then, if it has not been started again until then."""
        heapq.heappush(self._queue, (due_ms, next(self._numbers), timer, start))


class SimulatedTimer:
    """Implements :class:`cowrite.suggest.ports.Timer` on a simulated clock."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self._start = 0
        self._is_running = False
        self._callback: Callable[[], None] = lambda: None

    def start(self, delay_ms: float, callback: Callable[[], None]) -> None:
        """Call ``callback`` after ``delay_ms``; an earlier start is forgotten."""
        self._start += 1
        self._is_running, self._callback = True, callback
        self._clock.enqueue(self._clock.now_ms + max(0.0, delay_ms), self, self._start)

    def stop(self) -> None:
        """Do not call."""
        self._is_running = False

    def is_due(self, start: int) -> bool:
        """Whether start number ``start`` still counts."""
        return self._is_running and start == self._start

    def fire(self, start: int) -> None:
        """Call, if that start still counts."""
        if self.is_due(start):
            self._is_running = False
            self._callback()
