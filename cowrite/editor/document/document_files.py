"""A document between its text and the disk: open, read again, save. Raises UserError; asks and shows nothing.

What touches the disk is apart from what touches the document: :class:`FileWriting`, and ``read_document``. It is done
beside the GUI thread, and the methods that wait for it are coroutines (see :mod:`cowrite.editor.common.flow`).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
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
from cowrite.documents.importing import ImportedText, made_before, write_files
from cowrite.documents.journal import JournalEntry
from cowrite.documents.open_documents import OpenDocuments, same_file
from cowrite.documents.text_codec import Certainty, TextFormat, encode
from cowrite.documents.versions.former_place import FormerPlace
from cowrite.editor.common.disk import Disk
from cowrite.editor.page.listeners import SaveOccasion
from cowrite.editor.page.tracked_text import PART_CHARACTERS
from cowrite.localization import tr

if TYPE_CHECKING:  # a document has files
    from cowrite.editor.document.document import Document

logger = logging.getLogger(__name__)


class ClosedMeanwhileError(Exception):
    """The document was closed while something was done for it. Nobody need be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWriting:
    """All that it takes to write a document as it is at one moment; made and used without the document.

    ``replaces`` is what the file must be, None for no file; with ``anyway`` the writer has said that it is to be
    replaced, whatever it is.
    """

    path: Path
    text: str
    format: TextFormat
    keep_in: Path | None
    replaces: FileStamp | None = None
    anyway: bool = False

    def run(self) -> FileStamp:
        """Write the file, on whatever thread. Raises UserError; the file is then unchanged."""
        return save_atomically(
            self.path,
            encode(self.text, self.format),
            keep_in=self.keep_in,
            may_replace=self._is_what_it_was,
        )

    def _is_what_it_was(self) -> bool:
        return self.anyway or not changed_on_disk(self.path, self.replaces)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnotherReading:
    """All that it takes to read a file in another encoding. ``edited``: the text of the page, if it is not saved."""

    path: Path
    encoding: str
    name: str
    edited: str | None
    stamp: FileStamp | None
    old_encoding: str

    def run(self) -> tuple[LoadedFile, str | None]:
        """The file, and the edited text with what the file holds read in the same way. Raises UserError."""
        loaded = read_document(self.path, self.encoding)
        if self.edited is None:
            return loaded, None
        from cowrite.documents.encoding_detection.previews import read_anew

        data, stamp = read_bytes(self.path)
        is_same_file = self.stamp is not None and stamp.sha256 == self.stamp.sha256
        new = loaded.format.encoding
        edited = read_anew(data, self.edited, self.old_encoding, new) if is_same_file else None
        if edited is None or loaded.read_only_reason:
            raise UserError(
                tr(
                    "{name} has unsaved changes, which could not be kept in {encoding}.",
                    name=self.name,
                    encoding=shown_name(new),
                ),
                tr("Save them or undo them, then choose the encoding again."),
            )
        return loaded, edited


