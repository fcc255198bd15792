"""Panels beside the page: shown, hidden, as wide as before, and the keyboard back on the page with Esc."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from cowrite.editor.common.side_panel import Side, SidePanel

LEFT = SidePanel(id="one", title="One", side=Side.LEFT, make=QLineEdit)
OTHER = SidePanel(id="other", title="Other", side=Side.LEFT, make=QLineEdit)
RIGHT = SidePanel(id="two", title="Two", side=Side.RIGHT, make=QLineEdit)


@pytest.fixture
def program(open_it: OpenIt) -> OpenProgram:
    program = open_it()
    for panel in (LEFT, OTHER, RIGHT):
        program.window.side_panels.add(panel)
    program.window.resize(1200, 700)
    return program


def made(program: OpenProgram, panel_id: str) -> QWidget:
    widget = program.window.side_panels.widget(panel_id)
    assert widget is not None
    return widget


def test_a_panel_has_the_keyboard_and_esc_gives_it_back(program: OpenProgram) -> None:
    panels = program.window.side_panels
    panels.toggle("one")
    field = made(program, "one")
    program.until(field.hasFocus)
    QTest.keyClicks(field, "word")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    program.until(program.page.hasFocus)
    assert panels.shown("one"), "Esc gives the keyboard back and leaves the panel"
    program.type("Once")
    assert program.page.text() == "Once"


def test_one_panel_on_a_side_at_a_time(program: OpenProgram) -> None:
    panels = program.window.side_panels
    heard: list[bool] = []
    panels.changed.connect(lambda: heard.append(True))
    panels.show("one")
    panels.show("two")
    panels.show("other")
    assert [panels.shown(each) for each in ("one", "other", "two")] == [False, True, True]
    panels.hide("other")
    assert not panels.shown("other")
    assert not made(program, "other").isVisible()
    assert len(heard) == 4


def test_hiding_the_panel_that_has_the_keyboard_gives_it_to_the_page(program: OpenProgram) -> None:
    panels = program.window.side_panels
    panels.show("one")
    program.until(made(program, "one").hasFocus)
    panels.toggle("one")
    program.until(program.page.hasFocus)


def test_width_is_remembered(program: OpenProgram) -> None:
    panels = program.window.side_panels
    panels.restore({Side.LEFT: ("one", 320), Side.RIGHT: ("gone", 200)})
    program.until(lambda: abs(made(program, "one").width() - 320) <= 2)
    assert program.page.hasFocus(), "what comes back takes no keyboard"
    assert panels.state()[Side.LEFT] == ("one", 320)
    assert panels.state()[Side.RIGHT] == ("", 200)


def test_a_key_makes_the_panel_wider_and_then_narrow_again(program: OpenProgram) -> None:
    panels, widths = program.window.side_panels, []
    panels.show("two")
    for _ in range(9):
        program.press_keys("Ctrl+Shift+F6")
        widths.append(panels.state()[Side.RIGHT][1])
    assert widths[:2] == [264 + 88, 264 + 2 * 88]
    assert min(widths) == 176
    assert program.page.width() >= 280


def test_it_is_the_panel_that_has_the_keyboard(program: OpenProgram) -> None:
    panels = program.window.side_panels
    panels.show("one")
    panels.show("two")
    panels.widen()
    panels.show("one")
    assert panels.state()[Side.LEFT][1] == 264
    assert panels.state()[Side.RIGHT][1] != 264
    panels.hide("one")
    panels.hide("two")
    assert not panels.is_any_open
    panels.widen()
    assert panels.state()[Side.LEFT][1] == 264


def test_panels_make_room_for_the_page_in_a_narrow_window(program: OpenProgram) -> None:
    panels = program.window.side_panels
    panels.show("one")
    program.window.resize(380, 400)
    program.until(lambda: not made(program, "one").isVisible())
    assert panels.shown("one")
    assert program.window.width() <= 400
    program.until(lambda: QApplication.focusWidget() is program.page)
    program.window.resize(1000, 400)
    program.until(made(program, "one").isVisible)


def test_two_panels_of_one_id_are_a_mistake(program: OpenProgram) -> None:
    with pytest.raises(ValueError, match="two panels"):
        program.window.side_panels.add(LEFT)


def test_the_next_start_has_them_as_they_were(open_it: OpenIt, tmp_path: Path) -> None:
    file = tmp_path / "story.md"
    file.write_text("# One\n")
    program = open_it(files=[file])
    panels = program.window.side_panels
    panels.show("outline")
    panels.show("notes")
    panels.splitter.setSizes([310, 500, 200])
    panels.splitter.splitterMoved.emit(310, 1)
    kept = panels.state()
    program.press_keys("F11")  # where they are away, but not closed
    program.close()
    again = open_it().window.side_panels
    assert again.state() == kept
    assert again.shown("outline")
    assert again.shown("notes")


def test_another_window_is_as_wide_and_has_none_open(program: OpenProgram) -> None:
    program.window.side_panels.restore({Side.LEFT: ("one", 320), Side.RIGHT: ("", 200)})
    other = program.program.manager.new_window()
    assert other.side_panels.state() == {Side.LEFT: ("", 320), Side.RIGHT: ("", 200)}
