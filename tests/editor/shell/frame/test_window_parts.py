"""F6 goes from the page to whatever else of the window can have the keyboard, and round to the page again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shiboken6
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cowrite.base.text_changes import ChangeKind
from cowrite.editor.common.messages import Notice
from cowrite.editor.page.split.split_page import Split
from cowrite.editor.shell.window_commands import WindowCommands

OpenIt = Callable[..., OpenProgram]
F6, SHIFT = Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def program(open_it: OpenIt) -> OpenProgram:
    program = open_it()
    for notice in program.window.messages.notices:
        program.window.messages.dismiss(notice.key, notice.about)
    program.until(lambda: not program.window.messages.isVisible())
    return program


def go_on(program: OpenProgram, *, backwards: bool = False) -> str:
    """The name of what has the keyboard then."""
    name = "view.previous_part" if backwards else "view.next_part"
    program.window.findChild(WindowCommands).registry.run(name)
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused.accessibleName()


def run(program: OpenProgram, command: str) -> None:
    program.window.findChild(WindowCommands).registry.run(command)
    program.until_settled()


def test_the_page_alone_keeps_the_keyboard(writing: OpenProgram) -> None:
    assert go_on(writing) == "Page"
    assert go_on(writing, backwards=True) == "Page"


def test_panels_messages_and_bars_are_gone_through_as_they_stand(program: OpenProgram) -> None:
    run(program, "outline.show")
    run(program, "notes.show")
    run(program, "find.show")
    program.window.show_notice(Notice(text="Something happened."))
    program.page.setFocus()
    way = [go_on(program) for _ in range(6)]
    assert way.index("Page") == 5  # everything once, and then the page
    assert {"Outline", "Find"} < set(way)
    back = [go_on(program, backwards=True) for _ in range(6)]
    assert back == [*reversed(way[:-1]), "Page"]


def test_f6_works_on_the_page(program: OpenProgram) -> None:
    run(program, "outline.show")
    program.page.setFocus()
    program.press(F6)
    assert not program.page.hasFocus()


def test_the_halves_of_a_split_page_are_parts(writing: OpenProgram) -> None:
    writing.page.content.edit(0, 0, "One\nTwo\n", ChangeKind.PASTED)
    pane = writing.window.active_view.pane
    pane.divide(Split.ABOVE_AND_BELOW)
    assert pane.page_is_first
    assert go_on(writing) == "Page"
    assert not pane.page_is_first
    assert go_on(writing) == "Page"
    assert pane.page_is_first
    run(writing, "outline.show")
    writing.page.setFocus()
    assert [go_on(writing) for _ in range(2)] == ["Page", "Outline"]
    assert go_on(writing) == "Page"
    assert pane.page_is_first


def test_the_window_belongs_to_nobody_afterwards(program: OpenProgram) -> None:
    """PySide would hold the window's menus for deleted as soon as the owner that it made up is."""
    run(program, "outline.show")
    for _ in range(3):
        go_on(program)
    assert "parent" not in shiboken6.dump(program.window)
