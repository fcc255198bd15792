"""A text edit that looks like a sheet of paper on a desk: one column, own caret, quiet scroll bar.

Owns measures and painting. Does not know what the text is or that there are suggestions.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextDocument,
    QTextLine,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QTextEdit, QWidget

from cowrite.editor.appearance.fonts import BodyFace, Fonts
from cowrite.editor.appearance.theme import Theme, mixed, palette
from cowrite.editor.page.caret import CARET_WIDTH_PX, Caret, caret_overhang_px
from cowrite.editor.page.closed_text import give_memory_back_after
from cowrite.editor.page.geometry import COLUMN_MAX, COLUMN_MIN, ZOOM_STEPS, PageGeometry, cursor_x
from cowrite.editor.page.large.sight import Sight
from cowrite.editor.page.layers import TextLayers
from cowrite.editor.page.scroll_bar import QuietScrollBar
from cowrite.editor.page.split.seen import Seen
from cowrite.editor.page.typewriter import TypewriterScroll

_SCROLL_BAR_NEAR_PX = 64
_TOP_COMFORT_LINES = 2
_BOTTOM_COMFORT_SHARE = 0.3

_MOUSE_EVENTS = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.MouseMove,
}


class ColumnEdit(QTextEdit):
    """One column of prose in the middle of the window. ``overlays`` paint over it, from the viewport's corner."""

    layers: TextLayers
    reduced_motion: bool = False
    focus_changed = Signal(bool)
    zoom_changed = Signal(int)  # percent
    pointer_moved = Signal()

    def __init__(
        self,
        theme: Theme,
        fonts: Fonts,
        document: QTextDocument | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if document is not None:
            self.setDocument(document)
        self._theme = theme
        self._fonts = fonts
        self._face: BodyFace | str = BodyFace.SERIF
        self.overlays: list[Callable[[QPainter], None]] = []
        self._is_forwarding = False
        self._bar = QuietScrollBar()
        self._set_up_widget()
        self._geometry = PageGeometry(self.document())
        give_memory_back_after(self.document())
        self._caret = Caret(self._repaint_at, self)
        self._sight = Sight(self, self._geometry, self._on_size_changed)
        self.seen = Seen(self, self._sight)
        self.typewriter = TypewriterScroll(self, self._geometry)
        self.verticalScrollBar().valueChanged.connect(self._place_caret)

    def _set_up_widget(self) -> None:
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setVerticalScrollBar(self._bar)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCursorWidth(0)  # Qt's own caret cannot be coloured
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    # -- looks

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's colours."""
        self._theme = theme
        self.setPalette(palette(theme))
        self._bar.set_colour(mixed(theme.page, theme.ink, 0.3))
        self.update()

    def set_face(self, face: BodyFace | str) -> None:
        """Set the prose in "serif", "sans" or "mono", or in an installed font by the name of its family."""
        self._face = face
        self.setFont(self._fonts.body(face, self._geometry.body_points))
        self._lay_out_page()

    def set_line_height(self, em: float) -> None:
        """Have lines that far apart, in multiples of the size of the letters (1.2 to 2.5)."""
        if self._geometry.set_line_height(em):
            self.set_face(self._face)

    @property
    def measures(self) -> PageGeometry:
        """In pixels, at the present zoom."""
        return self._geometry

    def body_metrics(self) -> QFontMetricsF:
        """Of the prose as it is laid out, in pixels."""
        return self._geometry.metrics()

    def set_column(self, characters: int) -> None:
        """Make the column that many characters of prose wide (45 to 90)."""
        self._geometry.column_characters = max(COLUMN_MIN, min(COLUMN_MAX, characters))
        self._lay_out_page()

    @property
    def zoom(self) -> int:
        """Percent."""
        return self._geometry.zoom_percent

    def set_zoom(self, percent: int) -> None:
        """Scale everything on the page (50 to 400)."""
        if self._geometry.set_zoom(percent):
            self._lay_out_page()
            self.keep_caret_comfortable()
            self.zoom_changed.emit(self.zoom)

    def zoom_by(self, step: int) -> None:
        """One step larger (1) or smaller (-1), or back to 100 % (0)."""
        larger = [percent for percent in ZOOM_STEPS if percent > self.zoom]
        smaller = [percent for percent in ZOOM_STEPS if percent < self.zoom]
        choices = larger[:1] if step > 0 else smaller[-1:]
        self.set_zoom(100 if step == 0 else next(iter(choices), self.zoom))

    # -- layout

    def _lay_out_page(self) -> None:
        """Centre the column and give the page its margins."""
        left, width = self.column_in(self.width())
        self._set_margins(left, self.width() - self._bar.sizeHint().width() - left - width)
        self._place_caret()

    def column_in(self, width: int) -> tuple[int, int]:
        """Where the column begins on a page of that width, and how wide it is, in pixels."""
        column = self._geometry.viewport_width(width - 2 * self._bar.sizeHint().width())
        return (width - column) // 2, column

    def _set_margins(self, left: int, right: int) -> None:
        top = self._geometry.top_margin(self.height())
        present = self.viewportMargins()
        if (present.left(), present.top(), present.right()) != (left, top, right):
            self.setViewportMargins(left, top, right, 0)
            self.update()

    def _on_size_changed(self) -> None:
        present = self.viewportMargins()
        self._set_margins(present.left(), present.right())

    def keep_caret_comfortable(self) -> None:
        """Scroll so that the line being written stays clear of the window's edges."""
        self.ensureCursorVisible()
        if self.typewriter.is_on:
            self.typewriter.follow()
            return
        height = self.viewport().height()
        rect = self.caret_rect()
        top = round(_TOP_COMFORT_LINES * self._geometry.line_pitch)
        bottom = height - round(_BOTTOM_COMFORT_SHARE * self.height())
        if rect.bottom() > bottom > top + rect.height():
            self._bar.setValue(self._bar.value() + rect.bottom() - bottom)
        elif rect.top() < top:
            self._bar.setValue(self._bar.value() + rect.top() - top)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        # A message above or larger letters below take their room from the page, not from the line being written.
        was_seen = self._caret_is_in(event.oldSize().height())
        # Margins first: Qt wraps the text to the width that the viewport has when it is told.
        self._lay_out_page()
        super().resizeEvent(event)
        self._place_caret()
        if was_seen and not self._caret_is_in(self.height()):
            self.keep_caret_comfortable()

    def _caret_is_in(self, height: int) -> bool:
        """Whether the whole caret is in sight on a page of that height, in pixels."""
        rect = self.caret_rect()
        return rect.top() >= 0 and rect.bottom() + self.viewportMargins().top() < height

    # -- the caret

    def caret_rect(self) -> QRect:
        """Where the caret is painted, in viewport pixels."""
        cursor = self.textCursor()
        block = cursor.block()
        index = self._caret_index(block)
        line = block.layout().lineForTextPosition(index)
        return self._rect_in_line(block, line, index) if line.isValid() else self.cursorRect()

    def _caret_index(self, block: QTextBlock) -> int:
        """The caret as an index into what is laid out in its block."""
        return self.textCursor().position() - block.position()

    def _rect_in_line(self, block: QTextBlock, line: QTextLine, index: int) -> QRect:
        scroll = QPointF(0, self._bar.value())
        box = self.document().documentLayout().blockBoundingRect(block)
        corner = box.topLeft() - scroll + QPointF(cursor_x(line, index), line.y())
        # As tall as the body font even where a fallback font made the line taller.
        metrics = self._geometry.metrics()
        top = corner.y() + line.ascent() - metrics.ascent()
        height = round(metrics.ascent() + metrics.descent())
        rightmost = self.viewport().width() - CARET_WIDTH_PX
        composes = index > self.textCursor().positionInBlock()
        overhang = caret_overhang_px(block, index, composes=composes)
        left = max(0, min(round(corner.x()) - overhang, rightmost))
        return QRect(left, round(top), CARET_WIDTH_PX, height)

    def _repaint_at(self, rect: QRect) -> None:
        # Asked for anew: while its window is destroyed, what was kept of the viewport is not valid.
        self.viewport().update(rect)

    def _place_caret(self) -> None:
        self._caret.move_to(self.caret_rect())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: D102 - Qt's name
        super().focusInEvent(event)
        self._caret.wake(blinks=not self.reduced_motion)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102 - Qt's name
        super().focusOutEvent(event)
        self._caret.sleep()
        self.focus_changed.emit(False)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        self._sight.see()
        self.seen.to_be_painted.emit()
        self.layers.prepare()
        self._place_caret()
        below = QPainter(self.viewport())
        self._paint_under(below, event.rect())
        if not self.textCursor().hasSelection():
            # Below the text: no letter on either side, written or suggested, loses any of its ink.
            self._caret.paint(below, QColor(self._theme.accent))
        below.end()
        super().paintEvent(event)
        self._place_caret()
        painter = QPainter(self.viewport())
        self._paint_over(painter)
        for paint in self.overlays:
            paint(painter)
        painter.end()

    def _make_layers(self) -> TextLayers:
        """To be made once the text is followed, for the layers are told of an edit before they see its paragraphs."""
        seen = self.seen
        return TextLayers(self.document(), in_sight=seen.heights, repaint=seen.repaint, parent=self)

    def _paint_under(self, painter: QPainter, area: QRect) -> None:
        """Paint what belongs below the text in ``area``; the painter is at the viewport's corner."""
        top = self._bar.value()
        heights = area.top() + top, area.bottom() + 1 + top
        painter.save()
        painter.translate(0, -top)
        self.layers.paint_under(painter, *heights, self.body_metrics(), self._geometry.scale)
        painter.restore()

    def _paint_over(self, painter: QPainter) -> None:
        """Paint what belongs above the text; the painter is at the viewport's corner."""

    def _paint_desk(self) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.desk))
        padding = self._geometry.sheet_padding()
        column = self.viewport().geometry()
        sheet = QRectF(column.left() - padding, 0, column.width() + 2 * padding, self.height())
        painter.fillRect(sheet, QColor(self._theme.page))
        painter.end()

    # -- the paper beside the column

    def event(self, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        kind = event.type()
        if kind == QEvent.Type.Paint:
            self._paint_desk()
            return True
        if kind in _MOUSE_EVENTS and isinstance(event, QMouseEvent):
            return self._forward_to_column(event)
        if kind == QEvent.Type.Wheel:
            return QApplication.sendEvent(self._bar, event)
        if kind == QEvent.Type.ContextMenu and isinstance(event, QContextMenuEvent):
            # Qt's scroll area drops one that comes from beside the column.
            self.contextMenuEvent(event)
            return True
        return super().event(event)

    def _forward_to_column(self, event: QMouseEvent) -> bool:
        """A click beside the column means the nearest place in it.

        What the column has no use for, such as the right button, comes back here from it, and goes no further.
        """
        if self._is_forwarding or self.viewport().geometry().contains(event.position().toPoint()):
            event.ignore()
            return False
        self._note_pointer(event.position().x())
        here = QPointF(self.viewport().mapFrom(self, event.position()))
        self._is_forwarding = True
        try:
            return QApplication.sendEvent(self.viewport(), moved_mouse_event(event, here))
        finally:
            self._is_forwarding = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        self._note_pointer(self.viewport().mapTo(self, event.position()).x())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102 - Qt's name
        self._bar.set_pointer_near(False)
        super().leaveEvent(event)

    def _note_pointer(self, x: float) -> None:
        self._bar.set_pointer_near(x > self.width() - _SCROLL_BAR_NEAR_PX)
        self.pointer_moved.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102 - Qt's name
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y()
            if turned:
                self.zoom_by(1 if turned > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)


def moved_mouse_event(event: QMouseEvent, position: QPointF) -> QMouseEvent:
    """The same event at another place of the receiving widget."""
    return QMouseEvent(
        event.type(),
        position,
        event.globalPosition(),
        event.button(),
        event.buttons(),
        event.modifiers(),
        event.pointingDevice(),
    )
