"""The welcome: shown once, gone with the first key, in nobody's way."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from open_program import OpenProgram, choose, put_model
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine

from cowrite.editor.shell.welcome import Welcome, key_sentence
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]


@pytest.fixture
def first(open_it: OpenIt, paths: Paths) -> OpenProgram:
    """The first start of somebody who has chosen nothing."""
    choose(paths, welcomed=False)
    program = open_it()
    program.until(lambda: welcome_of(program))
    return program


def welcome_of(program: OpenProgram) -> Welcome | None:
    found = program.page.findChild(Welcome)
    return found if isinstance(found, Welcome) and found.isVisible() else None


def shown(program: OpenProgram) -> Welcome:
    welcome = welcome_of(program)
    assert welcome is not None
    return welcome


def test_it_names_the_keys_and_lies_on_the_page_below_the_caret(first: OpenProgram) -> None:
    welcome = shown(first)
    assert "Tab accepts the next word" in welcome.accessibleDescription()
    caret = first.page.caret_rect().bottom() + first.page.viewport().y()
    assert caret <= welcome.y() < welcome.geometry().bottom() <= first.page.height()
    assert first.page.hasFocus()


def test_the_first_key_takes_it_away_and_is_typed(first: OpenProgram) -> None:
    before = first.page.caret_rect()
    first.type("O")
    assert welcome_of(first) is None
    assert first.page.text() == "O"
    assert first.page.caret_rect().y() == before.y()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Left])
def test_any_key_takes_it_away(first: OpenProgram, key: Qt.Key) -> None:
    first.press(key)
    assert welcome_of(first) is None


def test_it_is_shown_once(first: OpenProgram, open_it: OpenIt, paths: Paths) -> None:
    first.close()
    assert json.loads(paths.settings_file.read_text("utf-8"))["welcomed"] is True
    again = open_it()
    assert welcome_of(again) is None


def test_its_switch_turns_the_log_off(first: OpenProgram, qtbot: QtBot) -> None:
    box = shown(first).switch
    assert box.isChecked()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() / 2)
    assert first.program.manager.preferences.keep_log is False
    assert first.program.decisions.is_paused
    assert welcome_of(first) is not None
    assert first.page.hasFocus()


def test_the_sample_is_put_on_the_page_in_one_step(first: OpenProgram, qtbot: QtBot) -> None:
    qtbot.mouseClick(shown(first).sample, Qt.MouseButton.LeftButton)
    assert len(first.page.text()) > 100
    assert welcome_of(first) is None
    assert first.page.textCursor().atEnd()
    first.page.undo()
    assert first.page.text() == ""


def test_who_opens_a_file_is_not_welcomed(open_it: OpenIt, paths: Paths) -> None:
    choose(paths, welcomed=False)
    file = paths.data / "story.txt"
    file.write_text("Once upon a time", "utf-8")
    program = open_it(files=[file])
    assert welcome_of(program) is None
    assert program.program.manager.preferences.welcomed


def test_it_follows_the_size_of_the_window(first: OpenProgram) -> None:
    first.window.resize(500, 420)
    first.until(lambda: shown(first).width() < 500)
    welcome = shown(first)
    assert welcome.height() >= welcome.heightForWidth(welcome.width())


def test_the_keys_are_those_that_are_bound(first: OpenProgram) -> None:
    first.program.manager.change(tab_accepts="all")
    assert "Ctrl+Right accepts the next word, Tab accepts all" in key_sentence(first.page.keymap)


class PaintedWelcomes(QObject):
    """How often a welcome was painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += isinstance(watched, Welcome) and event.type() == QEvent.Type.Paint
        return False


def test_the_engine_begins_when_all_that_is_said_at_the_start_is_painted(
    open_it: OpenIt, paths: Paths, qapp: QApplication
) -> None:
    choose(paths, welcomed=False)
    put_model(paths)
    welcomes, seen = PaintedWelcomes(), []

    def make_engine() -> ScriptedEngine:
        seen.append(welcomes.count)
        return ScriptedEngine()

    qapp.installEventFilter(welcomes)
    try:
        open_it(engine=make_engine)
    finally:
        qapp.removeEventFilter(welcomes)
    assert len(seen) == 1
    assert seen[0] > 0
