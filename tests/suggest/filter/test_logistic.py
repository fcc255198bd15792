"""The logistic regression: the least of its objective, and what scikit-learn found for the same rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.suggest.filter.logistic import fit_logistic

Rows = list[list[float]]

# LogisticRegression(C=..., solver="newton-cholesky", tol=1e-13) of scikit-learn 1.9.1 on `formula_rows`.
FOUND_BY_SCIKIT_LEARN = [
    (100.0, [2.3725254079369202, -0.010375249800482319, 0.5377887677350125], -0.31953299945647406),
    (1.0, [1.8659689012943543, -0.010735322734949967, 0.49584062371229465], -0.2453082275837908),
    (0.01, [0.13694781708386192, -0.009919516971406007, 0.13834762197389458], -0.08969039678026532),
]


def formula_rows() -> tuple[Rows, list[bool], list[float]]:
    numbers = range(40)
    rows = [[math.sin(at), math.cos(2.0 * at) * 30, at % 5 - 2.0] for at in numbers]
    labels = [math.sin(at) + (at % 3 - 1) * 0.8 > 0.1 for at in numbers]
    return rows, labels, [0.25 + at % 4 for at in numbers]


@pytest.mark.parametrize(("penalty", "coefficients", "intercept"), FOUND_BY_SCIKIT_LEARN)
def test_it_finds_what_scikit_learn_finds(
    penalty: float, coefficients: list[float], intercept: float
) -> None:
    found = fit_logistic(*formula_rows(), penalty)
    assert found[0] == pytest.approx(coefficients, abs=1e-9)
    assert found[1] == pytest.approx(intercept, abs=1e-9)


def gradient(
    rows: Rows, labels: list[bool], weights: list[float], penalty: float
) -> tuple[float, float]:
    """The greatest component of the objective's gradient at what was found, and of its terms, by plain sums."""
    coefficients, intercept = fit_logistic(rows, labels, weights, penalty)
    totals, scale = [*coefficients, 0.0], 1.0
    for row, label, weight in zip(rows, labels, weights, strict=True):
        odds = intercept + sum(c * x for c, x in zip(coefficients, row, strict=True))
        error = (1 if odds > 700 else math.exp(odds) / (1 + math.exp(odds))) - label
        for at, value in enumerate([*row, 1.0]):
            totals[at] += penalty * weight * error * value
            scale = max(scale, abs(penalty * weight * value))
    return max(map(abs, totals)), scale


EXAMPLE = st.tuples(
    st.lists(st.floats(-50, 50), min_size=3, max_size=3), st.booleans(), st.floats(0.01, 5)
)


@given(st.lists(EXAMPLE, min_size=1, max_size=30), st.sampled_from([1e-4, 0.01, 1.0, 100.0]))
def test_no_other_coefficients_fit_better(
    examples: list[tuple[list[float], bool, float]], penalty: float
) -> None:
    """The objective is convex: where its gradient is nothing, it is least."""
    examples = [*examples, ([0.5, -1.0, 2.0], True, 1.0), ([0.0, 1.0, 1.0], False, 1.0)]
    rows, labels, weights = (list(each) for each in zip(*examples, strict=True))
    slope, scale = gradient(rows, labels, weights, penalty)
    assert slope <= 1e-7 * scale * len(rows)


def test_labels_that_can_be_told_apart_have_finite_coefficients() -> None:
    rows = [[float(at)] for at in range(-10, 10)]
    (coefficient,), intercept = fit_logistic(rows, [at >= 0 for at in range(-10, 10)], [1] * 20, 1)
    assert 0.5 < coefficient < 5
    assert math.isfinite(intercept)


def test_columns_that_say_the_same_share_a_weight() -> None:
    rows, labels, weights = formula_rows()
    (first, second), _ = fit_logistic([[r[0], r[0]] for r in rows], labels, weights, 1)
    assert first == pytest.approx(second)


def test_an_example_of_weight_two_counts_as_two() -> None:
    rows, labels, _ = formula_rows()
    twice = fit_logistic(rows + rows[:7], labels + labels[:7], [1.0] * 47, 1)
    weighed = fit_logistic(rows, labels, [2.0] * 7 + [1.0] * 33, 1)
    assert np.allclose([*twice[0], twice[1]], [*weighed[0], weighed[1]], atol=1e-10)


@pytest.mark.parametrize(
    ("row", "label", "weight"),
    [(math.nan, True, 1.0), (math.inf, True, 1.0), (1.0, True, -1.0), (1.0, True, math.nan)],
)
def test_what_cannot_be_fitted_is_refused(row: float, label: bool, weight: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        fit_logistic([[row], [0.0]], [label, False], [weight, 1.0], 1)


@pytest.mark.parametrize(("labels", "weights"), [([True, True], [1, 1]), ([True, False], [1, 0])])
def test_one_kind_alone_is_refused(labels: list[bool], weights: list[float]) -> None:
    with pytest.raises(ValueError, match="one kind"):
        fit_logistic([[1.0], [0.0]], labels, weights, 1)
