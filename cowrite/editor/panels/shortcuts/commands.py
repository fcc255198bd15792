"""The command that opens the editor of shortcuts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from cowrite.editor.commands.command import Command
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.show_dialog import show_once
from cowrite.editor.panels.shortcuts.key_changes import ChosenKeys
from cowrite.localization import tr, tr_noop

ID = "shortcuts.show"


def commands(
    window: QWidget,
    registry: CommandRegistry,
    *,
    chosen: Callable[[], ChosenKeys],
    choose: Callable[[ChosenKeys], object],
    preferences_changed: SignalInstance,
) -> list[Command]:
    """The table of one window; ``chosen`` and ``choose`` read and change the setting “keys”."""

    def show() -> None:
        # Imported when it is asked for: the first window of a start does not wait for it.
        from cowrite.editor.panels.shortcuts.shortcuts_dialog import ShortcutsDialog

        def make() -> ShortcutsDialog:
            dialog = ShortcutsDialog(registry, chosen, choose, window)
            preferences_changed.connect(dialog.follow)
            return dialog

        show_once(window, ShortcutsDialog, make, command="shortcuts.show")

    return [
        Command(
            id=ID,
            title=tr("Chan&ge shortcuts…"),
            group=tr_noop("Help"),
            help=tr("Change the keys of commands"),
            run=show,
        )
    ]
