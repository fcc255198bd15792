"""A list over the page in which something is found by a few letters and chosen with Enter.

It lies over the page and takes part in no layout. It is no window of its own, so that an input method composes in its
field as on the page, on every system.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.announcing import announce
from cowrite.editor.common.letters import letter_width
from cowrite.editor.panels.palette.command_list import CommandDelegate, CommandListModel, Row
from cowrite.localization import tr

WIDTH_CHARACTERS = 72
MOST_ROWS = 12
_BORROWED = frozenset({Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason})
"""The keyboard is elsewhere for a moment and comes back."""
_TO_LIST = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWords:
    """What a list says: its name, those of field and rows, what stands in the empty field, that nothing fits.

    They are translated where they are shown.
    """

    name: str
    field: str
    rows: str
    placeholder: str
    nothing_found: str


class ListOverPage(QFrame):
    """Lies over ``window``; ``give_back`` gives the keyboard to the page before a row is chosen, or when it is left."""

    accessible_role = Role.Dialog

    def __init__(
        self, window: QWidget, words: ListWords, *, scale: float, give_back: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._words = words
        self._give_back = give_back
        self._grid = round(8 * scale)
        self.field = _Field(self)
        self.model = CommandListModel(self)
        self.list = QListView(self)
        self.note = QLabel(self)
        delegate = CommandDelegate(self)
        delegate.scale = scale
        self.list.setItemDelegate(delegate)
        self._lay_out()
        window.installEventFilter(self)

    # --- what a list is made of ---

    def gather(self) -> None:
        """The list was opened and has the keyboard: find out what there is."""
        raise NotImplementedError

    def found(self, typed: str) -> list[Row]:
        """The rows that ``typed`` may mean, best first."""
        raise NotImplementedError

    def choose(self, row: Row) -> None:
        """Do what a row is for; the page has the keyboard again."""
        raise NotImplementedError

    def nothing_found(self) -> str:
        """What is said when nothing fits what was typed."""
        return tr(self._words.nothing_found)

    def _lay_out(self) -> None:
        self.setObjectName("palette")
        self.setAccessibleName(tr(self._words.name))
        self.field.setPlaceholderText(tr(self._words.placeholder))
        self.field.setAccessibleName(tr(self._words.field))
        self.field.textChanged.connect(self._filter)
        self.field.key_pressed = self._on_key
        self.field.focus_lost = self._on_focus_lost
        self.list.setModel(self.model)
        self.list.setAccessibleName(tr(self._words.rows))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._on_clicked)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(self._grid, 0, self._grid, 0)
        self.note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(self._grid, self._grid, self._grid, self._grid)
        column.setSpacing(self._grid)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.note)
        self.setFocusProxy(self.field)

    # --- coming and going ---

    def open(self) -> None:
        """Show everything, and take the keyboard."""
        self.field.clear()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        # Only now: a suggestion goes with the keyboard, and what needs one cannot be done any more.
        self.gather()
        self._filter("")

    def leave(self) -> None:
        """Go, and give the keyboard back. May be called again."""
        if self.isHidden():
            return
        self.hide()
        self._give_back()

    def run_chosen(self) -> None:
        """Do what the chosen row is for, after the list is gone and the page has the keyboard again."""
        row = self.model.row(self.list.currentIndex().row())
        if row is None:
            return
        if not row.enabled:
            self._say(tr("“{command}” cannot be used now.", command=row.text))
            return
        self.leave()
        self.choose(row)

    # --- what is shown ---

    def _filter(self, typed: str) -> None:
        found = self.found(typed)
        self.model.show_rows(found)
        self._say("" if found else self.nothing_found())
        self.list.setVisible(bool(found))
        if found:
            self.list.setCurrentIndex(self.model.index(0))
            self.list.scrollToTop()
        self._place()

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        if text:
            self.field.setAccessibleDescription(text)
            announce(self.field, text)
        self._place()

    def _place(self) -> None:
        """Below the menu bar, in the middle, as high as what is found needs."""
        if self.isHidden():
            return
        room = self._window.size()
        metrics = self.field.fontMetrics()
        width = min(letter_width(metrics) * WIDTH_CHARACTERS, room.width() - 4 * self._grid)
        row_px = max(1, self.list.sizeHintForRow(0))
        rows = min(self.model.rowCount(), MOST_ROWS)
        top = round(room.height() * 0.08) + 2 * self._grid
        frame = 2 * self.list.frameWidth() + self._grid
        left = room.height() - top - 8 * self._grid - self.field.sizeHint().height()
        self.list.setFixedHeight(max(row_px + frame, min(rows * row_px + frame, left)))
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((room.width() - width) // 2, top)

    # --- events ---

    def _on_key(self, event: QKeyEvent) -> bool:
        """What the keys of the field mean here; whether it was one of them."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run_chosen()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        elif key in _TO_LIST:
            self._step(key)
        else:
            return False
        return True

    def _step(self, key: Qt.Key) -> None:
        count = self.model.rowCount()
        if not count:
            return
        at = self.list.currentIndex().row()
        page = max(1, self.list.viewport().height() // max(1, self.list.sizeHintForRow(0)) - 1)
        match key:
            case Qt.Key.Key_Up:
                to = (at - 1) % count
            case Qt.Key.Key_Down:
                to = (at + 1) % count
            case Qt.Key.Key_PageUp:
                to = max(0, at - page)
            case _:
                to = min(count - 1, at + page)
        self.list.setCurrentIndex(self.model.index(to))

    def _on_clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self.run_chosen()

    def _on_current(self, index: QModelIndex) -> None:
        """Tell a screen reader, whose attention is with the field, which row Enter would choose."""
        row = self.model.row(index.row())
        spoken = row.spoken if row is not None else self.nothing_found()
        if row is not None and spoken != self.field.accessibleDescription():
            announce(self.field, spoken)
        self.field.setAccessibleDescription(spoken)
        if self.model.rowCount():
            self._say("")

    def _on_focus_lost(self, reason: Qt.FocusReason) -> None:
        if reason not in _BORROWED:
            self.hide()  # whoever has the keyboard now keeps it

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102 - Qt's name
        super().showEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return False


class _Field(QLineEdit):
    """Hands the keys that are the list's to it, and says when it has lost the keyboard."""

    key_pressed: Callable[[QKeyEvent], bool] = staticmethod(lambda _: False)
    focus_lost: Callable[[Qt.FocusReason], None] = staticmethod(lambda _: None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.key_pressed(event):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_lost(event.reason())
