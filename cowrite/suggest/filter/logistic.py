"""Logistic regression with an L2 penalty, by Newton's method.

Importing this module imports numpy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_STEPS = 100
SMALLEST_STEP = 1e-12
"""Of a Newton step; a shorter one changes nothing in double precision."""
_SUFFICIENT_DECREASE = 1e-4


def fit_logistic(
    rows: Sequence[Sequence[float]],
    labels: Sequence[bool],
    weights: Sequence[float],
    penalty: float,
) -> tuple[tuple[float, ...], float]:
    """Coefficients and intercept that minimize ``|w|^2 / 2 + penalty * sum(weight * loss)``. Deterministic.

    ``loss`` is ``log(1 + exp(-y (w x + b)))`` with ``y`` 1 or -1; the intercept ``b`` is not penalized, and a greater
    ``penalty`` means a weaker one (it is scikit-learn's ``C``; the objective is that of its ``LogisticRegression``,
    its user guide, section 1.1.11). Each step solves the weighted least squares of Newton's method (IRLS; Hastie,
    Tibshirani and Friedman 2009, section 4.4.1) and is halved until the objective falls by enough (Armijo 1966).
    ``rows`` is ``(n, k)``. Raises ValueError if weights are negative, if nothing of one kind has weight (there is then
    no finite intercept), or if a number is not finite.
    """
    design = np.ones((len(rows), len(rows[0]) + 1))
    # Row by row: all at once would hold the GIL, and with it the window.
    for at, row in enumerate(rows):
        design[at, :-1] = row
    signs = np.where(np.asarray(labels, bool), 1.0, -1.0)
    counts = penalty * np.asarray(weights, float)
    yes, no = counts[signs > 0].sum(), counts[signs < 0].sum()
    if not (np.isfinite(design).all() and np.isfinite(counts).all() and (counts >= 0).all()):
        raise ValueError("a number is not finite, or a weight is negative")
    if not (yes > 0 and no > 0):
        raise ValueError("nothing of one kind has weight")
    ridge = np.ones(design.shape[1])
    ridge[-1] = 0.0
    found = np.zeros(design.shape[1])
    found[-1] = np.log(yes / no)
    value = _objective(found, design, signs, counts, ridge)
    for _ in range(MOST_STEPS):
        gradient, step = _newton_step(found, design, signs, counts, ridge)
        fraction, slope = 1.0, float(gradient @ step)
        while True:
            tried = found - fraction * step
            new = _objective(tried, design, signs, counts, ridge)
            if new <= value - _SUFFICIENT_DECREASE * fraction * slope:
                break
            fraction /= 2
            if fraction * np.abs(step).max() <= SMALLEST_STEP * (1 + np.abs(found).max()):
                return _parts(found)
        found, value = tried, new
        if np.abs(step).max() <= SMALLEST_STEP * (1 + np.abs(found).max()):
            break
    return _parts(found)


def _objective(found: Array, design: Array, signs: Array, counts: Array, ridge: Array) -> float:
    losses = np.logaddexp(0.0, -signs * (design @ found))
    return float(counts @ losses + ridge @ found**2 / 2)


def _newton_step(
    found: Array, design: Array, signs: Array, counts: Array, ridge: Array
) -> tuple[Array, Array]:
    """The gradient of the objective, and the Hessian's inverse times it."""
    # Of what was expected: the probability of the other label, without cancellation where it is small.
    wrong = np.exp(-np.logaddexp(0.0, signs * (design @ found)))
    gradient = ridge * found - design.T @ (counts * signs * wrong)
    hessian = (design.T * (counts * wrong * (1 - wrong))) @ design + np.diag(ridge)
    return gradient, np.linalg.solve(hessian, gradient)


def _parts(found: Array) -> tuple[tuple[float, ...], float]:
    coefficients = [float(each) for each in found]
    return tuple(coefficients[:-1]), coefficients[-1]
