"""What a log tells of a version that was in use for some hours."""

from __future__ import annotations

from decisions.statistics_log import Told
from support.adapters import BASE

HOUR_MS = 3_600_000


def used(
    adapter: str,
    taken_of_10: int,
    *,
    hours: int = 40,
    per_hour: int = 20,
    hours_ago: int = 0,
    spread: int = 0,
    model: str = BASE.model,
) -> list[Told]:
    """``per_hour`` suggestions in each hour; of ten, ``taken_of_10`` are taken and kept, 10 characters each.

    ``spread``: in every other hour so many more of ten are taken, and as many less in the next.
    """
    told = []
    for hour in range(hours):
        taken = taken_of_10 + (spread if hour % 2 else -spread)
        for number in range(per_hour):
            is_taken = number % 10 < taken
            told.append(
                Told(
                    before_ms=(hours_ago + hour) * HOUR_MS
                    + (number + 1) * (HOUR_MS // (per_hour + 2)),
                    taken=(10,) if is_taken else (),
                    kept=(1.0,) if is_taken else (),
                    model=model,
                    adapter=adapter,
                )
            )
    return told
