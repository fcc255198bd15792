"""The formats in which Markdown is shown: what of them a theme and the writer's choice make of a line.

Nothing here changes the height of a line: a page has one pitch (docs/adr/0027), so headings are larger within it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat

from cowrite.base.utf16 import in_units
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.markup.east_asian_emphasis import emphasized, paint_dot
from cowrite.editor.page.layer_ranges import LayerRange, LinePart
from cowrite.markdown.analysis import LineMarks
from cowrite.markdown.kinds import Style, TextKind

HEADING_SIZES = {1: 1.35, 2: 1.22, 3: 1.1}
"""By level, as a multiple of the prose; others are as large as it."""
CODE_SIZE = 0.92
_UNSEEN_POINTS = 0.1
"""So small that the letters have no width at all, at any zoom."""
_BAR_PX = 3.0
_BAR_GAP_PX = 14.0


class MarksShown(StrEnum):
    """How the marks of Markdown are shown: the values of the setting ``markdown_marks``."""

    QUIET = "quiet"
    HIDDEN = "hidden"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class PageFonts:
    """``points`` and line ``pitch`` (pixels) of the prose at 100 %, and the families of text of fixed width."""

    points: float
    pitch: float
    mono: tuple[str, ...]


class Formats:
    """All formats for one theme."""

    def __init__(self, theme: Theme, fonts: PageFonts) -> None:
        self._theme = theme
        self._fonts = fonts
        self._quiet = _coloured(theme.quiet)
        self._unseen = _coloured(theme.page)
        self._unseen.setFontPointSize(_UNSEEN_POINTS)
        self._unseen.setFontUnderline(False)
        self._headings = {level: self._heading(level) for level in range(1, 7)}
        self._mono = QTextCharFormat()
        self._mono.setFontFamilies(list(fonts.mono))
        self._mono.setFontPointSize(fonts.points * CODE_SIZE)
        self._styles = {
            Style.STRONG: _bold(),
            Style.EMPHASIS: _italic(),
            Style.STRIKE: _struck(),
            Style.CODE: self._mono,
            Style.LINK: _coloured(theme.accent),
            Style.CODE_BLOCK: self._mono,
            Style.TABLE: self._mono,
            Style.BREAK: self._quiet,
            Style.LIST_MARK: _coloured(theme.accent),
        }
        self._kinds = {
            TextKind.MARK: self._quiet,
            TextKind.ADDRESS: self._quiet,
            TextKind.FRONT_MATTER: self._quiet,
            TextKind.COMMENT: self._quiet,
            TextKind.TAG: self._quiet,
            TextKind.LABEL: self._quiet,
        }

    def _heading(self, level: int) -> QTextCharFormat:
        result = _bold()
        result.setFontPointSize(self._fonts.points * HEADING_SIZES.get(level, 1.0))
        return result

    def ranges(self, marks: LineMarks, line: str, *, hides: bool) -> list[LayerRange]:
        """How ``line`` is shown; with ``hides`` without the marks that a reader never sees."""
        if not marks.styles and all(kind is TextKind.PROSE for _, _, kind in marks.kinds):
            return []
        units = in_units(line)
        length = len(units)
        shown = [*self._styled(marks, units), *self._of_kinds(marks)]
        return [*shown, *self._hidden(marks, length)] if hides else shown

    def _styled(self, marks: LineMarks, units: str) -> Iterator[LayerRange]:
        length = len(units)
        if marks.heading_level:
            heading = self._headings[marks.heading_level]
            yield LayerRange(start=0, end=length, style=heading, covers_slot=True)
        closing = {end: start for start, end, style in marks.styles if style is Style.SYNTAX}
        for start, end, style in marks.styles:
            if style is Style.QUOTE:
                yield LayerRange(start=0, end=length, underlay=self._paint_bar)
            elif (shown := self._styles.get(style)) is not None:
                is_block = style in (Style.CODE_BLOCK, Style.TABLE)
                if style is Style.CODE:
                    yield LayerRange(start=start, end=end, underlay=self._paint_ground)
                # A suggestion before the closing marks looks like what is before it, one after them does not.
                inner = end if is_block else closing.get(end, end)
                if style is Style.EMPHASIS:
                    yield from emphasized(units, start, inner, shown, self._paint_dot)
                elif inner > start:
                    yield LayerRange(start=start, end=inner, style=shown, covers_slot=True)
                if inner < end:
                    yield LayerRange(start=inner, end=end, style=shown)

    def _of_kinds(self, marks: LineMarks) -> Iterator[LayerRange]:
        in_list = [(start, end) for start, end, style in marks.styles if style is Style.LIST_MARK]
        for start, end, kind in marks.kinds:
            look = self._kinds.get(kind)
            if look is None or (kind is TextKind.MARK and _within(start, end, in_list)):
                continue
            yield LayerRange(start=start, end=end, style=look)

    def _hidden(self, marks: LineMarks, length: int) -> Iterator[LayerRange]:
        for start, end, style in marks.styles:
            if style is Style.SYNTAX and end - start < length:  # a line is never hidden altogether
                yield LayerRange(start=start, end=end, style=self._unseen)

    def _paint_dot(self, painter: QPainter, part: LinePart) -> None:
        """Below a character that is emphasized."""
        painter.setBrush(QColor(self._theme.ink))
        paint_dot(painter, part.box.left(), part.box.right(), part.baseline)

    def _paint_bar(self, painter: QPainter, part: LinePart) -> None:
        """Beside a quotation, at the left of each of its lines."""
        left = part.line.left() - _BAR_GAP_PX * part.scale
        pitch = self._fonts.pitch * part.scale
        # As Qt sets a line of fixed height: four fifths of it above the baseline.
        bar = QRectF(left, part.baseline - pitch * 4 / 5, _BAR_PX * part.scale, pitch)
        painter.fillRect(bar, QColor(mixed(self._theme.page, self._theme.ink, 0.2)))

    def _paint_ground(self, painter: QPainter, part: LinePart) -> None:
        """Behind a piece of code in a line."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor(mixed(self._theme.page, self._theme.ink, 0.07)))
        radius = 3.0 * part.scale
        painter.drawRoundedRect(part.box.adjusted(-radius, 0, radius, 0), radius, radius)
        painter.restore()


def _within(start: int, end: int, places: list[tuple[int, int]]) -> bool:
    return any(first < end and last > start for first, last in places)


def _coloured(colour: str) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(QColor(colour))
    return result


def _bold() -> QTextCharFormat:
    result = QTextCharFormat()
    result.setFontWeight(QFont.Weight.Bold)
    return result


def _italic() -> QTextCharFormat:
    result = QTextCharFormat()
    result.setFontItalic(True)
    return result


def _struck() -> QTextCharFormat:
    result = QTextCharFormat()
    result.setFontStrikeOut(True)
    return result
