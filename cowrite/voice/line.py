"""The line from the writer's own texts (0) to a model's prose (1), and where a text is on it.

The score of a sample is a weighted sum of roots of rates: 0 for the writer's own on average, 1 for the model's. A text
is at the mean of its samples' places, and a sample's place is its score, but 0 as far as the writer's own vary anyway,
and 1 where it is clear: so that a little everywhere, such as another subject brings along, counts less than a passage
that is another's.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cowrite.localization import tr
from cowrite.voice.chapters import SAMPLE_WORDS, samples
from cowrite.voice.traits import Counted, Trait, count

LEAST_OWN_WORDS = 5_000
"""Of the writer's own texts; with fewer no line is drawn."""
ENOUGH_OWN_WORDS = 400_000
"""Of the writer's own texts; what is beyond is not read."""
LEAST_WORDS = 300
"""Of a chapter; with fewer nothing is said of it."""
ALARM = 0.15
"""Above this a chapter is pointed out; of the writer's own nearly none is, see ``benchmarks/voice.py``."""
LOW, HIGH = 0.2, 0.8
"""Scores of samples up to which their place is 0, and from which on it is 1, where there is much of the writer's own.

Where there is less both are higher by as much: what a line was drawn from is nearer to 0 than what it has not seen.
"""
LEAST_MOVE = 0.01


@dataclass(frozen=True, slots=True)
class Habit:
    """A trait that moved a text: ``times`` in it, ``own`` and ``model`` the times expected of either in as many words.

    ``moved`` is by how much, along the line.
    """

    trait: Trait
    times: int
    own: float
    model: float
    moved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceLine:
    """``weights`` are by trait, for the roots of rates, of which ``roots`` are the writer's own mean.

    ``own`` and ``model`` are the rates per word of either, and ``own_words`` how many words it was drawn from.
    ``at_nothing`` is the score of a sample without any of these traits. Up to the score ``low`` a sample is at 0.
    """

    weights: Mapping[Trait, float]
    roots: Mapping[Trait, float]
    own: Mapping[Trait, float]
    model: Mapping[Trait, float]
    own_words: int
    at_nothing: float
    low: float = LOW

    def score(self, sample: Counted) -> float:
        """How far a sample of about SAMPLE_WORDS words is towards the model; also below 0 or above 1."""
        weights = self.weights
        return self.at_nothing + sum(
            weights[trait] * sample.root(trait) for trait in sample.traits if trait in weights
        )

    def place(self, pieces: Iterable[Counted]) -> float:
        """Where a text of these samples is, from 0 to 1; 0 without any."""
        words = total = 0.0
        for sample in pieces:
            place = (self.score(sample) - self.low) / (HIGH - LOW)
            total += sample.words * min(1.0, max(0.0, place))
            words += sample.words
        return total / words if words else 0.0

    def habits(self, pieces: Sequence[Counted], most: int = 8) -> list[Habit]:
        """What moved a text of these samples towards the model, what moved it most first.

        Only what differs from the writer's own texts the way the model does.
        """
        found = []
        words = sum(each.words for each in pieces)
        roots, all_times = defaultdict[Trait, float](float), Counter[Trait]()
        for each in pieces:
            all_times.update(each.traits)
            for trait in each.traits:
                roots[trait] += each.root(trait)
        for trait, weight in self.weights.items():
            moved = weight * (roots[trait] / max(1, len(pieces)) - self.roots[trait])
            times = all_times[trait]
            own, model = self.own[trait] * words, self.model[trait] * words
            if moved > 0 and (times - own) * (model - own) > 0:
                found.append(Habit(trait, times, own, model, moved))
        return sorted(found, key=lambda habit: -habit.moved)[:most]

    def moved(self, before: str, after: str) -> float:
        """By how much of the way from own to model a passage moves if it becomes ``after``; below 0 is towards own.

        A short passage says little: it is read as if the rest of a sample were around it, as the writer has it.
        """
        one, other = self._passage_score(before), self._passage_score(after)
        return 0.0 if one is None or other is None else other - one

    def moves(self, before: str, after: str) -> str | None:
        """What a rewrite does to the voice of a passage, in a sentence; None where it is nothing worth saying."""
        moved = min(1.0, max(-1.0, self.moved(before, after)))
        if abs(moved) < LEAST_MOVE:
            return None
        percent = 100 * abs(moved)
        if moved > 0:
            return tr("Moves this passage {percent:.0f} % towards the model.", percent=percent)
        return tr("Moves this passage {percent:.0f} % towards your own texts.", percent=percent)

    def _passage_score(self, passage: str) -> float | None:
        """The mean score of its samples; None if there is no word in it."""
        whole = count(passage)
        if not whole.words:
            return None
        if whole.words >= SAMPLE_WORDS:
            pieces = [*samples(passage.split("\n"))]
            total = sum(each.words for each in pieces)
            return sum(each.words * self.score(each) for each in pieces) / total
        around = SAMPLE_WORDS - whole.words
        return sum(
            weight
            * (
                math.sqrt((whole.traits.get(trait, 0) + self.own[trait] * around) / SAMPLE_WORDS)
                - self.roots[trait]
            )
            for trait, weight in self.weights.items()
        )
