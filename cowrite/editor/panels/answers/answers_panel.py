"""Summaries, translations and answers beside the text: what they stand on, and a way to insert them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.errors import UserError
from cowrite.base.printable import run_on
from cowrite.base.text_changes import ChangeKind
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.common.wheel_guard import ChoiceBox
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.panels.answers.answer_book import Answer, AnswerBook
from cowrite.localization import tr, tr_noop

EMPTY = tr_noop(
    "Summaries, translations and answers stand here. Press Ctrl+Enter on the page to ask for one."
)
STANDS_ON = tr_noop("It stands on these sentences:")
GONE = tr_noop("That sentence is not in the text any more.")
_SHOWN_CHARACTERS = 140


class AnswersPanel(QWidget):
    """Follows ``view``, whose answers ``book_of`` knows. ``say`` is told what could not be done."""

    accessible_role = Role.Client

    def __init__(
        self,
        view: DocumentView,
        book_of: Callable[[DocumentView], AnswerBook],
        say: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view, self._book_of, self._say = view, book_of, say
        self._following = Connections()
        self.choice = ChoiceBox(self)
        self.text = QPlainTextEdit(self)
        self.stands_on = PlainLabel(tr(STANDS_ON), self)
        self.sources = QListWidget(self)
        self.insert = QPushButton(tr("&Insert at the caret"), self)
        self.copy = QPushButton(tr("&Copy"), self)
        self._lay_out()
        self.choice.currentIndexChanged.connect(self._show_chosen)
        self.sources.itemClicked.connect(self._on_source)
        self.sources.itemActivated.connect(self._on_source)
        self.insert.clicked.connect(self._on_insert)
        self.copy.clicked.connect(self._on_copy)
        self.setFocusProxy(self.text)
        self.follow(view)

    def _lay_out(self) -> None:
        self.choice.setAccessibleName(tr("Which answer"))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Answer"))
        self.text.setPlaceholderText(tr(EMPTY))
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.stands_on.setWordWrap(True)
        self.sources.setAccessibleName(tr("Sentences it stands on"))
        self.sources.setWordWrap(True)
        self.sources.setFrameShape(QListWidget.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.addWidget(self.choice)
        column.addWidget(self.text, 3)
        buttons = QHBoxLayout()
        buttons.addWidget(self.insert)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self.stands_on)
        column.addWidget(self.sources, 2)

    def close_for_good(self) -> None:
        """The window goes: follow nothing more."""
        self._following.end()

    def follow(self, view: DocumentView) -> None:
        """Show the answers about this text from now on."""
        self._following.end()
        self._view = view
        self._following.add(self._book_of(view).changed, self._refresh)
        self._refresh()

    # --- what is shown ---

    @property
    def shown(self) -> Answer | None:
        """The answer that is shown."""
        answers = self._book_of(self._view).answers
        number = len(answers) - 1 - self.choice.currentIndex()
        return answers[number] if answers and 0 <= number < len(answers) else None

    def _refresh(self) -> None:
        answers = self._book_of(self._view).answers
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([each.asked for each in reversed(answers)])
        self.choice.blockSignals(False)
        self.choice.setVisible(len(answers) > 1)
        self._show_chosen()

    def _show_chosen(self, _index: int = 0) -> None:
        answer = self.shown
        self.text.setPlainText(answer.text if answer is not None else "")
        self.sources.clear()
        for each in answer.sources if answer is not None else ():
            self.sources.addItem(_shortened(each.selectedText()))
        has_sources = bool(self.sources.count())
        self.stands_on.setVisible(has_sources)
        self.sources.setVisible(has_sources)
        for button in (self.insert, self.copy):
            button.setEnabled(answer is not None)

    # --- what is done with it ---

    def _on_source(self) -> None:
        answer, number = self.shown, self.sources.currentRow()
        if answer is None or not 0 <= number < len(answer.sources):
            return
        source = answer.sources[number]
        if not source.hasSelection():
            self._say(tr(GONE))
            return
        page = self._view.page
        cursor = QTextCursor(source)
        page.setTextCursor(cursor)
        page.keep_caret_comfortable()
        QTimer.singleShot(0, page, self._view.focus)

    def _on_insert(self) -> None:
        answer, view = self.shown, self._view
        if answer is None:
            return
        try:
            view.document.history.before_rewrite()
            caret = view.caret
            view.document.edit(caret, caret, answer.text, ChangeKind.REWRITTEN)
        except UserError as error:
            self._say(str(error))
            return
        view.focus()

    def _on_copy(self) -> None:
        answer = self.shown
        if answer is not None:
            QGuiApplication.clipboard().setText(answer.text)


def _shortened(text: str) -> str:
    text = run_on(text)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
