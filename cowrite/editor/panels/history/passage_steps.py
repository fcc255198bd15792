"""From one difference to the next: two buttons and their keys, and which difference it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cowrite.editor.commands.key_rules import native
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.history.passages_view import PassagesView
from cowrite.localization import tr

KEYS = {-1: "Alt+Up", 1: "Alt+Down"}


class PassageSteps(QWidget):
    """Goes through what ``passages`` shows. Signal: ``jumped(int)`` to the passage of this number."""

    jumped = Signal(int)

    def __init__(self, passages: PassagesView, parent: QWidget) -> None:
        super().__init__(parent)
        self._passages = passages
        self._panel = parent  # not its parent for ever: a layout takes it into another widget
        self.number = PlainLabel("", self)
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setAccessibleName(tr("Which difference"))
        self.previous = self._button(tr("Pre&vious"), tr("Previous difference"), -1)
        self.next = self._button(tr("Ne&xt"), tr("Next difference"), 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.previous, 1)
        row.addWidget(self.number, 1)
        row.addWidget(self.next, 1)
        self.show_number()

    def _button(self, title: str, what: str, step: int) -> QPushButton:
        key = QKeySequence(KEYS[step])
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        button.setAccessibleName(what)
        button.setToolTip(tr("{name} ({keys})", name=what, keys=native(key)))
        button.clicked.connect(lambda: self.step(step))
        shortcut = QShortcut(
            key, self._panel, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        shortcut.activated.connect(lambda: self.step(step))
        return button

    def step(self, by: int) -> None:
        """Choose the difference ``by`` further on; the first one again after the last."""
        count = self._passages.shown
        if not count:
            return
        current = self._passages.current
        number = (current + by) % count if current >= 0 else 0
        self._passages.choose(number)
        self.show_number()
        self.jumped.emit(number)

    def show_number(self) -> None:
        """Say which one is chosen of how many."""
        count, current = self._passages.shown, self._passages.current
        self.setVisible(count > 1)
        if current < 0:
            self.number.setText("")
            return
        self.number.setText(tr("{number:,} of {count:,}", number=current + 1, count=count))
