"""Words by day, goals by document: a history of numbers that survives whatever stands in its file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.writing_days import MOST_DAYS, WritingDays

TODAY = date(2026, 11, 29)


def test_a_day_is_what_was_written_net_and_never_below_nothing() -> None:
    days = WritingDays()
    days.add(TODAY, 100)
    days.add(TODAY, -30)
    assert days.on(TODAY) == 70
    days.add(TODAY, -500)
    assert days.on(TODAY) == 0
    days.add(TODAY - timedelta(days=1), -5)
    assert days.words == {TODAY: 0}


def test_days_in_a_row_wait_for_today() -> None:
    days = WritingDays()
    for back in (1, 2, 4):
        days.add(TODAY - timedelta(days=back), 10)
    assert days.in_a_row(TODAY) == 2
    days.add(TODAY, 1)
    assert days.in_a_row(TODAY) == 3
    assert WritingDays().in_a_row(TODAY) == 0


def test_old_days_go() -> None:
    days = WritingDays()
    for back in range(MOST_DAYS + 5):
        days.add(TODAY - timedelta(days=back), 1)
    assert len(days.words) == MOST_DAYS
    assert TODAY in days.words


def test_goals_come_and_go() -> None:
    days = WritingDays()
    days.set_goal("a", 1000)
    days.set_goal("b", 5)
    days.set_goal("b", 0)
    assert days.goals == {"a": 1000}
    days.forget(["a"])
    assert days.goals == {}


@given(
    st.dictionaries(st.dates(), st.integers(1, 9999), max_size=5),
    st.dictionaries(st.text(max_size=8), st.integers(1, 9999), max_size=5),
)
def test_it_comes_back_as_it_was(words: dict[date, int], goals: dict[str, int]) -> None:
    days = WritingDays(dict(words), dict(goals))
    assert WritingDays.from_json(days.to_json()) == days


@pytest.mark.parametrize("text", ["", "[]", "1", "{", "null"])
def test_what_is_no_history_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|history"):
        WritingDays.from_json(text)


def test_what_makes_no_sense_is_left_out() -> None:
    read = WritingDays.from_json(
        '{"words": {"2026-11-29": 7, "yesterday": 3, "2026-11-28": -1, "2026-11-27": true}, "goals": [1]}'
    )
    assert read.words == {TODAY: 7}
    assert read.goals == {}
