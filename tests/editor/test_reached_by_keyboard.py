"""Every command can be run without a mouse: by an entry of a menu, which the keyboard opens, and most by keys too."""

from __future__ import annotations

from collections.abc import Iterator

from open_program import OpenProgram
from PySide6.QtWidgets import QMenu, QWidget

from cowrite.editor.commands.command import without_mnemonic
from cowrite.editor.shell.window_commands import WindowCommands


def entries(menu: QWidget) -> Iterator[str]:
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            below.aboutToShow.emit()
            yield from entries(below)
        else:
            yield without_mnemonic(action.text().split("\t")[0])


def test_every_command_stands_in_a_menu_that_has_a_letter(writing: OpenProgram) -> None:
    bar = writing.window.menuBar()
    assert all("&" in each.text() for each in bar.actions() if each.isVisible())
    there = set(entries(bar))
    commands = writing.window.findChild(WindowCommands).registry.commands
    assert len(commands) > 100
    assert [each.id for each in commands if each.available() and each.name not in there] == []
