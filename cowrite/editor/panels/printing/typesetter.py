"""Sets a manuscript: lines, and pages of lines. It works a little at a time, so that nobody waits for a long one.

Lengths are in units of 1/10 point, and so are the sizes of fonts: what is set is the same on every printer, in a
file and on screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from cowrite.base.utf16 import in_units
from cowrite.editor.markup.east_asian_emphasis import paint_dot
from cowrite.editor.page.geometry import cursor_x
from cowrite.editor.panels.printing.letter_looks import dots_below, letter_formats
from cowrite.editor.panels.printing.loaded_pictures import LoadedPicture, LoadedPictures
from cowrite.editor.panels.printing.manuscript import Block, BlockKind, Run, chapter_level
from cowrite.editor.panels.printing.page_setup import PageSetup
from cowrite.typography.wide_marks import is_of_wide_script

UNITS = 10.0
"""So many are a point."""
POINTS_PER_INCH = 72
POINTS_PER_PIXEL = 0.75
"""A picture is as large as in a browser: 96 of its pixels are an inch."""
FINEST_DPI = 300
TITLE_LEVEL = -1
HEADING_SCALE = {TITLE_LEVEL: 2.0, 1: 1.6, 2: 1.3, 3: 1.15}
JOINING = frozenset("·～")
_ROUNDING = 0.5
_SMALL = frozenset({BlockKind.NOTE, BlockKind.CODE, BlockKind.TABLE_ROW})


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """One line of a laid-out block: where the top left of the block would be so that it stands in its place.

    ``dots`` are the characters of the block that have a dot below, from where to where, in UTF-16 units.
    """

    layout: QTextLayout
    line: int
    origin: QPointF
    marker: str = ""
    dots: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture in its place on a page."""

    picture: LoadedPicture
    place: QRectF


Placed: TypeAlias = PlacedLine | PlacedPicture


