"""One page as it will be on paper, as large as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cowrite.editor.common.accessible_role import Role
from cowrite.editor.panels.printing.page_setup import PageSetup
from cowrite.editor.panels.printing.typesetter import Typesetter
from cowrite.localization import tr

_GRID_PX = 8
_RING_PX = 3
_STEPS = {
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Left: -1,
}
_ENDS = {Qt.Key.Key_Home: -1_000_000, Qt.Key.Key_End: 1_000_000}


class PagePreview(QWidget):
    """Shows a page; signal ``turned(int pages)`` when the writer wants another, by so many further on."""

    accessible_role = Role.Graphic
    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typesetter: Typesetter | None = None
        self._setup: PageSetup | None = None
        self._page = 0
        self._wheel = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 200)
        self.setAccessibleName(tr("Preview"))

    def show_page(self, typesetter: Typesetter | None, setup: PageSetup, page: int) -> None:
        """Show a page, the first being 0; an empty sheet while it is not there yet."""
        self._typesetter, self._setup, self._page = typesetter, setup, page
        self.setAccessibleDescription(tr("Page {number}", number=page + 1))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        return QSize(440, 600)

    def sheet(self) -> QRectF:
        """Where the sheet is, in pixels."""
        if self._setup is None:
            return QRectF()
        paper = self._setup.sheet.size()
        room = self.rect().adjusted(_GRID_PX, _GRID_PX, -_GRID_PX, -_GRID_PX)
        scale = min(room.width() / paper.width(), room.height() / paper.height())
        size = paper * scale
        left = room.x() + (room.width() - size.width()) / 2
        top = room.y() + (room.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = self.sheet()
        painter.setPen(self.palette().color(self.palette().ColorRole.PlaceholderText))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRect(sheet)
        typesetter, setup = self._typesetter, self._setup
        if setup is not None and typesetter is not None and self._page < len(typesetter.pages):
            painter.setClipRect(sheet)
            painter.translate(sheet.topLeft())
            scale = sheet.width() / setup.sheet.width()
            painter.scale(scale, scale)
            typesetter.draw(painter, self._page)
        if self.hasFocus():
            painter.resetTransform()
            painter.setClipping(False)
            # On whole pixels, and as wide as the letters are large: what is blurred has no colour of its own.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            width = max(_RING_PX, self.fontMetrics().height() // 6)
            pen = QPen(self.palette().color(self.palette().ColorRole.Accent), width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(sheet.toAlignedRect())
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        by = {**_STEPS, **_ENDS}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.turned.emit(by)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102 - Qt's name
        self._wheel += event.angleDelta().y()
        notch = 120
        if abs(self._wheel) >= notch:
            self.turned.emit(-int(self._wheel / notch))
            self._wheel %= notch if self._wheel > 0 else -notch
        event.accept()
