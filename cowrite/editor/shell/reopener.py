"""Puts back on the desk what was open last time and text that was never saved."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.documents.files import LoadedFile
from cowrite.documents.identity import Identities
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.documents.journal_writer import UnsavedText
from cowrite.documents.open_documents import OpenDocuments
from cowrite.documents.reopening import Reopened, plan_reopening
from cowrite.documents.session import Session
from cowrite.editor.document.document import Document
from cowrite.editor.shell.window_manager import WindowManager

logger = logging.getLogger(__name__)

NOT_ITS_FILE = (
    "Unsaved text of “{}” is shown as a document without a file, because parts of that file cannot be read as text. "
    "Save it under another name."
)
NOT_REOPENED = (
    "A document that was open last time could not be opened again. Your files were not changed."
)


class Reopener:
    """Used once, before any other document is open. ``found_unsaved``: whether there was text that no file held."""

    def __init__(
        self,
        manager: WindowManager,
        journal: Journal,
        unsaved: UnsavedText,
        identities: Identities,
        open_documents: OpenDocuments[Document],
    ) -> None:
        self._manager = manager
        self._journal = journal
        self._unsaved = unsaved
        self._identities = identities
        self._open = open_documents
        self.found_unsaved = False

    def reopen(self, session: Session) -> list[str]:
        """Show the documents of ``session`` and all unsaved text; a sentence for each thing that did not come back.

        Whatever is the matter with one document, the others are shown.
        """
        found, damaged = self._journal.entries()
        self.found_unsaved = bool(found)
        problems = [each.sentence for each in damaged]
        entries = self._with_own_identities(found, problems)
        self._open.reserve(entry.document_id for entry in entries)
        plan = plan_reopening(session, entries)
        problems += plan.problems
        for each in plan.windows:
            try:
                problems += self._show(each)
                continue
            except UserError as error:
                problems.append(str(error))
            except Exception:
                # Damaged data that nobody thought of must not keep the program from starting.
                logger.exception("a document of the last session could not be shown")
                problems.append(NOT_REOPENED)
            if each.entry is not None:  # its text is in no window: nothing may be written over it
                self._open.reserve([each.entry.document_id])
        return problems

    def _with_own_identities(
        self, entries: Sequence[JournalEntry], problems: list[str]
    ) -> list[JournalEntry]:
        """The entries, none of them of a document that is in a file, unless it is the text of a file.

        Saved just before the end, it was the text of that file: what is to be a text without one is another document.
        """
        own = []
        for entry in entries:
            if not entry.path and self._identities.is_in_a_file(entry.document_id):
                try:
                    entry = self._journal.readdress(entry, uuid.uuid4().hex)
                except UserError as error:
                    problems.append(str(error))
            own.append(entry)
        return own

    def _show(self, each: Reopened) -> list[str]:
        """Show one window; a sentence if its text is no longer that of its file. Raises UserError."""
        document, entry = each.document, each.entry
        problems = []
        loaded = self._read(document.path, entry)
        if entry is not None:
            self._open.release(entry.document_id)
        if entry is not None and (loaded is None or loaded.text != entry.text):
            if loaded is not None and loaded.read_only_reason:
                problems.append(NOT_ITS_FILE.format(loaded.path.name))
                entry = replace(entry, path="", stamp=None)
            window = self._manager.show_unsaved(entry)
            document = replace(document, caret=entry.caret)  # the journal is the younger of the two
        elif loaded is not None:
            window = self._manager.show_loaded(loaded)
            shown = window.active_view.document
            shown.journal.write()  # nothing of it is unsaved
            if entry is not None and entry.document_id != shown.document_id:
                self._unsaved.discard(entry.document_id)  # its text is what the file holds
        else:
            return []  # it had no file, and nothing in it
        window.place_as(document)
        return problems

    def _read(self, name: str, entry: JournalEntry | None) -> LoadedFile | None:
        """The file that the text is compared with. Raises UserError if it cannot be read and nothing is unsaved."""
        if entry is None:
            return self._manager.read(Path(name)) if name else None
        if not entry.path or not os.path.isfile(entry.path):  # noqa: PTH113 - a dead disk raises
            return None
        try:
            return self._manager.read(Path(entry.path))
        except UserError:
            return None  # what is unsaved is shown all the same
