"""The figures above the word count take no key from the writer."""

from __future__ import annotations

from open_program import OpenIt, OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cowrite.editor.shell.counts_popover import CountsPopover


def popovers(program: OpenProgram) -> list[CountsPopover]:
    return [each for each in program.window.findChildren(CountsPopover) if each.isVisible()]


def shown(open_it: OpenIt) -> OpenProgram:
    program = open_it()
    program.type("one two ")
    program.until(lambda: program.window.counts.words == 2)
    QTest.mouseClick(program.window.status_line._words, Qt.MouseButton.LeftButton)
    assert len(popovers(program)) == 1
    return program


def test_typing_goes_on_and_closes_it(open_it: OpenIt) -> None:
    program = shown(open_it)
    program.type("three")
    assert program.page.text() == "one two three"
    program.until(lambda: not popovers(program))


def test_esc_closes_it_and_nothing_else(open_it: OpenIt) -> None:
    program = shown(open_it)
    QTest.keyClick(program.page, Qt.Key.Key_Escape)
    program.until(lambda: not popovers(program))
    assert program.page.hasFocus()
