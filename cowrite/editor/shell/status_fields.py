"""What the status line is made of: a dot, and fields that keep their places and never end within a letter."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QPushButton, QStyleOptionButton, QWidget

from cowrite.editor.appearance.theme import Theme
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.plain_label import tool_tip
from cowrite.engine.messages import EngineState

HOLLOW = frozenset({EngineState.OFF, EngineState.MISSING, EngineState.LOADING})
QUIET = frozenset({EngineState.OFF, EngineState.MISSING, EngineState.RESTING})
_PERCENTAGE = re.compile(r"\d+(?=\s?%)")
_ELIDE = Qt.TextElideMode.ElideRight


class StateDot(QWidget):
    """One dot: full or hollow, in one of three colours."""

    accessible_role = Role.Graphic

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor()
        self._hollow = False
        self.set_scale(1.0)

    def set_scale(self, scale: float) -> None:
        """Scale its size; 1.0 is 100 %."""
        self.setFixedSize(QSize(1, 1) * round(10 * scale))

    def show_state(self, state: EngineState, theme: Theme) -> None:
        """Take the colour and form of a state."""
        self._hollow = state in HOLLOW
        self._colour = QColor(theme.accent)
        if state in QUIET:
            self._colour = QColor(theme.quiet)
        elif state is EngineState.PROBLEM:
            self._colour = QColor(theme.ink)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.width() / 7
        circle = QRectF(self.rect()).adjusted(line, line, -line, -line)
        painter.setPen(QPen(self._colour, line))
        painter.setBrush(Qt.BrushStyle.NoBrush if self._hollow else self._colour)
        painter.drawEllipse(circle)
        painter.end()


class SteadyLabel(QLabel):
    """As wide as the longest text it has ever shown, or as ``longest``: what stands beside it stays there.

    A percentage has room for three digits from the beginning. Signal: ``clicked()``.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None, *, longest: str = "") -> None:
        super().__init__(parent)
        self._longest = longest
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def setText(self, text: str) -> None:  # noqa: D102 - Qt's name
        super().setText(text)
        fullest = _PERCENTAGE.sub("100", text)
        self._longest = _longer(self._longest, fullest, self.fontMetrics())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit()

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        width = self.fontMetrics().horizontalAdvance(self._longest)
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        return self.sizeHint()


class ElidedLabel(QLabel):
    """A text of any length in whatever room there is; where it is not whole, the tool tip is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def shown_text(self) -> str:
        """What can be read now, with “…” where there is more."""
        return self.fontMetrics().elidedText(self.text(), _ELIDE, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        return QSize(0, super().minimumSizeHint().height())

    def setText(self, text: str) -> None:  # noqa: D102 - Qt's name
        super().setText(text)
        self._explain()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._explain()

    def _explain(self) -> None:
        self.setToolTip("" if self.shown_text == self.text() else tool_tip(self.text()))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), Qt.AlignmentFlag.AlignVCenter, self.shown_text)
        painter.end()


class StateButton(QPushButton):
    """The word for what the model does: as wide as the longest it has shown, elided only where there is no room."""

    def __init__(self, parent: QWidget | None = None, *, longest: str = "") -> None:
        super().__init__(parent)
        self._longest = longest
        self.setFlat(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard to the page

    def setText(self, text: str) -> None:  # noqa: D102 - Qt's name
        super().setText(text)
        self._longest = _longer(self._longest, text, self.fontMetrics())

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        width = self.fontMetrics().horizontalAdvance(self._longest) + 4
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().sizeHint().height())

    def initStyleOption(self, option: QStyleOptionButton) -> None:  # noqa: D102 - Qt's name
        super().initStyleOption(option)
        option.text = self.fontMetrics().elidedText(self.text(), _ELIDE, self.width())

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102 - Qt's name
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


def _longer(one: str, other: str, metrics: QFontMetrics) -> str:
    return max(one, other, key=metrics.horizontalAdvance)
