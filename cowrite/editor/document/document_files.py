"""A document between its text and the disk: open, read again, save. Raises UserError; asks and shows nothing.

What touches the disk is apart from what touches the document: :class:`FileWriting`, and ``read_document``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
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
from cowrite.documents.journal import JournalEntry
from cowrite.documents.open_documents import OpenDocuments, same_file
from cowrite.documents.text_codec import Certainty, TextFormat, encode

if TYPE_CHECKING:  # a document has files
    from cowrite.editor.document.document import Document

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWriting:
    """All that it takes to write a document as it is at one moment; made and used without the document."""

    path: Path
    text: str
    format: TextFormat
    keep_in: Path | None

    def run(self) -> FileStamp:
        """Write the file, on whatever thread. Raises UserError; the file is then unchanged."""
        return save_atomically(self.path, encode(self.text, self.format), keep_in=self.keep_in)


class DocumentFiles:
    """What ``document`` does with files."""

    def __init__(
        self,
        document: Document,
        identities: Identities,
        open_documents: OpenDocuments[Document],
        keep_in: Path | None = None,
    ) -> None:
        self._document = document
        self._identities = identities
        self._open = open_documents
        self._keep_in = keep_in
        # The file that could not be read whole, and that this is a copy of.
        self._never_replaced: Path | None = None

    # --- opening ---

    def show(self, loaded: LoadedFile) -> None:
        """Be the document in a file that was read. Raises UserError if another window has it."""
        document = self._document
        self._become(loaded.path.absolute())
        self._never_replaced = None
        document.format, document.stamp = loaded.format, loaded.stamp
        document.set_read_only(loaded.read_only_reason)
        document.load(loaded.text)
        document.tell_identity()

    def restore(self, entry: JournalEntry) -> None:
        """Be the document of unsaved text that was kept. Raises UserError if another window has its file."""
        document, path = self._document, Path(entry.path) if entry.path else None
        self._become(path, entry.document_id)
        document.title = entry.title
        document.format = _format_of(path, entry.encoding)
        document.stamp = entry.stamp
        document.set_read_only("")
        document.load(entry.text)
        document.set_modified(True)
        document.content.place_caret(entry.caret)
        document.journal.write()  # another identity or file than last time, if that was taken, holds from now on
        document.tell_identity()

    def confirm_encoding(self) -> None:
        """The writer says that the words are right."""
        self._document.format = replace(self._document.format, certainty=Certainty.CHOSEN)

    def read_in(self, encoding: str) -> None:
        """Read the file in another encoding; what is not saved stays, as unsaved text.

        Raises UserError; the document is then as it was.
        """
        document = self._document
        if document.path is None:
            return
        loaded, caret = read_document(document.path, encoding), document.content.caret
        edited = self._edited_in(loaded) if document.is_modified else None
        self.show(loaded)
        if edited is not None:
            document.load(edited)
            document.set_modified(True)
        document.content.place_caret(caret)
        document.journal.write()

    def _edited_in(self, loaded: LoadedFile) -> str:
        """The text, with what the file holds read as in ``loaded``. Raises UserError."""
        document = self._document
        data, stamp = read_bytes(loaded.path)
        is_same_file = document.stamp is not None and stamp.sha256 == document.stamp.sha256
        old, new = document.format.encoding, loaded.format.encoding
        edited = read_anew(data, document.text(), old, new) if is_same_file else None
        if edited is None or loaded.read_only_reason:
            raise UserError(
                f"{document.name} has unsaved changes, which could not be kept in {shown_name(new)}.",
                "Save them or undo them, then choose the encoding again.",
            )
        return edited

    # --- saving ---

    def changed_elsewhere(self) -> bool:
        """Whether the file is not what it was when it was opened or saved here."""
        path = self._document.path
        return path is not None and changed_on_disk(path, self._document.stamp)

    def save(self, *, as_utf8: bool = False) -> None:
        """Write the text to its file. Raises UserError; the file is then unchanged.

        That of a text which is shown for reading only holds more than the page, and is never written.
        """
        document = self._document
        if document.path is None:
            raise UserError("This text has no file yet.", "Choose a name for it.")
        self._require_target(document.path)
        self._write(document.path, document.format.as_utf8() if as_utf8 else document.format)
        document.tell_saved()

    def save_as(self, path: Path) -> None:
        """Write the text to another file, which is its file from now on. Raises UserError.

        The first file of a text is the document that was begun; with another file it becomes another document.
        """
        document, path = self._document, path.absolute()
        self._require_target(path)
        old_id, is_first, source = document.document_id, document.path is None, document.path
        self._write(path, document.format)
        if document.read_only_reason:
            self._never_replaced = source
        if is_first:
            self._identities.note(path, old_id)
        self._become(path, old_id if is_first else "")
        document.set_read_only("")
        if document.document_id != old_id:
            document.journal.discard(document.document_id)
        document.tell_identity()
        document.tell_saved()

    def needs_utf8(self) -> bool:
        """Whether the text holds characters that only a Unicode encoding of its file could hold."""
        text_format = self._document.format
        try:
            encode(self._document.text(), text_format)
        except UserError:
            return not text_format.encoding.startswith("utf")
        return False

    def note_identity(self) -> None:
        """Note which document the file holds, where that was forgotten while the document is open."""
        if self._document.path is not None:
            self._identities.note(self._document.path, self._document.document_id)

    # --- inside ---

    def _become(self, path: Path | None, document_id: str = "") -> None:
        """Be the document in ``path``. Raises UserError if another window has that file; nothing is then changed."""
        document = self._document
        wanted = [document_id] if document_id else []
        if path is not None:
            wanted += [self._identities.of(path), document_id_for(path)]
        document.become(path, wanted)
        if path is not None and document.document_id != wanted[0]:
            # Two files were noted to hold one document.
            self._identities.note(path, document.document_id)

    def _require_target(self, path: Path) -> None:
        """Raises UserError if the text must not be written to ``path``."""
        document, source = self._document, self._never_replaced
        self._open.require_free(document, path)
        is_partly_read = bool(document.read_only_reason) and document.is_in(path)
        if is_partly_read or (source and same_file(source, path)):
            raise UserError(
                f"“{path.name}” cannot be replaced by this copy, because parts of it could not be read as text.",
                "Choose another name.",
            )

    def _write(self, path: Path, text_format: TextFormat) -> None:
        document = self._document
        writing = FileWriting(
            path=path, text=document.text(), format=text_format, keep_in=self._keep_in
        )
        document.stamp = writing.run()
        document.format = text_format
        document.set_modified(False)
        document.journal.write()


def _format_of(path: Path | None, remembered: str = "") -> TextFormat:
    """How the file is written now; the usual way if it is gone."""
    if path is None:
        return TextFormat()
    try:
        return read_document(path, remembered=remembered).format
    except UserError:
        logger.info("the file of unsaved text cannot be read")
        return TextFormat()
