"""The hits of a text by line, with their number and their order. Knows no document and no widget."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from cowrite.search.line_hits import Spans

Hit = tuple[int, int, int]
"""A line, and from where to where in it, in UTF-16 units from its start; the end may lie in a later line."""


class HitLines:
    """Begins without a line. Lines are counted from 0."""

    def __init__(self) -> None:
        self._lines: list[Spans | None] = []
        self._count = 0

    @property
    def line_count(self) -> int:
        """How many lines the text has."""
        return len(self._lines)

    @property
    def count(self) -> int:
        """How many hits there are."""
        return self._count

    def reset(self, line_count: int, found: Mapping[int, Spans] | None = None) -> None:
        """The text has so many lines, and these are its hits."""
        self._lines = [None] * line_count
        self._count = 0
        for number, spans in (found or {}).items():
            if number < line_count:
                self._lines[number] = spans
                self._count += len(spans) // 2

    def replace(self, first: int, old_count: int, new: Sequence[Spans | None]) -> None:
        """In the place of ``old_count`` lines there are others."""
        self._count -= _count(self._lines[first : first + old_count])
        self._count += _count(new)
        self._lines[first : first + old_count] = [spans or None for spans in new]

    def spans(self, line: int) -> Spans:
        """The starts and ends of the hits in a line, in turn."""
        return self._lines[line] or array("I")

    def from_line(self, line: int) -> Iterator[Hit]:
        """Every hit from the start of ``line`` to the end of the text, in order."""
        for number in range(line, len(self._lines)):
            spans = self._lines[number]
            if spans:
                for at in range(0, len(spans), 2):
                    yield number, spans[at], spans[at + 1]

    def back_from_line(self, line: int) -> Iterator[Hit]:
        """Every hit from the end of ``line`` to the start of the text, the last first."""
        for number in range(min(line, len(self._lines) - 1), -1, -1):
            spans = self._lines[number]
            if spans:
                for at in range(len(spans) - 2, -1, -2):
                    yield number, spans[at], spans[at + 1]

    def count_before(self, line: int, start: int) -> int:
        """How many hits begin before a place: in earlier lines, or before ``start`` in this one."""
        here = self._lines[line] if line < len(self._lines) else None
        before = sum(each < start for each in here[0::2]) if here else 0
        return _count(self._lines[:line]) + before


def _count(lines: Sequence[Spans | None]) -> int:
    return sum(len(spans) for spans in lines if spans) // 2
