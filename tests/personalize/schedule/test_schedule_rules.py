"""When learning may begin by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.personalize.schedule.rules import (
    NotNow,
    Rules,
    SystemState,
    is_night,
    why_not_begin,
    why_not_go_on,
)

RULES = Rules()
IDLE_NIGHT = SystemState(
    now=datetime(2026, 3, 3, 2, 30),
    idle_s=3 * 3600,
    on_battery=False,
    load=0.1,
    celsius=50.0,
    free_memory=8 * 2**30,
    free_disk=50 * 2**30,
    full_screen=None,
    new_words=9_000,
    new_decisions=300,
    last_run=datetime(2026, 3, 2, 2, 0),
)
NOON = datetime(2026, 3, 3, 12, 0)


def test_a_quiet_night_is_the_time() -> None:
    assert why_not_begin(IDLE_NIGHT, RULES) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"on_battery": True}, NotNow.BATTERY),
        ({"full_screen": True}, NotNow.FULL_SCREEN),
        ({"celsius": 95.0}, NotNow.HOT),
        ({"free_memory": 10}, NotNow.MEMORY),
        ({"free_disk": 10}, NotNow.DISK),
        ({"load": 0.9}, NotNow.BUSY),
        ({"idle_s": 60.0}, NotNow.IN_USE),
        ({"now": NOON}, NotNow.DAY),
        ({"new_words": 10, "new_decisions": 3}, NotNow.NOTHING_NEW),
    ],
)
def test_each_thing_that_speaks_against_it(change: dict[str, object], reason: NotNow) -> None:
    assert why_not_begin(replace(IDLE_NIGHT, **change), RULES) is reason  # type: ignore[arg-type]


def test_decisions_alone_are_enough_to_learn_from() -> None:
    assert why_not_begin(replace(IDLE_NIGHT, new_words=0), RULES) is None


def test_what_cannot_be_known_stops_nothing_at_night() -> None:
    blind = replace(IDLE_NIGHT, idle_s=None, load=None, celsius=None, full_screen=None)
    assert why_not_begin(blind, RULES) is None


def test_after_missed_nights_a_quiet_hour_of_the_day_will_do() -> None:
    missed = replace(IDLE_NIGHT, now=NOON, last_run=NOON - timedelta(days=3))
    assert why_not_begin(missed, RULES) is None
    assert why_not_begin(replace(missed, idle_s=20 * 60), RULES) is NotNow.IN_USE
    assert why_not_begin(replace(missed, idle_s=None), RULES) is NotNow.IN_USE


def test_the_first_time_waits_for_a_night() -> None:
    assert why_not_begin(replace(IDLE_NIGHT, now=NOON, last_run=None), RULES) is NotNow.DAY
    assert why_not_begin(replace(IDLE_NIGHT, last_run=None), RULES) is None


def test_a_writer_who_comes_back_and_its_own_load_do_not_end_it() -> None:
    assert why_not_go_on(replace(IDLE_NIGHT, idle_s=0.0, load=2.0, now=NOON), RULES) is None
    assert why_not_go_on(replace(IDLE_NIGHT, on_battery=True), RULES) is NotNow.BATTERY


@given(st.times(), st.times(), st.times())
def test_every_moment_is_either_night_or_day(begins: time, ends: time, now: time) -> None:
    night = replace(RULES, night_begins=begins, night_ends=ends)
    day = replace(RULES, night_begins=ends, night_ends=begins)
    if begins != ends:
        assert is_night(now, night) is not is_night(now, day)
