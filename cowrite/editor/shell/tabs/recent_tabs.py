"""Ctrl+Tab: to the tab used before this one, and as long as Ctrl is held to those used before that."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.tabs.view_stack import ViewStack

_ENDS = frozenset({Qt.Key.Key_Control, Qt.Key.Key_Meta, Qt.Key.Key_Alt})
_GOES_ON = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Shift, Qt.Key.Key_Control})


class RecentTabs(QObject):
    """Turns through the views of ``stack`` in the order in which they were in front, the last one first.

    The order is that of when the turning began, until Ctrl is let go or another key is pressed.
    """

    def __init__(self, stack: ViewStack) -> None:
        super().__init__(stack)
        self._stack = stack
        self._order: list[EditorView] = []
        self._at = 0

    def turn(self, by: int) -> None:
        """Go on by one, or back with -1."""
        stack = self._stack
        known = [view for view in self._order if view in stack.views]
        if len(known) != len(stack.views):
            self._order, self._at = stack.recent, 0
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one
        self._at = (self._at + by) % len(self._order)
        stack.activate(self._order[self._at])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if isinstance(event, QKeyEvent):
            released = event.type() == QEvent.Type.KeyRelease and event.key() in _ENDS
            pressed = event.type() == QEvent.Type.KeyPress and event.key() not in _GOES_ON
            if released or pressed:
                self._end()
        return super().eventFilter(watched, event)

    def _end(self) -> None:
        """What was come to is the one used last, and those between keep their order."""
        self._order = []
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
