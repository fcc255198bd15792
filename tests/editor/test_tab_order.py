"""Tab comes to everything that can have the keyboard, once, and Shift+Tab goes the same way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cowrite.editor.common.accessible_role import ATTRIBUTE, Role
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.shell.window_commands import WindowCommands

OpenIt = Callable[..., OpenProgram]
WINDOWS = (
    "file.export", "file.print", "help.about", "help.keys", "insights.show", "personalization.show", "privacy.show",
    "models.show", "server.show", "settings.show", "shortcuts.show", "spelling.words",
)  # fmt: skip
PANELS = (
    "answers.show", "check.show", "find.in_files", "find.replace", "find.show", "goals.show", "history.show",
    "notes.show", "outline.show", "project.show", "voice.show",
)  # fmt: skip
MOST_STEPS = 150
TAB, BACKTAB = Qt.Key.Key_Tab, Qt.Key.Key_Backtab


@pytest.fixture
def program(open_it: OpenIt, tmp_path: Path) -> OpenProgram:
    path = tmp_path / "story.md"
    path.write_text("# One\n\nThe harbor slept very very long.\n\n# Two\n\nHe left.\n", "utf-8")
    program = open_it(files=[path])
    program.until_settled()
    return program


def show(program: OpenProgram, command: str) -> QWidget:
    """Run it; the widget that has the keyboard then."""
    program.window.findChild(WindowCommands).registry.run(command)
    program.until_settled()
    program.qtbot.wait(100)  # a report is gathered, a list is read
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def stops(whole: QWidget) -> set[QWidget]:
    """What of ``whole`` Tab should come to."""
    return {
        each
        for each in whole.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.isVisibleTo(whole)
        and each.isEnabled()
        and each.focusProxy() is None
        and each.window() is whole.window()
        and not isinstance(each, PageEdit)
    }


def walk(start: QWidget, key: Qt.Key) -> list[QWidget]:
    """Where ``key`` leads from ``start`` on, until it is there again or on the page, where Tab is a letter."""
    way = [start]
    while len(way) < MOST_STEPS:
        QTest.keyClick(way[-1], key, _held(key))
        QApplication.processEvents()
        focused = QApplication.focusWidget()
        if focused is None or focused is start or isinstance(focused, PageEdit):
            return way
        assert focused not in way, f"{_said(focused)} comes twice after {[_said(w) for w in way]}"
        way.append(focused)
    raise AssertionError(f"no end: {[_said(each) for each in way[-6:]]}")


def _held(key: Qt.Key) -> Qt.KeyboardModifier:
    shift = Qt.KeyboardModifier.ShiftModifier
    return shift if key is BACKTAB else Qt.KeyboardModifier.NoModifier


def _said(widget: QWidget) -> str:
    text = widget.accessibleName() or getattr(widget, "text", str)()
    return f"{type(widget).__name__} “{text}”"


@pytest.mark.parametrize("command", WINDOWS)
def test_tab_goes_round_a_window(program: OpenProgram, command: str) -> None:
    start = show(program, command)
    window = start.window()
    assert window is not program.window
    way = walk(start, TAB)
    missing = stops(window) - set(way)
    assert not missing, ([_said(each) for each in missing], [_said(each) for each in way])
    back = walk(start, BACKTAB)
    assert back == [start, *reversed(way[1:])]


@pytest.mark.parametrize("command", PANELS)
def test_tab_comes_to_all_of_a_panel(program: OpenProgram, command: str) -> None:
    start = show(program, command)
    whole = start
    while getattr(whole, ATTRIBUTE, None) not in (Role.Pane, Role.ToolBar):
        whole = whole.parentWidget()
    there = walk(start, TAB)
    start.setFocus()
    back = walk(start, BACKTAB)
    missing = stops(whole) - {*there, *back}
    assert not missing, [[_said(each) for each in some] for some in (missing, there, back)]
