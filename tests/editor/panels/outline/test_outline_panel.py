"""The outline in a real window: it follows the text, jumps, and moves chapters with all their text."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cowrite.editor.panels.outline.commands import PANEL_ID
from cowrite.editor.panels.outline.outline_panel import OutlinePanel

BOOK = """# One

First words here.

## A

Alpha beta.

* * *

Gamma.

# Two

Second."""
Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def book(open_it: OpenIt, tmp_path: Path) -> OpenProgram:
    file = tmp_path / "book.md"
    file.write_text(BOOK)
    return open_it(files=[file])


def outline(program: OpenProgram) -> OutlinePanel:
    program.window.side_panels.show(PANEL_ID)
    panel = program.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, OutlinePanel)
    return panel


def rows(panel: OutlinePanel) -> list[str]:
    return [item.text(0) for item in panel.tree._items]


def choose_row(panel: OutlinePanel, number: int) -> None:
    panel.tree.setFocus()
    panel.tree.setCurrentItem(panel.tree._items[number])


def test_headings_and_scenes_with_their_words(book: OpenProgram) -> None:
    panel = outline(book)
    assert rows(panel) == ["One", "A", "* Gamma.…", "Two"]
    book.until(lambda: panel.tree._items[0].text(1) != "")
    assert [item.text(1) for item in panel.tree._items] == ["8", "4", "", "2"]
    assert not panel.said.isVisible()


def test_it_follows_what_is_written(book: OpenProgram) -> None:
    panel = outline(book)
    book.page.setFocus()
    book.press_keys("Ctrl+End")
    book.page.type_text("\n")
    book.page.type_text("\n")
    book.type("# Three")
    book.until(lambda: rows(panel)[-1] == "Three")


def test_enter_jumps_and_gives_the_keyboard_to_the_page(book: OpenProgram) -> None:
    panel = outline(book)
    choose_row(panel, 3)
    QTest.keyClick(panel.tree, Key.Key_Return)
    assert book.page.hasFocus()
    assert book.page.textCursor().block().text() == "# Two"


def test_a_chapter_moves_with_its_text_as_one_step(book: OpenProgram) -> None:
    panel = outline(book)
    choose_row(panel, 3)
    QTest.keyClick(panel.tree, Key.Key_Up, Held.AltModifier)
    first, rest = BOOK.split("\n\n# Two\n\nSecond.")[0], "# Two\n\nSecond."
    assert book.page.text() == f"{rest}\n\n{first}"
    assert rows(panel) == ["Two", "One", "A", "* Gamma.…"]
    assert panel.tree.current is not None
    assert panel.tree.current.title == "Two"
    QTest.keyClick(panel.tree, Key.Key_Down, Held.AltModifier)
    assert book.page.text() == BOOK
    book.page.undo()
    book.page.undo()
    assert book.page.text() == BOOK


def test_whose_words_they_are_goes_along(book: OpenProgram) -> None:
    panel = outline(book)
    book.page.setFocus()
    book.press_keys("Ctrl+End")
    book.type(" Mine")
    before = sorted(
        run.origin.value
        for _, run in book.window.active_view.document.provenance.ranges.between(0, 999)
    )
    choose_row(panel, 3)
    panel.move_by(-1)
    after = sorted(
        run.origin.value
        for _, run in book.window.active_view.document.provenance.ranges.between(0, 999)
    )
    assert set(after) == set(before)


def test_a_row_that_is_dropped_moves(book: OpenProgram) -> None:
    panel = outline(book)
    panel.tree.dropped.emit(0, 3)  # to the end
    assert book.page.text().startswith("# Two")
    panel.tree.dropped.emit(0, 1)  # where it is
    assert book.page.text().startswith("# Two")


def test_levels(book: OpenProgram) -> None:
    panel = outline(book)
    choose_row(panel, 1)
    QTest.keyClick(panel.tree, Key.Key_Right, Held.AltModifier)
    assert "\n### A\n" in book.page.text()
    choose_row(panel, 0)
    QTest.keyClick(panel.tree, Key.Key_Left, Held.AltModifier)
    assert book.page.text().startswith("# One")


def test_a_text_without_headings_says_how_to_make_one(open_it: OpenIt, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Bob")
    program = open_it(files=[file])
    panel = outline(program)
    assert "Chapter" in panel.said.text()
    program.press_keys("Ctrl+N")


def test_a_text_that_can_only_be_read_stays(book: OpenProgram) -> None:
    panel = outline(book)
    book.window.active_view.document.set_read_only("for the test")
    choose_row(panel, 3)
    panel._enable()
    assert not panel.up.isEnabled()
    panel.move_by(-1)
    assert book.page.text() == BOOK
