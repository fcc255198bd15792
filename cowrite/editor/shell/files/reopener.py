"""Opens again what was open last time, and text that was never saved."""

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
from cowrite.documents.journal import DamagedJournal, Journal, JournalEntry
from cowrite.documents.journal_writer import UnsavedText
from cowrite.documents.open_documents import OpenDocuments
from cowrite.documents.reopening import Reopened, plan_reopening
from cowrite.documents.session import OpenDocument, OpenWindow, Session
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Flow
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_files import ClosedMeanwhileError
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.files.opening import WaitingPage
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.localization import tr, tr_noop

logger = logging.getLogger(__name__)

NOT_ITS_FILE = tr_noop(
    "Unsaved text of “{name}” is shown as a document without a file, because parts of that file "
    "cannot be read as text. Save it under another name."
)
NOT_REOPENED = tr_noop(
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
        disk: Disk,
    ) -> None:
        self._manager = manager
        self._journal = journal
        self._unsaved = unsaved
        self._identities = identities
        self._open = open_documents
        self._disk = disk
        self.found_unsaved = False
        self._windows: dict[int, EditorWindow] = {}
        self._beside: dict[int, OpenWindow] = {}
        self._order: dict[EditorView, int] = {}

    async def reopen(self, session: Session) -> list[str]:
        """Show the documents of ``session`` and all unsaved text; a sentence for each thing that did not come back.

        Whatever is the matter with one document, the others are shown; one whose disk does not answer keeps none of
        them waiting.
        """
        manager = self._manager
        manager.session.to_reopen = session.documents
        self._beside = {each.window: each for each in session.windows}
        found, damaged, readdressed = await self._disk.run(self._found)
        self.found_unsaved = bool(found)
        problems = [each.sentence for each in damaged] + readdressed
        self._open.reserve(entry.document_id for entry in found)
        plan = await self._disk.run(lambda: plan_reopening(session, found))
        problems += plan.problems
        manager.session.to_reopen = tuple(each.document for each in plan.windows)
        flows = [Flow(self._show_safely(at, each)) for at, each in enumerate(plan.windows)]
        for shown in flows:
            problems += await shown
        for window in self._windows.values():
            # Whichever disk answered first.
            window.stack.arrange(sorted(window.views, key=lambda view: self._order.get(view, 0)))
        return problems

    async def _show_safely(self, at: int, each: Reopened) -> list[str]:
        try:
            return await self._show(at, each)
        except ClosedMeanwhileError:
            problem = ""
        except UserError as error:
            problem = str(error)
        except Exception:
            # Damaged data that nobody thought of must not keep the program from starting.
            logger.exception("a document of the last session could not be shown")
            problem = tr(NOT_REOPENED)
        finally:
            kept = self._manager.session
            kept.to_reopen = tuple(one for one in kept.to_reopen if one is not each.document)
        if each.entry is not None:  # its text is in no window: nothing may be written over it
            self._open.reserve([each.entry.document_id])
        return [problem] if problem else []

    def _found(self) -> tuple[list[JournalEntry], list[DamagedJournal], list[str]]:
        """What was kept of unsaved text; reads it, on whatever thread."""
        found, damaged = self._journal.entries()
        problems: list[str] = []
        return self._with_own_identities(found, problems), damaged, problems

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

    def _place_for(self, at: int, document: OpenDocument) -> EditorView:
        """A view for the document at ``at`` of the session: in the window that it shares with others, or its own."""
        places = self._manager.places
        window = self._windows.get(document.window)
        if window is not None and window in self._manager.windows:
            view = places.new_tab(window)
        elif document.window or document.geometry:
            window = self._manager.new_window()
            view = window.active_view
            beside = self._beside.get(document.window)
            if beside is not None:
                window.beside_page.restore(beside)
        else:
            view = places.fresh()
        if document.window and window is not None:
            self._windows[document.window] = window
        self._order[view] = at
        return view

    async def _show(self, at: int, each: Reopened) -> list[str]:
        """Show one document; a sentence if its text is no longer that of its file. Raises UserError."""
        document, entry = each.document, each.entry
        problems = []
        name = document.path if entry is None else entry.path
        page = WaitingPage(
            self._manager,
            Path(name) if name else None,
            lambda: self._place_for(at, each.document),
            comes_forward=each.document.is_front,
        )
        try:
            loaded = await self._read(document.path, entry)
            if entry is not None:
                self._open.release(entry.document_id)
            if entry is not None and (loaded is None or loaded.text != entry.text):
                if loaded is not None and loaded.read_only_reason:
                    problems.append(tr(NOT_ITS_FILE, name=loaded.path.name))
                    entry = replace(entry, path="", stamp=None)
                view = await self._manager.opening.show_unsaved(entry, page)
                document = replace(document, caret=entry.caret)  # the journal is the younger one
            elif loaded is not None:
                view = await self._manager.opening.show_loaded(loaded, page)
                shown = view.document
                shown.journal.write()  # nothing of it is unsaved
                if entry is not None and entry.document_id != shown.document_id:
                    self._unsaved.discard(entry.document_id)  # its text is what the file holds
            else:
                page.give_back()
                return []  # it had no file, and nothing in it
        except BaseException:
            page.give_back()
            raise
        self._put(view, document)
        return problems

    def _put(self, view: EditorView, document: OpenDocument) -> None:
        """Have the view where it was; the one that was in front in its window is so again."""
        window = self._manager.window_of(view)
        if window is None:
            return
        if document.is_front:
            window.stack.activate(view)
        if window.active_view is view:
            window.place_as(document)
        else:
            view.place(document.caret, document.scroll, document.other)

    async def _read(self, name: str, entry: JournalEntry | None) -> LoadedFile | None:
        """The file that the text is compared with. Raises UserError if it cannot be read and nothing is unsaved."""
        opening = self._manager.opening
        if entry is None:
            return await opening.read(Path(name)) if name else None
        path = entry.path
        if not path or not await self._disk.run(lambda: os.path.isfile(path)):  # noqa: PTH113 - a dead disk raises
            return None
        try:
            return await opening.read(Path(path))
        except UserError:
            return None  # what is unsaved is shown all the same
