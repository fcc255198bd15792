"""A field for what is searched for, or for what comes in its place: Up and Down bring back what was there before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

MOST_REMEMBERED = 50


class SearchHistory:
    """What was searched for in a window, newest first. It is kept in memory only, and goes with the window."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def add(self, text: str) -> None:
        """Remember ``text`` as the newest."""
        if text:
            others = [each for each in self.entries if each != text]
            self.entries = [text, *others][:MOST_REMEMBERED]


class SearchField(QLineEdit):
    """Signal: ``entered(bool back)`` for Enter, ``back`` with Shift."""

    entered = Signal(bool)

    def __init__(self, name: str, history: SearchHistory, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setClearButtonEnabled(False)
        self._history = history
        self._at = -1
        self._draft = ""
        self.textEdited.connect(self._on_edited)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.remember()
            self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key == Qt.Key.Key_Up:
            self._recall(self._at + 1)
        elif key == Qt.Key.Key_Down:
            self._recall(self._at - 1)
        else:
            super().keyPressEvent(event)

    @property
    def remembered(self) -> list[str]:
        """What Up and Down bring back, newest first."""
        return list(self._history.entries)

    @remembered.setter
    def remembered(self, entries: list[str]) -> None:
        self._history.entries = list(entries)

    def remember(self) -> None:
        """Keep what stands here for Up and Down."""
        self._history.add(self.text())
        self._at = -1

    def put(self, text: str) -> None:
        """Show ``text``, selected, so that the next key writes over it."""
        self._at = -1
        self.setText(text)
        self.selectAll()

    def _on_edited(self) -> None:
        self._at = -1

    def _recall(self, at: int) -> None:
        entries = self._history.entries
        if at >= len(entries) or at < -1:
            return
        if self._at < 0:
            self._draft = self.text()
        self._at = at
        self.setText(entries[at] if at >= 0 else self._draft)
