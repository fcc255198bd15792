"""The commands of one window with the keys that the settings give them, wherever these are shown or listened to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from cowrite.editor.commands.menu_entries import Menu
from cowrite.editor.page.ghost_commands import keymap_of, usual_keys
from cowrite.editor.proposals.keys import keymap_of as proposal_keymap
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.menus import Menus, letters_of
from cowrite.settings.preferences import Preferences


class WindowCommands(QObject):
    """Makes the menus of the window of ``context``, and keeps every place that knows a key true.

    ``problems`` are plain sentences about keys in the settings that cannot be.
    """

    def __init__(self, context: CommandContext, layout: Sequence[Menu]) -> None:
        super().__init__(context.window)
        self.registry = context.registry
        self._window = context.window
        self.registry.reserve(letters_of(layout))
        self._preferences = context.manager.preferences
        self.problems = self._bind()
        self._menus = Menus(context, layout)
        context.window.active_view_changed.connect(self._on_view_changed)
        context.manager.preferences_changed.connect(self._on_preferences)

    def _on_view_changed(self, _view: EditorView) -> None:
        self._give_keys()
        self._menus.refresh()

    def _on_preferences(self, preferences: Preferences) -> None:
        before, self._preferences = self._preferences, preferences
        if preferences.assistance != before.assistance:
            self._give_keys()
            self._menus.refresh()
        if (preferences.tab_accepts, preferences.keys) != (before.tab_accepts, before.keys):
            self.problems = self._bind()
            self._menus.show_keys()

    def _bind(self) -> list[str]:
        """Give the commands the keys of the settings, and tell the page; a sentence for each that cannot be."""
        chosen = self._preferences
        problems = self.registry.bind(usual_keys(chosen.tab_accepts), chosen.keys)
        self._give_keys()
        return problems

    def _give_keys(self) -> None:
        """Tell the page in front: it answers the keys of a suggestion itself, and leaves others to the window."""
        keymap, page = keymap_of(self.registry), self._window.active_view.page
        if not self._preferences.assistance:
            keymap = dict.fromkeys(keymap, ())  # on the page these keys do what they always do
        page.set_keymap(keymap)
        proposals = self._window.active_view.findChild(ViewProposals)
        if isinstance(proposals, ViewProposals):
            proposals.set_keymap(proposal_keymap(self.registry))
        page.set_rebound_keys(self.registry.rebound_keys())
        page.set_commands(self.registry)
        self._window.hint.set_keymap(keymap)
