"""Which snapshots may go: all of the last day stay, then one an hour for a week, then one a day for a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ALL_MS = DAY_MS
HOURLY_MS = 7 * DAY_MS
DAILY_MS = 365 * DAY_MS


class Dated(Protocol):
    """What is thinned. ``at_ms`` is Unix time; what ``stays`` is never taken away."""

    @property
    def at_ms(self) -> int:
        """When it was made."""
        ...

    @property
    def stays(self) -> bool:
        """Whether the writer wanted it kept."""
        ...


def superfluous(snapshots: Iterable[Dated], now_ms: int) -> list[Dated]:
    """Those that may go. Of each hour and each day the newest stays; what is dated after ``now_ms`` stays too."""
    gone: list[Dated] = []
    taken: set[tuple[int, int]] = set()
    for each in sorted(snapshots, key=lambda one: one.at_ms, reverse=True):
        age = now_ms - each.at_ms
        if each.stays or age <= ALL_MS:
            continue
        if age > DAILY_MS:
            gone.append(each)
            continue
        span = HOUR_MS if age <= HOURLY_MS else DAY_MS
        place = span, each.at_ms // span
        if place in taken:
            gone.append(each)
        taken.add(place)
    return gone


def oldest_first(snapshots: Sequence[Dated]) -> list[Dated]:
    """In which order they go where there is no room for all of them; what stays, and the newest, are not among them."""
    ordered = sorted(snapshots, key=lambda one: one.at_ms)
    return [each for each in ordered[:-1] if not each.stays]
