"""All windows and what they share: which are open, what comes back at the next start, the preferences.

Knows nothing of how a window is built, and of models only that there is somebody to ask.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from cowrite.base.errors import UserError
from cowrite.base.records import may_be_path
from cowrite.documents.files import LoadedFile, read_document
from cowrite.documents.journal import JournalEntry
from cowrite.documents.open_documents import OpenDocuments
from cowrite.documents.session import Session, save_session
from cowrite.editor.appearance.appearance import Appearance, font_size_for
from cowrite.editor.common.fit_to_screen import place_beside
from cowrite.editor.common.messages import Notice
from cowrite.editor.document.document import Document
from cowrite.editor.document.recent_files import FilePresence, RecentFilesThere
from cowrite.editor.shell.document_actions import DocumentActions
from cowrite.editor.shell.preferences_in_use import PreferencesInUse
from cowrite.editor.shell.window import TAB_HINTS, EditorWindow
from cowrite.editor.shell.window_list import WindowList
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

logger = logging.getLogger(__name__)

PREFERENCES_KEY = "preferences"
JOURNAL_KEY = "journal"


class WindowManager(WindowList):
    """Signals: ``preferences_changed(Preferences)``, ``document_used(str id, str path)``, ``emptied()``.

    ``unkept`` waits for the journal and names the documents whose unsaved text it could not keep.
    """

    preferences_changed = Signal(object)
    document_used = Signal(str, str)
    emptied = Signal()  # the last window is closed

    def __init__(
        self,
        *,
        make_window: Callable[[Preferences, bool], tuple[EditorWindow, DocumentActions]],
        appearance: Appearance,
        store: PreferencesStore,
        preferences: Preferences,
        session_file: Path,
        session: Session,
        open_documents: OpenDocuments[Document],
        unkept: Callable[[], Collection[str]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open = open_documents
        self._unkept = unkept
        self._make_window = make_window
        self._appearance = appearance
        self._preferences = PreferencesInUse(store, preferences, self)
        self._preferences.changed.connect(self._on_preferences)
        self._preferences.failed.connect(self._on_preferences_unsaved)
        self._session_file = session_file
        self._session = session
        self._actions: dict[EditorWindow, DocumentActions] = {}
        self._keeping_everything = False
        self._quitting = False
        self._recent_there = RecentFilesThere()

    # --- windows ---

    def actions_of(self, window: EditorWindow) -> DocumentActions:
        """What the file menu of ``window`` does."""
        return self._actions[window]

    def new_window(self, *, private: bool = False) -> EditorWindow:
        """Open a window with nothing in it; nothing of a private one is kept."""
        window, actions = self._make_window(self.preferences, private)
        beside = self.front
        self._windows.append(window)
        self._actions[window] = actions
        window.set_close_guard(lambda: self._may_close(window))
        window.closed.connect(lambda: self._on_closed(window))
        window.zoomed.connect(self._on_zoomed)
        # After the key that took it has been dealt with: preferences may lay out the page anew.
        window.taken.connect(self._on_taken, Qt.ConnectionType.QueuedConnection)
        actions.file_used.connect(self._on_file_used)
        actions.encoding_chosen.connect(
            lambda path, encoding: self._on_encoding_chosen(window, path, encoding)
        )
        if beside is not None:
            taken = [each.pos() for each in self._windows if each is not window]
            place_beside(window, beside, taken)
        return window

    def open_new(self, *, private: bool = False) -> None:
        """Open a window with nothing in it and show it."""
        self.bring_forward(self.new_window(private=private))

    # --- files ---

    def open_paths(self, paths: Sequence[Path], *, private: bool = False) -> None:
        """Open each file in a window; what cannot be opened is said in the front window."""
        for path in paths:
            try:
                self.open_path(path, private=private)
            except UserError as error:
                # One on a disk that is unplugged comes back with it.
                if os.path.isdir(path.parent):  # noqa: PTH112 - a dead disk would raise
                    self.forget_recent(path)
                self.notice(Notice(text=str(error)))

    def open_path(self, path: Path, *, private: bool = False) -> EditorWindow:
        """Show the file: in the window that has it, in an untouched one, or in a new one. Raises UserError."""
        if not may_be_path(str(path)):
            raise UserError("No file can have the name that was given.", "Choose a file.")
        window = self._window_with(path)
        if window is None:
            loaded = self.read(path.absolute())
            window = self.show_loaded(loaded, private=private)
        self.bring_forward(window)
        return window

    def read(self, path: Path) -> LoadedFile:
        """Read a file, in the encoding that the writer chose for it if it does not say its own. Raises UserError."""
        return read_document(path, remembered=self._session.encoding_of(path))

    def show_loaded(self, loaded: LoadedFile, *, private: bool = False) -> EditorWindow:
        """Put a file that was read on an untouched page, or a new one, unless it is open. Does not show the window."""
        open_already = self._window_with(loaded.path)
        if open_already is not None:
            return open_already
        if loaded.format.certainty.is_guess and self._session.encoding_of(loaded.path):
            loaded = self.read(loaded.path)  # it was read before anything was known of it
        window = self._untouched(private=private) or self.new_window(private=private)
        window.active_view.document.files.show(loaded)
        self._actions[window].opened()
        return window

    def show_unsaved(self, entry: JournalEntry) -> EditorWindow:
        """Put unsaved text back on an untouched page, or a new one. Does not show the window.

        If its file is open already, it is the text of a document without a file.
        """
        if entry.path and self._window_with(Path(entry.path)) is not None:
            entry = replace(entry, path="", stamp=None)
        window = self._untouched() or self.new_window()
        document = window.active_view.document
        document.files.restore(entry)
        self._actions[window].say_guess()
        self.document_used.emit(document.document_id, str(document.path or ""))
        return window

    @property
    def recent(self) -> list[Path]:
        """The files opened lately, newest first."""
        return [Path(name) for name in self._session.recent]

    def recent_there(self) -> dict[Path, FilePresence]:
        """The same, each with what is known of it now; waits for no disk."""
        return self._recent_there.refresh(self.recent)

    def journal_done(self, document_id: str, problem: str) -> None:
        """The journal of a document was written, or there is a problem."""
        if not problem:
            self.notice(Notice(key=JOURNAL_KEY, text=""))
            return
        window = self._window_of(document_id)
        if window is not None:
            window.active_view.document.journal.failed()
        self.notice(Notice(key=JOURNAL_KEY, text=problem))

    # --- preferences ---

    @property
    def preferences(self) -> Preferences:
        """What the writer chose."""
        return self._preferences.chosen

    def change(self, **values: Any) -> None:
        """Use other values for some preferences from now on, and keep them."""
        self._preferences.change(**values)

    def save_preferences(self) -> None:
        """Write what was changed now, where another process is to know of it."""
        self._preferences.save()

    def _on_preferences(self, chosen: Preferences) -> None:
        self._appearance.apply(chosen)
        for window in self._windows:
            window.apply(chosen)
        self.preferences_changed.emit(chosen)

    def _on_preferences_unsaved(self, problem: str) -> None:
        self.notice(Notice(key=PREFERENCES_KEY, text=problem))

    # --- the end ---

    def quit(self) -> None:
        """Close everything and keep everything: the next start finds it, saved or not."""
        if not self._windows:
            return  # what was open is noted already; it is not nothing
        self.keep_everything()  # whatever is answered, and also if the system does not wait for it
        if self._quitting:
            return  # the question is on screen, and one is enough
        self._quitting = True
        try:
            if not all(self._actions[window].may_close() for window in self._kept_nowhere()):
                return  # what is only there must not go unasked
        finally:
            self._quitting = False
        self.keep_everything()
        self._keeping_everything = True
        for window in self.windows:
            window.close()
        self._keeping_everything = False

    def keep_everything(self) -> None:
        """Note what is open, and have all unsaved text kept."""
        for window in self._windows:
            window.active_view.document.journal.write()
        self.save_session()
        self.save_preferences()

    def save_session(self) -> None:
        """Note which documents are open."""
        documents = tuple(
            window.as_open_document()
            for window in self._windows
            if not window.active_view.document.is_untouched and not window.is_private
        )
        self._session = replace(self._session, documents=documents)
        try:
            save_session(self._session_file, self._session)
        except UserError as error:
            logger.warning("%s", error.message)
            self.tell(str(error))

    # --- inside ---

    def _window_of(self, document_id: str) -> EditorWindow | None:
        return next(
            (w for w in self._windows if w.active_view.document.document_id == document_id), None
        )

    def _window_with(self, path: Path) -> EditorWindow | None:
        holder = self._open.holder_of(path)
        return next((w for w in self._windows if w.active_view.document is holder), None)

    def _untouched(self, *, private: bool = False) -> EditorWindow | None:
        fitting = (w for w in self._windows if w.is_private == private)
        return next((w for w in fitting if w.active_view.document.is_untouched), None)

    def _kept_nowhere(self) -> list[EditorWindow]:
        """The windows whose unsaved text the next start would not find."""
        unkept = self._unkept()
        return [
            w for w in self._windows if w.is_private or w.active_view.document.document_id in unkept
        ]

    def _may_close(self, window: EditorWindow) -> bool:
        if self._keeping_everything:
            return True
        if self._windows == [window] and not window.is_private:
            # Closing the last window ends the program, and the next start finds it as it was.
            self.keep_everything()
            return not self._kept_nowhere() or self._actions[window].may_close()
        return self._actions[window].may_close()

    def close_document(self, window: EditorWindow) -> None:
        """Put the document away, asking about what is not saved, and close its window."""
        if not self._actions[window].may_close():
            return
        self._keeping_everything = True
        window.close()
        self._keeping_everything = False
        self.save_session()

    def _on_closed(self, window: EditorWindow) -> None:
        self._windows.remove(window)
        del self._actions[window]
        if not self._windows:
            self.emptied.emit()
        elif not self._keeping_everything:
            self.save_session()

    def _on_zoomed(self, percent: int) -> None:
        if percent == self._appearance.zoom_percent:
            return
        size, present = font_size_for(percent), self.preferences.font_size_pt
        if size == present:  # a step of the zoom that is smaller than a point
            size = font_size_for(percent + (8 if percent > self._appearance.zoom_percent else -8))
        self.change(font_size_pt=size)
        for window in self._windows:
            window.active_view.page.set_zoom(self._appearance.zoom_percent)

    def _on_taken(self) -> None:
        if self.preferences.tab_hints_used < TAB_HINTS:
            self.change(tab_hints_used=self.preferences.tab_hints_used + 1)

    def _on_file_used(self, path: Path) -> None:
        window = self._window_with(path)
        if window is not None and window.is_private:
            return
        self._session = self._session.with_recent(path)
        if window is not None:
            self.document_used.emit(window.active_view.document.document_id, str(path))

    def _on_encoding_chosen(self, window: EditorWindow, path: Path, encoding: str) -> None:
        if not window.is_private and self._session.encoding_of(path) != encoding:
            self._session = self._session.with_encoding(path, encoding)
            self.save_session()

    def forget(self, change: Callable[[Session], Session]) -> None:
        """Note less of what was open lately: ``change`` says what is left."""
        self._session = change(self._session)
        self.save_session()

    def forget_recent(self, path: Path) -> None:
        """Note that a file is no longer among those opened lately."""
        kept = tuple(name for name in self._session.recent if name != str(path))
        if kept != self._session.recent:
            self.forget(lambda session: replace(session, recent=kept))
