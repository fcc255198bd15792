"""One writer's own filter: how likely it is that a suggestion will be taken and kept.

A logistic model over :class:`FilterFeatures`, fitted by :mod:`cowrite.suggest.filter.fit` on the local log. To ask
it is a sum of some twenty products in plain Python. It says how probable, never whether: the slider stays in charge.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, Number, decode
from cowrite.suggest.filter.features import FEATURE_NAMES, FilterFeatures

__all__ = ["VERSION", "FilterFeatures", "WriterFilter"]

VERSION = 1
# Nothing seen once in a lifetime may outweigh everything else.
LONGEST_STEP = 5.0
SUREST = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterFilter:
    """``probability = sigmoid(intercept + sum(coefficients * (vector - means) / scales))``, in FEATURE_NAMES' order.

    ``examples`` is how many decisions it was fitted on. Raises ValueError if the parts do not fit together.
    """

    means: tuple[float, ...]
    scales: tuple[float, ...]
    coefficients: tuple[float, ...]
    intercept: float
    examples: int = 0

    def __post_init__(self) -> None:
        lists = (self.means, self.scales, self.coefficients)
        if any(len(each) != len(FEATURE_NAMES) for each in lists):
            raise ValueError("a filter needs one number for each feature")
        if not all(map(math.isfinite, [*self.means, *self.scales, *self.coefficients])):
            raise ValueError("a filter's numbers are finite")
        if not math.isfinite(self.intercept) or min(self.scales) <= 0 or self.examples < 0:
            raise ValueError("a filter's intercept is finite, its scales are above zero")

    def probability(self, features: FilterFeatures) -> float:
        """How likely ``features`` is worth showing: above 0 and below 1, whatever they are."""
        return sigmoid(
            self.intercept
            + sum(
                weight * step
                for weight, step in zip(self.coefficients, self.standardized(features), strict=True)
            )
        )

    def standardized(self, features: FilterFeatures) -> list[float]:
        """The features as distances from what is usual for this writer; what is unknown is usual."""
        return standardize(features.vector(), self.means, self.scales)

    def to_json(self) -> str:
        """What :meth:`from_json` reads. Holds numbers only."""
        return json.dumps(
            {
                "version": VERSION,
                "intercept": self.intercept,
                "examples": self.examples,
                "features": {
                    name: {"mean": mean, "scale": scale, "coefficient": weight}
                    for name, mean, scale, weight in zip(
                        FEATURE_NAMES, self.means, self.scales, self.coefficients, strict=True
                    )
                },
            },
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str) -> WriterFilter:
        """Raises ValueError for what is no filter, or one of another version or with other features."""
        stored = decode(read_json(text), _Stored)
        if set(stored.features) != set(FEATURE_NAMES):
            raise SchemaError("features", "are others")
        columns = [stored.features[name] for name in FEATURE_NAMES]
        return cls(
            means=tuple(each.mean for each in columns),
            scales=tuple(each.scale for each in columns),
            coefficients=tuple(each.coefficient for each in columns),
            intercept=stored.intercept,
            examples=stored.examples,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    mean: Number
    scale: Number
    coefficient: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    version: int
    features: dict[str, _Column]
    intercept: Number
    examples: Count

    def __post_init__(self) -> None:
        if self.version != VERSION:
            raise SchemaError("version", "is another one")


def standardize(
    vector: list[float], means: tuple[float, ...], scales: tuple[float, ...]
) -> list[float]:
    """``vector`` as distances from ``means`` in ``scales``, at most LONGEST_STEP; what is not finite becomes 0."""
    steps = [
        (value - mean) / scale for value, mean, scale in zip(vector, means, scales, strict=True)
    ]
    return [
        min(max(step, -LONGEST_STEP), LONGEST_STEP) if math.isfinite(step) else 0.0
        for step in steps
    ]


def sigmoid(score: float) -> float:
    """Above 0 and below 1 for any number."""
    if math.isnan(score):
        return 0.5
    return 1 / (1 + math.exp(-min(max(score, -SUREST), SUREST)))
