"""A writer who keeps saying no is asked for more before anything is shown, then left alone for a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.suggest.live.pacing import Pacing
from cowrite.suggest.settings import Timing

TIMING = Timing()


@pytest.fixture
def pacing() -> Pacing:
    return Pacing(TIMING)


def refuse(pacing: Pacing, times: int) -> list[bool]:
    return [pacing.rejected() for _ in range(times)]


def test_five_refusals_make_everything_dearer(pacing: Pacing) -> None:
    refuse(pacing, 4)
    assert pacing.price_factor == 1.0
    refuse(pacing, 1)
    assert pacing.price_factor == Pacing.SLOWED


def test_the_tenth_refusal_asks_for_a_pause_and_begins_anew(pacing: Pacing) -> None:
    assert refuse(pacing, 10) == [False] * 9 + [True]
    assert pacing.price_factor == 1.0


@given(st.integers(0, 40))
def test_taking_something_forgives_all_refusals(refusals: int) -> None:
    pacing = Pacing(TIMING)
    refuse(pacing, refusals)
    pacing.accepted()
    assert pacing.price_factor == 1.0
    assert refuse(pacing, 9) == [False] * 9
