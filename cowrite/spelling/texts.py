"""A whole text: which of its words are to be flagged."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.prose import masked
from cowrite.spelling.words import Word, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Misspelling:
    """``text`` stands from ``start`` to ``end`` and is to be flagged."""

    start: int
    end: int
    text: str


def misspellings(
    text: str,
    ranges: Iterable[tuple[int, int]],
    checker: Checker,
    own: Container[str] = (),
    *,
    one_region: bool = False,
) -> tuple[list[Misspelling], Cast]:
    """What of the prose in ``ranges`` is to be flagged, in order, and the cast that was learned from all of it.

    ``own`` are words that are right here, in lower case; with ``one_region`` no other region's spelling is.
    Places are in characters.
    """
    cast = Cast(one_region=one_region)
    doubtful: list[Word] = []
    for word in words_of(masked(text, ranges)):
        if not checker.is_own(word):
            continue
        cast.add([word])
        if not checker.knows(word, own):
            doubtful.append(word)
    flagged = [
        Misspelling(start=word.start, end=word.end, text=text[word.start : word.end])
        for word in doubtful
        if checker.is_flagged(word, cast)
    ]
    return flagged, cast
