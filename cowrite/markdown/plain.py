"""The lines of a text that is not Markdown: all of it is prose; a line like “Chapter 3” is a heading to the outline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cowrite.markdown.analysis import LineMarks, whole
from cowrite.markdown.kinds import TextKind

_LONGEST_HEADING = 80
_NUMBER = r"(?:\d+|[IVXLC]+|[A-Z][a-z-]+|[A-Z-]+)"
_CHAPTER = re.compile(
    rf"\s*(?i:chapter|book|kapitel|buch|chapitre|livre|cap[ií]tulo|capitolo)\s+{_NUMBER}(?:[\s.:,–—-].*)?$"
    r"|\s*(?i:prologue|epilogue|prolog|epilog|épilogue)[.:]?\s*$"
    r"|\s*第\s*[\d〇零一二三四五六七八九十百千]+\s*[章回节節卷部].*$"
)
_PART = re.compile(rf"\s*(?i:part|teil|partie|parte)\s+{_NUMBER}(?:[\s.:,–—-].*)?$")
_BREAK = re.compile(r"\s*(?:#|(?:[*⁂•·~–—_+°-][ \t]*)+)\s*$")
_HEADING, _SCENE = 1, 2


class PlainLines:
    """As :class:`cowrite.markdown.groups.MarkdownLines`, for a plain text."""

    def __init__(self, text_of: Callable[[int], str], count: int) -> None:
        self._text_of = text_of
        self.reset(count)

    def reset(self, count: int) -> None:
        """The text is another one, of ``count`` lines, at least one."""
        self._noted = bytearray(count)
        self._known = 0

    def __len__(self) -> int:
        return len(self._noted)

    @property
    def is_settled(self) -> bool:
        """Whether all of it has been looked through."""
        return self._known >= len(self._noted)

    def replace(self, first: int, old: int, new: int, most: int = 2000) -> tuple[int, int]:
        """In place of ``old`` lines from ``first`` on there are ``new`` others; returns which changed."""
        self._noted[first : first + old] = bytes(new)
        if self._known > first:
            known = max(first, self._known + new - old)
            looked = min(first + new, first + most)
            self._look(first, looked)
            self._known = known if looked == first + new else looked
        return first, first + new

    def settle(self, most: int) -> tuple[int, int] | None:
        """Look through up to ``most`` lines more; between which lines something is known now, or None."""
        if self.is_settled:
            return None
        begin, self._known = self._known, min(len(self._noted), self._known + most)
        self._look(begin, self._known)
        return begin, self._known

    def _look(self, first: int, end: int) -> None:
        for number in range(first, end):
            line = self._text_of(number)
            if not line or len(line) > _LONGEST_HEADING:
                continue
            if _CHAPTER.match(line) or _PART.match(line):
                self._noted[number] = _HEADING
            elif _BREAK.match(line):
                self._noted[number] = _SCENE

    def marks(self, number: int) -> LineMarks:
        """What a line is: prose."""
        return whole(self._text_of(number), TextKind.PROSE)

    def has_noted(self, first: int, end: int) -> bool:
        """Whether any line from ``first`` to ``end`` may be a heading or part scenes."""
        return any(self._noted[first:end])

    def headings(self) -> Iterator[tuple[int, int]]:
        """The lines that look like headings, in order; parts are of level 1, chapters of level 2 below them."""
        numbers = [n for n, noted in self._found() if noted == _HEADING]
        parts = {n for n in numbers if _PART.match(self._text_of(n))}
        for number in numbers:
            yield number, 2 if parts and number not in parts else 1

    def breaks(self) -> Iterator[int]:
        """The lines that part scenes."""
        for number, noted in self._found():
            if noted == _SCENE:
                yield number

    def _found(self) -> Iterator[tuple[int, int]]:
        for found in re.finditer(rb"[^\0]", self._noted):
            yield found.start(), self._noted[found.start()]
