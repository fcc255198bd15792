"""Keys of one's own: the settings give a command other keys, and every place that shows or hears keys follows."""

from __future__ import annotations

import json

import pytest
from open_program import OpenIt, OpenProgram, choose
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel

from cowrite.editor.page.ghost_keys import GhostAction
from cowrite.editor.shell.help import KeysDialog
from cowrite.settings.paths import Paths


def shortcut(program: OpenProgram, menu: str, title: str) -> list[str]:
    entry: QAction = program.menu_action(menu, title)
    return [key.toString() for key in entry.shortcuts()]


def help_texts(program: OpenProgram) -> list[str]:
    program.menu_action("Help", "Keyboard shortcuts").trigger()
    dialog = program.window.findChild(KeysDialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    dialog.close()
    return texts


def test_a_key_of_the_window_is_another_one(open_it: OpenIt, paths: Paths) -> None:
    choose(
        paths, keys={"edit.select_all": ["Ctrl+F2"], "view.insights": []} | {"help.logs": ["F2"]}
    )
    program = open_it()
    program.type("word")
    program.press_keys("Ctrl+A")
    assert not program.page.textCursor().hasSelection()
    program.press_keys("Ctrl+F2")
    assert program.page.textCursor().hasSelection()
    assert shortcut(program, "Edit", "Select all") == ["Ctrl+F2"]
    assert shortcut(program, "Help", "Show logs") == ["F2"]
    texts = help_texts(program)
    assert "Ctrl+F2" in texts
    assert "Ctrl+A" not in texts
    entries = {entry.text(): entry for entry in program.page.make_context_menu().actions()}
    assert [key.toString() for key in entries["Select &all"].shortcuts()] == ["Ctrl+F2"]


def test_a_key_that_the_page_knows_can_belong_to_another_command(
    open_it: OpenIt, paths: Paths
) -> None:
    choose(paths, keys={"edit.undo": ["Ctrl+F2"], "suggestion.switch": ["Ctrl+Z"]})
    program = open_it()
    program.type("word")
    program.press_keys("Ctrl+Z")
    assert program.page.text() == "word"
    assert not program.program.manager.preferences.suggestions
    program.press_keys("Ctrl+F2")
    assert program.page.text() == ""


def test_a_key_of_a_command_that_cannot_be_run_does_nothing(open_it: OpenIt, paths: Paths) -> None:
    """The page would undo with it."""
    choose(paths, keys={"edit.undo": [], "file.reopen_with_encoding": ["Ctrl+Z"]})
    program = open_it()
    program.type("word")
    program.press_keys("Ctrl+Z")
    assert program.page.text() == "word"
    assert program.dialogs.asked == []


def test_a_key_of_suggestions_is_another_one(writing: OpenProgram) -> None:
    writing.program.manager.change(keys={GhostAction.ACCEPT_ALL: ["Right"]})
    assert writing.window.hint.text() == "Tab word · Right all · Esc dismiss"
    entry = writing.menu_action("Suggestions", "Accept all")
    assert entry.text().split("\t")[1] == "Right"
    writing.suggest("The old light", "house")
    writing.press_keys("Right")
    assert writing.page.text() == "The old lighthouse"
    assert "Right" in help_texts(writing)


def test_a_given_up_key_of_suggestions_does_what_it_always_does(writing: OpenProgram) -> None:
    writing.program.manager.change(keys={GhostAction.ACCEPT_WORD: ["Ctrl+J"]})
    writing.suggest("The old light", "house")
    writing.press_keys("Tab")
    assert writing.page.text() == "The old light\t"


def test_the_default_comes_back_when_it_is_not_chosen_any_more(open_it: OpenIt) -> None:
    program = open_it()
    manager = program.program.manager
    manager.change(keys={"file.open": ["Ctrl+F2"], GhostAction.REJECT: []})
    assert shortcut(program, "File", "Open…") == ["Ctrl+F2"]
    assert "dismiss" not in program.window.hint.text()
    manager.change(keys={})
    assert shortcut(program, "File", "Open…") == ["Ctrl+O"]
    assert program.window.hint.text().endswith("Esc dismiss")


def test_what_cannot_be_is_said_at_the_start_and_stays_in_the_file(
    open_it: OpenIt, paths: Paths
) -> None:
    keys = {
        "file.open": ["Ctrl+S"],
        "file.opne": ["Ctrl+F2"],
        "file.save_as": ["S"],
        "help.logs": ["F2"],
    }
    choose(paths, keys=keys)
    program = open_it()
    text = "\n".join(program.window.messages.texts)
    assert "“Open…” the key “Ctrl+S”, which is that of “Save”" in text
    assert "names “file.opne”, but there is no such command" in text
    assert "“Save as…” the key “S”, which writes or deletes text" in text
    assert shortcut(program, "File", "Open…") == ["Ctrl+O"]
    assert shortcut(program, "Help", "Show logs") == ["F2"]
    program.program.manager.change(theme="dark")
    program.close()
    assert json.loads(paths.settings_file.read_text("utf-8"))["keys"] == keys


@pytest.mark.parametrize("keys", ["Ctrl+S", {"file.open": "Ctrl+S"}, {"file.open": [3]}, [1]])
def test_a_setting_of_another_shape_is_refused_as_any_other(
    open_it: OpenIt, paths: Paths, keys: object
) -> None:
    choose(paths)
    stored = json.loads(paths.settings_file.read_text("utf-8"))
    paths.settings_file.write_text(json.dumps(stored | {"keys": keys}), "utf-8")
    program = open_it()
    assert any("The setting “keys” should be an object" in t for t in program.window.messages.texts)
    assert shortcut(program, "File", "Open…") == ["Ctrl+O"]


def test_the_setting_for_tab_still_chooses_the_defaults(open_it: OpenIt, paths: Paths) -> None:
    choose(paths, tab_accepts="all")
    program = open_it()
    assert program.window.hint.text() == "Ctrl+Right word · Tab all · Esc dismiss"
