"""A query made ready: where it is found in a text, and what would come in the place of each hit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Protocol

from cowrite.search.folding import Folded, folded
from cowrite.search.matches import Match
from cowrite.search.query import Query
from cowrite.search.regex_pattern import RegexPattern
from cowrite.search.replacement import Replacement


class Pattern(Protocol):
    """Finds hits that are not empty and do not overlap, in characters from the start of the text, in order."""

    @property
    def crosses_lines(self) -> bool:
        """Whether a hit may go on in the next line: then a text is searched as a whole, otherwise line by line."""
        ...

    @property
    def may_take_long(self) -> bool:
        """Whether it may work on a short text for long, and has to be kept off the window's thread."""
        ...

    def matches(self, text: str) -> Iterator[Match]:
        """Each hit. Raises :class:`~cowrite.search.regex_pattern.TooLongError`."""
        ...

    def by_line(self, lines: Sequence[str]) -> Iterator[tuple[int, list[int], list[int]]]:
        """The number of each line with hits, where they start and where they end.

        An end may lie in a later line. Raises TooLongError.
        """
        ...

    def check(self, replacement: Replacement) -> None:
        """Raises PatternError if nothing can be replaced so."""
        ...


class PlainPattern:
    """Finds text, whatever the width, the accents' form and the shape of the quotation marks."""

    crosses_lines = False
    may_take_long = False

    def __init__(self, query: Query) -> None:
        self._case = query.case
        self._needle = folded(query.text, case=query.case).text
        letters = query.text
        self._bound_before = query.words and letters[:1] != "" and _is_of_word(letters[0])
        self._bound_after = query.words and letters[-1:] != "" and _is_of_word(letters[-1])

    def check(self, replacement: Replacement) -> None:
        """Any text can come in the place of a hit."""

    def matches(self, text: str) -> Iterator[Match]:
        """Each hit."""
        haystack = folded(text, case=self._case)
        return map(Match, *self._places(text, haystack.text, haystack))

    def by_line(self, lines: Sequence[str]) -> Iterator[tuple[int, list[int], list[int]]]:
        """The number of each line with hits, where they start and where they end."""
        whole = "\n".join(lines)
        haystack = folded(whole, case=self._case)
        if not self._needle or self._needle not in haystack.text:
            return
        if haystack.at:
            for number, line in enumerate(lines):
                haystack = folded(line, case=self._case)
                starts, ends = self._places(line, haystack.text, haystack)
                if starts:
                    yield number, starts, ends
            return
        for number, text in enumerate(haystack.text.split("\n")):
            if self._needle in text:
                starts, ends = self._places(lines[number], text, haystack)
                if starts:
                    yield number, starts, ends

    def _places(self, text: str, letters: str, haystack: Folded) -> tuple[list[int], list[int]]:
        """Where hits in ``text`` start and end; ``letters`` is that text folded."""
        length = len(self._needle)
        if not length:
            return [], []
        # Splitting finds all at once, without a step of Python for each.
        parts = letters.split(self._needle)
        parts.pop()
        ends = list(accumulate(len(part) + length for part in parts))
        starts = [end - length for end in ends]
        if haystack.at:
            places = [
                (haystack.place(start), haystack.place(end))
                for start, end in zip(starts, ends, strict=True)
            ]
            whole = [(start, end) for start, end in places if start is not None and end is not None]
            starts, ends = [start for start, _ in whole], [end for _, end in whole]
        if self._bound_before or self._bound_after:
            bounded = [at for at in zip(starts, ends, strict=True) if self._is_bounded(text, *at)]
            starts, ends = [start for start, _ in bounded], [end for _, end in bounded]
        return starts, ends

    def _is_bounded(self, text: str, start: int, end: int) -> bool:
        if self._bound_before and start and _is_of_word(text[start - 1]):
            return False
        return not (self._bound_after and end < len(text) and _is_of_word(text[end]))


def compiled(query: Query) -> Pattern:
    """Make ``query`` ready. Raises :class:`~cowrite.search.regex_errors.PatternError` with a plain sentence."""
    if not query.regex:
        return PlainPattern(query)
    return RegexPattern(query)


def _is_of_word(character: str) -> bool:
    """Whether a letter goes on there: no Chinese or Japanese one, between which no words can be told."""
    if character.isascii():
        return character.isalnum() or character == "_"
    if not (character.isalnum() or unicodedata.category(character).startswith("M")):
        return False
    return not ("\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff")
