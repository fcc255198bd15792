"""All windows and what they share: which are open, what comes back at the next start, the preferences.

Knows nothing of how a window is built, and of models only that there is somebody to ask.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from cowrite.base.errors import UserError
from cowrite.documents.open_documents import OpenDocuments
from cowrite.documents.session import OpenDocument, Session, save_session
from cowrite.editor.appearance.appearance import Appearance, font_size_for
from cowrite.editor.common.disk import Disk, StateFiles
from cowrite.editor.common.fit_to_screen import place_beside
from cowrite.editor.common.flow import Flow, Later
from cowrite.editor.common.messages import Notice
from cowrite.editor.document.document import Document
from cowrite.editor.document.recent_files import FilePresence, RecentFilesThere
from cowrite.editor.shell.files.closing import Closing
from cowrite.editor.shell.files.document_actions import DocumentActions
from cowrite.editor.shell.files.opening import Opening
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

    ``unkept`` waits for the journal and names the documents whose unsaved text it could not keep. ``to_reopen`` are the
    documents of the last session that are not shown yet: they stay noted until they are.
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
        disk: Disk,
        states: StateFiles,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open = open_documents
        self._states = states
        self.to_reopen: tuple[OpenDocument, ...] = ()
        self.opening = Opening(self, disk)
        self.closing = Closing(self, disk, unkept)
        self._make_window = make_window
        self._appearance = appearance
        self._preferences = PreferencesInUse(store, preferences, states, self)
        self._preferences.changed.connect(self._on_preferences)
        self._preferences.failed.connect(self._on_preferences_unsaved)
        self._session_file = session_file
        self._session = session
        self._actions: dict[EditorWindow, DocumentActions] = {}
        self._keeping_everything = False
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

    def open_paths(self, paths: Sequence[Path], *, private: bool = False) -> Flow[None]:
        """Open each file in a window; what cannot be opened is said in the front window."""
        return Flow(self.opening.open_all(paths, private=private))

    def open_path(self, path: Path, *, private: bool = False) -> Flow[EditorWindow]:
        """Show the file: in the window that has it, in an untouched one, or in a new one. Raises UserError."""
        return Flow(self.opening.open(path, private=private))

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

    def save_preferences(self) -> Later[None]:
        """Write what was changed now, where another process is to know of it; when that is done."""
        self._preferences.save()
        return self._states.settled()

    def _on_preferences(self, chosen: Preferences) -> None:
        self._appearance.apply(chosen)
        for window in self._windows:
            window.apply(chosen)
        self.preferences_changed.emit(chosen)

    def _on_preferences_unsaved(self, problem: str) -> None:
        self.notice(Notice(key=PREFERENCES_KEY, text=problem))

    # --- the end ---

    @property
    def is_busy(self) -> bool:
        """Whether something is under way that a disk has not answered yet."""
        return (
            self.opening.is_busy
            or self.closing.is_busy
            or any(actions.is_busy for actions in self._actions.values())
            or not self._states.settled().is_done
        )

    def quit(self) -> Later[None]:
        """Close everything and keep everything: the next start finds it, saved or not."""
        return self.closing.quit()

    def close_document(self, window: EditorWindow) -> Flow[None]:
        """Put the document away, asking about what is not saved, and close its window."""
        return self.closing.close_document(window)

    def close_kept(self, windows: Sequence[EditorWindow]) -> None:
        """Close ``windows``, of which everything is kept, without a question."""
        self._keeping_everything = True
        try:
            for window in windows:
                window.close()
        finally:
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
            if not window.active_view.document.is_blank and not window.is_private
        )
        session = self._session = replace(self._session, documents=(*documents, *self.to_reopen))

        def failed(error: UserError) -> None:
            logger.warning("%s", error.message)
            self.tell(str(error))

        self._states.write("session", lambda: save_session(self._session_file, session), failed)

    # --- inside ---

    def _window_of(self, document_id: str) -> EditorWindow | None:
        return next(
            (w for w in self._windows if w.active_view.document.document_id == document_id), None
        )

    def window_with(self, path: Path) -> EditorWindow | None:
        """The window that shows the file ``path``, by whatever link."""
        holder = self._open.holder_of(path)
        return next((w for w in self._windows if w.active_view.document is holder), None)

    def untouched(self, *, private: bool = False) -> EditorWindow | None:
        """A window with a new document in which there is nothing."""
        fitting = (w for w in self._windows if w.is_private == private)
        return next((w for w in fitting if w.active_view.document.is_untouched), None)

    def fresh(self, *, private: bool = False) -> EditorWindow:
        """A window with nothing in it: an untouched one, or a new one, which is not shown yet."""
        return self.untouched(private=private) or self.new_window(private=private)

    def encoding_of(self, path: Path) -> str:
        """What the writer chose for the file ``path``; empty if nothing was."""
        return self._session.encoding_of(path)

    def _may_close(self, window: EditorWindow) -> bool:
        return self._keeping_everything or self.closing.may_close(window)

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
        window = self.window_with(path)
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