class Typesetter:
    """Sets ``blocks`` under ``title`` (empty for none). ``pages`` grows with each :meth:`advance`.

    ``pictures``: those that the blocks speak of; without any, there is nothing in their places.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        setup: PageSetup,
        body: QFont,
        code: QFont,
        title: str,
        pictures: LoadedPictures | None = None,
    ) -> None:
        self.setup = setup
        self.pages: list[list[Placed]] = [[]]
        self._pictures = pictures
        self._blocks = [*_title(title, setup), *blocks]
        self._chapter_level = chapter_level(blocks)
        self._next = 0
        area = setup.text_area
        self._area = QRectF(
            area.x() * UNITS, area.y() * UNITS, area.width() * UNITS, area.height() * UNITS
        )
        self._body = _sized(body, setup.size_pt)
        self._code = _sized(code, setup.size_pt * 0.85)
        self._leading = QFontMetricsF(self._body).height() * setup.line_percent / 100
        self._y = 0.0
        self._before: Block | None = None

    @property
    def is_done(self) -> bool:
        """Whether all of it is set."""
        return self._next >= len(self._blocks)

    @property
    def progress(self) -> float:
        """How much of it is set, from 0 to 1."""
        return self._next / len(self._blocks) if self._blocks else 1.0

    def advance(self, blocks: int = 8) -> None:
        """Set some more."""
        for block in self._blocks[self._next : self._next + blocks]:
            self._set(block)
            self._before = block
            self._next += 1

    def draw(self, painter: QPainter, page: int) -> None:
        """Draw a page, the first being 0; the painter's unit is the point, its origin the corner of the sheet."""
        painter.save()
        painter.scale(1 / UNITS, 1 / UNITS)
        painter.setPen(Qt.GlobalColor.black)
        for placed in self.pages[page]:
            if isinstance(placed, PlacedPicture):
                _draw_picture(painter, placed)
                continue
            line = placed.layout.lineAt(placed.line)
            line.draw(painter, placed.origin)
            self._draw_dots(painter, placed)
            if placed.marker:
                painter.setFont(placed.layout.font())
                at = placed.origin + QPointF(line.x() - self._leading, line.y() + line.ascent())
                painter.drawText(at, placed.marker)
        if self.setup.page_numbers and not (page == 0 and self.setup.title):
            self._draw_number(painter, page)
        painter.restore()

    @staticmethod
    def _draw_dots(painter: QPainter, placed: PlacedLine) -> None:
        line = placed.layout.lineAt(placed.line)
        end = line.textStart() + line.textLength()
        painter.setBrush(Qt.GlobalColor.black)
        for first, last in placed.dots:
            if line.textStart() <= first < end:
                left, right = (placed.origin.x() + cursor_x(line, at) for at in (first, last))
                paint_dot(painter, left, right, placed.origin.y() + line.y() + line.ascent())

    def _draw_number(self, painter: QPainter, page: int) -> None:
        painter.setFont(self._body)
        below = (self.setup.sheet.bottom() * UNITS - self._area.bottom()) / 2
        foot = QRectF(
            self._area.left(), self._area.bottom(), self._area.width(), 2 * max(below, 1.0)
        )
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, str(page + 1))

    # --- one block ---

    def _set(self, block: Block) -> None:
        if self._begins_page(block):
            self._new_page()
        if block.kind is BlockKind.PICTURE:
            self._set_picture(block)
        else:
            self._set_text(block)

    def _set_picture(self, block: Block) -> None:
        picture = self._pictures.of(block.picture) if self._pictures is not None else None
        if picture is None:
            return
        left, _ = self._indents(block)
        room = QSizeF(self._area.width() - left, self._area.height())
        size = QSizeF(picture.size) * (UNITS * POINTS_PER_PIXEL)
        if size.width() > room.width() or size.height() > room.height():
            size.scale(room, Qt.AspectRatioMode.KeepAspectRatio)
        if self._y > 0:
            self._y += self._space_before(block)
        if self._y + size.height() > self._area.height() + _ROUNDING:
            self._new_page()
        beside = 0.0 if left else (room.width() - size.width()) / 2
        corner = self._area.topLeft() + QPointF(left + beside, self._y)
        self.pages[-1].append(PlacedPicture(picture, QRectF(corner, size)))
        self._y += size.height()

    def _set_text(self, block: Block) -> None:
        space = self._space_before(block)
        layout = self._laid_out(block)
        heights = _heights(layout, self._leading)
        if self._y > 0:
            self._y += space
        is_heading = block.kind is BlockKind.HEADING
        together = sum(heights if is_heading else heights[:2])
        if is_heading:
            together += 3 * self._leading  # what follows it begins on the same page
        if self._y + together > self._area.height():
            self._new_page()
        dots = dots_below(block.runs)
        for number, height in enumerate(heights):
            last_two = number == len(heights) - 2 > 1
            needed = height + (heights[number + 1] if last_two else 0.0)
            if self._y + needed > self._area.height() + _ROUNDING:
                self._new_page()
            line = layout.lineAt(number)
            top = self._area.top() + self._y + (height - line.height()) / 2 - line.y()
            marker = block.marker if number == 0 else ""
            origin = QPointF(self._area.left(), top)
            self.pages[-1].append(PlacedLine(layout, number, origin, marker, dots))
            self._y += height

    def _laid_out(self, block: Block) -> QTextLayout:
        font = self._font_of(block)
        layout = QTextLayout(block.text, font)
        layout.setFormats(letter_formats(block.runs, font, self._code))
        layout.setTextOption(self._option(block))
        layout.setCacheEnabled(True)
        left, right = self._indents(block)
        units = in_units(block.text)
        width, begin, y = self._area.width() - left - right, self._first_indent(block), 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width - begin))
            _keep_joining_mark(line, units)
            line.setPosition(QPointF(left + begin, y))
            y, begin = y + line.height(), 0.0
        layout.endLayout()
        return layout

    def _option(self, block: Block) -> QTextOption:
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if block.kind is BlockKind.SCENE_BREAK or block.level == TITLE_LEVEL:
            option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        elif block.kind is BlockKind.TABLE_ROW:
            columns = block.text.count("\t") + 1
            option.setTabStopDistance(self._area.width() / columns)
        return option

    def _font_of(self, block: Block) -> QFont:
        size = self.setup.size_pt
        match block.kind:
            case BlockKind.HEADING:
                font = _sized(self._body, size * HEADING_SCALE.get(block.level, 1.0))
                font.setBold(True)
                return font
            case BlockKind.CODE:
                return self._code
            case _ if block.kind in _SMALL:
                return _sized(self._body, size * 0.9)
        return self._body

    # --- where it stands ---

    def _begins_page(self, block: Block) -> bool:
        is_chapter = block.kind is BlockKind.HEADING and block.level == self._chapter_level
        before = self._before
        under_title = before is not None and before.kind is BlockKind.HEADING
        is_first = before is None or (under_title and before.level < self._chapter_level)
        return is_chapter and self.setup.new_page and not is_first

    def _new_page(self) -> None:
        if self.pages[-1]:  # what is higher than a page stands on one nevertheless
            self.pages.append([])
        self._y = 0.0

    def _space_before(self, block: Block) -> float:
        before = self._before
        if before is None:
            return 0.0
        if BlockKind.HEADING in (block.kind, before.kind):
            return self._leading
        if BlockKind.SCENE_BREAK in (block.kind, before.kind) or block.gap:
            return self._leading * 0.75
        if block.kind is before.kind and block.kind is not BlockKind.PARAGRAPH:
            return 0.0
        if self.setup.indent and block.kind is before.kind:
            return 0.0
        return self._leading * 0.6

    def _first_indent(self, block: Block) -> float:
        """A paragraph that follows another one stands in, as in books; the first of a scene does not.

        Of Chinese every one does, by two characters.
        """
        if not self.setup.indent or block.kind is not BlockKind.PARAGRAPH:
            return 0.0
        if is_of_wide_script(in_units(block.text)):
            return 2.0 * self._body.pixelSize()
        before = self._before
        follows = before is not None and before.kind is BlockKind.PARAGRAPH and not block.gap
        return self._leading * 1.2 if follows else 0.0

    def _indents(self, block: Block) -> tuple[float, float]:
        step = self._leading * 1.2
        match block.kind:
            case BlockKind.QUOTE:
                return step * block.level, step
            case BlockKind.ITEM | BlockKind.PICTURE:
                return step * block.level, 0.0
            case BlockKind.NOTE:
                return step, 0.0
        return 0.0, 0.0


