"""What the program is made of and under what licences: a long text in which one can search."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.errors import UserError, of_the_system
from cowrite.editor.common.background import Background
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.localization import tr, tr_noop
from cowrite.settings.resources import optional_resource

FILE = "third-party/licences.txt"
FROM_SOURCE = tr_noop(
    "The list of all licences is made when Cowrite is packaged, and comes with the package.\n\n"
    "This Cowrite runs from source. Its own licence is in the file LICENSE, those of its typeface, icons, "
    "dictionaries and word lists are in the folder “resources”, and each Python package in “.venv” has its own with it."
)
NOT_FOUND = tr_noop("Not found")
COLUMNS, ROWS = 84, 30


class LicencesWindow(QDialog):
    """``file`` is the list; None where there is none, as in the source."""

    def __init__(self, parent: QWidget, file: Path | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Licences"))
        self._text = QPlainTextEdit(self)
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._text.setAccessibleName(tr("Licences"))
        metrics = self._text.fontMetrics()
        self._text.setMinimumSize(letter_width(metrics) * 20, metrics.height() * 4)
        self._wanted = QLineEdit(self)
        self._wanted.setPlaceholderText(tr("Find in the licences"))
        self._wanted.setAccessibleName(tr("Find in the licences"))
        self._wanted.textChanged.connect(self._find_from_here)
        self._wanted.returnPressed.connect(self._find_next)
        self._said = PlainLabel("", self)
        self._next = QPushButton(tr("Find &next"), self)
        self._next.setAutoDefault(False)
        self._next.clicked.connect(self._find_next)
        close = QPushButton(tr("&Close"), self)
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self._wanted, 1)
        row.addWidget(self._said)
        row.addWidget(self._next)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addWidget(self._text, 1)
        column.addLayout(row)
        self.resize(letter_width(metrics) * COLUMNS, metrics.height() * ROWS)
        keep_on_screen(self)
        self._background = Background("licences", self)
        self.finished.connect(self._background.close)
        if file is None:
            self._show(tr(FROM_SOURCE))
        else:
            self._background.run(lambda: read(file), self._show, self._fail)
        self._wanted.setFocus()

    def _show(self, text: str) -> None:
        self._text.setPlainText(text)
        self._find_from_here()

    def _fail(self, error: UserError) -> None:
        self._text.setPlainText(str(error))

    def _find_from_here(self) -> None:
        """Look again from where the last hit began: a letter more may still be the same place."""
        cursor = self._text.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._find(cursor)

    def _find_next(self) -> None:
        self._find(self._text.textCursor())

    def _find(self, start: QTextCursor) -> None:
        wanted, document = self._wanted.text(), self._text.document()
        found = document.find(wanted, start)
        if found.isNull() and wanted:
            found = document.find(wanted, 0)  # round the end
        if found.isNull():
            start.clearSelection()
            self._text.setTextCursor(start)
        else:
            self._text.setTextCursor(found)
            self._text.centerCursor()
        self._said.setText(tr(NOT_FOUND) if wanted and found.isNull() else "")


def read(file: Path) -> str:
    """The list. Raises UserError if it cannot be read."""
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise of_the_system(error) from error


def licences_file() -> Path | None:
    """Where the package has its list."""
    return optional_resource(FILE)
