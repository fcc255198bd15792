"""A probability of the model becomes one that can be relied on, by the kind of place."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.suggest.filter.calibration import CALIBRATION, WordPlace, calibrated, place_of_word

LOGPROBS = st.floats(-40, 0)


@given(st.sampled_from(WordPlace), LOGPROBS, LOGPROBS)
def test_what_the_model_finds_more_probable_stays_so(
    place: WordPlace, one: float, other: float
) -> None:
    less, more = sorted((one, other))
    assert 0 < calibrated(place, less) <= calibrated(place, more) < 1


@pytest.mark.parametrize("place", list(WordPlace))
def test_it_is_a_logistic_curve_over_the_log_odds(place: WordPlace) -> None:
    intercept, slope = CALIBRATION[place]
    for probability in (0.1, 0.5, 0.9):
        odds = math.log(probability / (1 - probability))
        expected = 1 / (1 + math.exp(-(intercept + slope * odds)))
        assert calibrated(place, math.log(probability)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("before", "place"),
    [
        ("", WordPlace.START),
        ("He left.\n", WordPlace.START),
        ("He left. ", WordPlace.START),
        ("He left, ", WordPlace.BEFORE),
        ("He met Mr. ", WordPlace.BEFORE),
        ("He left", WordPlace.BEFORE),
    ],
)
def test_the_kind_of_place(before: str, place: WordPlace) -> None:
    assert place_of_word(before) is place
