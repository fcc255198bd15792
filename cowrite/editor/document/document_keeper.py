"""One document between the page and the disk: open, save, journal. Raises UserError; asks and shows nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextCursor

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.documents.encoding_previews import read_anew
from cowrite.documents.encodings import shown_name
from cowrite.documents.files import (
    FileStamp,
    LoadedFile,
    changed_on_disk,
    read_bytes,
    read_document,
    save_atomically,
)
from cowrite.documents.identity import Identities, document_id_for
from cowrite.documents.journal import JournalEntry, JournalSchedule
from cowrite.documents.journal_writer import UnsavedText
from cowrite.documents.open_documents import OpenDocuments, same_file
from cowrite.documents.text_codec import Certainty, TextFormat, encode
from cowrite.editor.page.caret import nearest_place
from cowrite.editor.page.page_edit import PageEdit

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
        open_documents: OpenDocuments[DocumentKeeper] | None = None,
        keep_in: Path | None = None,
    ) -> None:
        super().__init__(page)
        self._identities = identities or Identities()
        self._open = open_documents if open_documents is not None else OpenDocuments()
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
        self._never_replaced: Path | None = (
            None  # what could not be read whole, and this is a copy of
        )
        self._become(None)
        page.text_changed.connect(self._on_text_changed)

    @property
    def name(self) -> str:
        """For the title of the window."""
        return self.path.name if self.path else self._title or UNTITLED

    def is_in(self, path: Path) -> bool:
        """Whether this is the document in the file ``path``, by whatever link."""
        return self.path is not None and same_file(self.path, path)

    def is_elsewhere(self, path: Path) -> bool:
        """Whether another window has the file ``path``, by whatever link."""
        return self._open.is_elsewhere(self, path)

    @property
    def is_modified(self) -> bool:
        """Whether the page holds what no file holds."""
        return self._page.document().isModified()

    @property
    def is_untouched(self) -> bool:
        """Whether this is a new document in which there is nothing."""
        return self.path is None and self._page.document().isEmpty()

    @property
    def format(self) -> TextFormat:
        """How the text is written to its file."""
        return self._format

    @property
    def chosen_encoding(self) -> str:
        """The encoding that the writer chose for the file; empty if it says its own, or is only guessed."""
        return self._format.encoding if self._format.certainty is Certainty.CHOSEN else ""

    # --- opening ---

    def show(self, loaded: LoadedFile) -> None:
        """Put a file that was read on the page. Raises UserError if another window has it."""
        self._become(loaded.path.absolute())
        self._never_replaced = None
        self._format, self._stamp = loaded.format, loaded.stamp
        self._set_read_only(loaded.read_only_reason)
        self._page.set_text(loaded.text)
        self.identity_changed.emit()

    def restore(self, entry: JournalEntry) -> None:
        """Put unsaved text back on the page, as unsaved text of the same document.

        Raises UserError if another window has its file.
        """
        path = Path(entry.path) if entry.path else None
        self._become(path, entry.document_id)
        self._title = entry.title
        self._format = _format_of(path, entry.encoding)
        self._stamp = entry.stamp
        self._set_read_only("")
        self._page.set_text(entry.text)
        self._page.document().setModified(True)
        self.place_caret(entry.caret)
        self.write_journal()  # another identity or file than last time, if that was taken, holds from now on
        self.identity_changed.emit()

    def confirm_encoding(self) -> None:
        """The writer says that the words are right."""
        self._format = replace(self._format, certainty=Certainty.CHOSEN)

    def read_in(self, encoding: str) -> None:
        """Read the file in another encoding; what is not saved stays, as unsaved text. Raises UserError.

        The page is then as it was.
        """
        if self.path is None:
            return
        loaded, caret = read_document(self.path, encoding), self._page.textCursor().position()
        edited = self._edited_in(loaded) if self.is_modified else None
        self.show(loaded)
        if edited is not None:
            self._page.set_text(edited)
            self._page.document().setModified(True)
        self.place_caret(caret)
        self.write_journal()

    def _edited_in(self, loaded: LoadedFile) -> str:
        """What is on the page, with what the file holds read as in ``loaded``. Raises UserError."""
        data, stamp = read_bytes(loaded.path)
        is_same_file = self._stamp is not None and stamp.sha256 == self._stamp.sha256
        old, new = self._format.encoding, loaded.format.encoding
        edited = read_anew(data, self._page.text(), old, new) if is_same_file else None
        if edited is None or loaded.read_only_reason:
            raise UserError(
                f"{self.name} has unsaved changes, which could not be kept in {shown_name(new)}.",
                "Save them or undo them, then choose the encoding again.",
            )
        return edited

    def place_caret(self, offset: int) -> None:
        """Put the caret at ``offset`` (UTF-16 units), or at the nearest place before it where a caret may stand."""
        cursor = QTextCursor(self._page.document())
        cursor.setPosition(nearest_place(self._page.document(), offset))
        self._page.setTextCursor(cursor)
        self._page.keep_caret_comfortable()

    # --- saving ---

    def changed_elsewhere(self) -> bool:
        """Whether the file is not what it was when it was opened or saved here."""
        return self.path is not None and changed_on_disk(self.path, self._stamp)

    def save(self, *, as_utf8: bool = False) -> None:
        """Write the page to its file. Raises UserError; the file is then unchanged.

        That of a text which is shown for reading only holds more than the page, and is never written.
        """
        if self.path is None:
            raise UserError("This text has no file yet.", "Choose a name for it.")
        self._require_target(self.path)
        self._write(self.path, self._format.as_utf8() if as_utf8 else self._format)
        self.saved.emit()

    def save_as(self, path: Path) -> None:
        """Write the page to another file, which is its file from now on. Raises UserError.

        The first file of a text is the document that was begun; with another file it becomes another document.
        """
        path = path.absolute()
        self._require_target(path)
        old_id, is_first, source = self.document_id, self.path is None, self.path
        self._write(path, self._format)
        if self.read_only_reason:
            self._never_replaced = source
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
                encoding=self.chosen_encoding,
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
        """Write nothing more; the document is not open any more."""
        self._timer.stop()
        self._open.leave(self)

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
        """Be the document in ``path``. Raises UserError if another window has that file; nothing is then changed."""
        wanted = [document_id] if document_id else []
        if path is not None:
            wanted += [self._identities.of(path), document_id_for(path)]
        self.document_id = self._open.enter(self, path, wanted)
        self.path = path
        self._page.document_id = self.document_id
        if path is not None and self.document_id != wanted[0]:
            self._identities.note(
                path, self.document_id
            )  # two files were noted to hold one document

    def _require_target(self, path: Path) -> None:
        """Raises UserError if the page must not be written to ``path``."""
        self._open.require_free(self, path)
        source = self._never_replaced
        if (self.read_only_reason and self.is_in(path)) or (source and same_file(source, path)):
            raise UserError(
                f"“{path.name}” cannot be replaced by this copy, because parts of it could not be read as text.",
                "Choose another name.",
            )

    def _set_read_only(self, reason: str) -> None:
        self.read_only_reason = reason
        self._page.setReadOnly(bool(reason))

    def _write(self, path: Path, text_format: TextFormat) -> None:
        data = encode(self._page.text(), text_format)
        self._stamp = save_atomically(path, data, keep_in=self._keep_in)
        self._format = text_format
        self._page.document().setModified(False)
        self.write_journal()


def _format_of(path: Path | None, remembered: str = "") -> TextFormat:
    """How the file is written now; the usual way if it is gone."""
    if path is None:
        return TextFormat()
    try:
        return read_document(path, remembered=remembered).format
    except UserError:
        logger.info("the file of unsaved text cannot be read")
        return TextFormat()
