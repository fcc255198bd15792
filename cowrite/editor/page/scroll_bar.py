"""A scroll bar that is not there until the pointer comes near."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

_WIDTH_PX = 12
_HANDLE_PX = 6


class QuietScrollBar(QScrollBar):
    """A vertical bar that paints its handle only while the pointer is near or holds it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, on=False)
        self.setStyleSheet(
            f"QScrollBar:vertical {{ background: transparent; width: {_WIDTH_PX}px; margin: 0; }}"
            "QScrollBar::handle:vertical { background: transparent; min-height: 32px; }"
            "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
            "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
        )
        self._near = False
        self._colour = QColor(Qt.GlobalColor.gray)

    def set_colour(self, colour: str) -> None:
        """Paint the handle in ``colour``."""
        self._colour = QColor(colour)
        self.update()

    def set_pointer_near(self, near: bool) -> None:
        """Say whether the pointer is near."""
        if near != self._near:
            self._near = near
            self.update()

    @property
    def handle_visible(self) -> bool:
        """Whether the handle is painted now."""
        return (self._near or self.isSliderDown()) and self.maximum() > self.minimum()

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        return QSize(_WIDTH_PX, 100)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: D102 - Qt's name
        self.set_pointer_near(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102 - Qt's name
        self.set_pointer_near(False)
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        if not self.handle_visible:
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        slider = self.style().subControlRect(
            QStyle.ComplexControl.CC_ScrollBar, option, QStyle.SubControl.SC_ScrollBarSlider, self
        )
        handle = QRectF(slider)
        handle.setLeft((self.width() - _HANDLE_PX) / 2)
        handle.setWidth(_HANDLE_PX)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawRoundedRect(handle.adjusted(0, 2, 0, -2), _HANDLE_PX / 2, _HANDLE_PX / 2)
