"""What can be done with a tab: the menu that opens on it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from cowrite.editor.commands.menu_entries import SEPARATOR, fill_once
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.announcing import tell_focus
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.tabs.view_stack import ViewStack

ENTRIES = (
    "file.close", "tabs.close_others", SEPARATOR,
    "tabs.copy_path", "tabs.move_to_window", SEPARATOR,
    "tabs.reopen_closed",
)  # fmt: skip


class TabMenu(QObject):
    """Opens on a tab of ``stack``, which comes in front: its entries are the commands of the window."""

    def __init__(self, stack: ViewStack, registry: CommandRegistry) -> None:
        super().__init__(stack)
        self._stack = stack
        self._registry = registry
        stack.menu_asked.connect(self._on_asked)

    def make(self, view: EditorView) -> QMenu:
        """The menu for the tab of ``view``."""
        self._stack.activate(view)
        menu = QMenu(self._stack)
        fill_once(menu, self._registry, ENTRIES)
        return menu

    def _on_asked(self, view: EditorView, place: QPoint) -> None:
        menu = self.make(view)
        menu.exec(place)
        tell_focus()
        menu.deleteLater()
        self._stack.active.focus()
