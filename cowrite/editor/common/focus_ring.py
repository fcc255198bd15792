"""A ring around what has the keyboard, for widgets that do not show it by themselves: what scrolls, what is read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

_WIDTH_PX = 2
_MOVES = frozenset({QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest})
_FOCUS = frozenset({QEvent.Type.FocusIn, QEvent.Type.FocusOut})


class FocusRing(QWidget):
    """Lies over ``around`` while that has the keyboard. It takes no room and no click."""

    def __init__(self, around: QWidget) -> None:
        super().__init__(around)
        self._around = around
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        around.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if event.type() in _FOCUS:
            self.setVisible(event.type() == QEvent.Type.FocusIn)
        if event.type() in _FOCUS | _MOVES and not self.isHidden():
            self.setGeometry(self._around.rect())
            self.raise_()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        painter = QPainter(self)
        pen = QPen(self.palette().color(QPalette.ColorRole.Accent), _WIDTH_PX)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


def stop_at_if_it_scrolls(area: QAbstractScrollArea, *, has_fields: bool = False) -> None:
    """Tab stops at ``area``, for the arrow keys to scroll it, only while there is something to scroll.

    Of an area that ``has_fields`` Tab goes through these, and they are scrolled into sight: while there are any, one
    stop more would only be in the way.
    """
    bars = area.verticalScrollBar(), area.horizontalScrollBar()

    def update() -> None:
        scrolls = any(bar.maximum() > bar.minimum() for bar in bars)
        within = area.findChildren(QWidget)
        is_gone_through = any(each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in within)
        stops = scrolls and not (has_fields and is_gone_through)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stops else Qt.FocusPolicy.NoFocus)

    for bar in bars:
        bar.rangeChanged.connect(update)
    FocusRing(area)
    update()
