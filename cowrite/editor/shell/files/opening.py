"""Opening files: they are read beside the GUI thread, and a page that waits for its text says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from cowrite.base.errors import UserError
from cowrite.base.records import may_be_path
from cowrite.documents.files import LoadedFile, read_document
from cowrite.documents.importing import ImportedText, is_imported
from cowrite.documents.journal import JournalEntry
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Later
from cowrite.editor.common.messages import Notice
from cowrite.editor.document.document_files import ClosedMeanwhileError, format_of
from cowrite.editor.page.tracked_text import PART_CHARACTERS
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.files.importing import Importing
from cowrite.editor.shell.tabs.closed_tabs import ClosedTab
from cowrite.editor.shell.window import EditorWindow
from cowrite.localization import tr

if TYPE_CHECKING:  # a manager opens files
    from cowrite.editor.shell.window_manager import WindowManager

SHOW_AFTER_MS = 100
"""A file that is read within this needs no page that says so."""


class Opening:
    """How ``manager`` opens files."""

    def __init__(self, manager: WindowManager, disk: Disk) -> None:
        self._manager = manager
        self._disk = disk
        self.importing = Importing(manager, disk)
        self._under_way: dict[Path, Later[EditorView]] = {}

    @property
    def is_busy(self) -> bool:
        """Whether a file is being read."""
        return bool(self._under_way)

    async def open_all(self, paths: Sequence[Path], *, private: bool = False) -> None:
        """Open each file; what cannot be opened is said in the front window."""
        for path in paths:
            try:
                await self.open(path, private=private)
            except ClosedMeanwhileError:
                continue
            except UserError as error:
                # One on a disk that is unplugged comes back with it.
                if os.path.isdir(path.parent):  # noqa: PTH112 - a dead disk would raise
                    self._manager.forget_recent(path)
                self._manager.notice(Notice(text=str(error)))

    async def open(self, path: Path, *, private: bool = False) -> EditorWindow:
        """Show the file: in the view that has it, in an untouched one, or in a new one. Returns its window.

        Raises UserError, and ClosedMeanwhileError if its view was closed before its text was there.
        """
        return self._shown(await self._view_of(path, private=private))

    async def reopen(self, closed: ClosedTab) -> None:
        """Show a file that was closed, where it was; what is in the way is said in the front window."""
        try:
            view = await self._view_of(closed.path)
            self._shown(view)
        except ClosedMeanwhileError:
            return
        except UserError as error:
            self._manager.notice(Notice(text=str(error)))
            return
        view.place(closed.caret, closed.scroll)

    def _shown(self, view: EditorView) -> EditorWindow:
        """Bring a view in front. Raises ClosedMeanwhileError if it was closed."""
        window = self._manager.window_of(view)
        if window is None:
            raise ClosedMeanwhileError
        self._manager.show_view(view)
        return window

    async def _view_of(self, path: Path, *, private: bool = False) -> EditorView:
        if not may_be_path(str(path)):
            raise UserError(tr("No file can have the name that was given."), tr("Choose a file."))
        path = path.absolute()
        open_already = self._manager.view_with(path) or self.importing.view_with(path)
        return open_already or await self._opened(path, private)

    async def _opened(self, path: Path, private: bool) -> EditorView:
        under_way = self._under_way.get(path)
        if under_way is not None:
            return await under_way
        shown = self._under_way[path] = Later[EditorView]()
        places = self._manager.places
        try:
            page = WaitingPage(self._manager, path, lambda: places.fresh(private=private))
            if is_imported(path):
                view = await self.importing.show(await self.importing.read(path), page.take())
            else:
                view = await self.show_loaded(await self.read(path), page)
        except BaseException as error:
            page.give_back()
            shown.fail(error)
            raise
        finally:
            del self._under_way[path]
        shown.set(view)
        return view

    async def read(self, path: Path) -> LoadedFile:
        """Read a file, in the encoding that the writer chose for it if it does not say its own. Raises UserError."""
        remembered = self._manager.encoding_of(path)
        return await self._disk.run(lambda: read_document(path, remembered=remembered))

    async def show_read(self, found: LoadedFile | ImportedText) -> EditorView:
        """Put what was read before the program began on an untouched page or a new one. Does not show the view."""
        if isinstance(found, ImportedText):
            return await self.importing.show(found, self._manager.places.fresh())
        return await self.show_loaded(found)

    async def show_loaded(self, loaded: LoadedFile, page: WaitingPage | None = None) -> EditorView:
        """Put a file that was read on ``page``, or on an untouched or a new one, unless it is open.

        Raises UserError and ClosedMeanwhileError. Does not show the view.
        """
        if loaded.format.certainty.is_guess and self._manager.encoding_of(loaded.path):
            loaded = await self.read(loaded.path)  # it was read before anything was known of it
        open_already = self._manager.view_with(loaded.path)
        if open_already is not None:
            if page is not None:
                page.give_back()
            return open_already
        view = page.take() if page is not None else self._manager.places.fresh()
        await self._load(view, loaded, comes_forward=page is None or page.comes_forward)
        self._manager.actions_of(view).opened()
        return view

    async def _load(self, view: EditorView, loaded: LoadedFile, *, comes_forward: bool) -> None:
        is_long = comes_forward and len(loaded.text) > PART_CHARACTERS
        window = self._manager.window_of(view)
        if is_long and window is not None:
            window.status_line.say(opening_sentence(loaded.path), 0)
            self._manager.show_view(view)
        try:
            await view.document.files.show_in_steps(loaded)
        finally:
            if is_long and window in self._manager.windows:
                window.status_line.say("")

    async def show_unsaved(
        self, entry: JournalEntry, page: WaitingPage | None = None
    ) -> EditorView:
        """Put unsaved text back on ``page``, or on an untouched or a new one. Does not show the view.

        If its file is open already, it is the text of a document without a file.
        """
        path = Path(entry.path) if entry.path else None
        encoding = entry.encoding
        text_format = await self._disk.run(lambda: format_of(path, encoding))
        if path is not None and self._manager.view_with(path) is not None:
            entry = replace(entry, path="", stamp=None)
        view = page.take() if page is not None else self._manager.places.fresh()
        document = view.document
        document.files.restore(entry, text_format if entry.path else None)
        self.importing.find_pictures(document)
        self._manager.actions_of(view).say_guess()
        self._manager.document_used.emit(document.document_id, str(document.path or ""))
        return view


def opening_sentence(path: Path) -> str:
    """What a window says while its text is not all there."""
    return tr("Opening “{name}”…", name=path.name)


class WaitingPage:
    """A view for a text that is being read; it is there only when that takes a while, and says “Opening…” then.

    ``fresh`` finds or makes it. Without ``comes_forward`` it is not brought in front of other documents.
    """

    def __init__(
        self,
        manager: WindowManager,
        path: Path | None,
        fresh: Callable[[], EditorView],
        *,
        comes_forward: bool = True,
    ) -> None:
        self._manager = manager
        self._path = path
        self._fresh = fresh
        self.comes_forward = comes_forward
        self._view: EditorView | None = None
        self._is_new = False
        self._timer: QTimer | None = None
        if path is not None:
            self._timer = QTimer(manager)
            self._timer.setSingleShot(True)
            self._timer.timeout.connect(self._show)
            self._timer.start(SHOW_AFTER_MS)

    def take(self) -> EditorView:
        """The text is there: the view that waits for it, or one that is found now.

        Raises ClosedMeanwhileError if the writer has closed it.
        """
        self._stop()
        if self._view is None:
            return self._fresh()
        if self._manager.window_of(self._view) is None:
            raise ClosedMeanwhileError
        self._end()
        return self._view

    def give_back(self) -> None:
        """There will be no text: the view goes, or is as it was."""
        self._stop()
        if self._view is None or self._manager.window_of(self._view) is None:
            return
        self._end()
        if self._is_new and len(self._manager.views) > 1:
            self._manager.close_view(self._view)

    def _show(self) -> None:
        before = self._manager.views
        view = self._view = self._fresh()
        self._is_new = view not in before
        view.document.set_loading(self._path)
        if self._path is not None:
            self._say(opening_sentence(self._path))
        if self.comes_forward:
            self._manager.show_view(view)

    def _say(self, sentence: str) -> None:
        window = self._manager.window_of(self._view) if self._view is not None else None
        if window is not None:
            window.status_line.say(sentence, 0)

    def _end(self) -> None:
        if self._view is not None and self._view.document.is_loading:
            self._view.document.set_loading(None)
            self._say("")

    def _stop(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
            timer.deleteLater()
