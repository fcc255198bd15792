"""The commands of a window, by id: what a palette and a shortcut editor need is there; the guide names every key."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtWidgets import QDialog, QLabel

from cowrite.app import window_factory
from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.commands.key_table import guide_ids, guide_table
from cowrite.editor.commands.menu_entries import Menu, command_ids
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.editor.shell import window_list
from cowrite.editor.shell.commands import file_commands, menu_layout
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.help import KeysDialog
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_commands import WindowCommands

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "user-guide.md"
LEAVES = ("file.close", "file.quit")
"""The last to be run: they end the window, and all of them."""


def registry_of(window: EditorWindow) -> CommandRegistry:
    commands = window.findChild(WindowCommands)
    assert isinstance(commands, WindowCommands)
    return commands.registry


def close_dialogs(program: OpenProgram) -> Iterator[str]:
    for window in program.windows:
        for dialog in window.findChildren(QDialog):
            yield type(dialog).__name__
            dialog.close()


# --- the palette ---


def test_each_command_says_what_a_palette_shows(open_it: OpenIt) -> None:
    registry = registry_of(open_it().window)
    assert len(registry.commands) > 40
    for command in registry.commands:
        group, _, name = command.id.partition(".")
        assert group
        assert name
        assert command.name
        groups = {"File", "Edit", "Format", "Passage", "Suggestions", "View", "Tabs", "Help"}
        assert command.group in groups
        assert isinstance(command.enabled(), bool)
        assert command.checked is None or isinstance(command.checked(), bool)
        assert isinstance(registry.keys_of(command.id), tuple)
    shown = [command.help or command.name for command in registry.commands]
    assert len(shown) == len(set(shown)), "two commands would look the same in a list"


def test_every_command_runs_by_its_id(
    open_it: OpenIt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_list, "open_folder", lambda _: True)
    file = tmp_path / "letter.txt"
    file.write_text("Dear reader", encoding="utf-8")
    program = open_it(files=[file], command=[sys.executable, "-c", "import sys; sys.stdin.read()"])
    program.dialogs.unsaved = Unsaved.DISCARD
    registry = registry_of(program.window)
    ids = [command.id for command in registry.commands if command.id not in LEAVES]
    opened: set[str] = set()
    for command_id in [*ids, *LEAVES]:
        if command_id == "file.quit":
            registry = registry_of(program.window)  # of one that the commands for new ones opened
        registry.run(command_id)
        opened.update(close_dialogs(program))
    assert {
        "AboutDialog",
        "InsightsWindow",
        "KeysDialog",
        "PrivacyDialog",
        "ReplayWindow",
        "SettingsDialog",
    } <= opened
    assert {"open", "save", "encoding"} <= set(program.dialogs.asked)
    assert program.program.manager.preferences.theme == "sepia"
    assert program.windows == []


def test_a_command_that_cannot_be_done_does_nothing(open_it: OpenIt) -> None:
    program = open_it()
    registry = registry_of(program.window)
    assert not registry.command("edit.cut").enabled()
    assert not registry.command("file.reopen_with_encoding").enabled()
    registry.run("file.reopen_with_encoding")
    assert program.dialogs.asked == []


# --- one place for a new command ---


NEW_ID = "file.print_words"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One command more in the table of files, and its place in a menu. The list grows when it is run."""
    printed: list[str] = []
    table = file_commands.commands

    def with_new(context: CommandContext) -> list[Command]:
        new = Command(
            id=NEW_ID,
            title="Prin&t words…",
            group="File",
            keys=key_sequences("Ctrl+Alt+F7"),
            run=lambda: printed.append(context.view.document.text()),
        )
        return [*table(context), new]

    file_menu = menu_layout.MENU_BAR[0]
    placed = replace(file_menu, entries=(*file_menu.entries, NEW_ID))
    monkeypatch.setattr(file_commands, "commands", with_new)
    monkeypatch.setattr(window_factory, "MENU_BAR", (placed, *menu_layout.MENU_BAR[1:]))
    return printed


def test_a_new_command_is_in_every_list_and_runs_by_menu_key_and_id(
    printed: list[str], open_it: OpenIt
) -> None:
    program = open_it()
    program.type("words")
    registry = registry_of(program.window)
    program.menu_action("File", "Print words…").trigger()
    program.press_keys("Ctrl+Alt+F7")
    registry.run(NEW_ID)
    assert printed == ["words"] * 3
    assert "| `Ctrl+Alt+F7` | Print words |" in guide_table(registry)
    assert guide_table(registry) not in GUIDE.read_text("utf-8"), "the guide does not name it yet"
    registry.run("help.keys")
    dialog = program.window.findChild(KeysDialog)
    assert {"Print words", "Ctrl+Alt+F7"} <= {label.text() for label in dialog.findChildren(QLabel)}
    dialog.close()


def test_a_command_without_an_entry_answers_its_key(
    printed: list[str], open_it: OpenIt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_factory, "MENU_BAR", menu_layout.MENU_BAR)
    program = open_it()
    program.press_keys("Ctrl+Alt+F7")
    assert printed == [""]


def test_every_entry_of_the_menu_bar_is_a_command_and_stands_there_once(open_it: OpenIt) -> None:
    ids = list(command_ids(menu_layout.MENU_BAR))
    assert len(ids) == len(set(ids))
    known = {command.id for command in registry_of(open_it().window).commands}
    assert set(ids) == known, "a command that has no place would be found by its key alone"
    assert all(isinstance(menu, Menu) for menu in menu_layout.MENU_BAR)


# --- the guide ---


def test_the_guide_has_the_table_of_keys(open_it: OpenIt) -> None:
    registry = registry_of(open_it().window)
    assert registry.bind({"edit.redo": ["Ctrl+Shift+Z"], "help.keys": ["F1"]}, {}) == []
    # Those two are others on Windows and macOS; the guide says so.
    table = guide_table(registry)
    assert table in GUIDE.read_text("utf-8"), f"docs/user-guide.md should say:\n\n{table}"


def test_the_guide_names_every_command_that_can_have_a_key(open_it: OpenIt) -> None:
    ids = guide_ids(registry_of(open_it().window))
    assert ids in GUIDE.read_text("utf-8"), f"docs/user-guide.md should say:\n\n{ids}"
