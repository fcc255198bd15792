"""Fields that the mouse wheel leaves alone: it scrolls what they stand in, and changes nothing.

Whoever scrolls past a field must not change it, nor give it the keyboard. A list that a combo box has
opened is a window of its own and scrolls as any list does.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

_TEXT_MARGIN_PX = 8


class ChoiceBox(QComboBox):
    """One of several; each entry may carry the value that it stands for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102 - Qt's name
        event.ignore()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:  # noqa: D102 - Qt's name
        super().initStyleOption(option)
        # The style would cut a long name in the middle of a letter.
        part = QStyle.SubControl.SC_ComboBoxEditField
        field = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, field.width() - _TEXT_MARGIN_PX
        )


class NumberBox(QSpinBox):
    """A whole number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The style sheet's padding moves only the frame.
        self.lineEdit().setTextMargins(_TEXT_MARGIN_PX - 2, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102 - Qt's name
        event.ignore()


class Slider(QSlider):
    """A place between two ends."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102 - Qt's name
        event.ignore()
