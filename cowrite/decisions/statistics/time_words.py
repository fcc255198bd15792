"""How much time suggestions saved or cost, in words: a loss is said as a loss, and nothing is rounded to nothing."""

from __future__ import annotations

from cowrite.decisions.statistics.time_saved import TimeSaved
from cowrite.localization import tr, tr_noop, trp

_EVEN_MS = 500.0


_UNITS = {
    "s": tr_noop("{number} seconds"),
    "min": tr_noop("{number} minutes"),
    "h": tr_noop("{number} hours"),
}


def duration(ms: float) -> str:
    """Seconds up to two minutes, then the nearest minute, then hours with one digit."""
    seconds = round(ms / 1000)
    if seconds < 1:
        return tr("less than a second")
    number, unit = _counted(ms)
    return tr(_UNITS[unit], number=number) if number != "1" else tr("1 second")


def _counted(ms: float) -> tuple[str, str]:
    """How many, and of what."""
    seconds, minutes = round(ms / 1000), round(ms / 60_000)
    if seconds < 120:
        return str(seconds if seconds < 10 else 5 * round(seconds / 5)), "s"
    return (str(minutes), "min") if minutes < 120 else (f"{ms / 3_600_000:.1f}", "h")


def amount(saved: TimeSaved) -> str:
    """About how much, without saying which way."""
    if abs(saved.mid_ms) < _EVEN_MS:
        return trp("an amount of time", "none")
    return duration(abs(saved.mid_ms))


def what_became(saved: TimeSaved) -> str:
    """Which way it went, and from what to what it may have been."""
    span = between(saved)
    if abs(saved.mid_ms) < _EVEN_MS:
        return tr("saved or lost on balance ({span})", span=span)
    if saved.mid_ms > 0:
        return tr("saved ({span})", span=span)
    return tr("lost: looking at suggestions took longer than they saved ({span})", span=span)


def between(saved: TimeSaved) -> str:
    """From the worst to the best that it may have been."""
    low, high = saved.low_ms, saved.high_ms
    if low >= 0 or high <= 0:
        least, most = sorted((abs(low), abs(high)))
        (few, unit), (many, other) = _counted(least), _counted(most)
        is_same_unit = unit == other and few != "0" and many != "1"
        start = few if is_same_unit else duration(least)
        return tr("from {least} to {most}", least=start, most=duration(most))
    return tr("from {lost} lost to {saved} saved", lost=duration(-low), saved=duration(high))


def in_short(saved: TimeSaved) -> str:
    """As the end of a sentence."""
    span = between(saved)
    if abs(saved.mid_ms) < _EVEN_MS:
        return tr("no time saved or lost on balance ({span})", span=span)
    amount_of = duration(abs(saved.mid_ms))
    if saved.mid_ms > 0:
        return tr("about {amount} saved ({span})", amount=amount_of, span=span)
    return tr("about {amount} lost ({span})", amount=amount_of, span=span)
