"""When a change is worth showing, and how probable it is that it is right.

A logistic model of how much more probable the text becomes, by kind of change, fitted on sentences with corrections and
on sentences of novels that need none (``packaging/repair_bounds.py``).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from cowrite.engine.messages import EditScore
from cowrite.settings.resources import resource_path
from cowrite.tasks.repair.edits import EditKind

MOST_GAIN = 20.0
"""Nats; more says no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairBounds:
    """How far a writer's decisions shift the bounds: for a kind, so much is added to the log-odds of being right.

    Above 0, more changes of that kind are offered; below, fewer.
    """

    offsets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a change besides its kind: ``score`` (nats), and of its sentence.

    ``surprise`` is the mean of a token's -log-probability there (nats); ``unknown`` the share of words that no
    dictionary knows.
    """

    score: EditScore
    surprise: float
    unknown: float


@dataclass(frozen=True, slots=True)
class FittedBounds:
    """Weights of the logistic model, and which probability is asked for when careful and when thorough."""

    constants: Mapping[str, float]
    gains: Mapping[str, float]
    shared: Sequence[float]
    careful: float
    thorough: float

    def least(self, thoroughness: float) -> float:
        """The probability that a change must have; in between, the odds are."""
        share = min(1.0, max(0.0, thoroughness))
        odds = (1 - share) * _log_odds(self.careful) + share * _log_odds(self.thorough)
        return 1 / (1 + math.exp(-odds))

    def probability(self, kind: EditKind, signals: Signals, bounds: RepairBounds) -> float:
        """How probable it is that a change is right."""
        value = self.constants[kind] + bounds.offsets.get(kind, 0.0)
        value += self.gains[kind] * min(MOST_GAIN, signals.score.gain)
        value += sum(
            weight * each for weight, each in zip(self.shared, shared_signals(signals), strict=True)
        )
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, value))))


def shared_signals(signals: Signals) -> tuple[float, ...]:
    """What counts in the same way for all kinds."""
    return (
        max(-5.0, min(5.0, signals.score.following)),
        max(-10.0, min(10.0, signals.score.first)),
        signals.surprise - 4.0,
        min(0.5, signals.unknown),
    )


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


@cache
def fitted_bounds() -> FittedBounds:
    """Those that the program comes with."""
    values = json.loads(resource_path("repair_bounds.json").read_text("utf-8"))
    return FittedBounds(
        values["constants"],
        values["gains"],
        values["shared"],
        values["careful"],
        values["thorough"],
    )
