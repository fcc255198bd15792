"""How far a download is: how much, how fast, how long still."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

SPEED_OVER_S = 8.0
TELL_EVERY_S = 0.2


class DownloadState(StrEnum):
    """What is being done."""

    CONNECTING = "connecting"
    DOWNLOADING = "downloading"
    WAITING = "waiting"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadProgress:
    """Of all parts together. ``bytes_total`` and ``seconds_left`` are None as long as nobody knows them.

    ``note`` is a sentence about what went otherwise than expected, such as a server that does not answer.
    """

    state: DownloadState
    part: str
    bytes_done: int
    bytes_total: int | None
    bytes_per_s: float = 0.0
    seconds_left: float | None = None
    note: str = ""

    @property
    def fraction(self) -> float:
        """From 0 to 1; 0 as long as the size is not known."""
        return min(self.bytes_done / self.bytes_total, 1.0) if self.bytes_total else 0.0


class SpeedMeter:
    """Bytes per second over the last seconds, without what was there before."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._arrived = 0
        self._seen: deque[tuple[float, int]] = deque([(clock(), 0)])

    def add(self, count: int) -> None:
        """``count`` bytes have arrived."""
        self._arrived += count
        now = self._clock()
        self._seen.append((now, self._arrived))
        while len(self._seen) > 2 and now - self._seen[1][0] >= SPEED_OVER_S:
            self._seen.popleft()

    @property
    def bytes_per_s(self) -> float:
        """0 until it can be told."""
        began, before = self._seen[0]
        elapsed = self._clock() - began
        return (self._arrived - before) / elapsed if elapsed > 0 else 0.0


class Teller:
    """Tells ``on_progress`` about a download of ``total`` bytes, not more often than somebody can look."""

    def __init__(
        self,
        on_progress: Callable[[DownloadProgress], None],
        total: int | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress = on_progress
        self._clock = clock
        self._speed = SpeedMeter(clock)
        self._told_at = -TELL_EVERY_S
        self._told: tuple[DownloadState, str, str] | None = None
        self.total = total

    def tell(self, state: DownloadState, part: str, done: int, note: str = "") -> None:
        """``done`` bytes of all parts are there."""
        now = self._clock()
        if (state, part, note) == self._told and now - self._told_at < TELL_EVERY_S:
            return
        self._told, self._told_at = (state, part, note), now
        speed = self._speed.bytes_per_s if state is DownloadState.DOWNLOADING else 0.0
        left = None if self.total is None or not speed else max(self.total - done, 0) / speed
        self._on_progress(
            DownloadProgress(
                state=state,
                part=part,
                bytes_done=done,
                bytes_total=self.total,
                bytes_per_s=speed,
                seconds_left=left,
                note=note,
            )
        )

    def arrived(self, count: int) -> None:
        """``count`` more bytes came from outside."""
        self._speed.add(count)
