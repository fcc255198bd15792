"""Searching everything that is open and a folder, and replacing in it, in the running program."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem

from cowrite.editor.panels.find.files_panel import FilesPanel

Key = Qt.Key


class Searching:
    """The program with a folder of three files, one of which is open."""

    def __init__(self, open_it: OpenIt, folder: Path) -> None:
        folder.mkdir()
        for name in ("one.md", "two.md", "three.md"):
            (folder / name).write_text(f"A cat in {name}.\nThe cats.")
        self.folder = folder
        self.program: OpenProgram = open_it(disk=None, files=[folder / "one.md"])
        self.document = self.program.window.active_view.document

    @property
    def panel(self) -> FilesPanel:
        return self.program.windows[0].findChild(FilesPanel)  # type: ignore[no-any-return]

    def open(self) -> None:
        self.program.press_keys("Ctrl+Shift+F")
        assert self.panel.isVisible()
        assert self.panel.field.hasFocus()

    def in_folder(self) -> None:
        self.panel.where.setCurrentIndex(1)
        self.panel.where.activated.emit(1)

    def look_for(self, text: str) -> None:
        self.panel.field.clear()
        QTest.keyClicks(self.panel.field, text)

    def until_says(self, text: str) -> None:
        self.program.until(lambda: self.panel.state.text() == text)

    def row(self, number: int, child: int | None = None) -> QTreeWidgetItem:
        item = self.panel.results.topLevelItem(number)
        assert item is not None
        below = item if child is None else item.child(child)
        assert below is not None
        return below

    def replace_with(self, text: str) -> None:
        self.panel.replaces.setChecked(True)
        QTest.keyClicks(self.panel.replacement, text)
        assert not self.panel.replace_button.isEnabled(), "what is listed would be replaced by less"

    def until_offered(self, label: str) -> None:
        button = self.panel.replace_button
        self.program.until(lambda: button.isEnabled() and button.text() == label)


@pytest.fixture
def searching(open_it: OpenIt, tmp_path: Path) -> Searching:
    return Searching(open_it, tmp_path / "novel")


def test_open_documents_are_searched_as_they_are_now(searching: Searching) -> None:
    searching.program.page.place_caret(0)
    searching.program.type("Cat. ")
    searching.open()
    searching.look_for("cat")
    searching.until_says("3 in 1 document")
    assert searching.row(0).text(0) == "one.md  3"
    searching.look_for("zebra")
    searching.until_says("None found")
    assert searching.panel.results.topLevelItemCount() == 0


def test_a_folder_is_searched_with_what_is_open_in_it(searching: Searching) -> None:
    searching.program.page.place_caret(0)
    searching.program.type("Cat. ")
    searching.open()
    searching.in_folder()
    searching.look_for("cat")
    searching.until_says("7 in 3 documents")
    assert [searching.row(n).text(0) for n in range(3)] == ["one.md  3", "three.md  2", "two.md  2"]


def test_enter_goes_to_the_hit_and_opens_its_file(searching: Searching) -> None:
    searching.open()
    searching.in_folder()
    searching.look_for("cat")
    searching.until_says("6 in 3 documents")
    results = searching.panel.results
    results.setFocus()
    results.setCurrentItem(searching.row(0, 1))
    QTest.keyClick(results, Key.Key_Return)
    page = searching.program.windows[0].active_view.page
    assert page.textCursor().selectedText() == "cat"
    assert page.textCursor().blockNumber() == 1
    results.setCurrentItem(searching.row(2, 0))
    QTest.keyClick(results, Key.Key_Return)
    views = lambda: [v for w in searching.program.windows for v in w.views]  # noqa: E731
    searching.program.until(
        lambda: any(
            v.document.name == "two.md" and v.page.textCursor().selectedText() == "cat"
            for v in views()
        )
    )


def test_a_click_on_the_words_goes_there_and_one_on_the_box_ticks(searching: Searching) -> None:
    searching.open()
    searching.look_for("cats")
    searching.until_says("1 in 1 document")
    searching.replace_with("dogs")
    searching.until_offered("Replace 1")
    results = searching.panel.results
    place = results.visualItemRect(searching.row(0, 0))
    box = QPoint(place.left() + 8, place.center().y())
    QTest.mouseClick(results.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert not searching.panel.replace_button.isEnabled()
    assert not searching.program.page.hasFocus()
    words = QPoint(place.left() + 60, place.center().y())
    QTest.mouseClick(results.viewport(), Qt.MouseButton.LeftButton, pos=words)
    assert searching.program.page.hasFocus()
    assert searching.program.page.textCursor().selectedText() == "cats"


def test_what_is_ticked_is_replaced_in_open_documents_and_in_files(searching: Searching) -> None:
    searching.open()
    searching.in_folder()
    searching.look_for("cat")
    searching.until_says("6 in 3 documents")
    searching.replace_with("dog")
    searching.until_offered("Replace 6")
    searching.row(1, 0).setCheckState(0, Qt.CheckState.Unchecked)
    assert searching.panel.replace_button.text() == "Replace 5"
    searching.panel.replace_button.click()
    searching.until_says(
        "Replaced 5 in 3 documents. 2 of them are files that are not open; they were saved."
    )
    assert searching.document.text() == "A dog in one.md.\nThe dogs."
    assert searching.document.is_modified
    assert (searching.folder / "three.md").read_text() == "A cat in three.md.\nThe dogs."
    assert (searching.folder / "two.md").read_text() == "A dog in two.md.\nThe dogs."
    searching.document.undo()
    assert searching.document.text() == "A cat in one.md.\nThe cats."
    searching.panel.take_back_button.click()
    searching.until_says("2 files are as they were before.")
    assert (searching.folder / "two.md").read_text() == "A cat in two.md.\nThe cats."
    assert not searching.panel.take_back_button.isVisible()


def test_a_document_that_was_changed_since_is_left_alone(searching: Searching) -> None:
    searching.open()
    searching.look_for("cat")
    searching.until_says("2 in 1 document")
    searching.replace_with("dog")
    searching.until_offered("Replace 2")
    searching.program.page.place_caret(0)
    searching.program.type("x")
    searching.panel.replace_button.click()
    searching.until_says("“one.md” has been changed since it was searched. Search again.")
    assert "cat" in searching.document.text()


def test_what_is_wrong_is_said(searching: Searching) -> None:
    searching.open()
    searching.panel.regex.setChecked(True)
    searching.look_for("(cat")
    searching.program.until(lambda: "not closed" in searching.panel.state.text())
    searching.look_for("(cat)")
    searching.until_says("2 in 1 document")
    searching.panel.replaces.setChecked(True)
    QTest.keyClicks(searching.panel.replacement, r"\2")
    searching.program.until(lambda: "group 2" in searching.panel.state.text())
    assert not searching.panel.replace_button.isVisible()


def test_what_is_private_is_not_searched_from_elsewhere(searching: Searching) -> None:
    manager = searching.program.program.manager
    manager.open_new(private=True)
    private = manager.windows[-1]
    private.active_view.document.load("A secret cat.")
    searching.program.windows[0].activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(searching.program.windows[0].windowHandle(), Key.Key_F, keys)
    searching.look_for("cat")
    searching.until_says("2 in 1 document")
    private.active_view.document.set_modified(False)


def test_esc_gives_the_keyboard_back(searching: Searching) -> None:
    searching.open()
    QTest.keyClick(searching.panel.field, Key.Key_Escape)
    assert searching.program.page.hasFocus()


def test_another_folder_can_be_chosen(searching: Searching, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "four.md").write_text("cat")
    searching.program.dialogs.folder = other
    searching.open()
    searching.look_for("cat")
    searching.panel.where.setCurrentIndex(2)
    searching.panel.where.activated.emit(2)
    searching.until_says("1 in 1 document")
    assert searching.panel.where.currentText() == "Folder “other”"
