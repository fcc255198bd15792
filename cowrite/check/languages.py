"""Which of the languages that make a difference here a text is in, by its own words."""

from __future__ import annotations

import re

from cowrite.base.words import is_unspaced
from cowrite.check.tokens import Language

SAMPLE_CHARACTERS = 20_000
_LEAST_ENGLISH, _LEAST_UNSPACED = 0.14, 0.3
_FEWEST_WORDS = 20
# Words of which no other language that is often written has more than one or two.
_ENGLISH = frozenset(
    ("the", "and", "of", "to", "that", "was", "with", "his", "her", "had", "for", "you", "not", "but", "they", "were",
     "from", "this", "have", "she", "which", "is", "it")
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> Language:
    """That of the beginning of ``text``; of a few words that say nothing, English."""
    sample = text[:SAMPLE_CHARACTERS]
    letters = [each for each in sample if each.isalpha()]
    unspaced = sum(map(is_unspaced, letters))
    if unspaced and unspaced >= _LEAST_UNSPACED * len(letters):
        return Language.CHINESE
    words = _WORD.findall(sample.lower())
    english = sum(word in _ENGLISH for word in words)
    is_other = len(words) >= _FEWEST_WORDS and english < _LEAST_ENGLISH * len(words)
    return Language.OTHER if is_other else Language.ENGLISH
