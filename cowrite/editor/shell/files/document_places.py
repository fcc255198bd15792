"""Where a document is shown that is opened now: a tab of a window, a window of its own, or a page nobody has used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.window import EditorWindow

if TYPE_CHECKING:  # a manager finds places
    from cowrite.editor.shell.window_manager import WindowManager


class DocumentPlaces:
    """The places that ``manager`` has. A private document always has a window of its own."""

    def __init__(self, manager: WindowManager) -> None:
        self._manager = manager

    def window_for_tabs(self) -> EditorWindow | None:
        """The window in which a document is opened as a tab; None where the writer wants windows, or there is none."""
        manager = self._manager
        if manager.preferences.open_in != "tabs":
            return None
        front = manager.front
        if front is not None and not front.is_private:
            return front
        return next((w for w in reversed(manager.windows) if not w.is_private), None)

    def new(self, *, private: bool = False) -> EditorView:
        """A new view, which is not shown yet."""
        window = None if private else self.window_for_tabs()
        if window is None:
            return self._manager.new_window(private=private).active_view
        return self.new_tab(window)

    def new_tab(self, window: EditorWindow) -> EditorView:
        """A new view as the last tab of ``window``."""
        view = self._manager.new_view()
        window.stack.add(view)
        return view

    def fresh(self, *, private: bool = False) -> EditorView:
        """A view with nothing in it: an untouched one, or a new one, which is not shown yet."""
        window = None if private else self.window_for_tabs()
        if window is None:
            return self._untouched(private=private) or self.new(private=private)
        untouched = (view for view in window.stack.recent if view.document.is_untouched)
        return next(untouched, None) or self.new_tab(window)

    def _untouched(self, *, private: bool) -> EditorView | None:
        fitting = (view for view in self._manager.views if view.document.is_private == private)
        return next((view for view in fitting if view.document.is_untouched), None)

    def move_to_new_window(self, view: EditorView) -> None:
        """Take a tab out of its window and give it one of its own."""
        manager = self._manager
        window = manager.window_of(view)
        if window is None or len(window.views) < 2:
            return
        notices = window.messages.take(view)
        window.stack.remove(view)
        moved = manager.new_window(view)
        for notice in notices:
            moved.show_notice(notice)
        manager.bring_forward(moved)
        manager.save_session()
