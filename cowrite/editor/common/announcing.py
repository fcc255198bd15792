"""Sentences that a screen reader says although the keyboard is elsewhere."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QWidget


def announce(widget: QWidget, sentence: str) -> None:
    """Have ``sentence`` said when there is a pause. Does nothing while nobody listens."""
    if not sentence or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(widget, sentence)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)


def tell_focus() -> None:
    """Tell where the keyboard is: when a menu goes, Qt does not, and a screen reader stays with its entries."""
    widget = QApplication.focusWidget()
    if widget is not None and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Focus))
