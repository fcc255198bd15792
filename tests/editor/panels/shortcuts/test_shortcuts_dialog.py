"""The editor of shortcuts: keys are pressed, conflicts said, and every window follows at once."""

from __future__ import annotations

import pytest
from open_program import OpenIt, OpenProgram, choose
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cowrite.editor.commands.key_rules import portable
from cowrite.editor.panels.provenance.origin_view import OriginView
from cowrite.editor.panels.shortcuts.key_recorder import ADD, key_of
from cowrite.editor.panels.shortcuts.shortcuts_dialog import ShortcutsDialog
from cowrite.settings.paths import Paths

Key, Held = Qt.Key, Qt.KeyboardModifier
CTRL = Held.ControlModifier


def dialog_of(program: OpenProgram) -> ShortcutsDialog:
    program.menu_action("Help", "Change shortcuts…").trigger()
    dialog = program.window.findChild(ShortcutsDialog)
    assert isinstance(dialog, ShortcutsDialog)
    program.until(dialog.isActiveWindow)
    return dialog


def press(dialog: ShortcutsDialog, pressed: Key, held: Held = Held.NoModifier) -> None:
    QTest.mouseClick(dialog.keys.recorder, Qt.MouseButton.LeftButton)
    assert dialog.keys.recorder.is_listening
    QTest.keyClick(dialog.keys.recorder, pressed, held)


def keys_shown(dialog: ShortcutsDialog) -> str:
    item = dialog.table.currentItem()
    assert item is not None
    return item.text(2)


def chosen(program: OpenProgram) -> dict[str, list[str]]:
    return dict(program.program.manager.preferences.keys)  # type: ignore[arg-type]


def test_a_new_key_works_at_once_in_every_window(open_it: OpenIt) -> None:
    program = open_it()
    program.program.manager.open_new()
    dialog = dialog_of(program)
    dialog.select("view.authorship")
    press(dialog, Key.Key_K, CTRL | Held.AltModifier | Held.ShiftModifier)
    assert "writes text on some keyboards" in dialog.keys.said.text()
    press(dialog, Key.Key_F9, CTRL | Held.AltModifier)
    assert keys_shown(dialog) == "F8, Ctrl+Alt+F9"
    assert chosen(program) == {"view.authorship": ["F8", "Ctrl+Alt+F9"]}
    dialog.close()
    for window in program.windows:
        origins = window.findChild(OriginView)
        window.activateWindow()
        program.until(window.isActiveWindow)
        QTest.keyClick(window.windowHandle(), Key.Key_F9, CTRL | Held.AltModifier)
        assert origins.is_on
    assert len(program.windows) == 2


def test_a_conflict_is_said_and_taken_over_or_left(open_it: OpenIt) -> None:
    program = open_it()
    dialog = dialog_of(program)
    dialog.select("help.logs")
    press(dialog, Key.Key_S, CTRL)
    assert "Save" in dialog.keys.said.text()
    QTest.mouseClick(dialog.keys.cancel, Qt.MouseButton.LeftButton)
    assert dialog.keys.said.text() == ""
    assert chosen(program) == {}
    press(dialog, Key.Key_S, CTRL)
    QTest.keyClick(dialog.keys.take_over, Key.Key_Space)
    assert chosen(program) == {"help.logs": ["Ctrl+S"], "file.save": []}
    assert keys_shown(dialog) == "Ctrl+S"
    QTest.mouseClick(dialog.keys.reset, Qt.MouseButton.LeftButton)
    assert chosen(program) == {"file.save": []}
    dialog.select("file.save")
    QTest.mouseClick(dialog.keys.reset, Qt.MouseButton.LeftButton)
    assert chosen(program) == {}


def test_esc_cancels_listening_and_only_then_closes(open_it: OpenIt) -> None:
    dialog = dialog_of(open_it())
    press(dialog, Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.keys.recorder.text() == ADD
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_key_is_removed_and_all_are_reset_and_that_undone(open_it: OpenIt) -> None:
    program = open_it()
    dialog = dialog_of(program)
    dialog.select("suggestion.accept_word")
    (button,) = (
        each
        for each in dialog.keys.findChildren(QPushButton)
        if each.accessibleName() == "Remove Ctrl+Right" and each.isVisible()
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert keys_shown(dialog) == "Tab"
    QTest.mouseClick(dialog.reset_all, Qt.MouseButton.LeftButton)
    assert chosen(program) == {}
    assert keys_shown(dialog) == "Tab, Ctrl+Right"
    QTest.mouseClick(dialog.undo, Qt.MouseButton.LeftButton)
    assert chosen(program) == {"suggestion.accept_word": ["Tab"]}
    dialog.close()


def test_a_command_is_found_by_its_name_or_its_key(open_it: OpenIt) -> None:
    dialog = dialog_of(open_it())
    dialog.search.setText("ctrl+shift+s")
    assert dialog.keys.title.text() == "Save as…"
    dialog.search.setText("no such thing")
    assert dialog.nothing_found.isVisible()
    assert not dialog.keys.isEnabled()
    QTest.keyClick(dialog, Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.search.text() == ""
    dialog.close()


def test_a_broken_setting_is_shown_and_can_be_removed(open_it: OpenIt, paths: Paths) -> None:
    choose(paths, keys={"file.save": ["S"], "help.logs": ["Ctrl+F12"]})
    program = open_it()
    dialog = dialog_of(program)
    assert "“S”" in dialog.problems.text()
    QTest.mouseClick(dialog.repair, Qt.MouseButton.LeftButton)
    assert not dialog.problems.isVisible()
    assert chosen(program) == {"help.logs": ["Ctrl+F12"]}
    dialog.close()


@pytest.mark.parametrize(
    ("pressed", "held", "text", "name"),
    [
        (Key.Key_Plus, CTRL | Held.ShiftModifier, "+", "Ctrl++"),
        (Key.Key_S, CTRL | Held.ShiftModifier, "\x13", "Ctrl+Shift+S"),
        (Key.Key_Backtab, Held.ShiftModifier, "\t", "Shift+Tab"),
        (Key.Key_5, CTRL | Held.KeypadModifier, "5", "Ctrl+5"),
    ],
)
def test_a_pressed_key_has_the_name_that_settings_use(
    pressed: Key, held: Held, text: str, name: str
) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, pressed, held, text)
    assert portable(key_of(event)) == name
