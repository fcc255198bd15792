"""The replay in real windows: what it shows is what was there; its keys; nothing to play; what is left behind."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from session_writer import HALF_TAKEN, SessionWriter, keep_sessions
from support.panels import PanelHarness, opening

from cowrite.decisions.events import EventKind
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.panels.replay.replay_window import (
    MARK_MS,
    NOTHING_OF_IT,
    NOTHING_YET,
    READING,
    SPEEDS,
    TEXT_UNKNOWN,
    TICK_MS,
    ReplayWindow,
)
from cowrite.settings.paths import Paths

AT_MS = 1_700_000_000_000
DAY_MS = 86_400_000


def lighthouse() -> SessionWriter:
    session = SessionWriter("aaaa", AT_MS, file="/home/ada/The lighthouse.txt", text="It was\n")
    session.write("dark 😀 ")
    session.suggest("and cold")
    session.take("and ")
    session.wait(800)
    session.decide(EventKind.REJECTED)
    session.wait(600_000)
    session.write("quiet")
    return session


def letter() -> SessionWriter:
    session = SessionWriter("bbbb", AT_MS + DAY_MS, document_id="e")
    session.write("Dear Bob")
    return session


class Harness(PanelHarness):
    """An open window over the log at ``paths``."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, paths: Paths, theme: str) -> None:
        super().__init__(qtbot, qapp, theme)
        self.window = ReplayWindow(paths.decision_log, self.appearance)
        self.show(self.window)

    def until_loaded(self) -> None:
        self.until(lambda: len(self.window.playback))

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key)

    def choose_speed(self, name: str) -> None:
        self.window.speed.setCurrentIndex([each.name for each in SPEEDS].index(name))

    @property
    def told(self) -> tuple[str, str, str, str]:
        """The end of the text, the ghost, what is marked, and what is said."""
        page = self.window.page
        return page.text()[-8:], page.ghost_text, page.marked, self.window.said.text()


OpenHarness = Callable[..., Harness]


@pytest.fixture
def open_harness(qtbot: QtBot, qapp: QApplication, paths: Paths) -> Iterator[OpenHarness]:
    with opening(
        lambda theme: Harness(qtbot, qapp, paths, theme),
        lambda harness: harness.close(harness.window),
    ) as open_one:
        yield open_one


def test_without_a_session_it_says_what_will_stand_there(open_harness: OpenHarness) -> None:
    harness = open_harness()
    assert harness.window.message.text() in (READING, NOTHING_YET)
    harness.until(lambda: harness.window.message.text() == NOTHING_YET)
    assert not harness.window.controls.isVisible()
    assert not harness.window.sessions.isVisible()
    harness.press(Qt.Key.Key_Space)
    harness.press(Qt.Key.Key_N)
    assert not harness.window.is_playing


def test_the_newest_is_chosen_and_any_other_can_be(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse(), letter())
    harness = open_harness()
    harness.until_loaded()
    titles = [harness.window.sessions.item(row).text() for row in range(2)]
    assert titles[0].endswith("Untitled\nunder a minute · no decisions")
    assert titles[1].endswith("The lighthouse.txt\n10 min · 2 decisions")
    assert not harness.window.on.isEnabled()
    harness.window.sessions.setFocus()
    harness.press(Qt.Key.Key_Down)
    harness.until(lambda: harness.window.page.text() == "It was\n")
    assert harness.window.on.isEnabled()
    assert harness.window.sessions.hasFocus()


