"""The half of a split page in which the writer is not now: it shows the same text at a place of its own.

It paints what the page has laid out, so there is one layout, one set of layers and one suggestion (docs/adr/0047).
It keeps a caret and a selection that the page takes over when the writer comes here.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QEnterEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextLayout,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_length
from cowrite.editor.appearance.theme import mixed
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.page.caret import CARET_WIDTH_PX, caret_overhang_px, nearest_place
from cowrite.editor.page.column_edit import moved_mouse_event
from cowrite.editor.page.geometry import cursor_x
from cowrite.editor.page.incoming import files_in, text_in
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.scroll_bar import QuietScrollBar
from cowrite.editor.page.split.anchor import Anchor
from cowrite.localization import tr

_STEP_PX = 20
"""As on the page: what a wheel turns by is three of these."""
_RESTING_CARET = 0.45
"""How much of the ink a caret has that no key moves now."""
_NEAR_BAR_PX = 64


class OtherHalf(QWidget):
    """Signals: ``entered(QMouseEvent)`` a click wants the writer here, ``menu_asked(QContextMenuEvent)``."""

    accessible_role = Role.Pane
    entered = Signal(object)
    menu_asked = Signal(object)

    def __init__(self, page: PageEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = page
        self._document = page.document()
        self._place = QTextCursor(self._document)
        self._place.setKeepPositionOnInsert(True)
        self._anchor = Anchor(self._document)
        self._is_settling = False
        self._forwards = False
        self._drop_at: QTextCursor | None = None  # where text would come that is dragged over here
        self.setAcceptDrops(True)
        self._bar = QuietScrollBar(self)
        self._bar.setSingleStep(_STEP_PX)
        self._bar.valueChanged.connect(self._on_scrolled)
        self.name_anew()
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self._bar.setCursor(Qt.CursorShape.ArrowCursor)
        page.seen.add(self)
        self._document.documentLayoutChanged.connect(self._follow_layout)
        self._follow_layout()
        self.restyle()

    def name_anew(self) -> None:
        """Be called in the language of the interface."""
        self.setAccessibleName(tr("Other half of the page"))

    def _follow_layout(self) -> None:
        layout = self._document.documentLayout()
        layout.update.connect(self._on_update)
        layout.documentSizeChanged.connect(self._on_size_changed)

    def end(self) -> None:
        """Show nothing more."""
        self._page.seen.remove(self)
        self._document.documentLayoutChanged.disconnect(self._follow_layout)
        layout = self._document.documentLayout()
        layout.update.disconnect(self._on_update)
        layout.documentSizeChanged.disconnect(self._on_size_changed)
        self.hide()
        self.deleteLater()

    # -- where it is in the text

    @property
    def place(self) -> QTextCursor:
        """The caret here, and what is selected; where the page writes at it, it stays before that."""
        return self._place

    def put_place(self, place: QTextCursor) -> None:
        """Have the caret and the selection of another cursor."""
        self._place = QTextCursor(place)
        self._place.setKeepPositionOnInsert(True)
        self.update()

    @property
    def scrolled_to(self) -> int:
        """How far it is scrolled, in pixels of the document."""
        return self._bar.value()

    def show_place(self, scroll: float) -> None:
        """Be scrolled to there, and stay at that line whatever becomes of the text above it."""
        self._anchor.hold(max(0.0, scroll))
        self._settle()
        self.update()

    def begin_in_sight(self) -> None:
        """Have the caret in the first line that is wholly in sight."""
        anchor = Anchor(self._document)
        anchor.hold(self.scrolled_to)
        if anchor.y > self.scrolled_to or self.scrolled_to == 0:
            self.place.setPosition(anchor.place)
            return
        anchor.hold(self.scrolled_to + self._page.body_metrics().lineSpacing() * 1.5)
        self.place.setPosition(anchor.place)

    @property
    def top_margin(self) -> int:
        """The room above the text, in pixels: as on a page of that height."""
        return self._page.measures.top_margin(self.height())

    @property
    def _column(self) -> QRect:
        """Where the text is painted."""
        left, width = self._page.column_in(self.width())
        return QRect(left, self.top_margin, width, self.height() - self.top_margin)

    def position_at(self, point: QPointF) -> int:
        """The document position nearest to a point of this widget."""
        scrolled = QPointF(0, self._page.verticalScrollBar().value())
        return self._page.position_at(point - self._origin - scrolled)

    @property
    def _origin(self) -> QPointF:
        """Where the document's upper left corner is, in pixels of this widget."""
        column = self._column
        return QPointF(column.left(), column.top() - self.scrolled_to)

    def _settle(self) -> None:
        """Scroll along with the line that is in sight, and tell the bar how much there is."""
        y, height = round(self._anchor.y), self._column.height()
        end = max(0, round(self._document.size().height()) - height)
        if self._page.typewriter.is_on:  # then there is room below the text
            end = max(end, y)
        if not 0 <= y <= end:
            y = max(0, min(y, end))
            self._anchor.hold(y)
        self._is_settling = True
        self._bar.setPageStep(height)
        self._bar.setRange(0, end)
        self._bar.setValue(y)
        self._is_settling = False

    def _on_scrolled(self, value: int) -> None:
        if not self._is_settling:
            self._anchor.hold(value)
            self._prepare()
        self.update()
        self._page.seen.scrolled.emit()

    def _on_size_changed(self) -> None:
        self._settle()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        width = self._bar.sizeHint().width()
        self._bar.setGeometry(self.width() - width, 0, width, self.height())
        self._settle()

    # -- cowrite.editor.page.split.seen.OtherSight

    def heights(self) -> tuple[float, float]:
        """What of the document is seen here, in its pixels."""
        return self.scrolled_to, self.scrolled_to + self._column.height()

    def repaint_text(self) -> None:
        """The text looks different."""
        self.update()

    def _on_update(self, area: QRectF) -> None:
        """The layout says that a part of the document, in its pixels, is to be painted again."""
        top, bottom = self.heights()
        if area.top() <= bottom and area.bottom() >= top:
            self.update()

    # -- painting

    def restyle(self) -> None:
        """The page looks different now."""
        theme = self._page.theme
        self._bar.set_colour(mixed(theme.page, theme.ink, 0.3))
        self._settle()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        self._prepare()
        theme, column = self._page.theme, self._column
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.desk))
        padding = self._page.measures.sheet_padding()
        sheet = QRect(column.left() - padding, 0, column.width() + 2 * padding, self.height())
        painter.fillRect(sheet, QColor(theme.page))
        area = event.rect() & column
        painter.setClipRect(area)
        painter.translate(self._origin)
        self._paint_text(painter, QRectF(area).translated(-self._origin))
        painter.end()

    def _prepare(self) -> None:
        """Bring what is in sight up to date; the text on the page stays where it is in sight."""
        page, bar = self._page, self._page.verticalScrollBar()
        held = Anchor(self._document)
        held.hold(bar.value())
        page.seen.lay_out(self.scrolled_to, self._column.height())
        self._settle()
        page.seen.to_be_painted.emit()
        page.layers.prepare()
        self._settle()
        if round(held.y) != bar.value():
            bar.setValue(round(held.y))
            page.viewport().update()

    def _paint_text(self, painter: QPainter, area: QRectF) -> None:
        """The painter and ``area`` are in document coordinates."""
        page = self._page
        metrics, scale = page.body_metrics(), page.measures.scale
        page.layers.paint_under(painter, area.top(), area.bottom(), metrics, scale)
        theme = page.theme
        if not self.place.hasSelection():
            resting = QColor(mixed(theme.page, theme.ink, _RESTING_CARET))
            painter.fillRect(self.caret_rect(self.place), resting)
        if self._drop_at is not None:
            painter.fillRect(self.caret_rect(self._drop_at), QColor(theme.accent))
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = page.palette()
        context.cursorPosition = -1
        context.clip = area
        if self.place.hasSelection():
            context.selections = [_selection(page.palette(), self.place)]
        self._document.documentLayout().draw(painter, context)

    def caret_rect(self, place: QTextCursor) -> QRectF:
        """Where a caret at ``place`` is, in document coordinates."""
        return _caret_rect(place, self._page.body_metrics())

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        if event.button() is Qt.MouseButton.RightButton:
            event.accept()  # the menu comes by an event of its own
            return
        self._forwards = True
        self.entered.emit(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        if self._forwards:
            self._forward(event)
            return
        self._bar.set_pointer_near(event.position().x() > self.width() - _NEAR_BAR_PX)
        self._page.pointer_moved.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        if self._forwards:
            self._forwards = bool(event.buttons())
            self._forward(event)

    def _forward(self, event: QMouseEvent) -> None:
        """The press brought the page where this was: what follows belongs to it."""
        viewport = self._page.viewport()
        here = viewport.mapFromGlobal(event.globalPosition())
        QApplication.sendEvent(viewport, moved_mouse_event(event, here))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102 - Qt's name
        self.menu_asked.emit(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: D102 - Qt's name
        super().enterEvent(event)
        self._page.pointer_moved.emit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102 - Qt's name
        self._bar.set_pointer_near(False)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102 - Qt's name
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._page.wheelEvent(event)
            return
        QApplication.sendEvent(self._bar, event)

    # -- text that is dragged here

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: D102 - Qt's name
        page, data = self._page, event.mimeData()
        if files_in(data):
            event.ignore()  # the window opens them
        elif page.canInsertFromMimeData(data) and not page.isReadOnly():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: D102 - Qt's name
        self._note_drop(event.position())
        event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:  # noqa: D102 - Qt's name
        self._note_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: D102 - Qt's name
        place = self._note_drop(event.position())
        self._note_drop(None)
        taken = self._page.textCursor() if event.source() is not None else QTextCursor()
        if place is None or taken.selectionStart() < place < taken.selectionEnd():
            return  # text is not moved into itself
        text = text_in(event.mimeData(), self._page.rich_text, place)
        # Where it was moved from, Qt takes it away afterwards.
        self._page.content.edit(place, place, text, ChangeKind.PASTED)
        event.acceptProposedAction()

    def _note_drop(self, point: QPointF | None) -> int | None:
        self._drop_at = None
        if point is not None:
            self._drop_at = QTextCursor(self._document)
            self._drop_at.setPosition(nearest_place(self._document, self.position_at(point)))
        self.update()
        return self._drop_at.position() if self._drop_at is not None else None


def _selection(palette: QPalette, place: QTextCursor) -> QAbstractTextDocumentLayout.Selection:
    """What is selected, in the colours of a selection without the keyboard."""
    group = QPalette.ColorGroup.Inactive
    selection = QAbstractTextDocumentLayout.Selection()
    selection.cursor = place
    looks = selection.format
    looks.setBackground(palette.brush(group, QPalette.ColorRole.Highlight))
    looks.setForeground(palette.brush(group, QPalette.ColorRole.HighlightedText))
    selection.format = looks
    return selection


def _caret_rect(place: QTextCursor, metrics: QFontMetricsF) -> QRectF:
    """Where a caret is, in document coordinates, as tall as the prose; empty where nothing is laid out."""
    block, index = place.block(), place.positionInBlock()
    box = place.document().documentLayout().blockBoundingRect(block)
    laid_out = _index_laid_out(block.layout(), index)
    line = block.layout().lineForTextPosition(laid_out)
    if not line.isValid():
        return QRectF()
    left = box.left() + cursor_x(line, laid_out) - caret_overhang_px(block, index, composes=False)
    top = box.top() + line.y() + line.ascent() - metrics.ascent()
    return QRectF(left, top, CARET_WIDTH_PX, metrics.ascent() + metrics.descent())


def _index_laid_out(layout: QTextLayout, index: int) -> int:
    """A place in a paragraph's text as an index into what is laid out, where a suggestion may stand in it."""
    slot = utf16_length(layout.preeditAreaText())
    return index + slot if slot and index > layout.preeditAreaPosition() else index
