"""Snoozing and leaving documents alone, in the whole window, with the real log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from open_program import OpenProgram, choose, put_model
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from cowrite.base.clock import SystemClock
from cowrite.decisions.reader import tail
from cowrite.editor.document.suggestion_policy import RECHECK_MS, Snooze
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.editor.shell.eagerness_slider import STEPS, EagernessSlider
from cowrite.engine.messages import EngineState
from cowrite.settings.paths import Paths
from cowrite.settings.store import PreferencesStore
from cowrite.suggest.live.snooze import LONGEST_MS, SHORT_MS, next_morning_ms, remaining_ms
from cowrite.suggest.live.stage import SuggestionState

Key = Qt.Key
OpenIt = Callable[..., OpenProgram]


def unix_ms(*moment: int) -> int:
    return round(datetime(*moment).timestamp() * 1000)  # type: ignore[arg-type]


class WallClock(SystemClock):
    """Shows the time it is set to; intervals are real."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def unix_ms(self) -> int:
        return self.now_ms


class ScriptedTimer:
    """Rings when the test says so."""

    def __init__(self) -> None:
        self.delay_ms: int | None = None

    def start(self, delay_ms: int, callback: Callable[[], None]) -> None:
        self.delay_ms, self._callback = delay_ms, callback

    def stop(self) -> None:
        self.delay_ms = None

    def ring(self) -> None:
        assert self.delay_ms is not None
        self.delay_ms = None
        self._callback()


@dataclass
class Told:
    kept: list[int]
    changes: int = 0


def listen(snooze: Snooze) -> Told:
    told = Told(kept=[])

    def count() -> None:
        told.changes += 1

    snooze.keep.connect(told.kept.append)
    snooze.changed.connect(count)
    return told


NOON = unix_ms(2026, 5, 4, 12, 0)


# --- how long ---


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ((2026, 5, 4, 12, 0), (2026, 5, 5, 5, 0)),
        ((2026, 5, 4, 23, 59), (2026, 5, 5, 5, 0)),
        ((2026, 5, 5, 0, 1), (2026, 5, 5, 5, 0)),
        ((2026, 5, 5, 5, 0), (2026, 5, 6, 5, 0)),
        ((2026, 12, 31, 8, 0), (2027, 1, 1, 5, 0)),
    ],
)
def test_tomorrow_is_the_next_5_o_clock(now: tuple[int, ...], morning: tuple[int, ...]) -> None:
    assert next_morning_ms(unix_ms(*now)) == unix_ms(*morning)
    assert 0 < remaining_ms(unix_ms(*morning), unix_ms(*now)) <= LONGEST_MS


@pytest.mark.parametrize("until_ms", [0, NOON, NOON - 1, NOON + LONGEST_MS + 1, 10**20])
def test_what_is_over_or_absurd_is_no_snooze(qtbot: QtBot, until_ms: int) -> None:
    timer = ScriptedTimer()
    assert Snooze(WallClock(NOON), timer, until_ms=until_ms).until_ms == 0
    assert timer.delay_ms is None


def test_it_ends_by_itself_also_after_the_machine_slept(qtbot: QtBot) -> None:
    clock, timer = WallClock(NOON), ScriptedTimer()
    snooze = Snooze(clock, timer)
    told = listen(snooze)
    snooze.for_a_while()
    assert snooze.until_ms == NOON + SHORT_MS
    for _ in range(3):
        assert timer.delay_ms == RECHECK_MS
        clock.now_ms += RECHECK_MS
        timer.ring()
    assert (told.changes, told.kept) == (1, [0])
    clock.now_ms += 8 * 3_600_000
    timer.ring()
    assert (snooze.until_ms, timer.delay_ms) == (0, None)
    assert (told.changes, told.kept) == (2, [0, 0])


def test_a_clock_that_was_set_back_does_not_make_it_longer_than_a_day(qtbot: QtBot) -> None:
    clock, timer = WallClock(NOON), ScriptedTimer()
    snooze = Snooze(clock, timer)
    snooze.for_a_while()
    clock.now_ms -= 2 * LONGEST_MS
    timer.ring()
    assert snooze.until_ms == 0


