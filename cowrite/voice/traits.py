"""What can be counted in a text that tells how it is written and not what it is about: words, marks, lengths.

A trait is a name of two parts, such as “word however” or “mark ;”; :mod:`cowrite.voice.habits` puts it into words.
Works in every script: words of those without spaces are ICU's.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cowrite.base.sentences import ends_sentence, needs_no_space
from cowrite.base.words import is_unspaced, split_without_space

Trait = str

SENTENCE_WORDS = (4, 8, 12, 17, 24, 34, 48, 68)
"""Up to how many words a sentence of each class has; longer ones are the last class."""
LONGEST_WORD = 13
"""Letters; what is longer counts with these."""
_WORD = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*")
_MARK = re.compile(r"--+|\.\.\.+|[^\w\s']")
_END = re.compile(r"[.!?…。！？]+[”’\"')\]»」』）】*_]*(\s+|$)?")
# Ways to write one mark, which are the keyboard's or the program's and not the writer's.
_SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "—": "--", "–": "--", "…": "..."}
)
_ENDING_LETTERS, _ENDING_FROM = 3, 5
_ABBREVIATION = 12


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each trait was found in ``words`` words."""

    words: int = 0
    traits: Mapping[Trait, int] = field(default_factory=dict)

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.words + other.words, Counter(self.traits) + Counter(other.traits))

    def __sub__(self, other: Counted) -> Counted:
        """Without ``other``, which is a part of it."""
        return Counted(self.words - other.words, Counter(self.traits) - Counter(other.traits))

    def rate(self, trait: Trait) -> float:
        """How often it is found for each word."""
        return self.traits.get(trait, 0) / self.words if self.words else 0.0

    def root(self, trait: Trait) -> float:
        """The square root of the rate: what is said again and again in one place counts less than what is a habit."""
        return math.sqrt(self.rate(trait))


def count(text: str) -> Counted:
    """The traits of ``text``; a line is a paragraph."""
    found = Counter[Trait]()
    words = 0
    for line in text.translate(_SAME).split("\n"):
        found.update(f"mark {_one_mark(mark)}" for mark in _MARK.findall(line))
        for sentence in sentences_of(line):
            said = _words(sentence)
            if said:
                words += len(said)
                _count_sentence(said, found)
    return Counted(words, dict(found))


def sentences_of(paragraph: str) -> Iterator[str]:
    """Its sentences in order; what stands after the last one's end is one too."""
    first = 0
    for match in _END.finditer(paragraph):
        stop = match.end()
        whole = paragraph[max(first, match.start() - _ABBREVIATION) : stop]
        if (match[1] is not None and ends_sentence(whole)) or needs_no_space(whole):
            yield paragraph[first:stop]
            first = stop
    if first < len(paragraph):
        yield paragraph[first:]


def _one_mark(mark: str) -> str:
    return mark[:2] if mark[0] == "-" else mark[:3]


def _words(sentence: str) -> list[str]:
    found = _WORD.findall(sentence)
    if not is_unspaced(sentence):
        return found
    return [part for word in found for part in split_without_space(word)]


def _count_sentence(words: list[str], found: Counter[Trait]) -> None:
    found[f"sentence {bisect_left(SENTENCE_WORDS, len(words))}"] += len(words)
    found[f"first {words[0].lower()}"] += 1
    for number, word in enumerate(words):
        found[f"length {min(len(word), LONGEST_WORD)}"] += 1
        if "'" in word:
            found["shortened "] += 1
        if "-" in word:
            found["hyphen "] += 1
        # Names tell what a text is about, and in German so do nouns. The first word may be either.
        if number and (word.islower() or word == "I" or is_unspaced(word[0])):
            found[f"word {word}"] += 1
            if len(word) >= _ENDING_FROM and not is_unspaced(word[0]):
                found[f"ending {word[-_ENDING_LETTERS:]}"] += 1
