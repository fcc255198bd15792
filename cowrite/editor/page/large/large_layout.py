"""A layout for documents that are too large to be laid out at once: only what is looked at gets lines.

Qt's own lays out every paragraph before it shows one, moves all that is below an edit, and ends at 8,388,607 pixels
(docs/adr/0031). This one estimates how high the others are, and sets one column of paragraphs in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QGuiApplication,
    QPainter,
    QPalette,
    QTextBlock,
    QTextDocument,
    QTextFrame,
    QTextLayout,
    QTextLine,
)
from PySide6.QtWidgets import QStyle

from cowrite.editor.page.large.heights import Heights

LARGE_PARAGRAPHS = 20_000
LARGE_CHARACTERS = 2_000_000
_AT_ONCE = 64
"""Paragraphs of one edit that are laid out with it; of a longer one only those that are seen."""
_KEPT = 3000
"""Paragraphs that may have lines before those out of sight lose theirs."""
_FIXED = 64
"""Qt's lines are placed in 64ths of a pixel."""
_FAR = 1e9


def is_large(characters: int, paragraphs: int) -> bool:
    """Whether a text of that size is shown by :class:`LargeLayout`."""
    return characters > LARGE_CHARACTERS or paragraphs > LARGE_PARAGRAPHS


class LargeLayout(QAbstractTextDocumentLayout):
    """Tell it with :meth:`see` what is in sight.

    ``moved_above(px)``: the text in sight now stands that much lower in the document, because something above it
    turned out to be higher than was estimated: scroll by as much.
    """

    moved_above = Signal(int)

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._heights = Heights(max(1, document.blockCount()), 1.0)
        self._laid: set[int] = set()  # numbers of the paragraphs that have lines
        self._sight_top = 0.0
        self._moved = 0.0
        self._told_size = QSizeF()
        self._margins = QMarginsF()

    # -- what is in sight

    def see(self, top: float, height: float) -> None:
        """From ``top`` on ``height`` pixels of the document are in sight: lay out these and a page on either side.

        So scrolling up by a page meets no paragraph whose height is only estimated.
        """
        self._sight_top = top
        number = self._heights.at(top - height - self._head)
        block = self.document().findBlockByNumber(number)
        while block.isValid() and self._top(number) <= self._sight_top + 2 * height:
            self._ensure(block, number)
            block, number = block.next(), number + 1
        self._forget_far(height)
        self._publish()

    def lay_out(self, top: float, height: float) -> None:
        """Lay out ``height`` pixels from ``top`` on for somebody else who looks; what is in sight stays so."""
        number = self._heights.at(top - self._head)
        block, end = self.document().findBlockByNumber(number), self._top(number) + height
        while block.isValid() and self._top(number) <= end:
            self._ensure(block, number)
            block, number = block.next(), number + 1
        self._publish()

    def _forget_far(self, height: float) -> None:
        if len(self._laid) <= _KEPT:
            return
        first = self._heights.at(self._sight_top - 4 * height)
        last = self._heights.at(self._sight_top + 4 * height)
        for number in [each for each in self._laid if not first <= each <= last]:
            self._clear(number)

    def _clear(self, number: int) -> None:
        self._laid.discard(number)
        self.document().findBlockByNumber(number).layout().clearLayout()

    def _publish(self) -> None:
        """Tell how large it is and where the text in sight is; first what keeps the scroll bar within its range."""
        moved = round(self._moved)
        self._moved -= moved
        if moved < 0:
            self.moved_above.emit(moved)
        size = self.documentSize()
        if size != self._told_size:
            self._told_size = size
            self.documentSizeChanged.emit(size)
        if moved > 0:
            self.moved_above.emit(moved)

    # -- measures, in pixels

    @property
    def _scale(self) -> float:
        device = self.paintDevice()
        usual = round(QGuiApplication.primaryScreen().logicalDotsPerInchY())
        return device.logicalDpiY() / usual if device is not None else 1.0

    def _measure_margins(self) -> QMarginsF:
        form, scale = self.document().rootFrame().frameFormat(), self._scale
        margins = form.leftMargin(), form.topMargin(), form.rightMargin(), form.bottomMargin()
        return QMarginsF(*(round(each * scale) for each in margins))

    @property
    def _head(self) -> float:
        return self._margins.top()

    @property
    def _line_width(self) -> float:
        return self.document().pageSize().width() - self._margins.left() - self._margins.right()

    def _top(self, number: int) -> float:
        return self._head + self._heights.top(number)

    def _bottom(self, number: int) -> float:
        return self._top(number) + self._heights.height(number)

    def _estimate(self) -> float:
        """The height of a paragraph of mean length."""
        document = self.document()
        letter = max(1.0, document.defaultFont().pointSizeF() * self._scale * 0.6)
        in_line = max(8.0, self._line_width / letter)
        mean = document.characterCount() / max(1, document.blockCount())
        pitch = document.begin().blockFormat().lineHeight(letter * 2.5, self._scale)
        return max(1, round(mean / in_line + 0.4)) * pitch

    # -- lines

    def _ensure(self, block: QTextBlock, number: int) -> None:
        """The paragraph has lines, and its layout knows where it stands."""
        layout = block.layout()
        if number >= self._heights.count:  # asked within a change that it has not been told of yet
            self._make_lines(block, layout)
            return
        if not layout.lineCount() or not self._heights.is_measured(number):
            bottom = self._bottom(number)
            higher = self._heights.measure(number, self._make_lines(block, layout))
            self._laid.add(number)
            if bottom <= self._sight_top:
                self._sight_top += higher
                self._moved += higher
        layout.setPosition(QPointF(self._margins.left(), self._top(number)))

    def _make_lines(self, block: QTextBlock, layout: QTextLayout) -> float:
        """Break it into lines, set as Qt sets them; returns the height of all."""
        document, form = self.document(), block.blockFormat()
        option = document.defaultTextOption()
        direction = block.textDirection()
        option.setTextDirection(direction)
        option.setAlignment(QStyle.visualAlignment(direction, option.alignment()))
        layout.setTextOption(option)
        width, scale, y = self._line_width, self._scale, 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLeadingIncluded(True)
            line.setLineWidth(width)
            height = line.ascent() + line.descent() + line.leading()
            pitch = _fixed(form.lineHeight(height, scale))
            raised = _fixed(line.ascent() + max(line.leading(), 0.0)) - _fixed(pitch * 4 / 5)
            line.setPosition(QPointF(0, y - raised))
            y += pitch
        layout.endLayout()
        return y

    # -- what Qt asks

    def documentChanged(self, start: int, _removed: int, added: int) -> None:  # noqa: D102 - Qt's name
        document = self.document()
        total = self._heights.total
        last_place = document.characterCount() - 1
        first = document.findBlock(max(0, min(start, last_place)))
        last = document.findBlock(max(0, min(start + added, last_place)))
        number = first.blockNumber()
        count = last.blockNumber() - number + 1
        if count == document.blockCount():
            self._begin_anew()
        else:
            self._replace(number, count)
        if count <= _AT_ONCE:
            block = first
            for each in range(number, number + count):
                self._ensure(block, each)
                block = block.next()
        keeps_height = self._heights.total == total and count <= _AT_ONCE
        self._publish()
        top, width = self._top(number), document.pageSize().width()
        bottom = self._bottom(number + count - 1) if keeps_height else _FAR
        self.update[QRectF].emit(QRectF(0, top, width, bottom - top))  # type: ignore[index]

    def _begin_anew(self) -> None:
        """Everything is another: the measures, or the text. If only the measures, what is in sight stays there."""
        document = self.document()
        keeps_place = self._heights.count == document.blockCount() and self._sight_top > self._head
        number = self._heights.at(self._sight_top - self._head)
        share = (self._sight_top - self._top(number)) / max(1.0, self._heights.height(number))
        for each in [each for each in self._laid if each < document.blockCount()]:
            self._clear(each)
        self._laid.clear()
        self._margins = self._measure_margins()
        self._heights.reset(document.blockCount(), self._estimate())
        if not keeps_place:
            return
        before, self._sight_top = self._sight_top, 0.0
        self._ensure(document.findBlockByNumber(number), number)
        self._sight_top = self._top(number) + share * self._heights.height(number)
        self._moved += self._sight_top - before

    def _replace(self, first: int, count: int) -> None:
        document = self.document()
        more = document.blockCount() - self._heights.count
        old = count - more
        self._heights.replace(first, old, count)
        self._laid = {
            each if each < first else each + more
            for each in self._laid
            if not first <= each < first + old
        }
        for number in (first, first + count - 1):
            document.findBlockByNumber(number).layout().clearLayout()

    def documentSize(self) -> QSizeF:  # noqa: D102 - Qt's name
        height = self._head + self._heights.total + self._margins.bottom()
        return QSizeF(max(0.0, self.document().pageSize().width()), height)

    def pageCount(self) -> int:  # noqa: D102 - Qt's name
        return 1

    def frameBoundingRect(self, _frame: QTextFrame) -> QRectF:  # noqa: D102 - Qt's name
        return QRectF(QPointF(0, 0), self.documentSize())

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:  # noqa: D102 - Qt's name
        if not block.isValid():
            return QRectF()
        self._ensure(block, block.blockNumber())
        self._publish()
        rect = block.layout().boundingRect()
        rect.moveTopLeft(block.layout().position())
        return rect

    def hitTest(  # type: ignore[override] # noqa: D102 - Qt's name, and nobody else calls it
        self, point: QPointF, accuracy: Qt.HitTestAccuracy
    ) -> int:
        block = self.block_at(point.y())
        layout = block.layout()
        place = point - layout.position()
        within = 0
        for each in range(layout.lineCount()):
            line = layout.lineAt(each)
            box = line.naturalTextRect()
            if accuracy == Qt.HitTestAccuracy.ExactHit and not box.contains(place):
                continue
            if box.top() > place.y():
                break
            within = line.textStart() + line.textLength()
            if place.y() < box.bottom():
                within = _index_at(line, place.x())
                return block.position() + within
        if accuracy == Qt.HitTestAccuracy.ExactHit:
            return -1
        return block.position() + within

    def block_at(self, y: float) -> QTextBlock:
        """The paragraph at a height; as in Qt the upper one where the last line stands out of its paragraph."""
        number = self._heights.at(y - self._head)
        block = self.document().findBlockByNumber(number)
        self._ensure(block, number)
        above = block.previous()
        if above.isValid():
            self._ensure(above, number - 1)
            layout = above.layout()
            if y <= layout.position().y() + layout.boundingRect().bottom():
                return above
        return block

    def draw(self, painter: QPainter, context: QAbstractTextDocumentLayout.PaintContext) -> None:  # noqa: D102
        # As in Qt's own: what is selected is not marked beyond the column.
        clip = QRectF(self._margins.left(), 0, self._line_width, self.documentSize().height())
        if context.clip.isValid():
            clip &= context.clip
        painter.setPen(context.palette.color(QPalette.ColorRole.Text))
        selections = list(context.selections)
        for block in self._blocks(clip.top(), clip.bottom()):
            # The page paints a caret of its own, so none is painted here.
            parts = list(_selected(block, selections))
            block.layout().draw(painter, QPointF(0, 0), parts, clip)

    def _blocks(self, top: float, bottom: float) -> Iterator[QTextBlock]:
        """From one height to the other. A line may stand out of its paragraph a little, so with one more before."""
        number = max(0, self._heights.at(top - self._head) - 1)
        block = self.document().findBlockByNumber(number)
        while block.isValid() and self._top(number) <= bottom + _FIXED:
            self._ensure(block, number)
            yield block
            block, number = block.next(), number + 1


def _selected(
    block: QTextBlock, selections: list[QAbstractTextDocumentLayout.Selection]
) -> Iterator[QTextLayout.FormatRange]:
    """What of the selections is in a paragraph, with the end of its last line."""
    for each in selections:
        start = each.cursor.selectionStart() - block.position()
        end = each.cursor.selectionEnd() - block.position()
        if start < block.length() and end > max(0, start):
            part = QTextLayout.FormatRange()
            part.start, part.length, part.format = start, end - start, each.format
            yield part


def _index_at(line: QTextLine, x: float) -> int:
    answer = line.xToCursor(x)
    return answer[0] if isinstance(answer, tuple) else answer


def _fixed(pixels: float) -> float:
    return int(pixels * _FIXED) / _FIXED