def test_only_until_tomorrow_is_kept(qtbot: QtBot) -> None:
    timer = ScriptedTimer()
    snooze = Snooze(WallClock(NOON), timer)
    told = listen(snooze)
    snooze.until_tomorrow()
    morning = unix_ms(2026, 5, 5, 5, 0)
    snooze.for_a_while()  # the later wish counts
    snooze.wake()
    snooze.wake()
    assert told.kept == [morning, 0, 0]
    assert timer.delay_ms is None
    again = Snooze(WallClock(NOON), timer, until_ms=morning)
    assert again.until_ms == morning
    again.close()
    assert timer.delay_ms is None


# --- in the window ---


@pytest.fixture
def clock() -> WallClock:
    return WallClock(NOON)


@pytest.fixture
def open_writing(open_it: OpenIt, paths: Paths, clock: WallClock) -> OpenIt:
    def open_writing(**options: object) -> OpenProgram:
        if not list(paths.models_dir.iterdir()):
            put_model(paths)
        program = open_it(clock=clock, **options)
        program.until_ready()
        return program

    return open_writing


def entry(program: OpenProgram, title: str) -> QAction:
    """An entry of the submenu “Snooze”."""
    menu = program.menu_action("Suggestions", "Snooze").menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return next(each for each in menu.actions() if each.text().replace("&", "") == title)


def word_button(program: OpenProgram) -> QPushButton:
    button = program.window.status_line.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    return button


def asks_nothing(program: OpenProgram) -> bool:
    asked = len(program.engine.requests)
    program.type(" words")
    program.press(Key.Key_Backslash, Qt.KeyboardModifier.AltModifier)
    return (
        program.window.active_view.suggestions.state is SuggestionState.DISABLED
        and len(program.engine.requests) == asked
    )


def test_a_quarter_of_an_hour_for_all_windows_and_a_click_wakes(
    open_writing: OpenIt, qtbot: QtBot
) -> None:
    program = open_writing()
    program.suggest("The old light", "house")
    assert not entry(program, "Resume").isVisible()
    first = program.window
    program.press(Key.Key_Escape)
    program.program.manager.open_new()
    program.until(lambda: program.page.hasFocus())
    entry(program, "For 15 minutes").trigger()
    for window in program.windows:
        button = window.status_line.findChild(QPushButton)
        assert button.text() == "snoozed"
        sentence = "Suggestions are snoozed until 12:15. Click to resume."
        assert (button.toolTip(), button.accessibleDescription()) == (sentence, sentence)
        assert not window.hint.isVisible()
        assert window.active_view.suggestions.state is SuggestionState.DISABLED
    assert asks_nothing(program)
    assert entry(program, "Resume").isVisible()
    qtbot.mouseClick(word_button(program), Qt.MouseButton.LeftButton)
    program.until(lambda: program.state_word == "ready")
    assert first.active_view.suggestions.state is SuggestionState.IDLE
    program.suggest(" and", " softly")


def test_a_snooze_takes_the_ghost_away(open_writing: OpenIt) -> None:
    program = open_writing()
    program.suggest("The old light", "house")
    entry(program, "For 15 minutes").trigger()
    assert program.page.ghost_text == ""


def test_a_window_that_is_opened_later_snoozes_too(open_writing: OpenIt) -> None:
    program = open_writing()
    entry(program, "For 15 minutes").trigger()
    program.program.manager.open_new()
    assert program.state_word == "snoozed"
    entry(program, "Resume").trigger()
    assert [window.active_view.document.policy.pause for window in program.windows] == [None, None]


def test_it_wakes_when_its_time_has_come(open_writing: OpenIt, clock: WallClock) -> None:
    clock.now_ms = unix_ms(2026, 5, 5, 5, 0) - 100
    program = open_writing()
    entry(program, "Until tomorrow").trigger()
    assert program.state_word == "snoozed"
    clock.now_ms += 100
    program.until(lambda: program.state_word == "ready")
    assert program.program.manager.preferences.snoozed_until_ms == 0


@pytest.mark.parametrize(
    ("title", "word"), [("Until tomorrow", "snoozed"), ("For 15 minutes", "ready")]
)
def test_only_until_tomorrow_outlives_the_program(
    open_writing: OpenIt, title: str, word: str
) -> None:
    program = open_writing()
    entry(program, title).trigger()
    program.close()
    again = open_writing()
    assert again.state_word == word
    if word == "snoozed":
        assert "until 05:00" in word_button(again).toolTip()


