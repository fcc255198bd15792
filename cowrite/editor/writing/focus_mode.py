"""Focus mode: the sentence or the paragraph being written stands out, everything else is quiet.

What is quiet lies under a veil in the colour of the page. Nothing is laid out anew for it, so it costs no key anything,
and every colour below it, of Markdown, spelling or hits, becomes as much quieter as the text.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTextBlock

from cowrite.base.sentences import sentence_around
from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.page.geometry import cursor_x
from cowrite.editor.page.page_edit import PageEdit

VEIL = 0.55
"""How much of what is quiet is covered: ink then has about the contrast of a caption."""
FADE_MS = 160
OFF, SENTENCE, PARAGRAPH = "off", "sentence", "paragraph"

Range = tuple[int, int]


class FocusMode(QObject):
    """The veil over one page."""

    def __init__(self, page: PageEdit) -> None:
        super().__init__(page)
        self._page = page
        self._mode = OFF
        self._lit: Range = (0, 0)
        self._left: Range | None = None  # what was lit before, while it fades
        self._revision = -1
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._on_faded)
        page.cursorPositionChanged.connect(self._follow)
        page.selectionChanged.connect(self._follow)
        page.overlays.append(self._paint)

    @property
    def mode(self) -> str:
        """ "off", "sentence" or "paragraph"."""
        return self._mode

    def set_mode(self, mode: str) -> None:
        """Let nothing, the sentence or the paragraph stand out."""
        if mode == self._mode:
            return
        self._mode, self._left = mode, None
        self._fade.stop()
        self._lit = self._range()
        self._page.viewport().update()

    @property
    def lit(self) -> Range:
        """From where to where the text stands out, in UTF-16 units."""
        return self._lit

    # --- what stands out ---

    def _range(self) -> Range:
        cursor = self._page.textCursor()
        first = self._part_at(cursor.selectionStart())
        return (
            (first[0], self._part_at(cursor.selectionEnd())[1]) if cursor.hasSelection() else first
        )

    def _part_at(self, place: int) -> Range:
        block = self._page.document().findBlock(place)
        start, text = block.position(), block.text()
        if self._mode != SENTENCE:
            return start, start + block.length() - 1
        first, last = sentence_around(text, utf16_index(text, place - start))
        return start + utf16_length(text[:first]), start + utf16_length(text[:last])

    def _follow(self) -> None:
        if self._mode == OFF:
            return
        before, was_typed = self._lit, self._revision != self._page.revision
        self._lit, self._revision = self._range(), self._page.revision
        if self._lit == before or (was_typed and self._lit[0] == before[0]):
            return  # what is typed within it is painted anyway
        self._fade.stop()
        if not self._page.reduced_motion and self._page.isVisible():
            self._left = before
            self._fade.start()
        self._page.viewport().update()

    def _on_faded(self, done: float) -> None:
        if done >= 1.0:
            self._left = None
        self._page.viewport().update()

    # --- painting ---

    def _paint(self, painter: QPainter) -> None:
        if self._mode == OFF:
            return
        everything = QPainterPath()
        everything.addRect(QRectF(self._page.viewport().rect()))
        lit = self._path(self._lit)
        left = self._path(self._left) if self._left is not None else QPainterPath()
        done = float(self._fade.currentValue() or 0.0) if self._left is not None else 1.0
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        for path, share in (
            (everything.subtracted(lit).subtracted(left), 1.0),
            (left.subtracted(lit), done),
            (lit.subtracted(left), 1.0 - done),
        ):
            colour = QColor(self._page.theme.page)
            colour.setAlphaF(VEIL * share)
            painter.fillPath(path, colour)
        painter.restore()

    def _path(self, lit: Range) -> QPainterPath:
        document = self._page.document()
        path, width = QPainterPath(), float(self._page.viewport().width())
        last = document.characterCount() - 1
        block = document.findBlock(min(lit[0], last))
        end = min(lit[1], last)
        while block.isValid() and block.position() <= end:
            for box in self._boxes(block, lit, width):
                path.addRect(box)
            block = block.next()
        return path

    def _boxes(self, block: QTextBlock, lit: Range, width: float) -> list[QRectF]:
        """Where what is lit of a paragraph stands, in pixels of the viewport, with a suggestion within it."""
        layout, scroll = block.layout(), self._page.verticalScrollBar().value()
        corner = layout.position()
        first = max(0, lit[0] - block.position())
        last = min(block.length() - 1, lit[1] - block.position())
        slot, at = utf16_length(layout.preeditAreaText()), layout.preeditAreaPosition()
        is_to_end = last >= block.length() - 1
        first += slot if slot and first > at else 0
        last += slot if slot and last >= at else 0
        from_right = block.textDirection() == Qt.LayoutDirection.RightToLeft
        boxes = []
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            begin, stop = line.textStart(), line.textStart() + line.textLength()
            if stop < first or (stop == first and line.textLength()) or begin > last:
                continue
            x = [0.0, width]
            if begin < first:
                x[1 if from_right else 0] = corner.x() + cursor_x(line, first)
            if stop > last and not is_to_end:
                x[0 if from_right else 1] = corner.x() + cursor_x(line, last)
            top = corner.y() + line.y() - scroll
            if x[1] > x[0]:
                boxes.append(QRectF(x[0], top, x[1] - x[0], line.height()))
        return boxes
