from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractAnimation, QPoint, Qt, QTimer, QVariantAnimation
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStyleOptionButton, QWidget
from pytestqt.qtbot import QtBot

from cowrite.base.text_counts import TextCounts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.assistance.key_hint import KeyHint
from cowrite.editor.page.ghost_commands import default_keymap
from cowrite.editor.shell.counts_popover import CountsPopover
from cowrite.editor.shell.status_fields import ElidedLabel, SteadyLabel
from cowrite.editor.shell.status_line import StatusLine
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
    line.set_counts(TextCounts(words=1204))
    line.set_origin("12 % suggested")
    assert "1,204 words" in texts(line)
    assert "12 % suggested" in texts(line)
    line.set_counts(TextCounts(words=1))
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


# --- places and room ---

LONG = "Saved as “/home/marguerite/manuscripts/novels/the lighthouse keeper/chapter twelve.md”"


def places(line: StatusLine) -> dict[str, tuple[int, int]]:
    """Where each field begins and ends."""
    line.layout().activate()
    shown = [each for each in line.findChildren(QWidget) if each.parent() is line]
    return {
        each.accessibleName() or type(each).__name__: (each.x(), each.geometry().right())
        for each in shown
        if each.isVisible() and not isinstance(each, ElidedLabel)
    }


@pytest.fixture(params=[1.0, 2.0], ids=["100 %", "200 %"])
def wide_line(line: StatusLine, qtbot: QtBot, request: pytest.FixtureRequest) -> StatusLine:
    scale(line, request.param)
    line.resize(round(1000 * request.param), line.sizeHint().height())
    line.set_hint(KeyHint(load_themes()["light"], default_keymap()))
    line.set_counts(TextCounts(words=7))
    line.set_origin("you 91 %, suggestions 9 %")
    return line


def scale(line: StatusLine, by: float) -> None:
    font = line.font()
    font.setPointSizeF(10 * by)
    line.setFont(font)
    line.set_scale(by)


def test_no_field_moves_when_another_changes(wide_line: StatusLine) -> None:
    line = wide_line
    line.set_model_status(EngineStatus(state=EngineState.READY))
    line.set_counts(TextCounts(words=7))

    def spans() -> list[tuple[int, int]]:
        return list(places(line).values())

    before = spans()
    assert len(before) == 5  # dot, state, keys, origin, words
    for state in (EngineState.THINKING, EngineState.RESTING, EngineState.OFF, EngineState.READY):
        line.set_model_status(EngineStatus(state=state))
        assert spans() == before
    for words in (1, 42, 999, 1_000, 73_112):
        line.set_counts(TextCounts(words=words))
        assert spans() == before
    for share in (0, 1, 50, 9):
        line.set_origin(f"you {100 - share} %, suggestions {share} %" if share else "you 100 %")
        assert spans()[-1] == before[-1]
    line.say("Saved.", 0)
    assert spans() == before


def test_a_message_that_is_too_long_ends_with_dots_and_is_whole_in_its_tool_tip(
    wide_line: StatusLine,
) -> None:
    line = wide_line
    label = line._message
    line.resize(line.width() // 2, line.height())
    line.say(LONG, 0)
    line.layout().activate()
    assert line.message == LONG
    assert label.shown_text.endswith("…")
    assert LONG.startswith(label.shown_text[:-1])
    assert label.fontMetrics().horizontalAdvance(label.shown_text) <= label.width()
    assert label.toolTip() == LONG
    line.say("Saved.", 0)
    assert label.shown_text == "Saved."
    assert label.toolTip() == ""


def test_where_it_gets_narrow_what_matters_least_goes_first(wide_line: StatusLine) -> None:
    line = wide_line
    line.set_private()
    seen = []
    for width in range(line.width(), 200, -4):
        line.resize(width, line.height())
        line.layout().activate()
        shown = (line._hint.isVisible(), line._origin.isVisible(), line._words.isVisible())
        seen += [shown] if not seen or seen[-1] != shown else []
    assert seen == [
        (True, True, True),
        (False, True, True),
        (False, False, True),
        (False, False, False),
    ]


@pytest.mark.parametrize("by", [1.0, 2.0])
@pytest.mark.parametrize("message", ["", LONG])
def test_nothing_is_cut_in_the_smallest_window(line: StatusLine, by: float, message: str) -> None:
    scale(line, by)
    line.set_hint(KeyHint(load_themes()["light"], default_keymap()))
    line.set_private()
    line.set_origin("you 91 %, suggestions 9 %")
    line.set_counts(TextCounts(words=153_000))
    line.set_model_status(EngineStatus(state=EngineState.THINKING))
    line.say(message, 0)
    line.resize(360, line.sizeHint().height())
    line.layout().activate()
    inside = line.rect()
    for each in line.findChildren(QWidget):
        if not each.isVisible():
            continue
        assert inside.contains(each.rect().translated(each.mapTo(line, QPoint(0, 0))))
        if isinstance(each, (SteadyLabel, KeyHint)) or each.objectName() == "private":
            assert each.width() >= each.fontMetrics().horizontalAdvance(each.text())
    assert line._private.isVisible()
    assert line._state.width() >= line._state.minimumSizeHint().width()


def test_the_state_is_elided_and_never_cut(line: StatusLine) -> None:
    line.set_model_status(EngineStatus(state=EngineState.INSTALLING, progress=0.5))
    option = QStyleOptionButton()
    button(line).resize(40, 20)
    button(line).initStyleOption(option)
    assert option.text.endswith("…")
    assert button(line).text() == "installing 50 %"


def running_timers(line: StatusLine) -> list[QTimer]:
    return [timer for timer in line.findChildren(QTimer) if timer.isActive()]


def test_what_is_selected_is_counted_beside_the_rest(line: StatusLine) -> None:
    line.set_counts(TextCounts(words=3400), TextCounts(words=12))
    assert "12 of 3,400 words" in texts(line)


def test_a_click_on_the_words_shows_all_figures(line: StatusLine, qtbot: QtBot) -> None:
    line.set_counts(TextCounts(1200, 6000, 5000, 200), TextCounts(1, 5, 5))
    line.show_counts()
    popover = line.findChild(CountsPopover)
    shown = [label.text() for label in popover.findChildren(QLabel)]
    assert shown[2:5] == ["Words", "1,200", "1"]
    assert "Chinese characters" in shown
    assert shown[-3:] == ["Minutes to read", "5", "less than 1"]
    popover.close()
