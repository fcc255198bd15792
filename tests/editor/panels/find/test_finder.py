"""Find and replace in the running program: with keys, as a writer does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from cowrite.base.text_changes import ChangeKind
from cowrite.editor.panels.find.find_bar import FindBar

Key = Qt.Key
TEXT = "The cat sat.\nA dog and a cat.\nThe cats."


class Finding:
    """The program with a text, and what its bar says."""

    def __init__(self, program: OpenProgram) -> None:
        self.program = program
        self.document = program.window.active_view.document

    @property
    def bar(self) -> FindBar:
        return self.program.window.findChild(FindBar)  # type: ignore[no-any-return]

    @property
    def selected(self) -> tuple[int, int]:
        cursor = self.program.page.textCursor()
        return cursor.selectionStart(), cursor.selectionEnd()

    def select(self, start: int, end: int) -> None:
        cursor = self.program.page.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.program.page.setTextCursor(cursor)

    def open(self, keys: str = "Ctrl+F") -> None:
        self.program.press_keys(keys)
        assert self.bar.isVisible()

    def look_for(self, text: str) -> None:
        self.bar.field.clear()
        QTest.keyClicks(self.bar.field, text)

    def press(
        self, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.program.window.focusWidget(), key, modifiers)

    def until_says(self, text: str) -> None:
        self.program.until(lambda: self.bar.count.text() == text)


@pytest.fixture
def finding(open_it: OpenIt) -> Finding:
    program = open_it(disk=None)
    program.window.active_view.document.load(TEXT)
    return Finding(program)


def test_hits_are_counted_and_visited_in_turn(finding: Finding) -> None:
    finding.open()
    assert finding.bar.field.hasFocus()
    finding.look_for("cat")
    finding.until_says("1 of 3")
    finding.press(Key.Key_Return)
    finding.until_says("2 of 3")
    finding.press(Key.Key_Return)
    finding.press(Key.Key_Return)
    finding.until_says("1 of 3 · from the beginning")
    finding.press(Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    finding.until_says("3 of 3 · from the end")
    finding.press(Key.Key_Escape)
    assert not finding.bar.isVisible()
    assert finding.program.page.hasFocus()
    assert finding.selected == (34, 37)


def test_the_caret_is_where_it_was_if_no_hit_was_gone_to(finding: Finding) -> None:
    finding.select(14, 17)
    finding.program.page.place_caret(5)
    finding.open()
    finding.look_for("dog")
    finding.until_says("1 of 1")
    finding.press(Key.Key_Escape)
    assert finding.selected == (5, 5)


def test_options_count_at_once(finding: Finding) -> None:
    finding.open()
    finding.look_for("the cat")
    finding.until_says("1 of 2")
    finding.press(Key.Key_W, Qt.KeyboardModifier.AltModifier)
    finding.until_says("1 of 1")
    finding.press(Key.Key_C, Qt.KeyboardModifier.AltModifier)
    finding.until_says("None found")
    finding.press(Key.Key_W, Qt.KeyboardModifier.AltModifier)
    finding.press(Key.Key_C, Qt.KeyboardModifier.AltModifier)
    finding.press(Key.Key_R, Qt.KeyboardModifier.AltModifier)
    finding.look_for("[cd][ao][tg]")
    finding.until_says("1 of 4")


def test_what_is_wrong_with_an_expression_is_said_while_it_is_typed(finding: Finding) -> None:
    finding.open("Ctrl+H")
    finding.bar.regex.setChecked(True)
    finding.look_for("(cat")
    finding.program.until(lambda: "not closed" in finding.bar.problem.text())
    assert finding.bar.problem.isVisible()
    assert not finding.bar.replace_all.isEnabled()
    QTest.keyClicks(finding.bar.field, ")")
    finding.until_says("1 of 3")
    assert not finding.bar.problem.isVisible()
    finding.bar.replacement.setText(r"\2")
    finding.program.until(lambda: "group 2" in finding.bar.problem.text())


def test_an_expression_that_explodes_is_said(finding: Finding) -> None:
    finding.document.load("a" * 60 + "!")
    finding.open()
    finding.bar.regex.setChecked(True)
    finding.look_for("(a|aa)+$")
    finding.program.until(lambda: "takes too long" in finding.bar.problem.text())
    assert finding.bar.field.hasFocus()


def test_the_selection_is_what_is_looked_for(finding: Finding) -> None:
    finding.select(15, 18)
    finding.open()
    assert finding.bar.field.text() == "dog"
    finding.until_says("1 of 1")


def test_several_selected_lines_are_where_it_is_looked_for(finding: Finding) -> None:
    finding.select(0, 19)
    finding.open("Ctrl+H")
    assert finding.bar.in_selection.isChecked()
    assert finding.bar.field.text() == ""
    finding.look_for("a")
    finding.until_says("1 of 3")
    finding.bar.replacement.setText("oo")
    finding.bar.replace_all.click()
    finding.program.until(
        lambda: finding.document.text() == "The coot soot.\noo dog and a cat.\nThe cats."
    )
    finding.until_says("None found · Replaced 3")
    finding.press(Key.Key_L, Qt.KeyboardModifier.AltModifier)
    finding.program.until(lambda: finding.bar.count.text().endswith("of 4"))
    assert not finding.bar.in_selection.isChecked()


def test_replacing_one_goes_on_to_the_next(finding: Finding) -> None:
    finding.open("Ctrl+H")
    finding.look_for("cat")
    finding.until_says("1 of 3")
    finding.press(Key.Key_Tab)
    while not finding.bar.replacement.hasFocus():
        finding.press(Key.Key_Tab)
    QTest.keyClicks(finding.bar.replacement, "fox")
    finding.press(Key.Key_Return)
    finding.until_says("1 of 2")
    assert finding.document.text().startswith("The fox sat.\nA dog and a cat")
    finding.press(Key.Key_Return)
    finding.until_says("1 of 1")
    assert finding.document.text() == "The fox sat.\nA dog and a fox.\nThe cats."


@pytest.mark.parametrize("regex", [False, True])
def test_replacing_all_is_one_step_and_the_writers(finding: Finding, regex: bool) -> None:
    kinds: list[ChangeKind] = []
    finding.program.page.text_changed.connect(lambda change: kinds.append(change.kind))
    finding.open("Ctrl+H")
    finding.bar.regex.setChecked(regex)
    finding.look_for(r"(c)at" if regex else "cat")
    finding.until_says("1 of 3")
    finding.bar.replacement.setText(r"\1ow" if regex else "cow")
    finding.bar.replace_all.click()
    finding.program.until(lambda: finding.document.text().count("cow") == 3)
    assert set(kinds) == {ChangeKind.REPLACED}
    finding.until_says("None found · Replaced 3")
    finding.document.undo()
    assert finding.document.text() == TEXT


def test_hits_follow_what_is_written(finding: Finding) -> None:
    finding.open()
    finding.look_for("cat")
    finding.until_says("1 of 3")
    finding.document.edit(0, 0, "A cat, a ca.\n", ChangeKind.TYPED)
    finding.until_says("2 of 4")
    finding.document.edit(11, 11, "t", ChangeKind.TYPED)
    finding.until_says("3 of 5")
    finding.document.edit(0, 13, "", ChangeKind.TYPED)
    finding.program.until(lambda: finding.bar.count.text().endswith("of 3"))


def test_f3_brings_back_the_last_search_and_leaves_the_keyboard_on_the_page(
    finding: Finding,
) -> None:
    finding.open()
    finding.look_for("cat")
    finding.until_says("1 of 3")
    finding.press(Key.Key_Return)
    finding.press(Key.Key_Escape)
    page = finding.program.page
    page.place_caret(0)
    finding.program.press_keys("F3")
    finding.until_says("1 of 3")
    assert page.hasFocus()
    assert finding.selected == (4, 7)
    finding.program.press_keys("F3")
    assert finding.selected == (25, 28)
    finding.program.press_keys("Shift+F3")
    assert finding.selected == (4, 7)


def test_up_and_down_bring_back_what_was_looked_for(finding: Finding) -> None:
    finding.open()
    for text in ("cat", "dog"):
        finding.look_for(text)
        finding.press(Key.Key_Return)
    finding.look_for("x")
    finding.press(Key.Key_Up)
    assert finding.bar.field.text() == "dog"
    finding.press(Key.Key_Up)
    assert finding.bar.field.text() == "cat"
    finding.press(Key.Key_Up)
    finding.press(Key.Key_Down)
    finding.press(Key.Key_Down)
    assert finding.bar.field.text() == "x"


def test_what_can_only_be_read_is_found_but_not_replaced(finding: Finding) -> None:
    finding.document.set_read_only("Parts of it are no text.")
    finding.open("Ctrl+H")
    finding.look_for("cat")
    finding.until_says("1 of 3")
    assert not finding.bar.replace.isEnabled()
    assert not finding.bar.replace_all.isEnabled()
    finding.bar.replace_all_asked.emit()
    finding.program.until(lambda: "can only be read" in finding.bar.problem.text())


def test_a_suggestion_is_never_a_hit(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house")
    finding = Finding(writing)
    finding.open()
    finding.look_for("house")
    finding.until_says("None found")


def test_the_window_closes_with_its_bar_open(finding: Finding) -> None:
    finding.open()
    finding.look_for("cat")
    finding.until_says("1 of 3")
    finding.document.set_modified(False)
    finding.program.window.close()


def test_another_document_in_front_is_searched_at_once(open_it: OpenIt, tmp_path: Path) -> None:
    for name, text in (("a.txt", "cat"), ("b.txt", "cat cat")):
        (tmp_path / name).write_text(text)
    program = open_it(disk=None, files=[tmp_path / "a.txt"])
    finding = Finding(program)
    finding.open()
    finding.look_for("cat")
    finding.until_says("1 of 1")
    window = program.window
    first = window.active_view
    view = program.program._factory.make_view(program.program.manager.preferences, private=False)
    view.document.load("cat cat")
    window.stack.add(view)
    window.stack.activate(view)
    finding.program.until(lambda: finding.bar.count.text() == "2")
    window.stack.activate(first)
    finding.program.until(lambda: finding.bar.count.text() == "1")
    window.stack.remove(view)
    view.close()
    view.pane.deleteLater()
