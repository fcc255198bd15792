"""Bounds that hold as often as they say, on distributions whose mean is known."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.personalize.evaluation.bootstrap import LEAST_UNITS, mean_interval

Draw = Callable[[np.random.Generator, int], "np.typing.NDArray[np.float64]"]


@pytest.mark.parametrize(
    ("draw", "mean", "least"),
    [
        (lambda r, n: r.normal(0.3, 2.0, n), 0.3, 0.960),
        (lambda r, n: r.uniform(-1.0, 2.0, n), 0.5, 0.960),
        # Skewed: a bound on the side of the long tail is too near with few units, by any bootstrap.
        (lambda r, n: r.gamma(4.0, 1.0, n), 4.0, 0.935),
    ],
    ids=["normal", "uniform", "gamma"],
)
@pytest.mark.parametrize("count", [10, 40])
def test_bounds_hold_as_often_as_they_say(
    draw: Draw, mean: float, least: float, count: int
) -> None:
    random = np.random.default_rng(1)
    runs, below, above = 1_000, 0, 0
    for _ in range(runs):
        found = mean_interval(draw(random, count), np.ones(count), resamples=400)
        below += mean <= found.upper
        above += mean >= found.lower
    assert min(below, above) / runs >= least
    assert max(below, above) / runs <= 0.999


def test_of_ratios_the_weights_count() -> None:
    random = np.random.default_rng(2)
    weights = random.integers(1, 50, 60)
    found = mean_interval(0.25 * weights + random.normal(0, 0.1, 60), weights)
    assert found.mean == pytest.approx(0.25, abs=0.01)
    assert found.lower < found.mean < found.upper
    assert mean_interval([1.0] * 9 + [100.0], [1] * 9 + [100]).mean == pytest.approx(1.0)


def test_the_same_figures_give_the_same_bounds() -> None:
    numbers = list(np.random.default_rng(3).normal(size=30))
    assert mean_interval(numbers, [1] * 30) == mean_interval(numbers, [1] * 30)


def test_all_alike_have_no_spread() -> None:
    found = mean_interval([-0.5] * 12, [1] * 12)
    assert (found.mean, found.lower, found.upper) == (-0.5, -0.5, -0.5)


@pytest.mark.parametrize(
    ("sums", "weights"),
    [
        ([], []),
        ([1.0] * (LEAST_UNITS - 1), [1] * (LEAST_UNITS - 1)),
        ([1.0] * 10, [1] * 9),
        ([math.nan] * 10, [1] * 10),
        ([math.inf] + [0.0] * 9, [1] * 10),
        ([1.0] * 10, [0] + [1] * 9),
        ([1.0] * 10, [-1] + [1] * 9),
    ],
)
def test_what_says_nothing_is_refused(sums: list[float], weights: list[float]) -> None:
    with pytest.raises(ValueError, match=r"too few|not finite"):
        mean_interval(sums, weights)


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.integers(1, 100)), min_size=LEAST_UNITS, max_size=30)
)
def test_bounds_are_on_their_sides(units: list[tuple[float, int]]) -> None:
    sums, weights = zip(*units, strict=True)
    found = mean_interval(sums, weights, resamples=200)
    ratios = [s / w for s, w in units]
    assert found.lower <= found.upper
    for bound in (found.lower, found.upper):
        assert min(ratios) - 1e-9 <= bound <= max(ratios) + 1e-9
