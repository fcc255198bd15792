"""One command as Qt's menus have it: an entry that is as the command is, with its keys."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from cowrite.editor.commands.command import Command, Scope
from cowrite.editor.commands.key_rules import native
from cowrite.editor.commands.registry import CommandRegistry


class CommandAction(QAction):
    """Shows whether ``command`` can be run, and runs it once :meth:`listen` was called.

    Call that when it stands in its menu: Qt tells in the order of connecting, and the menu is to hear that an entry was
    chosen before a command begins that may wait in a dialog.
    """

    def __init__(self, command: Command, registry: CommandRegistry, parent: QObject) -> None:
        super().__init__(parent)
        self._command = command
        self._registry = registry
        self.setMenuRole(command.role)
        self.setCheckable(command.checked is not None)
        for signal in command.follows:
            signal.connect(self.refresh)
        self.show_keys()
        self.refresh()

    def listen(self) -> None:
        """Run the command whenever the entry is chosen or its key is pressed."""
        self.triggered.connect(self._on_triggered)

    def refresh(self) -> None:
        """Be as the command is now."""
        command = self._command
        available = command.available()
        self.setEnabled(available and command.enabled())
        self.setVisible(available and command.visible())
        if command.checked is not None:
            self.setChecked(command.checked())

    def show_keys(self) -> None:
        """Have the keys that the command has now; those of the page are shown without listening to them."""
        title, keys = self._command.title, self._registry.keys_of(self._command.id)
        if self._command.scope is Scope.WINDOW:
            self.setShortcuts(keys)
        elif keys:
            # After the tabulator Qt shows a key without binding it: the page knows when it means a suggestion.
            title += f"\t{native(keys[0])}"
        self.setText(title)

    def _on_triggered(self) -> None:
        self._registry.run(self._command.id)
        self.refresh()