def test_in_this_file_ends_with_the_file_and_holds_in_no_other(
    open_writing: OpenIt, tmp_path: Path
) -> None:
    file, other = tmp_path / "a.txt", tmp_path / "b.txt"
    for each in (file, other):
        each.write_text("Once")
    program = open_writing(files=[file])
    entry(program, "Until this file is closed").trigger()
    assert program.state_word == "snoozed"
    assert "in this file" in word_button(program).toolTip()
    program.dialogs.save = tmp_path / "c.txt"
    assert program.program.manager.actions_of(program.window).save_as().result
    assert program.state_word == "snoozed"  # another name, the same text
    program.program.manager.open_paths([other])
    assert (program.state_word, len(program.windows)) == ("ready", 2)
    program.program.manager.actions_of(program.windows[0]).open(file)
    assert program.windows[0].active_view.document.policy.pause is None
    entry(program, "Until this file is closed").trigger()
    entry(program, "Resume").trigger()
    assert program.state_word == "ready"


def test_what_needs_the_writer_and_the_switch_come_before_a_snooze(
    open_writing: OpenIt, qtbot: QtBot
) -> None:
    program = open_writing()
    entry(program, "For 15 minutes").trigger()
    program.press(Key.Key_F9)
    assert program.state_word == "off"
    assert not word_button(program).isEnabled()
    program.press(Key.Key_F9)
    assert program.state_word == "snoozed"
    program.engine.tell(EngineState.PROBLEM, "No room.")
    program.until(lambda: program.state_word == "problem")
    qtbot.mouseClick(word_button(program), Qt.MouseButton.LeftButton)
    assert program.program.snooze.until_ms


# --- the switch ---


@pytest.mark.parametrize("reduced_motion", [True, False])
def test_who_switches_while_typing_sees_it_at_once(
    open_writing: OpenIt, paths: Paths, reduced_motion: bool
) -> None:
    choose(paths, reduced_motion=reduced_motion)
    program = open_writing()
    for word in ("off", "ready"):
        program.type("x")
        assert program.window.status_line.faded
        assert program.page.hasFocus()
        program.press(Key.Key_F9)
        program.engine.tell(EngineState.READY)  # what the key asked was given up
        program.until(lambda word=word: program.state_word == word)
        assert not program.window.status_line.faded
    assert program.page.text() == "xx"


# --- never here ---


