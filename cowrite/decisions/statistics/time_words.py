"""How much time suggestions saved or cost, in words: a loss is said as a loss, and nothing is rounded to nothing."""

from __future__ import annotations

from cowrite.decisions.statistics.time_saved import TimeSaved

_EVEN_MS = 500.0


def duration(ms: float) -> str:
    """Seconds up to two minutes, then the nearest minute, then hours with one digit."""
    seconds = round(ms / 1000)
    if seconds < 1:
        return "less than a second"
    if seconds < 10:
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    if seconds < 120:
        return f"{5 * round(seconds / 5)} seconds"
    minutes = round(ms / 60_000)
    return f"{minutes} minutes" if minutes < 120 else f"{ms / 3_600_000:.1f} hours"


def amount(saved: TimeSaved) -> str:
    """About how much, without saying which way."""
    return "none" if abs(saved.mid_ms) < _EVEN_MS else duration(abs(saved.mid_ms))


def what_became(saved: TimeSaved) -> str:
    """Which way it went, and from what to what it may have been."""
    if abs(saved.mid_ms) < _EVEN_MS:
        return f"saved or lost on balance ({between(saved)})"
    if saved.mid_ms > 0:
        return f"saved ({between(saved)})"
    return f"lost: looking at suggestions took longer than they saved ({between(saved)})"


def between(saved: TimeSaved) -> str:
    """From the worst to the best that it may have been."""
    low, high = saved.low_ms, saved.high_ms
    if low >= 0 or high <= 0:
        least, most = (duration(each) for each in sorted((abs(low), abs(high))))
        number, _, unit = least.partition(" ")
        is_same_unit = number[:1].isdigit() and most.endswith(f" {unit.rstrip('s')}s")
        return f"from {number if is_same_unit else least} to {most}"
    return f"from {duration(-low)} lost to {duration(high)} saved"


def in_short(saved: TimeSaved) -> str:
    """As the end of a sentence."""
    if abs(saved.mid_ms) < _EVEN_MS:
        return f"no time saved or lost on balance ({between(saved)})"
    return f"about {duration(abs(saved.mid_ms))} {'saved' if saved.mid_ms > 0 else 'lost'} ({between(saved)})"
