"""How long a snooze lasts, in Unix time."""

from __future__ import annotations

from datetime import datetime, time, timedelta

SHORT_MS = 15 * 60_000
LONGEST_MS = 25 * 3_600_000
"""A day, and the hour that one day in autumn has more."""
MORNING = time(5)


def next_morning_ms(now_ms: int) -> int:
    """The next 5 o'clock in the machine's own time zone."""
    now = datetime.fromtimestamp(now_ms / 1000)
    day = now.date() if now.time() < MORNING else now.date() + timedelta(days=1)
    return round(datetime.combine(day, MORNING).timestamp() * 1000)


def remaining_ms(until_ms: int, now_ms: int) -> int:
    """What is left of a snooze; 0 if it is over, or so far away that a clock must have been wrong."""
    left = until_ms - now_ms
    return left if 0 < left <= LONGEST_MS else 0


def clock_time(at_ms: int) -> str:
    """The time of day, such as "15:40"."""
    return datetime.fromtimestamp(at_ms / 1000).strftime("%H:%M")
