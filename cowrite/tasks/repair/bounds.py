"""When a change is worth showing, and how probable it is that it is right.

Two logistic models by kind of change, fitted on sentences with corrections and on sentences of novels that need none
(``packaging/repair_bounds.py``): the first judges each change alone; the second knows as well how much else seems to be
wrong in the sentence, by the first. Where nothing else is, most of what the model would rather read is taste.
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

MOST_GAIN = 12.0
"""Nats; more says no more."""
MOST_LEAD = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairBounds:
    """How far a writer's decisions shift the bounds: for a kind, so much is added to the log-odds of being right.

    Above 0, more changes of that kind are offered; below, fewer.
    """

    offsets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceSignals:
    """Of a sentence: its number of ``words``, the share that no dictionary knows, and the mean of a token's
    -log-probability (nats).
    """

    words: int
    unknown: float
    surprise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSignals:
    """Of a change: how much it gains (``score``), and by how much more than the best other one at its place (nats).

    ``is_name`` says that it changes a word with a capital letter within a sentence.
    """

    kind: EditKind
    score: EditScore
    lead: float
    is_name: bool

    def values(self, sentence: SentenceSignals) -> tuple[float, ...]:
        """What the first model weighs, besides the kind."""
        is_spelling = self.kind is EditKind.SPELLING
        return (
            _within(self.score.first, 8.0),
            sentence.surprise - 4.0,
            min(MOST_LEAD, self.lead),
            min(15.0, -self.score.replaced) / 5,
            float(is_spelling and self.is_name),
            float(not is_spelling and self.is_name),
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """Of one model: for each kind a constant, and what the gain and the part of it after the change count."""

    kinds: Mapping[str, Sequence[float]]
    shared: Sequence[float]

    def log_odds(self, edit: EditSignals, values: Sequence[float]) -> float:
        """That the change is right."""
        constant, gain, following = self.kinds[edit.kind]
        value = constant + gain * max(-2.0, min(MOST_GAIN, edit.score.gain))
        value += following * _within(edit.score.following, 4.0)
        return value + sum(w * each for w, each in zip(self.shared, values, strict=True))


@dataclass(frozen=True, slots=True)
class FittedBounds:
    """Both models, and which probability is asked for when careful and when thorough.

    ``stricter`` are kinds that a careful writer is to be asked about less: so much is added to the log-odds asked for.
    """

    alone: Weights
    together: Weights
    careful: float
    thorough: float
    stricter: Mapping[str, float] = field(default_factory=dict)

    def least(self, thoroughness: float, kind: EditKind) -> float:
        """The probability that a change must have; in between, the log-odds are."""
        share = min(1.0, max(0.0, thoroughness))
        careful = _log_odds(self.careful) + self.stricter.get(kind, 0.0)
        return _probability((1 - share) * careful + share * _log_odds(self.thorough))

    def probabilities(
        self,
        edits: Sequence[EditSignals],
        sentence: SentenceSignals,
        bounds: RepairBounds,
        *,
        mended: float = 0.0,
    ) -> list[float]:
        """How probable each of ``edits``, of one sentence, is right; so many changes were ``mended`` in it before."""
        values = [edit.values(sentence) for edit in edits]
        alone = [
            _probability(self.alone.log_odds(edit, each))
            for edit, each in zip(edits, values, strict=True)
        ]
        expected = mended + sum(alone)
        return [
            _probability(
                self.together.log_odds(edit, (*each, *about_others(expected - own, sentence)))
                + bounds.offsets.get(edit.kind, 0.0)
            )
            for edit, each, own in zip(edits, values, alone, strict=True)
        ]


def about_others(expected: float, sentence: SentenceSignals) -> tuple[float, float]:
    """What the second model weighs besides: how many other changes are ``expected`` for its length, unknown words."""
    return (
        math.log((expected + 0.25) / (sentence.words + 5) * 10),
        min(0.4, sentence.unknown * 5),
    )


def _within(value: float, most: float) -> float:
    return max(-most, min(most, value))


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-_within(log_odds, 50.0)))


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


@cache
def fitted_bounds() -> FittedBounds:
    """Those that the program comes with."""
    values = json.loads(resource_path("repair_bounds.json").read_text("utf-8"))
    alone, together = (
        Weights(values[name]["kinds"], values[name]["shared"]) for name in ("alone", "together")
    )
    return FittedBounds(alone, together, values["careful"], values["thorough"], values["stricter"])
