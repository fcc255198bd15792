"""Fits one writer's filter on their decisions: a logistic model, held to the fixed filter until the log says otherwise.

numpy is imported when there is something to fit, on whichever thread asks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from cowrite.suggest.filter.features import FEATURE_NAMES, FilterFeatures
from cowrite.suggest.filter.writer_filter import WriterFilter, sigmoid, standardize

FilterExample = tuple[FilterFeatures, bool, float]
"""Features, whether it was worth showing, and how much that counts."""

LEAST_OF_EACH = 12
"""So many that were worth showing, and so many that were not, before anything is fitted."""
FIXED_FILTER_DECISIONS = 100.0
"""The fixed filter counts as much as so many decisions of the writer: after 30 it still has three quarters."""
PENALTY = 0.01
"""Of :func:`cowrite.suggest.filter.logistic.fit_logistic`; the smaller, the more alike all writers' filters are."""
# The fixed filter's estimate must not be shrunk away: its column is made this much larger, so its weight is cheap.
_BASE_STRETCH = 30.0
_LEAST_SCALE = 1e-6
_LEAST_BASE_SCALE = 0.5
_LADDER = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
_BASE = FEATURE_NAMES.index("base_probability")


def fit_filter(
    examples: Sequence[FilterExample],
    *,
    fixed_filter_decisions: float = FIXED_FILTER_DECISIONS,
    penalty: float = PENALTY,
) -> WriterFilter | None:
    """The filter that ``examples`` teach, or None while there are too few of either kind. Deterministic.

    Beside each decision stands what the fixed filter would have said of it, as a fraction of a decision for and one
    against; these fractions sum to ``fixed_filter_decisions``. Where its estimate is unknown: the writer's mean.
    """
    usable = [each for each in examples if math.isfinite(each[2]) and each[2] > 0]
    worth = sum(label for _, label, _ in usable)
    if min(worth, len(usable) - worth) < LEAST_OF_EACH:
        return None
    from cowrite.suggest.filter.logistic import fit_logistic

    vectors = [features.vector() for features, _, _ in usable]
    means, scales = _spread(vectors)
    rows = [_stretched(standardize(vector, means, scales)) for vector in vectors]
    targets = _estimates(usable)
    share = fixed_filter_decisions / len(usable)
    labels = [label for _, label, _ in usable]
    weights = [weight for _, _, weight in usable]
    if share > 0:
        opinions = [(row, p, share) for row, p in zip(rows, targets, strict=True)]
        if any(math.isfinite(vector[_BASE]) for vector in vectors):
            opinions = [(row, p, share / 2) for row, p, share in opinions]
            opinions += _ladder(means[_BASE], scales[_BASE], fixed_filter_decisions / 2)
        rows = rows + [row for row, _, _ in opinions] * 2
        labels = labels + [True] * len(opinions) + [False] * len(opinions)
        weights = weights + [w * p for _, p, w in opinions] + [w * (1 - p) for _, p, w in opinions]
    coefficients, intercept = fit_logistic(rows, labels, weights, penalty)
    return WriterFilter(
        means=means,
        scales=scales,
        coefficients=tuple(_stretched(list(coefficients))),
        intercept=intercept,
        examples=len(usable),
    )


def _ladder(mean: float, scale: float, decisions: float) -> list[tuple[list[float], float, float]]:
    """What the fixed filter says of suggestions that are usual but for its estimate, from hardly ever to nearly always.

    Without it a log in which the estimate never varied would teach that it means nothing.
    """
    rungs = []
    for odds in _LADDER:
        row = [0.0] * len(FEATURE_NAMES)
        row[_BASE] = (odds - mean) / scale
        rungs.append((_stretched(row), sigmoid(odds), decisions / len(_LADDER)))
    return rungs


def _estimates(examples: Sequence[FilterExample]) -> list[float]:
    """What the fixed filter thinks of each, or the writer's own mean."""
    total = sum(weight for _, _, weight in examples)
    mean = sum(weight for _, label, weight in examples if label) / total
    return [
        mean if features.base_probability is None else min(max(features.base_probability, 0.0), 1.0)
        for features, _, _ in examples
    ]


def _spread(vectors: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each column, of what is known of it; 0 and 1 where nothing is."""
    means, scales = [], []
    for column in zip(*vectors, strict=True):
        known = [value for value in column if math.isfinite(value)]
        mean = math.fsum(known) / len(known) if known else 0.0
        deviation = (
            math.sqrt(math.fsum((v - mean) ** 2 for v in known) / len(known)) if known else 0.0
        )
        means.append(mean)
        scales.append(deviation if deviation > _LEAST_SCALE else 1.0)
    scales[_BASE] = max(scales[_BASE], _LEAST_BASE_SCALE)
    return tuple(means), tuple(scales)


def _stretched(row: list[float]) -> list[float]:
    """The base column made larger for the fit; the same on the coefficients takes that back into them."""
    return [value * _BASE_STRETCH if at == _BASE else value for at, value in enumerate(row)]
