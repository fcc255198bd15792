"""When the unsaved text of a document is kept for the case of a crash. Somebody else writes it, on another thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.documents.journal import JournalEntry, JournalSchedule
from cowrite.documents.journal_writer import UnsavedText
from cowrite.editor.page.listeners import ListenerStage

if TYPE_CHECKING:  # a document has a journal
    from cowrite.editor.document.document import Document


class DocumentJournal(QObject):
    """Follows ``document``."""

    def __init__(self, document: Document, unsaved: UnsavedText, clock: Clock) -> None:
        super().__init__(document)
        self._document = document
        self._unsaved = unsaved
        self._clock = clock
        self._schedule = JournalSchedule()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.write)
        document.listeners.add(ListenerStage.JOURNAL, self._on_text_changed)

    def write(self) -> None:
        """Have unsaved text kept now, or what was kept removed when all is saved."""
        self._timer.stop()
        self._schedule.written()
        document = self._document
        if document.is_loading:
            return  # what is unsaved of it was kept before, and stays so
        if not document.is_modified or document.is_untouched:
            self._unsaved.discard(document.document_id)
            return
        imported = document.imported
        self._unsaved.write(
            JournalEntry(
                document_id=document.document_id,
                path=str(document.path or ""),
                text=document.text(),
                caret=document.content.caret,
                saved_at_ms=self._clock.unix_ms(),
                stamp=document.stamp,
                encoding=document.chosen_encoding,
                title=document.title,
                made_from=str(imported.path) if imported is not None else "",
            )
        )

    def failed(self) -> None:
        """What was handed over could not be written; try again in a while."""
        self._schedule.changed(self._clock.monotonic_ms())
        self._timer.start(JournalSchedule.LONGEST_MS)

    def forget_unsaved(self) -> None:
        """The writer does not want what is not saved."""
        self._document.set_modified(False)
        self.write()

    def discard(self, document_id: str) -> None:
        """Keep nothing of another document, whose text this one has taken over."""
        self._unsaved.discard(document_id)

    def close(self) -> None:
        """Write nothing more."""
        self._timer.stop()

    def _on_text_changed(self, change: TextChange) -> None:
        if change.kind is ChangeKind.LOADED:
            return
        now = self._clock.monotonic_ms()
        self._schedule.changed(now)
        due = self._schedule.due_in_ms(now)
        if due is not None:
            self._timer.start(round(due))
