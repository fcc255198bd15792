"""The line from the writer's own texts (0) to a model's prose (1), and where a text is on it.

A place on it is a weighted sum of rates, so that a text of which a share s is the model's stands, on average, at s. Short
texts say little: their places are drawn towards the writer's own as far as chance alone could have moved them
(a normal prior around 0, as in empirical Bayes; Efron & Morris 1973).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cowrite.voice.chapters import SAMPLE_WORDS
from cowrite.voice.traits import Counted, Trait, count

LEAST_OWN_WORDS = 5_000
"""Of the writer's own texts; with fewer no line is drawn."""
LEAST_WORDS = 300
"""Of a chapter; with fewer nothing is said of it."""
ALARM = 0.3
"""Above this a chapter is pointed out. Of chapters of four authors' other books, nearly none is (benchmarks/voice.py)."""
LEAST_MOVE = 0.01
_PRIOR = 0.25
"""How far from 0 a passage is, as a standard deviation, before anything of it was read."""


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
    """``weights`` are by trait, for rates per word; ``own`` and ``model`` are the rates at 0 and at 1.

    ``spread`` is the standard deviation of the places of the writer's own samples of SAMPLE_WORDS words, and
    ``own_words`` how many words of theirs it was drawn from.
    """

    weights: Mapping[Trait, float]
    own: Mapping[Trait, float]
    model: Mapping[Trait, float]
    spread: float
    own_words: int

    def raw_place(self, text: Counted) -> float:
        """Where ``text`` is by its rates alone; also below 0 or above 1."""
        return sum(
            weight * (text.rate(trait) - self.own[trait]) for trait, weight in self.weights.items()
        )

    def place(self, text: Counted) -> float:
        """Where ``text`` is, from 0 to 1, as far as its length allows to say."""
        return min(1.0, max(0.0, self._drawn_in(text.words) * self.raw_place(text)))

    def habits(self, text: Counted, most: int = 8) -> list[Habit]:
        """What moved ``text`` towards the model, what moved it most first.

        Only what differs from the writer's own texts the way the model does.
        """
        found = []
        for trait, weight in self.weights.items():
            own, model, rate = self.own[trait], self.model[trait], text.rate(trait)
            moved = weight * (rate - own)
            if moved > 0 and (rate - own) * (model - own) > 0:
                times = text.traits.get(trait, 0)
                found.append(Habit(trait, times, own * text.words, model * text.words, moved))
        return sorted(found, key=lambda habit: -habit.moved)[:most]

    def moved(self, before: str, after: str) -> float:
        """By how much of the way from own to model a passage moves if it becomes ``after``; below 0 is towards own."""
        one, other = count(before), count(after)
        if not one.words or not other.words:
            return 0.0
        drawn_in = self._drawn_in(max(one.words, other.words))
        return drawn_in * (self.raw_place(other) - self.raw_place(one))

    def moves(self, before: str, after: str) -> str | None:
        """What a rewrite does to the voice of a passage, in a sentence; None where it is nothing worth saying."""
        moved = min(1.0, max(-1.0, self.moved(before, after)))
        if abs(moved) < LEAST_MOVE:
            return None
        towards = "the model" if moved > 0 else "your own texts"
        return f"Moves this passage {abs(moved):.0%} towards {towards}.".replace("%", " %")

    def _drawn_in(self, words: int) -> float:
        """How much of a raw place of a text of so many words is not chance, from 0 to 1."""
        chance = self.spread**2 * SAMPLE_WORDS / max(1, words)
        return _PRIOR**2 / (_PRIOR**2 + chance)
