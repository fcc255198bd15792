"""Markdown by keys in a real window: emphasis, headings, lists that go on; each a single undo step."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import Qt


@pytest.fixture
def note(open_it: OpenIt, tmp_path: Path) -> OpenProgram:
    file = tmp_path / "note.md"
    file.write_text("One word")
    program = open_it(files=[file])
    program.press_keys("Ctrl+End")
    return program


def test_bold_and_back_by_undo_and_by_the_key(note: OpenProgram) -> None:
    note.press_keys("Ctrl+B")
    assert note.page.text() == "One **word**"
    assert note.page.selected_text() == "word"
    note.page.undo()
    assert note.page.text() == "One word"
    note.press_keys("Ctrl+A")
    note.press_keys("Ctrl+I")
    assert note.page.text() == "*One word*"
    note.press_keys("Ctrl+I")
    assert note.page.text() == "One word"


def test_several_paragraphs_at_once(note: OpenProgram) -> None:
    note.page.type_text("\n")
    note.page.type_text("\n")
    note.page.type_text("two 🦊 words")
    note.press_keys("Ctrl+A")
    note.press_keys("Ctrl+B")
    assert note.page.text() == "**One word**\n\n**two 🦊 words**"
    note.press_keys("Ctrl+B")
    assert note.page.text() == "One word\n\ntwo 🦊 words"


def test_headings_and_links(note: OpenProgram) -> None:
    note.press_keys("Ctrl+2")
    assert note.page.text() == "## One word"
    note.press_keys("Ctrl+2")
    assert note.page.text() == "One word"
    note.press_keys("Ctrl+K")
    note.type("x")
    assert note.page.text() == "One [word](x)"


def test_lists_go_on_and_end(note: OpenProgram) -> None:
    note.page.type_text("\n")
    note.type("1. stone")
    note.page.type_text("\n")
    note.type("wood")
    assert note.page.text() == "One word\n1. stone\n2. wood"
    note.page.type_text("\n")
    note.page.type_text("\n")
    assert note.page.text() == "One word\n1. stone\n2. wood\n"
    note.page.undo()
    assert note.page.text() == "One word\n1. stone\n2. wood\n3. "


def test_tab_puts_an_empty_item_deeper(note: OpenProgram) -> None:
    note.page.type_text("\n")
    note.type("- ")
    note.page.type_text("\t")
    note.type("x")
    assert note.page.text() == "One word\n  - x"


def test_code_is_left_alone(note: OpenProgram) -> None:
    for line in ("", "```", "- a"):
        note.page.type_text("\n")
        note.type(line)
    note.page.type_text("\n")
    assert note.page.text().endswith("- a\n")


def test_a_plain_text_stays_plain(open_it: OpenIt, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("- word")
    program = open_it(files=[file])
    program.press_keys("Ctrl+End")
    program.press_keys("Ctrl+B")
    assert program.page.text() == "- word"
    program.page.type_text("\n")
    assert program.page.text() == "- word\n"


def write_list(note: OpenProgram) -> None:
    note.press_keys("Ctrl+A")
    note.type("- stone")
    note.page.type_text("\n")
    note.type("wood")


def test_tab_and_shift_tab_change_the_level_of_an_item(note: OpenProgram) -> None:
    write_list(note)
    note.press_keys("Home")
    note.press(Qt.Key.Key_Tab)
    assert note.page.text() == "- stone\n  - wood"
    note.press_keys("End")
    note.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert note.page.text() == "- stone\n- wood"
    note.type("en")
    assert note.page.text() == "- stone\n- wooden"
    note.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert note.page.text() == "- stone\n- wooden", "as high as it can be"


def test_selected_items_change_their_level_together(note: OpenProgram) -> None:
    write_list(note)
    note.press_keys("Ctrl+A")
    note.press(Qt.Key.Key_Tab)
    assert note.page.text() == "  - stone\n  - wood"
    note.press(Qt.Key.Key_Tab)
    note.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert note.page.text() == "  - stone\n  - wood"
    note.page.undo()
    note.page.undo()
    note.page.undo()
    assert note.page.text() == "- stone\n- wood"


def test_tab_over_prose_is_a_tab(note: OpenProgram) -> None:
    note.press_keys("Ctrl+A")
    note.press(Qt.Key.Key_Tab)
    assert note.page.text() == "\t"
    note.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert note.page.text() == "\t"
    assert note.page.hasFocus()