def test_every_frame_is_what_was_there(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    harness.until_loaded()
    window, playback = harness.window, harness.window.playback
    backwards = list(range(len(playback)))[::-1]
    for number in [*range(len(playback)), *backwards]:
        place = playback.played_at(number)
        window.show_at(place)
        frame = playback.frame(playback.number_at(place))
        assert window.page.text() == frame.text
        assert window.page.textCursor().position() == frame.caret
        assert window.page.ghost_text == (frame.offered if frame.is_refused else frame.ghost)
        assert window.said.text() == frame.said


def test_decisions_are_gone_to_marked_and_said(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    harness.until_loaded()
    harness.press(Qt.Key.Key_N)
    assert harness.told == ("k 😀 and ", "cold", "and ", "Accepted: “and”")
    harness.press(Qt.Key.Key_N)
    refused = harness.told
    assert refused == ("k 😀 and ", "cold", "", "Dismissed: “cold”")
    struck = harness.window.page.textCursor().block().layout().formats()[0]
    assert struck.format.fontStrikeOut()
    harness.press(Qt.Key.Key_N)  # there is none after it
    assert harness.told == refused
    harness.press(Qt.Key.Key_P)
    assert harness.told == ("k 😀 and ", "cold", "and ", "Accepted: “and”")
    struck = harness.window.page.textCursor().block().layout().formats()[0]
    assert not struck.format.fontStrikeOut()


def test_playing_stands_still_at_each_decision_and_stops_at_the_end(
    open_harness: OpenHarness, paths: Paths
) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    harness.until_loaded()
    harness.choose_speed("4 ×")
    window, said, places = harness.window, [harness.window.said.text()], [0]
    window.toggle()
    steps = 0
    while window.is_playing:
        window.advance(TICK_MS)
        steps += 1
        places.append(window.seek.value())
        if window.said.text() != said[-1]:
            said.append(window.said.text())
    assert said == HALF_TAKEN
    assert places == sorted(places)
    assert window.page.text() == window.playback.frame(len(window.playback) - 1).text
    hold_ms = 2 * SPEEDS[1].hold_ms
    assert abs(steps * TICK_MS - (window.playback.duration_ms / 4 + hold_ms)) < 6 * TICK_MS
    assert (
        window.seek.value() == window.playback.duration_ms < 12_000
    )  # the ten minutes are cut short


def test_what_was_taken_is_marked_for_a_moment(open_harness: OpenHarness, paths: Paths) -> None:
    session = SessionWriter("aaaa", AT_MS)
    session.write("It was ")
    session.suggest("dark ")
    session.take("dark ")
    session.write("and cold")
    keep_sessions(paths.decision_log, session)
    harness = open_harness()
    harness.until_loaded()
    harness.choose_speed("1 ×")
    window = harness.window
    window.show_next_decision()
    window.toggle()
    window.advance(MARK_MS / 3)
    assert window.page.text().startswith("It was dark a")
    assert window.page.marked == "dark "
    window.advance(MARK_MS)
    assert window.page.marked == ""


def test_as_fast_as_possible_plays_by_itself(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    harness.until_loaded()
    harness.choose_speed("Fastest")
    window = harness.window
    harness.press(Qt.Key.Key_Space)
    assert window.is_playing
    assert window.play.text() == "Pause"
    harness.until(lambda: not window.is_playing)
    assert window.page.text().endswith("quiet")
    assert window.play.text() == "Play"
    harness.press(Qt.Key.Key_Space)  # from the beginning again
    assert window.is_playing
    assert window.page.text() == "It was\n"
    harness.press(Qt.Key.Key_Space)
    assert not window.is_playing


def test_space_plays_wherever_the_focus_is(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    harness.until_loaded()
    window = harness.window
    window.activateWindow()
    harness.until(window.isActiveWindow)
    for widget in (window.page, window.sessions, window.seek, window.play):
        widget.setFocus()
        harness.press(Qt.Key.Key_Space)
        assert window.is_playing, widget
        harness.press(Qt.Key.Key_Space)
        assert not window.is_playing, widget


def test_every_control_is_reached_by_key_and_has_a_name(
    open_harness: OpenHarness, paths: Paths
) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    harness.until_loaded()
    window = harness.window
    window.activateWindow()
    harness.until(window.isActiveWindow)
    reached: set[QWidget | None] = set()
    for _ in range(12):
        harness.press(Qt.Key.Key_Tab)
        reached.add(window.focusWidget())
    wanted: set[QWidget | None] = {
        window.sessions,
        window.page,
        window.play,
        window.back,
        window.on,
        window.seek,
        window.speed,
    }
    assert wanted <= reached
    assert all(each.accessibleName() or each.accessibleDescription() for each in wanted if each)


def test_seeking_by_key_and_nobody_can_write(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    harness.until_loaded()
    window = harness.window
    window.seek.setFocus()
    harness.press(Qt.Key.Key_End)
    assert window.page.text().endswith("quiet")
    harness.press(Qt.Key.Key_Home)
    assert window.page.text() == "It was\n"
    QTest.keyClicks(window.page, "xyz")
    QTest.keyClick(window.page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.page.text() == "It was\n"


def test_what_is_shown_can_be_copied(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    harness.until_loaded()
    harness.window.show_next_decision()
    page = harness.window.page
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(page, Qt.Key.Key_A, control)
    QTest.keyClick(page, Qt.Key.Key_C, control)
    assert QApplication.clipboard().text() == "It was\ndark 😀 and "


def test_where_the_text_is_forgotten_it_says_so(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    with closing(sqlite3.connect(paths.decision_log)) as connection:
        connection.execute("DELETE FROM events WHERE kind = 'opened'")
        connection.commit()
    harness = open_harness()
    harness.until_loaded()
    harness.press(Qt.Key.Key_N)
    assert harness.told == ("", "cold", "", f"{TEXT_UNKNOWN} Accepted: “and”")


def test_a_session_that_was_forgotten_meanwhile(open_harness: OpenHarness, paths: Paths) -> None:
    keep_sessions(paths.decision_log, lighthouse(), letter())
    harness = open_harness()
    harness.until_loaded()
    with closing(sqlite3.connect(paths.decision_log)) as connection:
        connection.execute("DELETE FROM events WHERE session_id = 'aaaa'")
        connection.commit()
    harness.window.sessions.setCurrentRow(1)
    harness.until(lambda: harness.window.message.text() == NOTHING_OF_IT)
    assert not harness.window.play.isEnabled()
    harness.window.sessions.setCurrentRow(0)
    harness.until_loaded()


def test_a_damaged_log_is_a_plain_sentence(open_harness: OpenHarness, paths: Paths) -> None:
    paths.decision_log.write_bytes(b"a letter to my aunt " * 100)
    harness = open_harness()
    harness.until(lambda: "it is damaged" in harness.window.message.text())
    assert not harness.window.controls.isVisible()


def test_a_session_that_is_damaged_leaves_the_others(
    open_harness: OpenHarness, paths: Paths
) -> None:
    keep_sessions(paths.decision_log, lighthouse(), letter())
    with closing(sqlite3.connect(paths.decision_log)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE events SET details = '{' WHERE session_id = 'bbbb'")
        connection.commit()
    harness = open_harness()
    harness.until(lambda: "it is damaged" in harness.window.message.text())
    harness.window.sessions.setCurrentRow(1)
    harness.until_loaded()
    assert harness.window.page.text() == "It was\n"


@pytest.mark.parametrize("theme", ["light", "sepia", "dark"])
def test_it_wears_the_theme_and_follows_a_change(
    open_harness: OpenHarness, paths: Paths, theme: str
) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness("dark" if theme != "dark" else "light")
    harness.until_loaded()
    harness.window.show_next_decision()
    harness.appearance.apply(replace(harness.preferences, theme=theme))
    colours = load_themes()[theme]
    found = pixels(harness.window.grab().toImage())
    for wanted in (colours.page, colours.desk, colours.accent):
        assert QColor(wanted).rgb() in found


def test_long_names_and_suggestions_make_it_no_wider(
    open_harness: OpenHarness, paths: Paths
) -> None:
    session = SessionWriter("aaaa", AT_MS, file=f"/home/ada/{'long ' * 40}.txt")
    session.write("It was ")
    session.suggest("dark and cold and quiet " * 20)
    session.take("dark and cold and quiet " * 20)
    keep_sessions(paths.decision_log, session)
    harness = open_harness()
    width = harness.window.width()
    harness.until_loaded()
    harness.window.show_next_decision()
    QApplication.processEvents()
    assert harness.window.width() == width
    assert harness.window.minimumSizeHint().width() <= 720


@pytest.mark.parametrize("way", ["escape", "at once", "playing"])
def test_closing_leaves_nothing_behind(open_harness: OpenHarness, paths: Paths, way: str) -> None:
    keep_sessions(paths.decision_log, lighthouse())
    harness = open_harness()
    if way != "at once":
        harness.until_loaded()
    if way == "playing":
        harness.window.toggle()
    if way == "escape":
        harness.press(Qt.Key.Key_Escape)
    else:
        harness.window.close()
    assert not harness.window.isVisible()
    assert not harness.window.is_playing
    harness.until(
        lambda: not [each for each in threading.enumerate() if each.name == "cowrite-replay"]
    )
    harness.appearance.apply(replace(harness.preferences, theme="dark"))  # nobody follows any more


def test_the_menu_opens_one_that_plays_what_was_just_written(writing: OpenProgram) -> None:
    writing.suggest("The old ", "house on")
    writing.type("bridge ")
    writing.page.type_text("😀")  # QTest aborts at a key that is not ASCII
    writing.window.active_view.suggestions.recorder.flush()
    writing.program.decisions.flush()
    action = writing.menu_action("View", "Replay…")
    action.trigger()
    action.trigger()
    (window,) = writing.window.findChildren(ReplayWindow)
    writing.until(lambda: len(window.playback))
    frames = [window.playback.frame(number) for number in range(len(window.playback))]
    assert any(frame.ghost == "house on" for frame in frames)
    assert frames[-1].text == writing.page.text() == "The old bridge 😀"
    window.show_at(window.playback.duration_ms)
    assert window.page.text() == "The old bridge 😀"
    assert window.page is not writing.page
    window.show_at(0)
    window.toggle()
    writing.close()
    writing.until(
        lambda: not [each for each in threading.enumerate() if each.name == "cowrite-replay"]
    )


def pixels(image: QImage) -> set[int]:
    return {
        image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    }


def test_the_window_that_takes_its_place_goes_on_where_it_was(
    open_harness: OpenHarness, paths: Paths
) -> None:
    keep_sessions(paths.decision_log, lighthouse(), letter())
    harness = open_harness()
    harness.until_loaded()
    newest = harness.window.playback
    harness.window.sessions.setCurrentRow(1)
    harness.until(
        lambda: harness.window.playback not in (newest, None) and harness.window.time.text()
    )
    harness.window.show_next_decision()
    place = harness.window.seek.value()
    other = open_harness()
    other.window.take_over(harness.window.handed_over())
    other.until(lambda: other.window.sessions.currentRow() == 1)
    other.until(lambda: other.window.seek.value() == place)
    assert other.window.page.text() == harness.window.page.text()
    assert not other.window.is_playing
