"""How often a word is right that the model gives a probability: a logistic correction for each kind of place.

The engine's own probabilities are too high where anything may follow and too low where the letters that are typed leave
little choice. Two numbers for each place, fitted by logistic regression on 960 words (5,695 places) of the four tuning
texts (Emma, What's Wrong with the World, Roughing It, DeVault's blog before 2020) with the starter model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum

from cowrite.suggest.filter.key_places import KeyPlace, place_of_key

# Nothing is as sure as a logarithm of 0 or 1 would have it.
_SUREST = 8.0


class WordPlace(Enum):
    """What is known of a word before it is offered."""

    START = "the first word of a sentence or a paragraph"
    BEFORE = "another word, of which nothing is typed"
    BEGUN = "the rest of a word of which one letter is typed"
    WITHIN = "the rest of a word of which more letters are typed"
    FURTHER = "a word after the first one of the ghost, which is right"


# Intercept and slope on the log-odds.
CALIBRATION: Mapping[WordPlace, tuple[float, float]] = {
    WordPlace.START: (-0.6, 1.16),
    WordPlace.BEFORE: (0.09, 1.33),
    WordPlace.BEGUN: (-0.1, 0.9),
    WordPlace.WITHIN: (0.45, 0.91),
    WordPlace.FURTHER: (-0.16, 1.3),
}


def calibrated(place: WordPlace, logprob: float) -> float:
    """The probability that a word of natural-log probability ``logprob`` at ``place`` is right; above 0 and below 1."""
    odds = _SUREST if logprob >= 0 else logprob - math.log(-math.expm1(logprob))
    intercept, slope = CALIBRATION[place]
    score = intercept + slope * min(max(odds, -_SUREST), _SUREST)
    return 1 / (1 + math.exp(-score))


def place_of_word(before: str) -> WordPlace:
    """The kind of place after ``before`` for a word of which nothing is typed."""
    begins = place_of_key(before, "a") in (KeyPlace.PARAGRAPH, KeyPlace.SENTENCE)
    return WordPlace.START if begins else WordPlace.BEFORE
