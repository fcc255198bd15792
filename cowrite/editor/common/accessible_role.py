"""What each of our own widgets is for a screen reader: a bar, a pane, a picture.

Qt knows its own classes; of a subclass of QWidget it says only that something is there. A class of ours that is more
than a box for others says what it is in ``accessible_role`` (docs/adr/0066).
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QWidget

Role = QAccessible.Role
ATTRIBUTE = "accessible_role"
"""Of a class, or of one widget before anybody has asked for it."""
_told: list[str] = []


def tell_roles() -> None:
    """Have Qt ask our classes from now on. May be called again."""
    if not _told:
        _told.append(ATTRIBUTE)
        QAccessible.installFactory(_interface_of)


def _interface_of(_class_name: str, thing: QObject) -> QAccessibleWidget | None:
    role = getattr(thing, ATTRIBUTE, None)
    return _Interface(thing, role) if role is not None and isinstance(thing, QWidget) else None


class _Interface(QAccessibleWidget):
    """Qt's own would say of a widget that hands the keyboard on to another that it has it itself."""

    def state(self) -> QAccessible.State:
        state = super().state()
        if state.focused and self.object() is not QApplication.focusWidget():
            state.focused = 0
        return state
