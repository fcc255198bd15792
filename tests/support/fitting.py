"""Whether a window can be used on a small screen or with large letters: it fits, and all of it comes in sight."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)
from support.contrast import scroll_to

_WHOLE = QAbstractButton | QAbstractSlider | QAbstractSpinBox | QComboBox | QLineEdit
"""What has to be seen nearly whole; of what scrolls by itself half is enough, or what the screen has room for."""
_ALMOST, _SOME = 0.85, 0.5
_SPARE_PX = 2
"""What Qt itself lets a menu or a question stand over."""


def misfits(window: QWidget) -> Iterator[str]:
    """What of ``window`` is not on the screen, or cannot be brought in sight."""
    available, frame = window.screen().availableGeometry(), window.frameGeometry()
    room = available.adjusted(-_SPARE_PX, -_SPARE_PX, _SPARE_PX, _SPARE_PX)
    if window.isWindow() and not isinstance(window, QMenu) and not room.contains(frame):
        yield f"{type(window).__name__} {_numbers(frame)} leaves the screen {_numbers(available)}"
    if isinstance(window, QMenu):
        if frame.height() > available.height() + _SPARE_PX:
            yield f"a menu is {frame.height()} high on a screen of {available.height()}"
        return
    for widget in window.findChildren(QWidget):
        if widget.window() is window and widget.isVisible() and _matters(widget):
            scroll_to(widget)
            QApplication.processEvents()
            yield from _hidden(widget, available)


def _hidden(widget: QWidget, available: QRect) -> Iterator[str]:
    seen, whole = _in_sight(widget), widget.rect()
    least = _ALMOST if isinstance(widget, _WHOLE) else _SOME
    enough_wide = min(least * whole.width(), available.width() / 2)
    enough_high = min(least * whole.height(), available.height() / 4)
    if seen.width() < enough_wide or seen.height() < enough_high:
        name = f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()}"
        size = f"{seen.width()}×{seen.height()} of {whole.width()}×{whole.height()}"
        yield f"{' '.join(name.split())}: {size} in sight"


def _in_sight(widget: QWidget) -> QRect:
    """The part of it that no widget around it cuts off."""
    part, at = widget.rect(), widget
    while not at.isWindow():
        part = part.translated(at.pos())
        at = at.parentWidget()
        part &= at.rect()
    corner = widget.mapTo(widget.window(), QPoint())
    return part.translated(-corner)


def _matters(widget: QWidget) -> bool:
    if isinstance(widget.parentWidget(), QTabBar | QAbstractSpinBox):
        return False  # tabs scroll, and a box of numbers has a field in it
    if isinstance(widget, QLabel):
        return bool(widget.text().strip())
    if isinstance(widget, QAbstractItemView | _WHOLE):
        return bool(widget.accessibleName() or getattr(widget, "text", str)())
    return isinstance(widget, QAbstractScrollArea) and bool(widget.accessibleName())


def _numbers(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()}×{rect.height()}"
