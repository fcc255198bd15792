"""The palette in the window: found by typing, run by Enter, left without a trace."""

from __future__ import annotations

from open_program import OpenIt, OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cowrite.editor.panels.palette.command_list import CANNOT
from cowrite.editor.panels.palette.palette import NOTHING_FOUND, CommandPalette

Key = Qt.Key


def palette_of(program: OpenProgram) -> CommandPalette:
    program.press_keys("Ctrl+Shift+P")
    palette = next(p for p in program.window.findChildren(CommandPalette) if p.isVisible())
    assert palette.field.hasFocus()
    return palette


def shown(palette: CommandPalette) -> list[str]:
    rows = (palette.model.row(number) for number in range(palette.model.rowCount()))
    return [row.id for row in rows if row is not None]


def test_a_command_is_found_run_and_on_top_the_next_time(open_it: OpenIt) -> None:
    program = open_it()
    program.type("One line.")
    palette = palette_of(program)
    QTest.keyClicks(palette.field, "sepia")
    assert shown(palette) == ["view.theme_sepia"]
    QTest.keyClick(palette.field, Key.Key_Return)
    assert not palette.isVisible()
    assert program.page.hasFocus()
    program.until(lambda: program.program.manager.preferences.theme == "sepia")
    program.type(" Another.")
    assert program.window.active_view.document.text() == "One line. Another."
    again = palette_of(program)
    assert shown(again)[0] == "view.theme_sepia"
    row = again.model.row(0)
    assert row is not None
    assert row.checked
    assert "on" in row.spoken


def test_esc_gives_the_keyboard_back_where_the_caret_was(open_it: OpenIt) -> None:
    program = open_it()
    program.type("Here and there")
    program.window.active_view.place_caret(4)
    palette = palette_of(program)
    QTest.keyClicks(palette.field, "nothing of this is written")
    assert palette.note.text() == NOTHING_FOUND
    QTest.keyClick(palette.field, Key.Key_Escape)
    assert program.page.hasFocus()
    program.type(",")
    assert program.window.active_view.document.text() == "Here, and there"


def test_what_cannot_be_done_is_said_and_nothing_is_lost(open_it: OpenIt) -> None:
    program = open_it()
    palette = palette_of(program)
    QTest.keyClicks(palette.field, "cut")
    assert shown(palette)[0] == "edit.cut"
    QTest.keyClick(palette.field, Key.Key_Return)
    assert palette.isVisible()
    assert CANNOT in palette.note.text()
    assert palette.field.text() == "cut"
    QTest.keyClick(palette.field, Key.Key_Escape)


def test_the_arrows_go_round_and_a_reader_hears_the_row(open_it: OpenIt) -> None:
    program = open_it()
    palette = palette_of(program)
    count = palette.model.rowCount()
    QTest.keyClick(palette.field, Key.Key_Up)
    assert palette.list.currentIndex().row() == count - 1
    QTest.keyClick(palette.field, Key.Key_Down)
    assert palette.list.currentIndex().row() == 0
    QTest.keyClick(palette.field, Key.Key_PageDown)
    at = palette.list.currentIndex().row()
    assert at > 1
    row = palette.model.row(at)
    assert row is not None
    assert palette.field.accessibleDescription() == row.spoken
    QTest.keyClick(palette.field, Key.Key_Escape)


def test_a_click_runs_a_row_and_a_click_on_the_page_leaves(open_it: OpenIt) -> None:
    program = open_it()
    palette = palette_of(program)
    QTest.keyClicks(palette.field, "dark")
    place = palette.list.visualRect(palette.model.index(0)).center()
    QTest.mouseClick(
        palette.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
    )
    program.until(lambda: program.program.manager.preferences.theme == "dark")
    again = palette_of(program)
    QTest.mouseClick(program.page.viewport(), Qt.MouseButton.LeftButton)
    assert not again.isVisible()
    assert program.page.hasFocus()


def test_an_input_method_writes_into_its_field(open_it: OpenIt) -> None:
    program = open_it()
    palette = palette_of(program)
    composed = QInputMethodEvent()
    composed.setCommitString("ｌｏｇｓ")
    QApplication.sendEvent(palette.field, composed)
    assert shown(palette) == ["help.logs"]
    QTest.keyClick(palette.field, Key.Key_Escape)


def test_it_keeps_within_a_small_window(open_it: OpenIt) -> None:
    program = open_it()
    program.window.resize(360, 260)
    palette = palette_of(program)
    assert program.window.rect().contains(palette.geometry())
    QTest.keyClick(palette.field, Key.Key_Escape)
