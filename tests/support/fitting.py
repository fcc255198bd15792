"""Whether a window can be used on a small screen or with large letters: it fits, and all of it comes in sight."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect
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
    QWidget,
)
from support.contrast import scroll_to

_WHOLE = QAbstractButton | QAbstractSlider | QAbstractSpinBox | QComboBox | QLineEdit
"""What has to be seen whole; of what scrolls by itself, a part is enough."""
_ALMOST = 0.9
_SOME = 0.5


def misfits(window: QWidget) -> Iterator[str]:
    """What of ``window`` is not on the screen, or cannot be brought in sight."""
    available = window.screen().availableGeometry()
    frame = window.frameGeometry()
    if window.isWindow() and not available.contains(frame):
        yield f"{type(window).__name__} {_numbers(frame)} leaves the screen {_numbers(available)}"
    if isinstance(window, QMenu):
        return
    for widget in window.findChildren(QWidget):
        if widget.window() is not window or not widget.isVisible() or not _matters(widget):
            continue
        scroll_to(widget)
        QApplication.processEvents()
        seen, whole = widget.visibleRegion().boundingRect(), widget.rect()
        wide, high = (
            part / all_of_it if all_of_it else 1.0
            for part, all_of_it in (
                (seen.width(), whole.width()),
                (seen.height(), whole.height()),
            )
        )
        least = _ALMOST if isinstance(widget, _WHOLE) else _SOME
        room = available.width() * _ALMOST, available.height() * _ALMOST
        if (wide < least and seen.width() < room[0]) or (
            high < least and seen.height() < room[1] / 3
        ):
            name = f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()}"
            yield f"{' '.join(name.split())}: {wide:.0%} of its width, {high:.0%} of its height in sight"


def _matters(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return bool(widget.text().strip())
    if isinstance(widget, QAbstractItemView | _WHOLE):
        return bool(widget.accessibleName() or getattr(widget, "text", str)())
    return isinstance(widget, QAbstractScrollArea) and bool(widget.accessibleName())


def _numbers(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()}×{rect.height()}"
