"""When a ghost may appear: within bounds, as fast as the engine, slower after many refusals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.suggest.live.pacing import Pacing
from cowrite.suggest.settings import Timing

TIMING = Timing()
DURATIONS_MS = st.floats(min_value=0, max_value=1e9)


@pytest.fixture
def pacing() -> Pacing:
    return Pacing(TIMING)


def refuse(pacing: Pacing, times: int) -> list[bool]:
    return [pacing.rejected() for _ in range(times)]


@given(st.lists(DURATIONS_MS))
def test_the_delay_is_within_bounds_whatever_the_engine_does(durations_ms: list[float]) -> None:
    pacing = Pacing(TIMING)
    for duration_ms in durations_ms:
        pacing.generated(duration_ms)
        assert TIMING.shortest_delay_ms <= pacing.delay_ms <= TIMING.longest_delay_ms


@given(st.lists(DURATIONS_MS, min_size=1), st.floats(min_value=1, max_value=10))
def test_a_slower_engine_never_makes_it_faster(durations_ms: list[float], factor: float) -> None:
    fast, slow = Pacing(TIMING), Pacing(TIMING)
    for duration_ms in durations_ms:
        fast.generated(duration_ms)
        slow.generated(duration_ms * factor)
    assert slow.delay_ms >= fast.delay_ms or slow.delay_ms == pytest.approx(fast.delay_ms)


def test_the_first_answer_counts_as_the_usual_one(pacing: Pacing) -> None:
    pacing.generated(300)
    assert pacing.delay_ms == pytest.approx(300 * TIMING.generation_factor)


def test_one_slow_answer_among_many_moves_it_by_a_fifth(pacing: Pacing) -> None:
    pacing.generated(200)
    pacing.generated(300)
    assert pacing.delay_ms == pytest.approx(220 * TIMING.generation_factor)


def test_five_refusals_double_the_delay_even_above_the_longest(pacing: Pacing) -> None:
    pacing.generated(10_000)
    assert refuse(pacing, 4) == [False] * 4
    assert pacing.delay_ms == TIMING.longest_delay_ms
    assert refuse(pacing, 1) == [False]
    assert pacing.delay_ms == 2 * TIMING.longest_delay_ms


def test_the_tenth_refusal_asks_for_a_pause_and_begins_anew(pacing: Pacing) -> None:
    assert refuse(pacing, 10) == [False] * 9 + [True]
    assert pacing.delay_ms == TIMING.shortest_delay_ms
    assert refuse(pacing, 10) == [False] * 9 + [True]


@pytest.mark.parametrize("refusals", range(10))
def test_taking_something_forgives_all_refusals(pacing: Pacing, refusals: int) -> None:
    refuse(pacing, refusals)
    pacing.accepted()
    assert pacing.delay_ms == TIMING.shortest_delay_ms
    assert refuse(pacing, 9) == [False] * 9


def test_other_timings_are_followed() -> None:
    timing = Timing(
        shortest_delay_ms=1,
        longest_delay_ms=9,
        generation_factor=2,
        rejections_to_slow=1,
        rejections_to_pause=2,
    )
    pacing = Pacing(timing)
    assert pacing.delay_ms == 1
    pacing.generated(3)
    assert pacing.delay_ms == 6
    assert not pacing.rejected()
    assert pacing.delay_ms == 12
    assert pacing.rejected()
