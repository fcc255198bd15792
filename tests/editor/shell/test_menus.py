"""The menus: everything the editor can do, each with its key, and only what can be done now."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from open_program import OpenProgram, put_model
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu

from cowrite.editor.commands.command import Scope
from cowrite.editor.commands.key_table import key_rows
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.page.ghost_commands import usual_keys
from cowrite.editor.page.ghost_keys import GhostAction
from cowrite.editor.panels.about.about_dialog import AboutDialog
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.editor.shell import window_list
from cowrite.editor.shell.help import KeysDialog
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.engine.messages import EngineState
from cowrite.settings.paths import Paths

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
OpenIt = Callable[..., OpenProgram]
GHOST_ENTRIES = {
    "Accept word": GhostAction.ACCEPT_WORD,
    "Accept all": GhostAction.ACCEPT_ALL,
    "Next suggestion": GhostAction.NEXT,
    "Previous suggestion": GhostAction.PREVIOUS,
    "Dismiss": GhostAction.REJECT,
    "Suggest now": GhostAction.ASK_NOW,
    "Suggest sentences": GhostAction.ASK_SENTENCES,
}


def menus_of(program: OpenProgram) -> Iterator[list[QAction]]:
    """The entries of each menu and submenu, as they are when it is open, and the bar's own."""
    bar = program.window.menuBar()
    yield bar.actions()
    waiting = [action.menu() for action in bar.actions()]
    while waiting:
        menu = waiting.pop()
        assert isinstance(menu, QMenu)
        menu.aboutToShow.emit()
        entries = [entry for entry in menu.actions() if not entry.isSeparator()]
        yield entries
        waiting += [entry.menu() for entry in entries if entry.menu() is not None]


def letter_of(action: QAction) -> str:
    """What opens it together with Alt."""
    at = action.text().replace("&&", "").find("&")
    return action.text().replace("&&", "")[at + 1].lower() if at >= 0 else ""


def ghost_entries(program: OpenProgram) -> dict[str, QAction]:
    return {title: program.menu_action("Suggestions", title) for title in GHOST_ENTRIES}


# --- all menus -------------------------------------------------------------------------------------------------------


def test_no_key_does_two_things(open_it: OpenIt) -> None:
    program = open_it()
    keys = Counter(
        key.toString()
        for entries in menus_of(program)
        for entry in entries
        for key in entry.shortcuts()
    )
    assert len(keys) > 10
    assert [key for key, times in keys.items() if times > 1] == []


def test_no_menu_key_takes_away_a_key_of_suggestions(open_it: OpenIt) -> None:
    program = open_it()
    menu_keys = {
        key.toString()
        for entries in menus_of(program)
        for entry in entries
        for key in entry.shortcuts()
    }
    ghost_keys = {key.toString() for keys in program.page.keymap.values() for key in keys}
    assert menu_keys & ghost_keys == set()


def test_each_letter_opens_one_entry_of_its_menu(open_it: OpenIt) -> None:
    program = open_it()
    program.program.manager.change(suggestions=False)
    for entries in menus_of(program):
        letters = [letter_of(entry) for entry in entries if letter_of(entry)]
        assert len(letters) == len(set(letters)), [entry.text() for entry in entries]


# --- files -----------------------------------------------------------------------------------------------------------


def test_new_by_key_opens_a_window_in_front(open_it: OpenIt) -> None:
    program = open_it()
    program.type("first")
    program.press(Key.Key_N, CTRL)
    program.until(lambda: len(program.windows) == 2 and program.page.hasFocus())
    assert program.page.text() == ""


