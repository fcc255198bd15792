"""Hits in a text of many lines: found in small slices, kept by line so that an edit touches those of its lines only."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.search.matches import Match
from cowrite.search.pattern import Pattern
from cowrite.search.regex_pattern import TooLongError
from cowrite.search.replacement import Replacement

_WIDE = re.compile("[\U00010000-\U0010ffff]")

SLICE_CHARACTERS = 50_000
"""How much is searched at a time: about a millisecond, in which no other thread of Python can go on."""

Spans: TypeAlias = "array[int]"
"""The starts and ends of a line's hits in turn, in UTF-16 units from its start; an end may lie beyond the line."""
Cancelled = Callable[[], bool]


def never() -> bool:
    """No."""
    return False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, by line. ``problem`` says why it is not all there is."""

    lines: dict[int, Spans] = field(default_factory=dict)
    problem: str = ""

    @property
    def count(self) -> int:
        """How many hits there are."""
        return sum(len(spans) for spans in self.lines.values()) // 2


def search(pattern: Pattern, lines: Sequence[str], is_cancelled: Cancelled = never) -> Found:
    """Find all hits in ``lines``; ends early if ``is_cancelled`` says so, or if it would take too long."""
    found = Found()
    try:
        for first, part in _slices(pattern, lines):
            if is_cancelled():
                break
            for number, starts, ends in pattern.by_line(part):
                spans = spans_in_units(part, number, starts, ends)
                before = found.lines.get(first + number)
                found.lines[first + number] = before + spans if before else spans
    except TooLongError as error:
        return Found(found.lines, str(error))
    return found


def search_line(pattern: Pattern, line: str) -> Spans:
    """The hits in one line. Raises TooLongError."""
    for _, starts, ends in pattern.by_line([line]):
        return spans_in_units([line], 0, starts, ends)
    return array("I")


def spans_in_units(
    lines: Sequence[str], number: int, starts: Sequence[int], ends: Sequence[int]
) -> Spans:
    """Places in characters of a line as places in UTF-16 units; an end may lie in a later line."""
    spans = array("I", bytes(2 * array("I").itemsize * len(starts)))
    text, last = lines[number], ends[-1]
    while last > len(text):
        number += 1
        text += "\n" + lines[number]
    units = _Units(text)
    spans[0::2] = array("I", units.of(starts))
    spans[1::2] = array("I", units.of(ends))
    return spans


class _Units:
    """Places of a text in characters as places in UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [each.start() for each in _WIDE.finditer(text)]

    def at(self, place: int) -> int:
        return place + bisect_left(self._wide, place)

    def of(self, places: Sequence[int]) -> Sequence[int]:
        return [self.at(place) for place in places] if self._wide else places


@dataclass(frozen=True, slots=True)
class LineEdit:
    """In line ``line`` what stands from ``start`` to ``end`` (UTF-16 units from its start) becomes ``text``."""

    line: int
    start: int
    end: int
    text: str


def edits(
    pattern: Pattern,
    lines: Sequence[str],
    replacement: Replacement,
    is_cancelled: Cancelled = never,
) -> list[LineEdit]:
    """What replacing every hit would change. Raises TooLongError, and PatternError for a template."""
    return [
        LineEdit(line, start, end, replacement.of(text[match.start : match.end], match.group))
        for line, start, end, text, match in each_hit(pattern, lines, is_cancelled)
    ]


def each_hit(
    pattern: Pattern, lines: Sequence[str], is_cancelled: Cancelled
) -> Iterator[tuple[int, int, int, str, Match]]:
    """Each hit: its line, start and end in units of it, and where and in which text it was found."""
    for first, part in _slices(pattern, lines, one_by_one=True):
        if is_cancelled():
            return
        text = part[0] if len(part) == 1 else "\n".join(part)
        number, base = first, 0
        units = _Units(text)
        for match in pattern.matches(text):
            while match.start > base + len(lines[number]):
                base += len(lines[number]) + 1
                number += 1
            at_line = units.at(base)
            start, end = units.at(match.start) - at_line, units.at(match.end) - at_line
            yield number, start, end, text, match


def _slices(
    pattern: Pattern, lines: Sequence[str], *, one_by_one: bool = False
) -> Iterator[tuple[int, Sequence[str]]]:
    """What is searched at a time: the number of its first line, and its lines."""
    if pattern.crosses_lines:
        yield 0, lines
        return
    size = 1 if pattern.may_take_long and one_by_one else SLICE_CHARACTERS
    first = length = 0
    for number, line in enumerate(lines):
        length += len(line) + 1
        if length >= size:
            yield first, lines[first : number + 1]
            first, length = number + 1, 0
    if first < len(lines):
        yield first, lines[first:]


def applied(lines: Sequence[str], changes: Sequence[LineEdit]) -> str:
    r"""The text of ``lines``, separated by ``\n``, after ``changes``, which are in order and do not overlap."""
    text = "\n".join(lines)
    parts: list[str] = []
    line = base = end = 0
    for change in changes:
        while line < change.line:
            base += len(lines[line]) + 1
            line += 1
        start = base + utf16_index(lines[line], change.start)
        parts += (text[end:start], change.text)
        end = base + _index_from(lines, line, change.end)
    return "".join([*parts, text[end:]])


def _index_from(lines: Sequence[str], line: int, units: int) -> int:
    """The index in the text from ``line`` on that stands so many units after its start."""
    part = lines[line]
    while utf16_length(part) < units:
        line += 1
        part += "\n" + lines[line]
    return utf16_index(part, units)
