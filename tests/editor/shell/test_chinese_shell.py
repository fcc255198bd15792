"""The window in Chinese: letters of the menus, names of commands, and nothing cut off in either language."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram, choose
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu, QMessageBox, QWidget
from support.clipping import clipped_texts

from cowrite.editor.commands.command import Command, mnemonic_of, without_mnemonic
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.common.show_dialog import COMMAND
from cowrite.editor.dialogs.dialogs import Unsaved, _ask
from cowrite.editor.dialogs.encoding_dialog import EncodingDialog, EncodingQuestion
from cowrite.editor.shell.counts_popover import CountsPopover
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.localization.languages import CHINESE, ENGLISH
from cowrite.settings.paths import Paths

CHINESE_TEXT = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = (ENGLISH, CHINESE)


def registry_of(program: OpenProgram) -> CommandRegistry:
    commands = program.window.findChild(WindowCommands)
    assert isinstance(commands, WindowCommands)
    return commands.registry


def all_menus(menu: QWidget) -> list[list[QAction]]:
    found: list[list[QAction]] = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            below.aboutToShow.emit()
            found += all_menus(below)
    return [menu.actions(), *found]


# --- titles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "letter"),
    [
        ("&File", "File", "F"),
        ("文件(&F)", "文件", "F"),
        ("打开(&O)…", "打开…", "O"),
        ("Last tab (&9)", "Last tab (9)", "9"),
        ("标题 &1", "标题 1", "1"),
        ("R&&D", "R&D", ""),
        ("无", "无", ""),
    ],
)
def test_the_letter_of_a_title(title: str, name: str, letter: str) -> None:
    assert without_mnemonic(title) == name
    assert mnemonic_of(title) == letter


def test_a_command_says_its_group_in_the_language_of_the_interface(in_chinese: None) -> None:
    command = Command(id="file.open", title="打开(&O)…", group="File", run=lambda: None)
    assert (command.name, command.group_name) == ("打开…", "文件")


# --- the window ------------------------------------------------------------------------------------------------------


def test_each_letter_opens_one_entry_of_its_menu(open_it: OpenIt, in_chinese: None) -> None:
    program = open_it()
    for entries in all_menus(program.window.menuBar()):
        shown = [entry for entry in entries if entry.isVisible() and not entry.isSeparator()]
        letters = [mnemonic_of(entry.text()) for entry in shown if mnemonic_of(entry.text())]
        assert len(letters) == len(set(letters)), [entry.text() for entry in shown]


def test_every_entry_and_command_is_in_chinese(open_it: OpenIt, in_chinese: None) -> None:
    program = open_it()
    for entries in all_menus(program.window.menuBar()):
        for entry in entries:
            if entry.text() and not entry.isSeparator():
                assert CHINESE_TEXT.search(entry.text()), entry.text()
    for command in registry_of(program).commands:
        assert CHINESE_TEXT.search(command.title), command.id
        assert CHINESE_TEXT.search(command.group_name), command.id
        assert not command.help or CHINESE_TEXT.search(command.help), command.id


def test_ids_and_groups_do_not_depend_on_the_language(
    open_it: OpenIt, speak: Callable[[str], None]
) -> None:
    speak(ENGLISH)
    english = [(each.id, each.group, each.keys) for each in registry_of(open_it()).commands]
    speak(CHINESE)
    chinese = [(each.id, each.group, each.keys) for each in registry_of(open_it()).commands]
    assert chinese == english


# --- nothing is cut off ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_window_is_cut_off(
    open_it: OpenIt, paths: Paths, speak: Callable[[str], None], language: str, tmp_path: Path
) -> None:
    speak(language)
    choose(paths, welcomed=False, open_in="tabs")
    program = open_it()
    program.window.resize(760, 560)
    QTest.qWait(0)
    assert clipped_texts(program.window) == []  # with the greeting
    acts = (NoticeAction(label="Save as UTF-8", do=lambda: None),)
    program.window.show_notice(Notice(text="A sentence.", acts=acts))
    program.type("One word after another.")
    (tmp_path / "other.txt").write_text("other")
    program.finish(program.program.manager.open_paths([tmp_path / "other.txt"]))
    QTest.qWait(0)
    assert clipped_texts(program.window) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["help.keys", "spelling.words"])
def test_nothing_of_its_dialogs_is_cut_off(
    open_it: OpenIt, speak: Callable[[str], None], language: str, command: str
) -> None:
    speak(language)
    program = open_it()
    registry_of(program).run(command)
    (dialog,) = (
        each for each in program.window.findChildren(QDialog) if each.property(COMMAND) == command
    )
    QTest.qWait(0)
    assert clipped_texts(dialog) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_encodings_and_counts_is_cut_off(
    open_it: OpenIt, speak: Callable[[str], None], language: str
) -> None:
    speak(language)
    program = open_it()
    question = EncodingQuestion(
        name="old.txt", data="Grüße, schöne Welt".encode("cp1252"), current="cp1252"
    )
    dialog = EncodingDialog(question, program.window)
    dialog.show()
    QTest.qWait(0)
    assert clipped_texts(dialog) == []
    dialog.close()
    counts = program.window.status_line._counts
    popover = CountsPopover(counts, counts, 1.0, program.window)
    popover.show_above(program.window.status_line)
    assert clipped_texts(popover) == []
    popover.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_question_is_cut_off(
    open_it: OpenIt,
    speak: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    speak(language)
    program = open_it()
    found: list[list[str]] = []
    said: list[str] = []

    def look(box: QMessageBox) -> int:
        box.show()
        QTest.qWait(0)
        found.append(clipped_texts(box))
        said.extend(button.text() for button in box.buttons())
        box.close()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", look)
    roles = {
        Unsaved.SAVE: QMessageBox.ButtonRole.AcceptRole,
        Unsaved.DISCARD: QMessageBox.ButtonRole.DestructiveRole,
        Unsaved.CANCEL: QMessageBox.ButtonRole.RejectRole,
    }
    answer = _ask(
        program.window, "text", "details", roles, default=Unsaved.SAVE, escape=Unsaved.CANCEL
    )
    assert answer is Unsaved.CANCEL
    assert found == [[]]
    expected = (
        {"不保存", "保存", "取消"} if language == CHINESE else {"Don’t save", "Save", "Cancel"}
    )
    assert set(said) == expected
