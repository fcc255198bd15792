"""A menu as data, and its entries made from a registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from cowrite.editor.commands.command_action import CommandAction
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.localization import tr

SEPARATOR = "-"


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu with a title (in English): ids of commands, separators, menus. In an ``exclusive`` one a single entry is
    checked.
    """

    title: str
    entries: tuple[Entry, ...]
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A place for entries which are no commands; whoever makes the menu says what stands there."""

    name: str


Entry = str | Menu | Filled
Fill = Callable[[QMenu], None]
"""Puts entries into the menu that is being made."""


def command_ids(entries: Sequence[Entry]) -> Iterator[str]:
    """The commands of a menu and of the menus in it."""
    for entry in entries:
        if isinstance(entry, Menu):
            yield from command_ids(entry.entries)
        elif isinstance(entry, str) and entry != SEPARATOR:
            yield entry


def fill(
    menu: QMenu,
    registry: CommandRegistry,
    entries: Sequence[Entry],
    fills: Mapping[str, Fill],
) -> list[CommandAction]:
    """Put the entries into ``menu``, where they are as their commands are whenever it opens.

    Returns those of commands, also in the menus below. Raises KeyError for a command or a filling that is not there.
    """
    actions: list[CommandAction] = []
    for entry in entries:
        if isinstance(entry, Menu):
            actions += _submenu(menu, registry, entry, fills)
        elif isinstance(entry, Filled):
            fills[entry.name](menu)
        elif entry == SEPARATOR:
            menu.addSeparator()
        else:
            action = CommandAction(registry.command(entry), registry, menu)
            menu.addAction(action)
            action.listen()
            actions.append(action)

    def refresh() -> None:
        for action in actions:
            action.refresh()

    menu.aboutToShow.connect(refresh)
    return actions


def _submenu(
    menu: QMenu, registry: CommandRegistry, entry: Menu, fills: Mapping[str, Fill]
) -> list[CommandAction]:
    submenu = menu.addMenu(tr(entry.title))
    actions = fill(submenu, registry, entry.entries, fills)
    if entry.exclusive:
        group = QActionGroup(submenu)
        for action in actions:
            group.addAction(action)
    return actions


def fill_once(menu: QMenu, registry: CommandRegistry, entries: Sequence[str]) -> None:
    """Put commands into a menu that is shown once: what would change nothing cannot be chosen."""
    for entry in entries:
        if entry == SEPARATOR:
            menu.addSeparator()
            continue
        command = registry.command(entry)
        action = CommandAction(command, registry, menu)
        if not command.available():
            action.deleteLater()
            continue
        action.setEnabled(command.enabled() and command.useful())
        menu.addAction(action)
        action.listen()
