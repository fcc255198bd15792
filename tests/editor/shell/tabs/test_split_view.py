"""The split page of a window: its commands, its tab, its suggestions, what is found in it, and the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram, choose
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cowrite.documents.session import load_session
from cowrite.editor.page.split.other_half import OtherHalf
from cowrite.editor.page.split.split_page import Split, SplitPage
from cowrite.settings.paths import Paths

WORDS = "\n\n".join(
    f"Paragraph {number} speaks of the harbour and the boats." for number in range(200)
)


@pytest.fixture
def files(tmp_path: Path, paths: Paths) -> list[Path]:
    choose(paths, open_in="tabs")
    files = [tmp_path / f"{name}.md" for name in ("one", "two")]
    for file in files:
        file.write_text(WORDS)
    return files


def pane(program: OpenProgram) -> SplitPage:
    found: SplitPage = program.window.active_view.pane
    return found


def other(program: OpenProgram) -> OtherHalf:
    half = pane(program).other
    assert half is not None
    return half


def test_a_key_divides_and_makes_whole(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files[:1])
    go = program.menu_action("View", "Split view").menu()
    assert go is not None
    program.press_keys("Ctrl+F6")
    assert pane(program).split is None, "there is no other half to go to"
    program.press_keys("Ctrl+Shift+D")
    assert pane(program).split is Split.ABOVE_AND_BELOW
    assert program.page.hasFocus()
    first = program.page.y()
    program.press_keys("Ctrl+F6")
    assert program.page.y() != first
    program.type("Here. ")
    assert "Here. " in program.page.text()
    program.press_keys("Ctrl+Shift+D")
    assert pane(program).split is None
    assert program.page.hasFocus()


def test_each_tab_is_split_by_itself(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    program.press_keys("Ctrl+Shift+D")
    split = program.window.active_view
    program.press_keys("Ctrl+PgDown")
    assert program.window.active_view is not split
    assert pane(program).split is None
    program.press_keys("Ctrl+PgUp")
    assert pane(program).split is Split.ABOVE_AND_BELOW
    assert program.page.height() + other(program).height() < pane(program).height()
    program.program.manager.places.move_to_new_window(split)
    QApplication.processEvents()
    assert program.window.active_view is split
    assert other(program).isVisible()
    assert other(program).window() is program.window
    program.program.manager.close_view(split)
    program.until_settled()


def test_a_tab_that_closes_takes_its_halves_along(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    program.press_keys("Ctrl+Shift+D")
    program.press_keys("Ctrl+W")
    program.until_settled()
    assert [view.document.name for view in program.window.views] == ["one.md"]
    assert not program.window.findChildren(OtherHalf) or not other_is_seen(program)
    program.type("Still here. ")
    assert program.page.text().startswith("Still here. ")


def other_is_seen(program: OpenProgram) -> bool:
    return any(half.isVisible() for half in program.window.findChildren(OtherHalf))


def test_the_next_start_splits_it_again(open_it: OpenIt, files: list[Path], paths: Paths) -> None:
    program = open_it(files=files)
    program.press_keys("Ctrl+Shift+D")
    other(program).show_place(2500)
    program.press_keys("Ctrl+F6")
    program.page.place_caret(WORDS.index("Paragraph 50 "))
    QApplication.processEvents()
    before = pane(program).other_place()
    place = program.page.caret(), program.page.verticalScrollBar().value()
    program.close()
    kept = load_session(paths.session_file)[0].documents
    assert [each.other for each in kept] == [None, before]
    program = open_it()
    program.until(lambda: pane(program).split is Split.ABOVE_AND_BELOW)
    QApplication.processEvents()
    assert pane(program).other_place() == before
    assert (program.page.caret(), program.page.verticalScrollBar().value()) == place
    program.press_keys("Ctrl+PgDown")
    assert pane(program).split is None


def test_a_hit_is_shown_in_the_half_of_the_writer(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files[:1])
    program.press_keys("Ctrl+Shift+D")
    program.press_keys("Ctrl+F6")
    left = other(program).scrolled_to
    program.press_keys("Ctrl+F")
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "Paragraph 150 ")
    hit = WORDS.index("Paragraph 150 ")
    program.until(lambda: program.page.textCursor().selectionStart() == hit)
    rect = program.page.caret_rect()
    assert 0 <= rect.top() <= program.page.viewport().height()
    assert abs(other(program).scrolled_to - left) <= 1


def test_a_suggestion_is_taken_in_the_half_of_the_writer(writing: OpenProgram) -> None:
    program = writing
    program.press_keys("Ctrl+Shift+D")
    program.suggest("The harbour was ", "quiet that evening")
    program.press(Qt.Key.Key_Tab)
    assert program.page.text().startswith("The harbour was quiet ")
    program.press_keys("Ctrl+F6")
    program.press(Qt.Key.Key_End)
    program.suggest("and ", "empty")
    assert program.page.ghost_text == "empty"
    # A click in the other half refuses it, as a click elsewhere does.
    QTest.mouseClick(other(program), Qt.MouseButton.LeftButton, pos=QPoint(400, 40))
    assert program.page.ghost_text == ""
    assert program.page.hasFocus()
    assert program.page.text().endswith("and ")


def test_it_follows_themes_widths_and_full_screen(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files[:1])
    program.press_keys("Ctrl+Shift+D")
    manager = program.program.manager
    manager.change(theme="dark")
    manager.change(column_characters=50)
    manager.change(line_height_percent=200)
    QApplication.processEvents()
    half = other(program)
    shown = half.grab().toImage()
    assert shown.pixelColor(shown.width() // 2, 2).lightness() < 100
    left, width = program.page.column_in(half.width())
    assert (left, width) == (
        program.page.viewport().geometry().left(),
        program.page.viewport().width(),
    )
    program.press_keys("F11")
    QApplication.processEvents()
    assert half.width() == program.page.width()
    program.press_keys("F11")
