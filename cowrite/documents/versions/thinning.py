"""Which snapshots may go: all of the last day stay, then one an hour for a week, one a day for a year, one a month.

A clock may be wrong, such as one that begins in 1970 after its battery is empty, and is set right an hour later. So
the newest ones stay whatever their dates are, and however old a clock makes the others, some of each month stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ALL_MS = DAY_MS
HOURLY_MS = 7 * DAY_MS
DAILY_MS = 365 * DAY_MS
MONTH_MS = 30 * DAY_MS
MOST_RECENT = 24
"""So many of the newest always stay."""


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


def superfluous(snapshots: Sequence[Dated], now_ms: int) -> list[Dated]:
    """Those of ``snapshots``, given in the order in which they were taken, that may go.

    The last MOST_RECENT stay. Of each hour, day and month the newest stays; what is dated after ``now_ms`` stays too.
    """
    gone: list[Dated] = []
    taken: set[tuple[int, int]] = set()
    for each in sorted(snapshots[:-MOST_RECENT], key=lambda one: one.at_ms, reverse=True):
        age = now_ms - each.at_ms
        if each.stays or age <= ALL_MS:
            continue
        span = HOUR_MS if age <= HOURLY_MS else DAY_MS if age <= DAILY_MS else MONTH_MS
        place = span, each.at_ms // span
        if place in taken:
            gone.append(each)
        taken.add(place)
    return gone


def oldest_first(snapshots: Sequence[Dated]) -> list[Dated]:
    """In which order they go where there is no room for all of them; what stays, and the last, are not among them.

    ``snapshots`` are in the order in which they were taken, which no clock changes.
    """
    return [each for each in snapshots[:-1] if not each.stays]