class DocumentFiles:
    """What ``document`` does with files."""

    def __init__(
        self,
        document: Document,
        identities: Identities,
        open_documents: OpenDocuments[Document],
        disk: Disk,
        keep_in: Path | None = None,
    ) -> None:
        self._document = document
        self._disk = disk
        self._identities = identities
        self._open = open_documents
        self._keep_in = keep_in
        # The file that could not be read whole, and that this is a copy of.
        self._never_replaced: Path | None = None

    # --- opening ---

    def show(self, loaded: LoadedFile) -> None:
        """Be the document in a file that was read. Raises UserError if another window has it."""
        self._be(loaded)
        self._document.load(loaded.text)
        self._document.tell_identity()

    async def show_in_steps(self, loaded: LoadedFile) -> None:
        """The same, with the GUI thread free while a long text is loaded.

        Raises ClosedMeanwhileError if the document is closed before its text is there.
        """
        if len(loaded.text) <= PART_CHARACTERS:
            self.show(loaded)
            return
        self._be(loaded)
        await self._document.load_in_steps(loaded.text)
        self._document.tell_identity()

    def _be(self, loaded: LoadedFile) -> None:
        document = self._document
        self._become(loaded.path.absolute())
        self._never_replaced = document.imported = None
        document.format, document.stamp = loaded.format, loaded.stamp
        document.saved_text = loaded.text
        document.set_read_only(loaded.read_only_reason)

    def restore(self, entry: JournalEntry, text_format: TextFormat | None = None) -> None:
        """Be the document of unsaved text that was kept. Raises UserError if another window has its file.

        ``text_format``: how its file is written now, the usual way if it is gone; see :func:`format_of`.
        """
        document, path = self._document, Path(entry.path) if entry.path else None
        self._become(path, entry.document_id)
        document.title = entry.title
        is_made = entry.made_from and not entry.path
        document.imported = made_before(Path(entry.made_from), entry.text) if is_made else None
        document.format = text_format or TextFormat()
        document.stamp, document.saved_text = entry.stamp, None
        document.set_read_only("")
        document.load(entry.text)
        document.set_modified(True)
        document.content.place_caret(entry.caret)
        document.journal.write()  # another identity or file than last time, if that was taken, holds from now on
        document.tell_identity()

    async def show_imported(self, imported: ImportedText) -> None:
        """Be a new text, in no file yet, made of another program's file. Raises ClosedMeanwhileError."""
        document = self._document
        self._become(None)
        document.title, document.imported = imported.path.stem, imported
        document.format, document.stamp, document.saved_text = TextFormat(), None, None
        document.set_read_only("")
        if len(imported.text) <= PART_CHARACTERS:
            document.load(imported.text)
        else:
            await document.load_in_steps(imported.text)
        document.set_modified(True)
        document.content.place_caret(0)
        document.journal.write()
        document.tell_identity()

    async def write_pictures(self) -> list[str]:
        """Write what came inside an imported file beside the text; a sentence for each that could not be written."""
        imported, path = self._document.imported, self._document.path
        if imported is None or path is None:
            return []
        self._document.imported = None
        return await self._disk.run(lambda: write_files(imported, path.parent))

    def confirm_encoding(self) -> None:
        """The writer says that the words are right."""
        self._document.format = replace(self._document.format, certainty=Certainty.CHOSEN)

    async def read_in(self, encoding: str) -> None:
        """Read the file in another encoding; what is not saved stays, as unsaved text.

        Raises UserError; the document is then as it was.
        """
        document = self._document
        if document.path is None:
            return
        while True:
            revision, is_modified = document.revision, document.is_modified
            reading = AnotherReading(
                path=document.path,
                encoding=encoding,
                name=document.name,
                edited=document.text() if is_modified else None,
                stamp=document.stamp,
                old_encoding=document.format.encoding,
            )
            loaded, edited = await self._disk.run(reading.run)
            if document.is_closed:
                raise ClosedMeanwhileError
            if document.revision == revision:
                break  # else the writer went on writing, and that is to be read anew, too
        caret = document.content.caret
        self.show(loaded)
        if edited is not None:
            document.load(edited)
            document.set_modified(True)
        document.content.place_caret(caret)
        document.journal.write()

    # --- saving ---

    async def changed_elsewhere(self) -> bool:
        """Whether the file is not what it was when it was opened or saved here."""
        path, stamp = self._document.path, self._document.stamp
        if path is None:
            return False
        return await self._disk.run(lambda: changed_on_disk(path, stamp))

    def found_on_disk(self, loaded: LoadedFile) -> None:
        """What another program made of the file has been taken into the text: from now on that is what it holds."""
        document = self._document
        document.format, document.stamp = loaded.format, loaded.stamp
        document.saved_text = loaded.text
        holds_all = document.text() == loaded.text
        document.set_modified(not holds_all)
        document.journal.write()
        if holds_all:
            document.tell_saved(SaveOccasion.BY_ITSELF)

    async def save(
        self,
        *,
        as_utf8: bool = False,
        anyway: bool = False,
        occasion: SaveOccasion = SaveOccasion.ASKED,
    ) -> None:
        """Write the text to its file. Raises UserError; the file is then unchanged.

        Nothing that another program made of the file is replaced, unless ``anyway``, which the writer has to say.
        What is written is the text of now; what is typed meanwhile is not saved. That of a text which is shown for
        reading only holds more than the page, and is never written.
        """
        document = self._document
        if document.path is None:
            raise UserError(tr("This text has no file yet."), tr("Choose a name for it."))
        self._require_target(document.path)
        text_format = document.format.as_utf8() if as_utf8 else document.format
        await self._write(document.path, text_format, anyway=anyway)
        document.journal.write()
        document.tell_saved(occasion)

    async def save_as(self, path: Path) -> None:
        """Write the text to another file, which is its file from now on. Raises UserError.

        The first file of a text is the document that was begun; with another file it becomes another document.
        """
        document, path = self._document, path.absolute()
        self._require_target(path)
        old_id, is_first, source = document.document_id, document.path is None, document.path
        was_read_only = bool(document.read_only_reason)
        self._open.expect(document, path)
        try:
            await self._write(path, document.format, anyway=True)
        finally:
            self._open.expect(document, None)
        if was_read_only:
            self._never_replaced = source
        if is_first:
            self._identities.note(path, old_id)
        self._become(path, old_id if is_first else "")
        document.set_read_only("")
        document.journal.write()
        if document.document_id != old_id:
            document.journal.discard(old_id)
        document.tell_identity()
        document.tell_saved()

    def moved(self, path: Path) -> None:
        """The file is at ``path`` now, and holds the same document. Raises UserError if another has that file."""
        document = self._document
        document.become(path.absolute(), [document.document_id])
        document.journal.write()
        document.history.note_file()
        document.tell_identity()

    def is_free(self, former: FormerPlace) -> bool:
        """Whether the document that was in another file was noted to be there, and is open nowhere."""
        is_noted = self._identities.of(former.path) == former.document_id
        return is_noted and not self._open.is_open(former.document_id)

    def take_over(self, former: FormerPlace, loaded: LoadedFile) -> None:
        """Be the document that was in another file: ``loaded``, the text of this one, with its history."""
        document = self._document
        before, caret = document.document_id, document.content.caret
        self._identities.moved([(document_id_for(former.path), document_id_for(loaded.path))])
        self.show(loaded)
        document.content.place_caret(caret)
        document.journal.discard(before)
        document.history.note_file()

    async def needs_utf8(self) -> bool:
        """Whether the text holds characters that only a Unicode encoding of its file could hold."""
        text_format, text = self._document.format, self._document.text()
        if text_format.encoding.startswith("utf"):
            return False
        return await self._disk.run(partial(_cannot_encode, text, text_format))

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
                tr(
                    "“{name}” cannot be replaced by this copy, because parts of it could not be read as text.",
                    name=path.name,
                ),
                tr("Choose another name."),
            )

    async def _write(self, path: Path, text_format: TextFormat, *, anyway: bool) -> None:
        document = self._document
        revision, text = document.revision, document.text()
        writing = FileWriting(
            path=path,
            text=text,
            format=text_format,
            keep_in=self._keep_in,
            replaces=document.stamp,
            anyway=anyway,
        )
        stamp = await self._disk.run(writing.run)
        if document.is_closed:
            raise ClosedMeanwhileError
        document.stamp = stamp
        document.format = text_format
        document.saved_text = text
        if document.revision == revision:
            document.set_modified(False)


def format_of(path: Path | None, remembered: str = "") -> TextFormat:
    """How the file is written now; the usual way if it is gone. Reads it."""
    if path is None:
        return TextFormat()
    try:
        return read_document(path, remembered=remembered).format
    except UserError:
        logger.info("the file of unsaved text cannot be read")
        return TextFormat()


def _cannot_encode(text: str, text_format: TextFormat) -> bool:
    try:
        encode(text, text_format)
    except UserError:
        return True
    return False
