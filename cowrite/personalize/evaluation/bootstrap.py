"""How sure a mean difference is, from resampling what was measured (Efron 1979).

Importing this module imports numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from cowrite.personalize.evaluation.student_t import t_quantile

RESAMPLES = 10_000
SEED = 20_260_101
CONFIDENCE = 0.975
# A bound from fewer units says nothing that one could rely on.
LEAST_UNITS = 8
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and one-sided bounds below and above it, each of which holds with the same confidence."""

    mean: float
    lower: float
    upper: float


def mean_interval(
    sums: Sequence[float],
    weights: Sequence[float],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
) -> Interval:
    """Bounds for ``sum(sums) / sum(weights)`` when its units, such as documents, might have been others.

    Units are drawn anew, with replacement, always by the same seed. The percentiles are those that make up for few
    units (Hesterberg 2015, arXiv 1411.5279, section 4.2): with ``n`` of them the normal quantile is widened by
    ``sqrt(n / (n - 1))`` and to that of Student's t. Raises ValueError for fewer than LEAST_UNITS units, weights that
    are not positive, or numbers that are not finite.
    """
    difference, weight = np.asarray(sums, float), np.asarray(weights, float)
    count = len(difference)
    if count < LEAST_UNITS or len(weight) != count:
        raise ValueError(f"{count} units are too few")
    if not (np.isfinite(difference).all() and np.isfinite(weight).all() and (weight > 0).all()):
        raise ValueError("not finite, or without weight")
    widened = np.sqrt(count / (count - 1)) * t_quantile(confidence, count - 1)
    tail = NormalDist().cdf(-widened)
    random = np.random.default_rng(SEED)
    means = np.empty(resamples)
    for start in range(0, resamples, _AT_ONCE):
        drawn = random.integers(0, count, (min(_AT_ONCE, resamples - start), count))
        means[start : start + len(drawn)] = difference[drawn].sum(1) / weight[drawn].sum(1)
    lower, upper = np.quantile(means, [tail, 1 - tail])
    return Interval(float(difference.sum() / weight.sum()), float(lower), float(upper))
