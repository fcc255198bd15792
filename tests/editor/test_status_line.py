from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt, QTimer, QVariantAnimation
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from cowrite.editor.hint import KeyHint
from cowrite.editor.page_keys import default_keymap
from cowrite.editor.status_line import StatusLine
from cowrite.editor.theme import load_themes
from cowrite.engine.messages import EngineState, EngineStatus


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    line = StatusLine(load_themes()["light"])
    line.reduced_motion = True
    qtbot.addWidget(line)
    line.resize(800, line.sizeHint().height())
    line.show()
    return line


def button(line: StatusLine) -> QPushButton:
    return line.findChild(QPushButton)


def texts(line: StatusLine) -> list[str]:
    return [label.text() for label in line.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("state", list(EngineState))
def test_every_state_is_one_word_and_has_a_name(line: StatusLine, state: EngineState) -> None:
    line.set_model_status(EngineStatus(state=state, message="Why it is so."))
    assert button(line).text() == state.value
    assert button(line).accessibleName() == f"Model: {state.value}"
    assert button(line).accessibleDescription() == "Why it is so."


def test_installing_shows_how_far_it_is(line: StatusLine) -> None:
    line.set_model_status(EngineStatus(state=EngineState.INSTALLING, progress=0.43))
    bar = line.findChild(QProgressBar)
    assert button(line).text() == "installing 43 %"
    assert bar.isVisible()
    assert bar.value() == 430
    line.set_model_status(EngineStatus(state=EngineState.READY))
    assert not bar.isVisible()


def test_only_a_problem_can_be_clicked(line: StatusLine, qtbot: QtBot) -> None:
    line.set_model_status(EngineStatus(state=EngineState.READY))
    with qtbot.assertNotEmitted(line.problem_clicked):
        qtbot.mouseClick(button(line), Qt.MouseButton.LeftButton)
    line.set_model_status(EngineStatus(state=EngineState.PROBLEM, message="No room."))
    with qtbot.waitSignal(line.problem_clicked):
        qtbot.mouseClick(button(line), Qt.MouseButton.LeftButton)


def test_words_and_origin(line: StatusLine) -> None:
    line.set_word_count(1204)
    line.set_origin("12 % suggested")
    assert "1,204 words" in texts(line)
    assert "12 % suggested" in texts(line)
    line.set_word_count(1)
    line.set_origin("")
    assert "1 word" in texts(line)
    assert "12 % suggested" not in texts(line)


def test_a_message_goes_by_itself(line: StatusLine, qtbot: QtBot) -> None:
    line.say("Saved.", 20)
    assert line.message == "Saved."
    qtbot.waitUntil(lambda: not line.message)


def test_a_message_without_end_stays_until_the_next(line: StatusLine) -> None:
    line.say("Saved.", 20)
    line.say("The disk is full.", 0)
    assert line.message == "The disk is full."
    assert not running_timers(line)
    line.say("")
    assert line.message == ""


def test_it_fades_while_typing_and_wakes(line: StatusLine, qtbot: QtBot) -> None:
    line.fade()
    assert line.faded
    assert line.graphicsEffect().opacity() < 1
    line.wake()
    assert not line.faded
    assert not line.graphicsEffect().isEnabled()
    assert not running_timers(line)


def test_it_comes_back_on_a_pause(line: StatusLine, qtbot: QtBot) -> None:
    line.fade()
    [pause] = running_timers(line)
    pause.start(0)
    qtbot.waitUntil(lambda: not line.faded)
    assert not running_timers(line)


def test_it_fades_softly_and_then_rests(line: StatusLine, qtbot: QtBot) -> None:
    line.reduced_motion = False
    line.fade()
    animation = line.findChild(QVariantAnimation)
    assert animation.state() == QAbstractAnimation.State.Running
    qtbot.waitUntil(lambda: animation.state() == QAbstractAnimation.State.Stopped)
    assert line.graphicsEffect().opacity() == pytest.approx(0.25)
    line.wake()
    qtbot.waitUntil(lambda: animation.state() == QAbstractAnimation.State.Stopped)


def test_what_needs_an_answer_does_not_fade(line: StatusLine) -> None:
    line.say("Saved.", 0)
    line.fade()
    assert not line.faded
    line.say("")
    line.set_model_status(EngineStatus(state=EngineState.PROBLEM))
    line.fade()
    assert not line.faded


@pytest.mark.parametrize("name", ["light", "dark", "sepia"])
def test_dot_takes_the_colour_of_the_state(line: StatusLine, name: str) -> None:
    theme = load_themes()[name]
    line.set_theme(theme)
    line.set_scale(2.0)
    line.set_model_status(EngineStatus(state=EngineState.READY))
    dot = line._dot
    middle = dot.grab().toImage().pixelColor(dot.width() // 2, dot.height() // 2)
    assert middle.name().upper() == theme.accent


def test_hint_names_the_keys(line: StatusLine, qtbot: QtBot) -> None:
    hint = KeyHint(load_themes()["light"], default_keymap())
    line.set_hint(hint)
    assert hint.text() == "Tab word · Shift+Tab all · Esc dismiss"
    hint.set_keymap(default_keymap("all"))
    assert hint.text() == "Ctrl+Right word · Tab all · Esc dismiss"


def running_timers(line: StatusLine) -> list[QTimer]:
    return [timer for timer in line.findChildren(QTimer) if timer.isActive()]
