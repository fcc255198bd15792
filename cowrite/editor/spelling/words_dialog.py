"""The list of the words that the writer added to the dictionary: look through it, add to it, take from it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.spelling.service import SpellingService
from cowrite.localization import tr, tr_noop
from cowrite.spelling.words import words_of

ABOUT = tr_noop(
    "These words are never marked as misspelled, in any document, nor are their possessives."
)
NONE_YET = tr_noop("You have added no words yet. Right-click a marked word to add it.")
NO_WORD = tr_noop("That is more than a word. Add words one by one.")
WIDTH_CHARACTERS, HEIGHT_LINES = 56, 22


class WordsDialog(QDialog):
    """Shows and changes the words of ``service``; what others change is shown too."""

    def __init__(self, service: SpellingService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self.setObjectName("words")
        self.setWindowTitle(tr("Your words"))
        self.new = QLineEdit(self)
        self.new.setPlaceholderText(tr("A new word"))
        self.new.setAccessibleName(tr("New word"))
        self.add = QPushButton(tr("&Add"), self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Your words"))
        self.remove = QPushButton(tr("&Remove"), self)
        self.said = PlainLabel("", self)
        self.file = PlainLabel(tr("They are kept in {path}.", path=service.words_file), self)
        self._lay_out()
        self._connect()
        self._fill()
        keep_on_screen(self)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        about = PlainLabel(tr(ABOUT), self)
        for text in (about, self.said, self.file):
            text.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.new, 1)
        row.addWidget(self.add)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        for button in (self.add, self.remove, *buttons.buttons()):
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        last = QHBoxLayout()
        last.addWidget(self.remove)
        last.addStretch(1)
        last.addWidget(buttons)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        column.addWidget(about)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        column.addWidget(self.file)
        column.addLayout(last)
        metrics = self.fontMetrics()
        self.resize(letter_width(metrics) * WIDTH_CHARACTERS, metrics.height() * HEIGHT_LINES)

    def _connect(self) -> None:
        self.add.clicked.connect(self._on_add)
        self.new.returnPressed.connect(self._on_add)
        self.remove.clicked.connect(self._on_remove)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._on_remove)
        self.list.itemSelectionChanged.connect(self._on_selection)
        self._service.words_changed.connect(self._fill)
        self._service.ready.connect(self._fill)

    def _fill(self) -> None:
        row = self.list.currentRow()
        self.list.clear()
        self.list.addItems(sorted(self._service.words, key=str.casefold))
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._say("" if self.list.count() else tr(NONE_YET))
        self._on_selection()

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))

    def _on_selection(self) -> None:
        self.remove.setEnabled(bool(self.list.selectedItems()))

    def _on_add(self) -> None:
        word = self.new.text().strip()
        if not word:
            return
        if " " in word or not any(True for _ in words_of(word)):
            self._say(tr(NO_WORD))
            return
        self._service.add_word(word)
        self.new.clear()

    def _on_remove(self) -> None:
        for item in self.list.selectedItems():
            self._service.remove_word(item.text())
