"""What a layer of the page says of one paragraph: where which look begins and ends, and how many looks become one.

Nothing here knows the document or the page: it is arithmetic on places, in UTF-16 units from the start of a
paragraph's own text. What is laid out but is no text, a suggestion or what an input method composes, stands in the
paragraph's *slot* and is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, auto
from itertools import pairwise

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QTextCharFormat, QTextFormat, QTextLayout

_IS_OURS = QTextFormat.Property.UserProperty.value + 2


class Layer(IntEnum):
    """The sources of looks, from the lowest to the highest: where two set the same property, the higher one wins."""

    WIDE_MARKS = auto()
    ORIGIN_MARKS = auto()
    PLAYBACK = auto()
    MARKDOWN = auto()
    CHECK = auto()
    SPELLING = auto()
    SEARCH_HITS = auto()
    READING = auto()
    PROPOSALS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePart:
    """What an underlay is painted behind: as much of a range as stands on one line, in pixels of the painter.

    ``box`` is as tall as the font, ``line`` as tall as the line; ``scale`` is 1.0 at 100 %.
    """

    box: QRectF
    line: QRectF
    baseline: float
    scale: float


Underlay = Callable[[QPainter, LinePart], None]
"""Paints behind a part of a line. It is called once for each line that the range is on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRange:
    """From ``start`` up to ``end`` the text has this ``style``, or ``underlay`` behind it, or both.

    With ``covers_slot`` the style also holds for what stands in the slot, if the slot is in the range or at its end:
    a suggestion in a heading is as large as the heading.
    """

    start: int
    end: int
    style: QTextCharFormat | None = None
    underlay: Underlay | None = None
    covers_slot: bool = False

    def between(self, start: int, end: int) -> LayerRange | None:
        """What of it is between two places; None if nothing is."""
        if start <= self.start < self.end <= end:
            return self
        first, last = max(start, self.start), min(end, self.end)
        return replace(self, start=first, end=last) if first < last else None

    def shifted(self, by: int) -> LayerRange:
        """The same, ``by`` units further on."""
        return replace(self, start=self.start + by, end=self.end + by) if by else self

    def after_edit(self, offset: int, removed: int, inserted: int) -> LayerRange | None:
        """Where it is once ``removed`` units at ``offset`` have given way to ``inserted`` ones; None if all of it went.

        It grows by what is written within it, not by what is written at its ends or in place of an end of it.
        """
        gone, grown = offset + removed, inserted - removed
        if self.end <= offset:
            return self
        start, end = self.start, self.end
        if start >= gone:
            start += grown
        elif start >= offset:
            start = offset + inserted
        end = end + grown if end > gone else offset
        return replace(self, start=start, end=end) if start < end else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """``length`` units that are laid out before the text's unit ``at``; ``ranges`` count from its own beginning."""

    at: int = 0
    length: int = 0
    ranges: tuple[LayerRange, ...] = ()

    def around(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where a part of the text is among what is laid out: in two pieces if the slot stands within it."""
        if not self.length or end <= self.at:
            return [(start, end)]
        if start >= self.at:
            return [(start + self.length, end + self.length)]
        return [(start, self.at), (self.at + self.length, end + self.length)]


def merged_formats(
    layers: Mapping[Layer, Sequence[LayerRange]], slot: Slot
) -> list[QTextLayout.FormatRange]:
    """The looks of all ``layers`` and of the slot as one list: sorted, nothing twice, places as they are laid out."""
    pieces: list[tuple[int, int, QTextCharFormat]] = []
    for layer in sorted(layers):
        for each in layers[layer]:
            if each.style is not None:
                pieces += [(*piece, each.style) for piece in slot.around(each.start, each.end)]
                if each.covers_slot and slot.length and each.start < slot.at <= each.end:
                    pieces.append((slot.at, slot.at + slot.length, each.style))
    for each in slot.ranges:
        if each.style is not None:
            pieces.append((slot.at + each.start, slot.at + each.end, each.style))
    is_apart = all(before[1] <= after[0] for before, after in pairwise(pieces))
    return list(_apart(pieces) if is_apart else _flattened(pieces))


def _apart(
    pieces: Sequence[tuple[int, int, QTextCharFormat]],
) -> Iterator[QTextLayout.FormatRange]:
    """Pieces that do not overlap as they are, as most do not; those that touch and look the same as one."""
    known: QTextCharFormat | None = None
    last: QTextLayout.FormatRange | None = None
    for start, end, style in pieces:
        if style is known and last is not None:
            if last.start + last.length == start:
                last.length += end - start
                continue
            merged = last.format
        else:
            known, merged = style, _merged([style])
        if last is not None:
            yield last
        last = QTextLayout.FormatRange()
        last.start, last.length, last.format = start, end - start, merged
    if last is not None:
        yield last


def _flattened(
    pieces: Sequence[tuple[int, int, QTextCharFormat]],
) -> Iterator[QTextLayout.FormatRange]:
    """Pieces that overlap as pieces that do not; later ones win."""
    borders = sorted({place for start, end, _ in pieces for place in (start, end)})
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for number, (start, end, _) in enumerate(pieces):
        begins.setdefault(start, []).append(number)
        ends.setdefault(end, []).append(number)
    open_now: set[int] = set()
    last: QTextLayout.FormatRange | None = None
    for start, end in pairwise(borders):
        open_now = (open_now - set(ends.get(start, ()))) | set(begins.get(start, ()))
        if not open_now:
            continue
        style = _merged(pieces[number][2] for number in sorted(open_now))
        if last is not None and last.start + last.length == start and last.format == style:
            last.length = end - last.start
            continue
        if last is not None:
            yield last
        last = QTextLayout.FormatRange()
        last.start, last.length, last.format = start, end - start, style
    if last is not None:
        yield last


def _merged(styles: Iterable[QTextCharFormat]) -> QTextCharFormat:
    result = QTextCharFormat()
    for style in styles:
        result.merge(style)
    result.setProperty(_IS_OURS, True)
    return result


def is_ours(style: QTextCharFormat) -> bool:
    """Whether a format was made by :func:`merged_formats`, and not by Qt for an input method."""
    return style.hasProperty(_IS_OURS)
