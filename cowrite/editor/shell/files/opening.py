"""Opening files: they are read beside the GUI thread, and a window that waits for its text says so."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from cowrite.base.errors import UserError
from cowrite.base.records import may_be_path
from cowrite.documents.files import LoadedFile, read_document
from cowrite.documents.journal import JournalEntry
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Later
from cowrite.editor.common.messages import Notice
from cowrite.editor.document.document_files import ClosedMeanwhileError, format_of
from cowrite.editor.page.tracked_text import PART_CHARACTERS
from cowrite.editor.shell.window import EditorWindow

if TYPE_CHECKING:  # a manager opens files
    from cowrite.editor.shell.window_manager import WindowManager

SHOW_AFTER_MS = 100
"""A file that is read within this needs no window that says so."""


class Opening:
    """How ``manager`` opens files."""

    def __init__(self, manager: WindowManager, disk: Disk) -> None:
        self._manager = manager
        self._disk = disk
        self._under_way: dict[Path, Later[EditorWindow]] = {}

    @property
    def is_busy(self) -> bool:
        """Whether a file is being read."""
        return bool(self._under_way)

    async def open_all(self, paths: Sequence[Path], *, private: bool = False) -> None:
        """Open each file in a window; what cannot be opened is said in the front window."""
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
        """Show the file: in the window that has it, in an untouched one, or in a new one.

        Raises UserError, and ClosedMeanwhileError if its window was closed before its text was there.
        """
        if not may_be_path(str(path)):
            raise UserError("No file can have the name that was given.", "Choose a file.")
        window = self._manager.window_with(path) or await self._opened(path.absolute(), private)
        self._manager.bring_forward(window)
        return window

    async def _opened(self, path: Path, private: bool) -> EditorWindow:
        under_way = self._under_way.get(path)
        if under_way is not None:
            return await under_way
        shown = self._under_way[path] = Later[EditorWindow]()
        try:
            with_page = WaitingPage(self._manager, path, private=private)
            window = await self.show_loaded(await self.read(path), private=private, page=with_page)
        except BaseException as error:
            with_page.give_back()
            shown.fail(error)
            raise
        finally:
            del self._under_way[path]
        shown.set(window)
        return window

    async def read(self, path: Path) -> LoadedFile:
        """Read a file, in the encoding that the writer chose for it if it does not say its own. Raises UserError."""
        remembered = self._manager.encoding_of(path)
        return await self._disk.run(lambda: read_document(path, remembered=remembered))

    async def show_loaded(
        self, loaded: LoadedFile, *, private: bool = False, page: WaitingPage | None = None
    ) -> EditorWindow:
        """Put a file that was read on ``page``, an untouched one, or a new one, unless it is open.

        Raises UserError and ClosedMeanwhileError. Does not show the window.
        """
        if loaded.format.certainty.is_guess and self._manager.encoding_of(loaded.path):
            loaded = await self.read(loaded.path)  # it was read before anything was known of it
        open_already = self._manager.window_with(loaded.path)
        if open_already is not None:
            if page is not None:
                page.give_back()
            return open_already
        window = page.take() if page is not None else None
        window = window or self._manager.fresh(private=private)
        await self._load(window, loaded)
        self._manager.actions_of(window).opened()
        return window

    async def _load(self, window: EditorWindow, loaded: LoadedFile) -> None:
        is_long = len(loaded.text) > PART_CHARACTERS
        if is_long:
            window.status_line.say(opening_sentence(loaded.path), 0)
            self._manager.bring_forward(window)
        try:
            await window.active_view.document.files.show_in_steps(loaded)
        finally:
            if is_long and window in self._manager.windows:
                window.status_line.say("")

    async def show_unsaved(
        self, entry: JournalEntry, page: WaitingPage | None = None
    ) -> EditorWindow:
        """Put unsaved text back on ``page``, an untouched one, or a new one. Does not show the window.

        If its file is open already, it is the text of a document without a file.
        """
        path = Path(entry.path) if entry.path else None
        encoding = entry.encoding
        text_format = await self._disk.run(lambda: format_of(path, encoding))
        if path is not None and self._manager.window_with(path) is not None:
            entry = replace(entry, path="", stamp=None)
        window = (page.take() if page is not None else None) or self._manager.fresh()
        document = window.active_view.document
        document.files.restore(entry, text_format if entry.path else None)
        self._manager.actions_of(window).say_guess()
        self._manager.document_used.emit(document.document_id, str(document.path or ""))
        return window


def opening_sentence(path: Path) -> str:
    """What a window says while its text is not all there."""
    return f"Opening “{path.name}”…"


class WaitingPage:
    """A window for a text that is being read; it is shown only when that takes a while, and says “Opening…” then."""

    def __init__(self, manager: WindowManager, path: Path, *, private: bool = False) -> None:
        self._manager = manager
        self._path = path
        self._private = private
        self._window: EditorWindow | None = None
        self._is_new = False
        self._timer: QTimer | None = QTimer(manager)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._show)
        self._timer.start(SHOW_AFTER_MS)

    def take(self) -> EditorWindow | None:
        """The text is there: the window that waits for it, if it was shown.

        Raises ClosedMeanwhileError if the writer has closed it.
        """
        self._stop()
        if self._window is None:
            return None
        if self._window not in self._manager.windows:
            raise ClosedMeanwhileError
        self._end()
        return self._window

    def give_back(self) -> None:
        """There will be no text: the window goes, or is as it was."""
        self._stop()
        if self._window is None or self._window not in self._manager.windows:
            return
        self._end()
        if self._is_new and len(self._manager.windows) > 1:
            self._manager.close_kept([self._window])

    def _show(self) -> None:
        window = self._manager.untouched(private=self._private)
        self._is_new = window is None
        self._window = window or self._manager.new_window(private=self._private)
        self._window.active_view.document.set_loading(self._path)
        self._window.status_line.say(opening_sentence(self._path), 0)
        self._manager.bring_forward(self._window)

    def _end(self) -> None:
        if self._window is not None and self._window.active_view.document.is_loading:
            self._window.active_view.document.set_loading(None)
            self._window.status_line.say("")

    def _stop(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
            timer.deleteLater()
