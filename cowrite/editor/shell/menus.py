"""The menu bar of one window, made from its commands, and the two entries that are none: recent files and a slider."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidgetAction

from cowrite.base.printable import label
from cowrite.editor.commands.command import Command, Scope, mnemonic_of, without_mnemonic
from cowrite.editor.commands.command_action import CommandAction
from cowrite.editor.commands.menu_entries import Fill, Menu, command_ids, fill
from cowrite.editor.document.recent_files import FilePresence
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.commands.menu_layout import EAGERNESS, RECENT, SPELLING_LANGUAGE
from cowrite.editor.shell.eagerness_slider import EagernessSlider
from cowrite.editor.spelling.document_spelling import DocumentSpelling
from cowrite.editor.spelling.language_menu import fill_language_menu
from cowrite.localization import tr


class Menus(QObject):
    """Fills the menu bar of the window of ``context``. Commands without an entry still answer their keys."""

    def __init__(self, context: CommandContext, layout: Sequence[Menu]) -> None:
        super().__init__(context.window)
        self._window = context.window
        self._manager = context.manager
        registry = context.registry
        fills: dict[str, Fill] = {
            RECENT: self._add_recent,
            EAGERNESS: self._add_slider,
            SPELLING_LANGUAGE: self._add_languages,
        }
        self._actions: list[CommandAction] = []
        self._menus: list[tuple[QMenu, list[Command]]] = []
        for menu in layout:
            shown = self._window.add_menu(tr(menu.title))
            self._actions += fill(shown, registry, menu.entries, fills)
            ids = command_ids(menu.entries)
            self._menus.append((shown, [registry.command(each) for each in ids]))
        placed = set(command_ids(layout))
        for command in registry.commands:
            if command.id not in placed and command.scope is Scope.WINDOW:
                action = CommandAction(command, registry, self._window)
                self._window.addAction(action)
                action.listen()
                self._actions.append(action)
        self.refresh()

    def show_keys(self) -> None:
        """Have and show the keys as they are bound now."""
        for action in self._actions:
            action.show_keys()

    def refresh(self) -> None:
        """Show what can be done now: another view is in front, or the writer wants other things to be there."""
        for action in self._actions:
            action.refresh()
        for menu, commands in self._menus:
            menu.menuAction().setVisible(any(command.available() for command in commands))

    # --- recent files ---

    def _add_recent(self, menu: QMenu) -> None:
        recent = menu.addMenu(tr("Open &recent"))
        recent.aboutToShow.connect(lambda: self._fill_recent(recent))
        menu.aboutToShow.connect(lambda: self._read_recent(recent))

    def _read_recent(self, menu: QMenu) -> None:
        """Forget the files that are gone, and offer the menu if there are others."""
        for path, presence in self._manager.recent_there().items():
            if presence is FilePresence.GONE:
                self._manager.forget_recent(path)
        menu.setEnabled(bool(self._manager.recent))

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path, presence in self._manager.recent_there().items():
            action = menu.addAction(label(f"{path.name} – {_short(path.parent)}"))
            action.setEnabled(presence in {FilePresence.THERE, FilePresence.UNKNOWN})
            action.triggered.connect(
                lambda _=False, path=path: self._manager.open_paths(
                    [path], private=self._window.is_private
                )
            )

    # --- spelling ---

    def _add_languages(self, menu: QMenu) -> None:
        languages = menu.addMenu(tr("&Language"))
        languages.aboutToShow.connect(lambda: self._fill_languages(languages))

    def _fill_languages(self, menu: QMenu) -> None:
        spelling = self._window.active_view.findChild(DocumentSpelling)
        if isinstance(spelling, DocumentSpelling):
            service = spelling.service
            fill_language_menu(
                menu, spelling, lambda: self._manager.show_place(service.own_folder())
            )

    # --- how eager ---

    def _add_slider(self, menu: QMenu) -> None:
        manager = self._manager
        self._slider = EagernessSlider(lambda value: manager.change(eagerness=value), menu)
        entry = QWidgetAction(menu)
        entry.setText(tr("How often to suggest"))
        entry.setDefaultWidget(self._slider)
        menu.addAction(entry)
        menu.aboutToShow.connect(self._follow_eagerness)
        manager.preferences_changed.connect(self._follow_eagerness)
        self._follow_eagerness()

    def _follow_eagerness(self) -> None:
        self._slider.follow(self._manager.preferences.eagerness)


def letters_of(layout: Sequence[Menu]) -> dict[str, str]:
    """The keys that open the menus, each with what it does."""
    titles = [tr(menu.title) for menu in layout]
    return {
        f"Alt+{mnemonic_of(title)}": tr("opens the menu {title}", title=without_mnemonic(title))
        for title in titles
    }


def _short(folder: Path) -> str:
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except ValueError:
        return str(folder)
