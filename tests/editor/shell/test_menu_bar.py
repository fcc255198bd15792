"""The menu bar never keeps the keyboard. The hand of tests/desktop shows it with real keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

OpenIt = Callable[..., OpenProgram]
Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


def popup(program: OpenProgram) -> QMenu:
    program.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


@pytest.mark.parametrize("key", [Key.Key_Alt, Key.Key_Meta])
def test_a_modifier_alone_leaves_the_keyboard_to_the_page(open_it: OpenIt, key: Qt.Key) -> None:
    program = open_it()
    program.press(key)
    assert program.page.hasFocus()
    program.type("ea")
    assert program.page.text() == "ea"


def test_a_menu_that_is_left_gives_the_keyboard_back(open_it: OpenIt) -> None:
    program = open_it()
    program.press(Key.Key_E, ALT)
    menu = popup(program)
    QTest.keyClick(menu, Key.Key_Escape)
    program.until(lambda: QApplication.activePopupWidget() is None)
    program.until(lambda: program.window.menuBar().activeAction() is None)
    program.type("ea")
    assert program.page.text() == "ea"


def test_the_suggestion_stays_while_a_menu_is_open(writing: OpenProgram) -> None:
    writing.suggest("It was a ", "lamp ")
    writing.press(Key.Key_S, ALT)
    menu = popup(writing)
    assert writing.page.ghost_text == "lamp "
    QTest.keyClick(menu, Key.Key_Escape)


def test_f10_opens_the_first_menu(open_it: OpenIt) -> None:
    program = open_it()
    program.press(Key.Key_F10)
    menu = popup(program)
    assert menu.title() == "&File"
    assert menu.activeAction() is menu.actions()[0]
    QTest.keyClick(menu, Key.Key_Escape)
