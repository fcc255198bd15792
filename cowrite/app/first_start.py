"""Says what this is to somebody who opens the program for the first time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cowrite.editor.common.connections import Connections
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.settings.preferences import Preferences

if TYPE_CHECKING:
    from cowrite.editor.shell.welcome import Welcome


class FirstStart:
    """Greets once, in the first window of ``manager``; the greeting goes with the writer's first key."""

    def __init__(self, manager: WindowManager) -> None:
        self._manager = manager
        self._shown: Welcome | None = None

    def greet(self) -> None:
        """Do so, unless it was done before or there is something to write on already."""
        preferences, window = self._manager.preferences, self._manager.windows[0]
        if preferences.welcomed or not preferences.assistance:
            return
        self._manager.change(welcomed=True)
        if window.active_view.document.is_untouched and not window.is_private:
            self._show(window)

    def follow_window(self, window: EditorWindow) -> None:
        """What is on the page of ``window`` is there again when another window takes its place."""
        window.renewals.add(
            "welcome", lambda: self._is_in(window) or None, lambda _: self._show(window)
        )

    def _is_in(self, window: EditorWindow) -> bool:
        return self._shown is not None and window.isAncestorOf(self._shown)

    def _show(self, window: EditorWindow) -> None:
        from cowrite.editor.shell.welcome import Welcome

        manager = self._manager
        welcome = self._shown = Welcome(
            window.active_view.page,
            window.appearance,
            stores=manager.preferences.keep_log,
            store=lambda on: manager.change(keep_log=on),
        )
        window.closed.connect(welcome.close_for_good)
        following = Connections()
        following.add(manager.preferences_changed, partial(_without_assistance, welcome))
        welcome.gone.connect(following.end)
        welcome.gone.connect(self._on_gone)

    def _on_gone(self) -> None:
        self._shown = None


def _without_assistance(welcome: Welcome, chosen: Preferences) -> None:
    """It speaks of suggestions, of which there are none once the writer uses no AI."""
    if not chosen.assistance:
        welcome.close_for_good()
