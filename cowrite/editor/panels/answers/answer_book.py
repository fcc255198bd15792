"""The answers that were given about one document since it was opened, and where in its text each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor, QTextDocument

from cowrite.base.utf16 import utf16_length
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.proposals.view_proposals import Asked
from cowrite.localization import tr
from cowrite.proposals.proposal import Proposal

MOST_ANSWERS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` to what was ``asked``; ``sources`` are the sentences it stands on, which follow the text."""

    asked: str
    text: str
    passage: str
    sources: tuple[QTextCursor, ...]


class AnswerBook(QObject):
    """Of ``view``, the newest answer last. Signal: ``changed()``."""

    changed = Signal()

    def __init__(self, view: DocumentView) -> None:
        super().__init__(view)
        self._document: QTextDocument = view.page.document()
        self._is_open = False
        self.answers: list[Answer] = []

    def take(self, asked: Asked, proposal: Proposal, is_final: bool) -> None:
        """Take in what is known of an answer; one that is not final is written over by the next."""
        if not proposal.versions:
            return
        start, instruction = asked.passage.start, asked.request.instruction
        title = tr(asked.task.title)
        name = tr("{name}: {value}", name=title, value=instruction) if instruction else title
        if self._is_open:
            del self.answers[-1:]
        self._is_open = not is_final
        sources = self._sources(proposal.passage, proposal.sentences, start)
        self.answers.append(Answer(name, proposal.versions[0].text, proposal.passage, sources))
        del self.answers[:-MOST_ANSWERS]
        self.changed.emit()

    def _sources(
        self, passage: str, sentences: Sequence[tuple[int, int]], start: int
    ) -> tuple[QTextCursor, ...]:
        found = []
        last = self._document.characterCount() - 1
        for first, end in sentences:
            cursor = QTextCursor(self._document)
            place = start + utf16_length(passage[:first])
            cursor.setPosition(min(place, last))
            cursor.setPosition(
                min(place + utf16_length(passage[first:end]), last),
                QTextCursor.MoveMode.KeepAnchor,
            )
            if cursor.selectedText().replace("\u2029", "\n") == passage[first:end]:
                found.append(cursor)
        return tuple(found)
