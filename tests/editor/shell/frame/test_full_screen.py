"""Full screen: only the page; menus, tabs and status line come when they are asked for, and Esc leaves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def full(open_it: OpenIt, tmp_path: Path) -> OpenProgram:
    file = tmp_path / "story.md"
    file.write_text("Once")
    program = open_it(files=[file])
    program.press_keys("F11")
    program.until(program.window.isFullScreen)
    return program


def heights(program: OpenProgram) -> tuple[bool, bool]:
    """Whether the menus and the status line have any height."""
    window = program.window
    return window.menuBar().maximumHeight() > 0, window.status_line.maximumHeight() > 0


def move_mouse(program: OpenProgram, y: float) -> None:
    page = program.page.viewport()
    place = QPointF(50, y)
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton, Held.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(page, event)


def test_only_the_page_and_back(full: OpenProgram) -> None:
    assert heights(full) == (False, False)
    full.press_keys("F11")
    assert heights(full) == (True, True)
    assert not full.window.isFullScreen()


def test_esc_leaves_it_and_typing_goes_on(full: OpenProgram) -> None:
    full.press_keys("Ctrl+End")
    full.press_keys("Esc")
    assert not full.window.isFullScreen()
    full.type(" more")
    assert full.page.text() == "Once more"


def test_esc_closes_the_find_bar_first(full: OpenProgram) -> None:
    full.press_keys("Ctrl+F")
    full.press_keys("Esc")
    assert full.window.isFullScreen()
    full.press_keys("Esc")
    assert not full.window.isFullScreen()


def test_the_mouse_at_an_edge_asks_for_what_is_there(full: OpenProgram) -> None:
    bottom = full.window.geometry().bottom()
    move_mouse(full, full.window.geometry().top())
    assert heights(full) == (True, False)
    move_mouse(full, full.window.geometry().top() + 300)
    assert heights(full) == (False, False)
    move_mouse(full, bottom)
    assert heights(full) == (False, True)


def test_alt_shows_all_while_it_is_held(full: OpenProgram) -> None:
    QApplication.sendEvent(
        full.page, QKeyEvent(QEvent.Type.KeyPress, Key.Key_Alt, Held.AltModifier)
    )
    assert heights(full) == (True, True)
    QApplication.sendEvent(
        full.page, QKeyEvent(QEvent.Type.KeyRelease, Key.Key_Alt, Held.NoModifier)
    )
    assert heights(full) == (False, False)


def test_keys_of_the_menus_count(full: OpenProgram) -> None:
    full.press_keys("Ctrl+A")
    assert full.page.textCursor().hasSelection()


def test_left_in_another_way(full: OpenProgram) -> None:
    full.window.showNormal()
    full.until(lambda: heights(full) == (True, True))
    assert not full.window.full_screen.is_on


def test_the_next_start_is_a_window(full: OpenProgram, open_it: OpenIt) -> None:
    left = full.window.as_open_document()
    full.window.full_screen.leave()
    full.window.place_as(left)
    assert not full.window.isFullScreen()
    assert heights(full) == (True, True)


def test_panels_go_and_come_back(full: OpenProgram) -> None:
    panels = full.window.side_panels
    full.press_keys("F11")
    panels.show("outline")
    full.press_keys("F11")
    assert not panels.shown("outline")
    full.press_keys("F11")
    assert panels.shown("outline")
