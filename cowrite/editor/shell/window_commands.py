"""The commands of one window with the keys that the settings give them, wherever these are shown or listened to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from cowrite.editor.commands.menu_entries import Menu
from cowrite.editor.page.ghost_commands import keymap_of, usual_keys
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.menus import Menus, letters_of
from cowrite.settings.preferences import Preferences


class WindowCommands(QObject):
    """Makes the menus of the window of ``context``, and keeps every place that knows a key true.

    ``problems`` are plain sentences about keys in the settings that cannot be.
    """

    def __init__(self, context: CommandContext, layout: Sequence[Menu]) -> None:
        super().__init__(context.window)
        self.registry = context.registry
        self._window, self._page = context.window, context.view.page
        self.registry.reserve(letters_of(layout))
        self._preferences = context.manager.preferences
        self.problems = self._bind()
        self._menus = Menus(context, layout)
        self._page.set_commands(self.registry)
        context.manager.preferences_changed.connect(self._on_preferences)

    def _on_preferences(self, preferences: Preferences) -> None:
        before, self._preferences = self._preferences, preferences
        if (preferences.tab_accepts, preferences.keys) != (before.tab_accepts, before.keys):
            self.problems = self._bind()
            self._menus.show_keys()

    def _bind(self) -> list[str]:
        """Give the commands the keys of the settings, and tell the page; a sentence for each that cannot be."""
        chosen, page = self._preferences, self._page
        problems = self.registry.bind(usual_keys(chosen.tab_accepts), chosen.keys)
        keymap = keymap_of(self.registry)
        page.set_keymap(keymap)
        page.set_rebound_keys(self.registry.rebound_keys())
        self._window.hint.set_keymap(keymap)
        return problems
