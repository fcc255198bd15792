"""The line between the halves of a split page, which can be dragged."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cowrite.editor.appearance.theme import mixed
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.page.page_edit import PageEdit
from cowrite.localization import tr

THICKNESS_PX = 7
"""What the pointer can take hold of; the line itself has one pixel."""


class Divider(QWidget):
    """Signals: ``dragged(int)`` to a place in its parent's pixels, ``reset_asked()`` by a double click."""

    accessible_role = Role.Separator
    dragged = Signal(int)
    reset_asked = Signal()

    def __init__(self, page: PageEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = page
        self.name_anew()
        self._is_upright = False

    def name_anew(self) -> None:
        """Be called in the language of the interface."""
        self.setAccessibleName(tr("Line between the halves of the page"))

    def set_upright(self, upright: bool) -> None:
        """Divide left from right, which cannot be dragged: both halves are as wide."""
        self._is_upright = upright
        shape = Qt.CursorShape.ArrowCursor if upright else Qt.CursorShape.SplitVCursor
        self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        if event.buttons() & Qt.MouseButton.LeftButton and not self._is_upright:
            self.dragged.emit(self.mapToParent(event.position().toPoint()).y())

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        self.reset_asked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        theme = self._page.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.desk))
        line = QColor(mixed(theme.desk, theme.ink, 0.35))
        if self._is_upright:
            painter.fillRect(self.width() // 2, 0, 1, self.height(), line)
        else:
            painter.fillRect(0, self.height() // 2, self.width(), 1, line)
        painter.end()