def test_nothing_is_asked_or_kept_of_a_file_that_is_left_alone(
    open_writing: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    folder = tmp_path / "diary"
    folder.mkdir()
    (folder / "monday.txt").write_text("Once")
    choose(paths, excluded=(str(folder),))
    program = open_writing(files=[folder / "monday.txt"])
    assert program.state_word == "off here"
    assert not program.window.hint.isVisible()
    tip = word_button(program).toolTip()
    assert str(folder) in tip
    assert "settings" in tip
    assert asks_nothing(program)
    program.press(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    program.program.decisions.flush()
    assert tail(paths.decision_log, 20) == []
    for each in paths.decision_log.parent.glob(f"{paths.decision_log.name}*"):
        assert b"monday" not in each.read_bytes()


def test_never_in_this_file_ends_what_is_shown_and_can_be_taken_back(
    open_writing: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("")
    program = open_writing(files=[file])
    program.suggest("The old light", "house")
    never = program.menu_action("Suggestions", "Never in this file")
    assert (never.isEnabled(), never.isChecked()) == (True, False)
    never.trigger()
    assert (program.page.ghost_text, program.state_word) == ("", "off here")
    assert program.program.manager.preferences.excluded == (str(file),)
    assert program.menu_action("Suggestions", "Never in this file").isChecked()
    assert not program.menu_action("Suggestions", "Never in this folder").isChecked()
    program.program.decisions.flush()
    before = tail(paths.decision_log, 200)
    assert [str(event.kind) for event in before][-2:] == ["shown", "superseded"]
    assert asks_nothing(program)
    program.program.decisions.flush()
    assert tail(paths.decision_log, 200) == before
    program.menu_action("Suggestions", "Never in this file").trigger()
    assert program.program.manager.preferences.excluded == ()
    program.until(lambda: program.state_word == "ready")
    program.suggest(" and", " softly")
    program.program.decisions.flush()
    assert len(tail(paths.decision_log, 200)) > len(before)


def test_never_in_this_folder_leaves_other_windows_alone(
    open_writing: OpenIt, tmp_path: Path
) -> None:
    inside, outside = tmp_path / "in" / "a.txt", tmp_path / "in2" / "b.txt"
    for each in (outside, inside):
        each.parent.mkdir()
        each.write_text("")
    program = open_writing(files=[outside, inside])
    program.menu_action("Suggestions", "Never in this folder").trigger()
    assert [window.active_view.document.policy.is_excluded for window in program.windows] == [
        False,
        True,
    ]
    file = program.menu_action("Suggestions", "Never in this file")
    assert (file.isChecked(), file.isEnabled()) == (True, False)  # the folder says so
    program.menu_action("Suggestions", "Never in this folder").trigger()
    assert [window.active_view.document.policy.is_excluded for window in program.windows] == [
        False,
        False,
    ]


def test_a_folder_further_up_is_not_allowed_by_accident(
    open_writing: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    file = tmp_path / "a" / "b" / "x.txt"
    file.parent.mkdir(parents=True)
    file.write_text("")
    choose(paths, excluded=(str(tmp_path / "a"),))
    program = open_writing(files=[file])
    for title in ("Never in this file", "Never in this folder"):
        action = program.menu_action("Suggestions", title)
        assert (action.isChecked(), action.isEnabled()) == (True, False)


def test_a_document_without_a_file_cannot_be_named_until_it_is_saved(
    open_writing: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    choose(paths, excluded=(str(tmp_path),))
    program = open_writing()
    for title in ("Never in this file", "Never in this folder"):
        action = program.menu_action("Suggestions", title)
        assert (action.isChecked(), action.isEnabled()) == (False, False)
    program.suggest("Once ", "upon")
    program.dialogs.save = tmp_path / "secret.txt"
    program.press(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert (program.page.ghost_text, program.state_word) == ("", "off here")
    program.program.decisions.flush()
    for each in paths.decision_log.parent.glob(f"{paths.decision_log.name}*"):
        assert b"secret" not in each.read_bytes()


# --- how eager ---


def slider_of(program: OpenProgram) -> EagernessSlider:
    slider = program.window.menuBar().findChild(EagernessSlider)
    assert isinstance(slider, EagernessSlider)
    return slider


def test_the_slider_in_the_menu_and_that_in_the_settings_are_one(
    open_writing: OpenIt, paths: Paths
) -> None:
    program = open_writing()
    program.program.side.show_settings(program.window)
    dialog = program.window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    in_menu, in_dialog = slider_of(program).slider, dialog.fields["eagerness"]
    QTest.keyClick(in_menu, Key.Key_End)
    assert program.program.manager.preferences.eagerness == 1.0
    assert in_dialog.value() == STEPS
    QTest.keyClick(in_dialog, Key.Key_Home)
    assert (program.program.manager.preferences.eagerness, in_menu.value()) == (0.0, 0)
    QTest.keyClick(in_menu, Key.Key_Right)
    dialog.close()
    program.close()
    stored = PreferencesStore(paths.settings_file).load().preferences
    assert stored.eagerness == pytest.approx(1 / STEPS)


def test_the_slider_is_reached_and_left_by_key(open_writing: OpenIt) -> None:
    program = open_writing()
    bar = program.window.menuBar().actions()
    menu = next(each.menu() for each in bar if each.text() == "&Suggestions")
    assert isinstance(menu, QMenu)
    menu.popup(program.window.pos())
    slider = slider_of(program).slider
    assert slider.accessibleName()
    QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Down)
    program.until(slider.hasFocus)
    QTest.keyClick(slider, Key.Key_Right)
    assert program.program.manager.preferences.eagerness == pytest.approx(0.5 + 1 / STEPS)
    QTest.keyClick(slider, Key.Key_Down)
    assert menu.activeAction().text().replace("&", "") == "Snooze"
    menu.close()
