"""The commands of one window with the keys that the settings give them, wherever these are shown or listened to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from cowrite.editor.commands.menu_entries import Menu
from cowrite.editor.page.ghost_commands import keymap_of, usual_keys
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.menus import Menus
from cowrite.settings.preferences import Preferences


class WindowCommands(QObject):
    """Makes the menus of the window of ``context``, and keeps every place that knows a key true.

    ``problems`` are plain sentences about keys in the settings that cannot be.
    """

    def __init__(self, context: CommandContext, layout: Sequence[Menu]) -> None:
        super().__init__(context.window)
        self.registry = context.registry
        self._window, self._page = context.window, context.view.page
        self._menus = Menus(context, layout)
        self._bound_by: tuple[object, ...] = ()
        self.problems: list[str] = []
        context.view.page.set_commands(self.registry)
        self._on_preferences(context.manager.preferences)
        context.manager.preferences_changed.connect(self._on_preferences)

    def _on_preferences(self, preferences: Preferences) -> None:
        bound_by = preferences.tab_accepts, preferences.keys
        if bound_by == self._bound_by:
            return
        self._bound_by = bound_by
        self.problems = self.registry.bind(usual_keys(preferences.tab_accepts), preferences.keys)
        self._menus.show_keys()
        keymap, page = keymap_of(self.registry), self._page
        page.set_keymap(keymap)
        page.set_rebound_keys(self.registry.rebound_keys())
        self._window.hint.set_keymap(keymap)