def test_open_by_key_opens_what_is_chosen(open_it: OpenIt, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("Once")
    program = open_it()
    program.dialogs.open = [file]
    program.press(Key.Key_O, CTRL)
    assert program.dialogs.asked == ["open"]
    assert program.page.text() == "Once"


def test_recent_files_cannot_be_opened_while_there_are_none(
    open_it: OpenIt, tmp_path: Path
) -> None:
    program = open_it()
    assert not program.menu_action("File", "Open recent").isEnabled()
    (tmp_path / "R&D.txt").write_text("x")
    program.program.manager.open_paths([tmp_path / "R&D.txt"])
    recent = program.menu_action("File", "Open recent")
    assert recent.isEnabled()
    menu = recent.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    assert [entry.text().split(" – ")[0] for entry in menu.actions()] == ["R&&D.txt"]


# --- editing ---------------------------------------------------------------------------------------------------------


def test_only_what_can_be_undone_or_copied_is_offered(open_it: OpenIt) -> None:
    program = open_it()

    def offered() -> list[str]:
        titles = ("Undo", "Redo", "Cut", "Copy")
        return [title for title in titles if program.menu_action("Edit", title).isEnabled()]

    assert offered() == []
    program.type("word")
    assert offered() == ["Undo"]
    program.press(Key.Key_A, CTRL)
    assert offered() == ["Undo", "Cut", "Copy"]
    program.press(Key.Key_Z, CTRL)
    assert offered() == ["Redo"]


# --- suggestions -----------------------------------------------------------------------------------------------------


def test_without_a_suggestion_only_asking_is_offered(writing: OpenProgram) -> None:
    usable = [title for title, entry in ghost_entries(writing).items() if entry.isEnabled()]
    assert usable == ["Suggest now", "Suggest sentences"]
    writing.suggest("The old light", "house")
    assert all(entry.isEnabled() for entry in ghost_entries(writing).values())


def test_without_a_model_nothing_of_suggestions_is_offered(open_it: OpenIt) -> None:
    program = open_it()
    assert not any(entry.isEnabled() for entry in ghost_entries(program).values())


@pytest.mark.parametrize("tab_accepts", ["word", "all"])
def test_each_entry_shows_the_first_key_that_does_it(
    writing: OpenProgram, tab_accepts: str
) -> None:
    writing.program.manager.change(tab_accepts=tab_accepts)
    for title, entry in ghost_entries(writing).items():
        first = writing.page.keymap[GHOST_ENTRIES[title]][0]
        shown = entry.text().split("\t")[1]
        assert shown == first.toString(QKeySequence.SequenceFormat.NativeText) != ""


def test_asking_and_turning_by_menu(writing: OpenProgram) -> None:
    writing.page.content.load("The old light")
    writing.press(Key.Key_End)
    writing.menu_action("Suggestions", "Suggest now").trigger()
    writing.until(lambda: writing.engine.requests)
    writing.engine.answer("house", "ning")
    writing.until(lambda: writing.page.ghost_text == "house")
    writing.menu_action("Suggestions", "Next suggestion").trigger()
    assert writing.page.ghost_text == "ning"
    writing.menu_action("Suggestions", "Previous suggestion").trigger()
    assert writing.page.ghost_text == "house"
    writing.until_readable()
    writing.menu_action("Suggestions", "Accept all").trigger()
    assert writing.page.text() == "The old lighthouse"


def test_the_switch_shows_whether_suggestions_are_on(writing: OpenProgram) -> None:
    def is_on() -> bool:
        return writing.menu_action("Suggestions", "Suggest while I write").isChecked()

    assert is_on()
    writing.press(Key.Key_F9)
    assert not is_on()
    writing.menu_action("Suggestions", "Suggest while I write").trigger()
    assert is_on()
    assert writing.program.manager.preferences.suggestions


def test_installing_is_offered_only_without_a_model(open_it: OpenIt, paths: Paths) -> None:
    program = open_it()
    install = program.menu_action("Suggestions", "Install model")
    stop = program.menu_action("Suggestions", "Stop installation")
    assert (install.isVisible(), stop.isVisible()) == (True, False)
    put_model(paths)
    program.menu_action("Suggestions", "Install model")
    assert (install.isVisible(), stop.isVisible()) == (False, False)


def test_an_installation_can_be_stopped_by_menu(open_it: OpenIt) -> None:
    waits = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    program = open_it(command=waits)
    program.menu_action("Suggestions", "Install model").trigger()
    program.until(lambda: program.program.bridge.status.state is EngineState.INSTALLING)
    install = program.menu_action("Suggestions", "Install model")
    stop = program.menu_action("Suggestions", "Stop installation")
    assert (install.isVisible(), stop.isVisible()) == (False, True)
    stop.trigger()
    program.until(lambda: program.program.bridge.status.state is EngineState.MISSING)
    program.menu_action("Suggestions", "Install model")
    assert (install.isVisible(), stop.isVisible()) == (True, False)


# --- looking and help ------------------------------------------------------------------------------------------------


def test_the_view_menu_zooms(open_it: OpenIt) -> None:
    program = open_it()
    before = program.page.zoom
    program.menu_action("View", "Zoom in").trigger()
    assert program.page.zoom > before
    program.menu_action("View", "Actual size").trigger()
    program.menu_action("View", "Zoom out").trigger()
    assert program.page.zoom < before


def test_the_folder_of_the_error_log_is_shown(
    open_it: OpenIt, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(window_list, "open_folder", lambda path: shown.append(path) or True)
    open_it().menu_action("Help", "Show logs").trigger()
    assert shown == [paths.logs]


def test_where_nothing_shows_folders_the_writer_is_told_where_it_is(
    open_it: OpenIt, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_list, "open_folder", lambda _: False)
    program = open_it()
    program.menu_action("Help", "Show logs").trigger()
    assert any(str(paths.logs) in text for text in program.window.messages.texts)


@pytest.mark.parametrize(
    ("menu", "title", "kind"),
    [
        ("Edit", "Settings…", SettingsDialog),
        ("Help", "Keyboard shortcuts", KeysDialog),
        ("Help", "About Cowrite", AboutDialog),
    ],
)
def test_a_dialog_has_the_keyboard_stops_nothing_and_goes_when_it_is_closed(
    open_it: OpenIt, menu: str, title: str, kind: type[QDialog]
) -> None:
    program = open_it()
    program.menu_action(menu, title).trigger()
    dialog = program.window.findChild(kind)
    assert isinstance(dialog, QDialog)
    program.until(dialog.isActiveWindow)
    assert not dialog.isModal()
    QTest.keyClick(dialog, Key.Key_Escape)
    program.until(lambda: program.window.findChild(kind) is None)


@pytest.mark.parametrize("tab_accepts", ["word", "all"])
def test_the_table_of_keys_is_that_of_the_page(open_it: OpenIt, tab_accepts: str) -> None:
    program = open_it()
    program.program.manager.change(tab_accepts=tab_accepts)
    registry = program.window.findChild(WindowCommands).registry
    # Keys of a proposal may be those of others as well.
    others = CommandRegistry(each for each in registry.commands if each.scope is not Scope.PROPOSAL)
    others.bind(usual_keys(tab_accepts), {})
    named = [key for keys, _ in key_rows(others) for key in keys.split(" or ")]
    of_page = [
        key.toString(QKeySequence.SequenceFormat.NativeText)
        for keys in program.page.keymap.values()
        for key in keys
    ]
    assert set(of_page) | {"F9"} < set(named)
    assert len(named) == len(set(named))