def _draw_picture(painter: QPainter, placed: PlacedPicture) -> None:
    """Not finer than the device shows it, nor than paper does."""
    seen = painter.combinedTransform().mapRect(placed.place).size()
    finest = placed.place.size() * (FINEST_DPI / POINTS_PER_INCH / UNITS)
    size = seen.boundedTo(finest)
    image = placed.picture.image(QSize(ceil(size.width()), ceil(size.height())))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(placed.place, image)


def _title(title: str, setup: PageSetup) -> list[Block]:
    if not (title and setup.title):
        return []
    return [Block(kind=BlockKind.HEADING, runs=(Run(title),), level=TITLE_LEVEL)]


def _sized(font: QFont, points: float) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(max(1, round(points * UNITS)))
    sized.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return sized


def _keep_joining_mark(line: QTextLine, units: str) -> None:
    """Have no mark that joins two Chinese words begin the next line, as Qt lets it: the character before goes along."""
    start = line.textStart()
    end = start + line.textLength()
    if end - start > 1 and units[end : end + 1] in JOINING and not units[end - 1].isspace():
        # Too narrow for that character, so that Qt breaks the line before it, or where it may before that.
        line.setLineWidth(max(1.0, cursor_x(line, end) - line.x() - 1.0))


def _heights(layout: QTextLayout, leading: float) -> list[float]:
    lines = (layout.lineAt(number) for number in range(layout.lineCount()))
    return [max(leading, line.height()) for line in lines]
