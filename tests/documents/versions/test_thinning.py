"""All of the last day, one an hour for a week, one a day for a year; what the writer asked for stays."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.versions.thinning import (
    DAY_MS,
    HOUR_MS,
    MONTH_MS,
    MOST_RECENT,
    oldest_first,
    superfluous,
)

NOW = 1_800_000_000_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Made:
    at_ms: int
    stays: bool = False


RECENT = [Made(NOW - n) for n in range(MOST_RECENT, 0, -1)]


def left(made: list[Made], now_ms: int = NOW) -> list[Made]:
    """What stays of ``made``, after which others were taken."""
    gone = superfluous([*made, *RECENT], now_ms)
    assert not set(gone) & set(RECENT)
    return [each for each in made if each not in gone]


def test_nothing_of_the_last_day_goes() -> None:
    made = [Made(NOW - n * MINUTE_MS) for n in range(24 * 60)]
    assert left(made) == made


def test_of_an_hour_of_the_last_week_the_newest_stays() -> None:
    hour = NOW // HOUR_MS * HOUR_MS - 3 * DAY_MS
    made = [Made(hour + n * 10 * MINUTE_MS) for n in range(6)]
    assert left(made) == [made[-1]]


def test_of_a_day_of_the_last_year_and_of_a_month_before_the_newest_stays() -> None:
    day = NOW // DAY_MS * DAY_MS - 60 * DAY_MS
    made = [Made(day + n * HOUR_MS) for n in range(24)]
    month = (NOW - 400 * DAY_MS) // MONTH_MS * MONTH_MS
    old = [Made(month + n * DAY_MS) for n in range(30)]
    assert left([*old, *made]) == [old[-1], made[-1]]


def test_the_newest_stay_whatever_the_clock_says() -> None:
    """An hour in 1970, then the clock is set right; and a day on which it was in the next century."""
    in_1970 = [Made(n * MINUTE_MS) for n in range(MOST_RECENT - 1)]
    assert superfluous([*in_1970, Made(NOW)], NOW) == []
    year = [Made(NOW + n * DAY_MS) for n in range(365)]
    gone = superfluous([*year, Made(NOW + 80 * 365 * DAY_MS)], NOW + 80 * 365 * DAY_MS)
    kept = [each for each in year if each not in gone]
    assert kept[-MOST_RECENT + 1 :] == year[-MOST_RECENT + 1 :]
    assert len({each.at_ms // MONTH_MS for each in kept}) == len(
        {each.at_ms // MONTH_MS for each in year}
    )
    assert oldest_first([Made(NOW), Made(NOW + 1), Made(0)]) == [Made(NOW), Made(NOW + 1)]


def test_what_the_writer_asked_for_is_never_taken_away() -> None:
    made = [Made(NOW - 4_000 * DAY_MS, stays=True), Made(NOW)]
    assert left(made) == made
    assert oldest_first(made) == []


def test_where_there_is_no_room_the_oldest_goes_first_and_the_newest_stays() -> None:
    made = [Made(NOW - n, stays=n == 3) for n in reversed(range(5))]
    assert [NOW - each.at_ms for each in oldest_first(made)] == [4, 2, 1]


@given(st.lists(st.integers(0, 400 * DAY_MS), max_size=60, unique=True))
def test_thinned_again_nothing_more_goes(ages: list[int]) -> None:
    once = left([Made(NOW - age) for age in sorted(ages, reverse=True)])
    assert left(once) == once
    hours = {each.at_ms // HOUR_MS for each in once if DAY_MS < NOW - each.at_ms <= 7 * DAY_MS}
    older = [each for each in once if DAY_MS < NOW - each.at_ms <= 7 * DAY_MS]
    assert len(hours) == len(older)
