"""Files of other programs: each is shown as a new text, and what became of it is said."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.documents.importing import ImportedText, import_file, with_pictures
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Flow
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_files import ClosedMeanwhileError
from cowrite.editor.shell.editor_view import EditorView
from cowrite.localization import tr
from cowrite.localization.joining import sentences

if TYPE_CHECKING:
    from cowrite.editor.shell.window_manager import WindowManager

NOTICE_KEY = "imported"


class Importing:
    """How ``manager`` shows them; ``fresh`` finds or makes a view for a new text."""

    def __init__(self, manager: WindowManager, disk: Disk) -> None:
        self._manager = manager
        self._disk = disk

    def view_with(self, path: Path) -> EditorView | None:
        """The view of the text that was made of that file, if it is open and in no file of its own yet."""
        for view in self._manager.views:
            imported = view.document.imported
            if imported is not None and view.document.path is None and imported.path == path:
                return view
        return None

    async def read(self, path: Path, *, keep_changes: bool = False) -> ImportedText:
        """Read the file beside the GUI thread. Raises UserError."""
        return await self._disk.run(lambda: import_file(path, keep_changes=keep_changes))

    async def show(self, imported: ImportedText, view: EditorView) -> EditorView:
        """Put it on ``view``, and say what became of the file. Raises ClosedMeanwhileError."""
        await self._fill(view, imported)
        return view

    def find_pictures(self, document: Document) -> None:
        """Have the pictures again of a text that came back after a crash, if it was made of a file that is there."""
        imported = document.imported
        if imported is not None:
            Flow(self._find_pictures(document, imported))

    async def _find_pictures(self, document: Document, imported: ImportedText) -> None:
        found = await self._disk.run(lambda: with_pictures(imported))
        if document.imported is imported:
            document.imported = found

    async def _fill(self, view: EditorView, imported: ImportedText) -> None:
        await view.document.files.show_imported(imported)
        self._manager.document_used.emit(view.document.document_id, "")
        window = self._manager.window_of(view)
        if window is not None:
            window.show_notice(self._notice(view, imported))

    def _notice(self, view: EditorView, imported: ImportedText) -> Notice:
        from cowrite.interchange.statement import statement

        acts: tuple[NoticeAction, ...] = ()
        if imported.report.accepted:
            keep = NoticeAction(
                label=tr("Show the changes instead"), do=self._keeping(view, imported)
            )
            acts = (keep,)
        text = sentences(
            tr(
                "This is a new text made from “{name}”. That file stays as it is.",
                name=imported.path.name,
            ),
            *statement(imported.report),
        )
        return Notice(key=NOTICE_KEY, text=text, acts=acts, about=view)

    def _keeping(self, view: EditorView, imported: ImportedText) -> Callable[[], None]:
        """Read the file again, with its tracked changes as CriticMarkup; what was written since stays."""
        revision = view.document.revision

        def again() -> None:
            Flow(self._read_again(view, imported, revision))

        return again

    async def _read_again(self, view: EditorView, imported: ImportedText, revision: int) -> None:
        try:
            marked = await self.read(imported.path, keep_changes=True)
        except UserError as error:
            self._manager.notice(Notice(text=str(error)))
            return
        is_as_it_was = view.document.revision == revision and not view.document.is_closed
        shown = view if is_as_it_was else self._manager.places.fresh()
        self._manager.show_view(shown)
        if is_as_it_was:  # otherwise what it showed would come back after a crash, beside this
            view.document.journal.discard(view.document.document_id)
        with contextlib.suppress(ClosedMeanwhileError):
            await self._fill(shown, marked)
