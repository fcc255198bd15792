"""One document between the page and the disk: open, save, journal. Raises UserError; asks and shows nothing."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextCursor

from cowrite.documents.files import (
    FileStamp,
    LoadedFile,
    changed_on_disk,
    read_document,
    save_atomically,
)
from cowrite.documents.identity import Identities, document_id_for
from cowrite.documents.journal import JournalEntry, JournalSchedule
from cowrite.documents.journal_writer import UnsavedText
from cowrite.documents.text_codec import TextFormat, encode
from cowrite.editor.page import PageEdit
from cowrite.errors import UserError
from cowrite.suggest.clock import Clock
from cowrite.suggest.ports import ChangeKind, TextChange

logger = logging.getLogger(__name__)

UNTITLED = "Untitled"


class DocumentKeeper(QObject):
    """Keeps the text of ``page`` safe. Signals: ``identity_changed()`` for another document or file, ``saved()``.

    ``keep_in``: where the old bytes of a file are kept that has to be written into.
    """

    identity_changed = Signal()
    saved = Signal()  # the file holds what is on the page

    def __init__(
        self,
        page: PageEdit,
        journal: UnsavedText,
        clock: Clock,
        identities: Identities | None = None,
        keep_in: Path | None = None,
    ) -> None:
        super().__init__(page)
        self._identities = identities or Identities()
        self._keep_in = keep_in
        self._page = page
        self._journal = journal
        self._clock = clock
        self._schedule = JournalSchedule()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.write_journal)
        self.path: Path | None = None
        self.read_only_reason = ""
        self._format = TextFormat()
        self._stamp: FileStamp | None = None
        self.document_id = ""
        self._title = ""
        self._place = ""
        self._become(None)
        page.text_changed.connect(self._on_text_changed)

    @property
    def name(self) -> str:
        """For the title of the window."""
        return self.path.name if self.path else self._title or UNTITLED

    def is_in(self, path: Path) -> bool:
        """Whether this is the document in the file ``path``, by whatever link."""
        return bool(self._place) and self._place == document_id_for(path)

    @property
    def is_modified(self) -> bool:
        """Whether the page holds what no file holds."""
        return self._page.document().isModified()

    @property
    def is_untouched(self) -> bool:
        """Whether this is a new document in which there is nothing."""
        return self.path is None and self._page.document().isEmpty()

    # --- opening ---

    def show(self, loaded: LoadedFile) -> None:
        """Put a file that was read on the page."""
        self._become(loaded.path.absolute())
        self._format, self._stamp = loaded.format, loaded.stamp
        self._set_read_only(loaded.read_only_reason)
        self._page.set_text(loaded.text)
        self.identity_changed.emit()

    def restore(self, entry: JournalEntry) -> None:
        """Put unsaved text back on the page, as unsaved text of the same document."""
        path = Path(entry.path) if entry.path else None
        self._format = _format_of(path)
        # Saved just before the end, it was the text of that file: what is to be a text without one is another document.
        is_another = path is None and self._identities.is_in_a_file(entry.document_id)
        self._become(path, "" if is_another else entry.document_id)
        self._title = entry.title
        self._stamp = entry.stamp
        self._set_read_only("")
        self._page.set_text(entry.text)
        self._page.document().setModified(True)
        self.place_caret(entry.caret)
        if is_another:
            self.write_journal()
            self._journal.discard(entry.document_id)
        self.identity_changed.emit()

    def place_caret(self, offset: int) -> None:
        """Put the caret at ``offset`` (UTF-16 units), or as near as the text allows."""
        cursor = QTextCursor(self._page.document())
        cursor.setPosition(min(offset, self._page.document().characterCount() - 1))
        self._page.setTextCursor(cursor)
        self._page.keep_caret_comfortable()

    # --- saving ---

    def changed_elsewhere(self) -> bool:
        """Whether the file is not what it was when it was opened or saved here."""
        return self.path is not None and changed_on_disk(self.path, self._stamp)

    def save(self, *, as_utf8: bool = False) -> None:
        """Write the page to its file. Raises UserError; the file is then unchanged."""
        if self.path is None:
            raise UserError("This text has no file yet.", "Choose a name for it.")
        self._write(self.path, self._format.as_utf8() if as_utf8 else self._format)
        self.saved.emit()

    def save_as(self, path: Path) -> None:
        """Write the page to another file, which is its file from now on. Raises UserError.

        The first file of a text is the document that was begun; with another file it becomes another document.
        """
        path = path.absolute()
        old_id, is_first = self.document_id, self.path is None
        self._write(path, self._format)
        stamp = self._stamp
        if is_first:
            self._identities.note(path, old_id)
        self._become(path, old_id if is_first else "")
        self._stamp = stamp
        self._set_read_only("")
        if self.document_id != old_id:
            self._journal.discard(self.document_id)
        self.identity_changed.emit()
        self.saved.emit()

    def needs_utf8(self) -> bool:
        """Whether the text holds characters that only a Unicode encoding of its file could hold."""
        try:
            encode(self._page.text(), self._format)
        except UserError:
            return not self._format.encoding.startswith("utf")
        return False

    def note_identity(self) -> None:
        """Note which document the file holds, where that was forgotten while the document is open."""
        if self.path is not None:
            self._identities.note(self.path, self.document_id)

    # --- the journal ---

    def write_journal(self) -> None:
        """Have unsaved text kept for the case of a crash, or what was kept removed when all is saved."""
        self._timer.stop()
        self._schedule.written()
        if not self.is_modified or self.is_untouched:
            self._journal.discard(self.document_id)
            return
        self._journal.write(
            JournalEntry(
                document_id=self.document_id,
                path=str(self.path or ""),
                text=self._page.text(),
                caret=self._page.textCursor().position(),
                saved_at_ms=self._clock.unix_ms(),
                stamp=self._stamp,
                title=self._title,
            )
        )

    def journal_failed(self) -> None:
        """What was handed over could not be written; try again in a while."""
        self._schedule.changed(self._clock.monotonic_ms())
        self._timer.start(JournalSchedule.LONGEST_MS)

    def forget_unsaved(self) -> None:
        """The writer does not want what is not saved."""
        self._page.document().setModified(False)
        self.write_journal()

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

    # --- inside ---

    def _become(self, path: Path | None, document_id: str = "") -> None:
        self.path = path
        self._place = document_id_for(path) if path else ""
        known = self._identities.of(path) if path else document_id_for(None)
        self.document_id = document_id or known
        self._page.document_id = self.document_id

    def _set_read_only(self, reason: str) -> None:
        self.read_only_reason = reason
        self._page.setReadOnly(bool(reason))

    def _write(self, path: Path, text_format: TextFormat) -> None:
        data = encode(self._page.text(), text_format)
        self._stamp = save_atomically(path, data, keep_in=self._keep_in)
        self._format = text_format
        self._page.document().setModified(False)
        self.write_journal()


def _format_of(path: Path | None) -> TextFormat:
    """How the file is written now; the usual way if it is gone."""
    if path is None:
        return TextFormat()
    try:
        return read_document(path).format
    except UserError:
        logger.info("the file of unsaved text cannot be read")
        return TextFormat()
