"""All windows and what they share: which are open, what comes back at the next start, the preferences.

Knows nothing of how a window is built, and of models only that there is somebody to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from cowrite.documents.open_documents import OpenDocuments
from cowrite.documents.session import OpenDocument, OpenWindow, Session
from cowrite.editor.appearance.appearance import Appearance, font_size_for
from cowrite.editor.common.disk import Disk, StateFiles
from cowrite.editor.common.fit_to_screen import place_beside
from cowrite.editor.common.flow import Flow, Later
from cowrite.editor.common.messages import Notice
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.document.document import Document
from cowrite.editor.document.recent_files import FilePresence
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.files.closing import Closing
from cowrite.editor.shell.files.document_actions import DocumentActions
from cowrite.editor.shell.files.document_places import DocumentPlaces
from cowrite.editor.shell.files.opening import Opening
from cowrite.editor.shell.preferences_in_use import PreferencesInUse
from cowrite.editor.shell.session_in_use import SessionInUse
from cowrite.editor.shell.tabs.closed_tabs import ClosedTabs
from cowrite.editor.shell.window import TAB_HINTS, EditorWindow
from cowrite.editor.shell.window_list import WindowList
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

PREFERENCES_KEY = "preferences"
JOURNAL_KEY = "journal"
WITHOUT_AI_KEY = "assistance"


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
        make_view: Callable[[Preferences, bool], EditorView],
        make_window: Callable[[Preferences, EditorView], EditorWindow],
        appearance: Appearance,
        store: PreferencesStore,
        preferences: Preferences,
        session_file: Path,
        session: Session,
        open_documents: OpenDocuments[Document],
        unkept: Callable[[], Collection[str]],
        disk: Disk,
        states: StateFiles,
        dialogs: Dialogs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open = open_documents
        self._states = states
        self._disk = disk
        self._dialogs = dialogs
        self.opening = Opening(self, disk)
        self.closing = Closing(self, disk, unkept, dialogs)
        self.session = SessionInUse(session_file, session, states, self.tell)
        self.closed_tabs = ClosedTabs()
        self.places = DocumentPlaces(self)
        self._make_view = make_view
        self._make_window = make_window
        self._appearance = appearance
        self._preferences = PreferencesInUse(store, preferences, states, self)
        self._preferences.changed.connect(self._on_preferences)
        self._preferences.failed.connect(self._on_preferences_unsaved)
        self._actions: dict[EditorView, DocumentActions] = {}
        self._keeping_everything = self._renewing = False

    # --- views and windows ---

    def actions_of(self, of: EditorWindow | EditorView) -> DocumentActions:
        """What the file menu does with a view, or with the one in front in a window."""
        return self._actions[_view(of)]

    def new_view(self, *, private: bool = False) -> EditorView:
        """A view with nothing in it, which is in no window yet; nothing of a private one is kept."""
        view = self._make_view(self.preferences, private)
        actions = self._actions[view] = DocumentActions(
            view, self._dialogs, self._disk, lambda: self.preferences.autosave
        )
        actions.file_used.connect(self._on_file_used)
        actions.encoding_chosen.connect(
            lambda path, encoding: self._on_encoding_chosen(view, path, encoding)
        )
        return view

    def new_window(self, view: EditorView | None = None, *, private: bool = False) -> EditorWindow:
        """Open a window with ``view``, or with nothing in it. Does not show it."""
        beside = self.front
        window = self._connected(view or self.new_view(private=private))
        state = beside.beside_page.state(0) if beside else self.session.first_window
        if state is not None:
            window.beside_page.restore(state, with_panels=beside is None)
        window.beside_page.folder_changed.connect(self.save_session)
        self._windows.append(window)
        if beside is not None:
            taken = [each.pos() for each in self._windows if each is not window]
            place_beside(window, beside, taken)
        return window

    def renewed(self, window: EditorWindow) -> EditorWindow:
        """Another window in the place of this one, with its views; nobody is asked, and neither is shown or hidden."""
        at, order, recent = self._windows.index(window), window.views, window.stack.recent
        self._renewing = True
        try:
            window.hand_over()
        finally:
            self._renewing = False
        for view in order:
            view.name_anew()
        new = self._connected(recent[0])
        for view in recent[1:]:
            new.stack.add(view)
        new.stack.arrange(order)
        new.beside_page.folder_changed.connect(self.save_session)
        self._windows.insert(at, new)
        return new

    def _connected(self, view: EditorView) -> EditorWindow:
        """A new window with ``view``, which is not among the open ones yet."""
        window = self._make_window(self.preferences, view)
        window.set_close_guard(lambda: self._may_close(window))
        window.closed.connect(lambda: self._on_closed(window))
        window.zoomed.connect(self._on_zoomed)
        # After the key that took it has been dealt with: preferences may lay out the page anew.
        window.taken.connect(self._on_taken, Qt.ConnectionType.QueuedConnection)
        window.stack.close_asked.connect(self.close_document)
        return window

    def open_new(self, *, private: bool = False) -> None:
        """Open a document with nothing in it and show it."""
        self.show_view(self.places.new(private=private))

    # --- files ---

    def open_paths(self, paths: Sequence[Path], *, private: bool = False) -> Flow[None]:
        """Open each file; what cannot be opened is said in the front window."""
        return Flow(self.opening.open_all(paths, private=private))

    def open_path(self, path: Path, *, private: bool = False) -> Flow[EditorWindow]:
        """Show the file: where it is open, in an untouched view, or in a new one. Raises UserError.

        The result is the window, in which it is in front.
        """
        return Flow(self.opening.open(path, private=private))

    def reopen_closed(self) -> None:
        """Open again the file that was closed last, at the same place."""
        closed = self.closed_tabs.take()
        if closed is not None:
            Flow(self.opening.reopen(closed))

    @property
    def recent(self) -> list[Path]:
        """The files opened lately, newest first."""
        return self.session.recent

    def recent_there(self) -> dict[Path, FilePresence]:
        """The same, each with what is known of it now; waits for no disk."""
        return self.session.recent_there()

    def journal_done(self, document_id: str, problem: str) -> None:
        """The journal of a document was written, or there is a problem."""
        if not problem:
            self.notice(Notice(key=JOURNAL_KEY, text=""))
            return
        for view in self.views:
            if view.document.document_id == document_id:
                view.document.journal.failed()
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
        if chosen.assistance:
            self.notice(Notice(key=WITHOUT_AI_KEY, text=""))
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

    def close_document(self, of: EditorWindow | EditorView) -> Flow[None]:
        """Put the document away, asking about what is not saved, and close its tab, or its window with the last one."""
        return self.closing.close_document(_view(of))

    def close_others(self, view: EditorView) -> Flow[None]:
        """Put all other documents of the window away."""
        return self.closing.close_others(view)

    def close_kept(self, windows: Sequence[EditorWindow]) -> None:
        """Close ``windows``, of which everything is kept, without a question."""
        self._keeping_everything = True
        try:
            for window in windows:
                window.close()
        finally:
            self._keeping_everything = False

    def close_view(self, view: EditorView) -> None:
        """Close a view without a question, and its window with the last one."""
        window = self.window_of(view)
        if window is None:
            return
        if len(window.views) == 1:
            self.close_kept([window])
            return
        self.closed_tabs.note(view)
        window.stack.remove(view)
        window.messages.take(view)
        self._forget(view)
        view.close()
        view.pane.deleteLater()

    def keep_everything(self) -> None:
        """Note what is open, and have all unsaved text kept."""
        for view in self.views:
            view.document.journal.write()
        self.save_session()
        self.save_preferences()

    def save_session(self) -> None:
        """Note which documents are open, and in which windows."""
        documents: list[OpenDocument] = []
        windows: list[OpenWindow] = []
        for number, window in enumerate(self._windows, start=1):
            if not window.is_private:
                windows.append(window.beside_page.state(number))
                shown = [view for view in window.views if not view.document.is_blank]
                documents += [window.as_open_document(view, number=number) for view in shown]
        self.session.save(documents, windows)

    # --- inside ---

    def view_with(self, path: Path) -> EditorView | None:
        """The view that shows the file ``path``, by whatever link."""
        holder = self._open.holder_of(path)
        return next((view for view in self.views if view.document is holder), None)

    def encoding_of(self, path: Path) -> str:
        """What the writer chose for the file ``path``; empty if nothing was."""
        return self.session.encoding_of(path)

    def _may_close(self, window: EditorWindow) -> bool:
        return self._keeping_everything or self.closing.may_close(window)

    def _on_closed(self, window: EditorWindow) -> None:
        self._windows.remove(window)
        if self._renewing:
            return
        for view in window.views:
            self.closed_tabs.note(view)
            self._forget(view)
        if not self._windows:
            self.emptied.emit()
        elif not self._keeping_everything:
            self.save_session()

    def _forget(self, view: EditorView) -> None:
        del self._actions[view]

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
        view = self.view_with(path)
        if view is not None and view.document.is_private:
            return
        self.session.change(lambda session: session.with_recent(path))
        if view is not None:
            self.document_used.emit(view.document.document_id, str(path))

    def _on_encoding_chosen(self, view: EditorView, path: Path, encoding: str) -> None:
        if view.document.is_private or self.encoding_of(path) == encoding:
            return
        self.session.change(lambda session: session.with_encoding(path, encoding))
        self.save_session()

    def forget(self, change: Callable[[Session], Session]) -> None:
        """Note less of what was open lately: ``change`` says what is left."""
        self.session.change(change)
        self.save_session()

    def forget_recent(self, path: Path) -> None:
        """Note that a file is no longer among those opened lately."""

        def without(session: Session) -> Session:
            return replace(session, recent=tuple(n for n in session.recent if n != str(path)))

        if self.session.change(without):
            self.save_session()


def _view(of: EditorWindow | EditorView) -> EditorView:
    return of.active_view if isinstance(of, EditorWindow) else of
