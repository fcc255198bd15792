"""Several documents in one window: opened, changed between, moved, closed with one question, back after a start."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram, choose
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.settings.paths import Paths


@pytest.fixture
def files(tmp_path: Path, paths: Paths) -> list[Path]:
    choose(paths, open_in="tabs")
    files = [tmp_path / f"{name}.md" for name in ("one", "two", "three")]
    for file in files:
        file.write_text(f"text of {file.stem}")
    return files


def names(program: OpenProgram) -> list[str]:
    return [view.document.name for view in program.window.views]


def front(program: OpenProgram) -> str:
    return program.window.active_view.document.name


def test_files_open_as_tabs_of_one_window(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files[:1])
    assert not program.window.stack.tabs.isVisible(), "one document needs no tabs"
    program.finish(program.program.manager.open_paths(files[1:]))
    assert len(program.windows) == 1
    assert names(program) == ["one.md", "two.md", "three.md"]
    assert front(program) == "three.md"
    assert program.window.stack.tabs.isVisible()
    program.until(program.page.hasFocus)
    program.type("New ")
    assert files[2].read_text() == "text of three"
    assert program.window.stack.tabs.tabText(2) == "• three.md"
    assert program.window.stack.tabs.tabToolTip(2) == str(files[2])
    assert "three.md" in program.window.windowTitle()
    assert program.window.isWindowModified()


def test_new_is_a_tab_and_private_a_window(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files[:1])
    program.press_keys("Ctrl+N")
    assert names(program) == ["one.md", "Untitled"]
    program.press_keys("Ctrl+Shift+N")
    assert [len(window.views) for window in program.windows] == [2, 1]
    assert program.window.is_private
    program.finish(program.program.manager.open_paths(files[1:2], private=True))
    assert [len(window.views) for window in program.windows] == [2, 1]
    program.finish(program.program.manager.open_paths(files[2:], private=True))
    assert [len(window.views) for window in program.windows] == [2, 1, 1]


def test_keys_go_from_tab_to_tab(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    assert front(program) == "three.md"
    went = []
    for keys in ("Ctrl+PgDown", "Ctrl+PgDown", "Ctrl+PgUp", "Alt+3", "Alt+2", "Alt+9"):
        program.press_keys(keys)
        went.append(front(program))
    assert went == ["one.md", "two.md", "one.md", "three.md", "two.md", "three.md"]
    assert program.page.hasFocus(), "the keyboard goes with the tab"


def test_ctrl_tab_goes_to_the_tab_used_last(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    for keys in ("Alt+1", "Alt+2", "Alt+3"):
        program.press_keys(keys)
    handle, held = program.window.windowHandle(), Qt.KeyboardModifier.ControlModifier
    went = []
    for _ in range(2):
        QTest.keyPress(handle, Qt.Key.Key_Tab, held)
        went.append(front(program))
    assert went == ["two.md", "one.md"], "with Ctrl held, on to those before"
    QTest.keyRelease(handle, Qt.Key.Key_Control)
    program.press_keys("Ctrl+Tab")
    assert front(program) == "two.md", "which one.md was come to from"
    program.press_keys("Ctrl+Tab")
    assert front(program) == "one.md", "there and back"


def test_keys_and_mouse_change_the_order(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    program.press_keys("Ctrl+Shift+PgUp")
    assert names(program) == ["one.md", "three.md", "two.md"]
    program.press_keys("Ctrl+Shift+PgDown")
    program.press_keys("Ctrl+Shift+PgDown")
    assert names(program) == ["one.md", "two.md", "three.md"]
    tabs = program.window.stack.tabs
    tabs.moveTab(0, 2)  # as dragging does
    assert names(program) == ["two.md", "three.md", "one.md"]
    assert tabs.currentIndex() == program.window.views.index(program.window.active_view)
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center())
    assert front(program) == "two.md"


def test_a_middle_click_a_cross_and_a_key_close_a_tab(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=[*files, files[0].with_name("four.md")])
    program.finish(program.program.manager.open_paths(files))
    tabs = program.window.stack.tabs
    before = len(names(program))
    QTest.mouseClick(tabs, Qt.MouseButton.MiddleButton, pos=tabs.tabRect(0).center())
    program.until(lambda: len(names(program)) == before - 1)
    program.press_keys("Ctrl+W")
    program.until(lambda: len(names(program)) == before - 2)
    assert not tabs.isVisible() or before > 3
    program.press_keys("Ctrl+Shift+T")
    program.until(lambda: len(names(program)) == before - 1)
    assert front(program) == "three.md"


def test_one_question_for_several_unsaved_documents(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    program.type("C ")
    program.press_keys("Alt+1")
    program.type("A ")
    program.press_keys("Alt+2")
    program.dialogs.unsaved = Unsaved.CANCEL
    program.press_keys("Ctrl+Shift+N")  # the last window would be kept without a question
    window = program.windows[0]
    window.close()
    program.until_settled()
    assert program.dialogs.asked == ["unsaved: one.md, three.md"]
    assert len(window.views) == 3
    program.dialogs.unsaved = Unsaved.SAVE
    window.close()
    program.until(lambda: len(program.windows) == 1)
    assert [file.read_text() for file in files] == [
        "A text of one",
        "text of two",
        "C text of three",
    ]


def test_what_is_not_saved_is_kept_when_closing_is_broken_off(
    open_it: OpenIt, files: list[Path]
) -> None:
    program = open_it(files=files[:2])
    program.type("B ")
    program.press_keys("Alt+1")
    program.type("A ")
    program.press_keys("Ctrl+N")
    program.dialogs.unsaved = Unsaved.DISCARD
    program.finish(program.program.manager.close_others(program.window.active_view))
    assert names(program) == ["Untitled"]
    assert [file.read_text() for file in files[:2]] == ["text of one", "text of two"]
    assert program.dialogs.asked == ["unsaved: one.md, two.md"]


def test_tabs_come_back_as_they_were(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    program.press_keys("Ctrl+Shift+PgUp")
    program.press_keys("Alt+1")
    program.type("unsaved ")
    program.press_keys("Ctrl+N")
    program.type("no file")
    program.press_keys("Alt+2")
    program.program.manager.keep_everything()
    program.crash()
    again = open_it()
    assert len(again.windows) == 1
    assert [view.page.text() for view in again.window.views] == [
        "unsaved text of one",
        "text of three",
        "text of two",
        "no file",
    ]
    assert front(again) == "three.md"
    assert [view.caret for view in again.window.views] == [8, 0, 0, 7]
    assert [view.document.is_modified for view in again.window.views] == [True, False, False, True]


def test_a_tab_gets_a_window_of_its_own(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files[:2])
    program.type("kept ")
    view = program.window.active_view
    program.program.manager.places.move_to_new_window(view)
    assert [len(window.views) for window in program.windows] == [1, 1]
    assert program.window.active_view is view
    program.until(view.page.hasFocus)
    program.press_keys("Ctrl+Z")
    assert program.page.text() == "text of two"
    program.press_keys("Ctrl+S")
    program.close()
    again = open_it()
    assert [window.active_view.document.name for window in again.windows] == ["one.md", "two.md"]


def test_messages_about_a_document_are_shown_with_it(open_it: OpenIt, files: list[Path]) -> None:
    files[1].write_bytes(b"caf\xe9 na\xefve r\xe9sum\xe9 d\xe9j\xe0 vu")
    program = open_it(files=files[:2])

    def guesses() -> list[str]:
        return [text for text in program.window.messages.texts if "encoding" in text]

    assert guesses()
    program.press_keys("Alt+1")
    assert not guesses()
    program.press_keys("Alt+2")
    assert guesses()


def test_a_tab_has_a_menu(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    asked: list[tuple[object, QPoint]] = []
    stack = program.window.stack
    stack.menu_asked.disconnect()
    stack.menu_asked.connect(lambda view, place: asked.append((view, place)))
    stack.tabs.customContextMenuRequested.emit(stack.tabs.tabRect(1).center())
    assert [view for view, _ in asked] == [program.window.views[1]]


def test_words_and_marks_are_those_of_the_tab_in_front(open_it: OpenIt, files: list[Path]) -> None:
    files[0].write_text("one two three four")
    program = open_it(files=files[:2])
    program.press_keys("Alt+1")

    def says_words() -> bool:
        labels = program.window.status_line.findChildren(QLabel)
        return any(label.text() == "4 words" for label in labels)

    program.until(says_words)
    program.press_keys("Ctrl+A")
    program.press_keys("Ctrl+C")
    assert QApplication.clipboard().text() == "one two three four"


def test_suggestions_are_made_for_the_tab_in_front(writing: OpenProgram, tmp_path: Path) -> None:
    writing.program.manager.change(open_in="tabs")
    writing.type("Elsewhere ")
    writing.press_keys("Ctrl+N")
    writing.suggest("Once upon", " a time")
    writing.press_keys("Ctrl+Tab")
    assert writing.page.text() == "Elsewhere "
    assert writing.window.views[1].page.ghost_text == ""
    writing.press_keys("Ctrl+Tab")
    writing.press_keys("Tab")
    assert "time" not in writing.page.text()


def test_names_of_many_tabs_can_still_be_read(open_it: OpenIt, files: list[Path]) -> None:
    program = open_it(files=files)
    for _ in range(20):
        program.program.manager.open_new()
    tabs = program.window.stack.tabs
    shortest = tabs.fontMetrics().horizontalAdvance("…")
    assert all(
        tabs.tabRect(at).width() > shortest + 8 * tabs.fontMetrics().averageCharWidth()
        for at in range(tabs.count())
    )
