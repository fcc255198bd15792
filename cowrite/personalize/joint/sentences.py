"""Sentences of a text, each with what stands before it in its paragraph, and paragraphs to go on with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SHORTEST_WORDS, LONGEST_WORDS = 5, 18
LEAST_LETTERS = 0.75
_END = re.compile(r"(?<=[.!?])[\"”’']?\s+(?=[\"“‘'A-Z])")
# Not the end of a sentence.
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Sr|Jr|vs|etc|No|U\.S|[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text`` after ``before`` of the same paragraph, which ends with a space or is empty."""

    before: str
    text: str


def paragraphs_of(text: str) -> list[str]:
    """What blank lines separate, each in one line."""
    found = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return [part for part in found if part]


def sentences_of(text: str) -> Iterator[Sentence]:
    """Sentences that a rule may damage: of ordinary length, of letters for the most part, with an end."""
    for paragraph in paragraphs_of(text):
        for start, end in _bounds(paragraph):
            sentence = paragraph[start:end]
            if _is_ordinary(sentence):
                yield Sentence(paragraph[:start], sentence)


def _bounds(paragraph: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(paragraph):
        end = match.end() - len(match.group().lstrip("\"”’'"))
        if not _ABBREVIATED.search(paragraph[start:end]):
            yield start, end
            start = match.end()
    yield start, len(paragraph)


def _is_ordinary(sentence: str) -> bool:
    words = len(sentence.split())
    letters = sum(sign.isalpha() or sign == " " for sign in sentence)
    return (
        SHORTEST_WORDS <= words <= LONGEST_WORDS
        and sentence[0].isupper()
        and sentence.rstrip("\"”’'")[-1:] in {".", "!", "?"}
        and sentence.isascii()
        and letters >= LEAST_LETTERS * len(sentence)
    )
