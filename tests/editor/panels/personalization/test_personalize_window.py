"""The Personalize window: before, while and after it learns, and when something is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from learning_child import (
    PREVIEW,
    STOPS_WHEN_TOLD,
    TRAINING,
    WAITS,
    child,
    ends,
    says,
    shows,
    trains,
)
from open_program import ScriptedDialogs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.adapters import BASE

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.panels.personalization.adapter_history import (
    AS_INSTALLED,
    AdapterHistory,
    History,
    Version,
)
from cowrite.editor.panels.personalization.learning_host import LearningHost, PreviewReader
from cowrite.editor.panels.personalization.learning_strings import (
    AT_NIGHT_DETAILS,
    GIVES_WAY,
    HELD,
    LOOKING,
    MORE,
    STOPPED,
    STOPPING,
)
from cowrite.editor.panels.personalization.personalize_window import PersonalizeWindow
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.personalize.training.progress import TrainingPhase
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences

NEW = Version(id="b", created_ms=86_400_000 * 9, words=48_231, documents=3, gain_pct=14.1)
OLD = Version(id="a", created_ms=86_400_000 * 2, documents=1)
GONE = Version(id="c", created_ms=86_400_000, trouble="learned from deleted text")
SOME = History(versions=(replace(NEW, in_use=True), OLD, GONE), active="b", may_go_back=True)


class Harness:
    """An open window; ``look`` and ``run`` are what its children do."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, paths: Paths, theme: str) -> None:
        self.qtbot = qtbot
        self.preview_steps = [shows(PREVIEW)]
        self.run_steps = [trains(30), STOPS_WHEN_TOLD, ends("stopped")]
        self.preferences = Preferences()
        self.dialogs = ScriptedDialogs()
        self.looks = 0
        self.appearance = Appearance(qapp, load_themes(), Fonts(), Preferences(theme=theme))
        self.host = LearningHost()
        self.history = AdapterHistory(AdapterRegistry(paths.adapters_dir), lambda: BASE)
        self.window: PersonalizeWindow | None = None

    def open(self, **values: object) -> PersonalizeWindow:
        window = PersonalizeWindow(
            host=self.host,
            history=self.history,
            appearance=self.appearance,
            begin=self.begin,
            read_preview=self.read_preview,
            preferences=self.preferences,
            change=self.change,
            dialogs=self.dialogs,
            **values,  # type: ignore[arg-type]
        )
        with self.qtbot.waitExposed(window):
            window.show()
        self.window = window
        return window

    def read_preview(self, asking: PreviewReader) -> None:
        self.looks += 1
        asking.start(child(*self.preview_steps))

    def change(self, **values: Any) -> None:
        """As the program does it: kept, and told to everyone."""
        self.preferences = replace(self.preferences, **values)
        assert self.window is not None
        self.window.follow(self.preferences)

    def begin(self) -> None:
        self.host.start(child(*self.run_steps))

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)

    def click(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def until_found(self) -> None:
        self.until(lambda: self.window and self.window.before.start.isEnabled())

    def close(self) -> None:
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
        self.host.close()
        self.history.close()


@pytest.fixture
def harness(qtbot: QtBot, qapp: QApplication, paths: Paths) -> Iterator[Harness]:
    found = Harness(qtbot, qapp, paths, "light")
    yield found
    found.close()


# --- before ---


def test_it_stands_at_once_and_then_says_what_there_is(harness: Harness) -> None:
    window = harness.open()
    assert window.before.message.text() == LOOKING
    assert not window.before.start.isEnabled()
    harness.until_found()
    told = [figure.accessibleName() for figure in window.before.figures]
    assert told == [
        "48,231 words you wrote",
        "1,204 decisions about suggestions",
        "3 documents",
        "about 38 min on this computer; you can keep writing",
    ]
    assert window.before.documents.label.text().splitlines() == PREVIEW["documents"]
    assert window.before.excluded.label.text() == "Diary.txt"
    assert window.before.start.isDefault()


def test_too_little_is_said_with_what_is_missing(harness: Harness) -> None:
    short = "here are 212 words you wrote, and it takes about 2,000."
    harness.preview_steps = [shows({**PREVIEW, "minutes": None, "too_little": f"T{short}"})]
    window = harness.open()
    harness.until(lambda: short in window.before.message.text())
    assert window.before.message.text() == f"Not enough yet: t{short} {MORE}"
    assert not window.before.start.isEnabled()
    assert not window.before.excluded.isHidden()
    harness.preview_steps = [shows(PREVIEW)]
    harness.click(window.before.again)
    harness.until_found()
    assert window.before.again.isHidden()


def test_without_a_model_it_says_what_to_do(harness: Harness) -> None:
    sentence = "The model “smollm2” is not installed. Install it."
    harness.preview_steps = [f"print('cowrite: ' + {sentence!r}, file=sys.stderr)", "sys.exit(2)"]
    window = harness.open()
    harness.until(lambda: window.before.message.text() == sentence)
    assert not window.before.start.isEnabled()
    assert not window.before.again.isHidden()


def test_the_schedule_can_be_chosen_elsewhere_too(harness: Harness) -> None:
    window = harness.open(not_now="Not now: learning waits for the night.")
    assert window.not_now.text() == AT_NIGHT_DETAILS  # it is not on
    window.at_night.click()
    assert harness.preferences.learn_at_night
    assert window.not_now.text().startswith("Not now: learning waits")
    window.show_not_now("Not now: the computer is hot.")
    assert "hot" in window.not_now.text()
    window.follow(Preferences(learn_at_night=False))
    assert not window.at_night.isChecked()
    assert window.not_now.text() == AT_NIGHT_DETAILS


def test_texts_are_added_and_looked_at_at_once(harness: Harness, tmp_path: Path) -> None:
    short = "There are about 200 words of yours to learn from so far; about 7,500 are needed."
    harness.preview_steps = [shows({**PREVIEW, "minutes": None, "too_little": short})]
    window = harness.open()
    harness.until(lambda: "about 200 words" in window.before.message.text())
    texts = window.own_texts
    assert not texts.list.isVisible()
    assert not texts.remove.isVisible()
    harness.dialogs.files = [tmp_path / "novel.txt", tmp_path / "gone.txt"]
    harness.preview_steps = [shows({**PREVIEW, "left_out": ["gone.txt"]})]
    harness.click(texts.add_file)
    harness.until_found()
    assert harness.preferences.own_texts == (
        str(tmp_path / "novel.txt"),
        str(tmp_path / "gone.txt"),
    )
    assert texts.list.isVisible()
    assert window.before.left_out.label.text() == "gone.txt"
    texts.list.setCurrentRow(1)
    harness.click(texts.remove)
    assert harness.preferences.own_texts == (str(tmp_path / "novel.txt"),)
    assert harness.looks == 3
    harness.until_found()


def test_texts_that_are_chosen_in_the_settings_appear(harness: Harness) -> None:
    window = harness.open()
    harness.until_found()
    harness.change(theme="dark")
    assert harness.looks == 1
    harness.change(own_texts=("/home/me/novel",))
    assert (window.own_texts.paths, harness.looks) == (("/home/me/novel",), 2)
    harness.until_found()


# --- while it learns ---


def test_while_it_learns_it_says_how_far_it_is(harness: Harness) -> None:
    harness.run_steps = [trains(step, train_loss=3 - step / 100) for step in (10, 20, 30)]
    harness.run_steps += [STOPS_WHEN_TOLD, ends("stopped")]
    window = harness.open()
    harness.until_found()
    harness.click(window.before.start)
    assert window.pages.currentWidget() is window.running
    harness.until(lambda: len(window.running.curves[0]) == 3)
    assert window.running.doing.text() == "Learning from your texts"
    assert window.running.left.text() == "about 25 min left"
    assert window.running.speed.text() == "about 234 words per second"
    assert 0 < window.running.bar.value() < 1000
    assert len(window.running.curves[1]) == 1  # the same loss told again is no new point
    harness.until(lambda: window.running._plot is not None)
    harness.until(lambda: "pages it has not seen" in window.running.key.text())


def test_pausing_and_stopping_are_told_and_said(harness: Harness) -> None:
    window = harness.open()
    harness.until_found()
    harness.begin()
    harness.until(lambda: harness.host.last is not None)
    width = window.running.pause.width()
    harness.click(window.running.pause)
    assert window.running.state.text() == HELD
    assert window.running.pause.text() == "&Resume"
    assert window.running.pause.width() == width
    harness.host.give_way(True)
    assert window.running.state.text() == HELD  # the writer’s word counts
    harness.click(window.running.pause)
    assert window.running.state.text() == GIVES_WAY
    harness.host.give_way(False)
    assert window.running.state.text().strip() == ""
    harness.click(window.running.stop)
    assert window.running.state.text() == STOPPING
    assert not window.running.pause.isEnabled()
    harness.until(lambda: not harness.host.is_running)
    assert window.before.outcome.text() == STOPPED
    harness.until_found()


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([ends("promoted", "It predicts your text 14.1 % better.")], "14.1 % better"),
        ([ends("kept", "The test was too short.")], "Nothing changed: the test was too short."),
        (
            [ends("failed", "The disk is full.", "Free up disk space.")],
            "The disk is full. Free up disk space.",
        ),
        (["os.abort()"], "Nothing was changed"),
        ([says(replace(TRAINING, train_loss=float("nan"))), "sys.exit(1)"], "Nothing was changed"),
    ],
)
def test_every_end_is_said_and_one_can_begin_again(
    harness: Harness, steps: list[str], sentence: str
) -> None:
    window = harness.open()
    harness.until_found()
    harness.run_steps = steps
    harness.click(window.before.start)
    harness.until(lambda: sentence in window.before.outcome.text())
    assert window.pages.currentWidget() is window.before
    harness.until_found()


def test_opened_in_the_middle_it_shows_where_it_is(harness: Harness) -> None:
    harness.begin()
    harness.until(lambda: harness.host.last is not None)
    harness.host.hold(True)
    window = harness.open()
    assert window.pages.currentWidget() is window.running
    assert window.running.left.text() == "about 25 min left"
    assert window.running.state.text() == HELD


def test_closed_and_opened_again_it_shows_the_whole_run(harness: Harness) -> None:
    harness.run_steps = [trains(step, train_loss=3 - step / 100) for step in (10, 20)]
    harness.run_steps += ["sys.stdin.readline()"]
    harness.run_steps += [trains(step, train_loss=3 - step / 100) for step in (30, 40)]
    harness.run_steps += [says(replace(TRAINING, phase=TrainingPhase.PAUSED)), STOPS_WHEN_TOLD]
    harness.run_steps += [ends("stopped")]
    window = harness.open()
    harness.until_found()
    harness.click(window.before.start)
    harness.until(lambda: len(window.running.curves[0]) == 2)
    window.close()
    window.deleteLater()
    harness.host.give_way(True)  # the line that the child waits for
    harness.until(lambda: harness.host.last and harness.host.last.phase is TrainingPhase.PAUSED)
    window = harness.open()
    assert window.pages.currentWidget() is window.running
    assert [loss for _, loss in window.running.curves[0]] == [2.9, 2.8, 2.7, 2.6]
    assert window.running.doing.text() == "Learning from your texts"
    assert window.running.left.text() == "about 25 min left"
    assert window.running.speed.text() == "about 234 words per second"
    assert window.running.bar.value() == harness.host.run.done > 0
    assert window.running.state.text() == GIVES_WAY
    harness.until(lambda: window.running._plot is not None)
    drawn = window.running._plot._train.getData()[0]
    assert len(drawn) == 4


def test_opened_while_it_stops_it_says_so(harness: Harness) -> None:
    harness.run_steps = [trains(30), WAITS]
    harness.begin()
    harness.until(lambda: harness.host.last is not None)
    harness.host.stop()
    window = harness.open()
    assert window.running.state.text() == STOPPING
    assert not window.running.stop.isEnabled()


def test_the_keyboard_stays_where_nothing_can_happen(harness: Harness) -> None:
    window = harness.open()
    harness.until_found()
    window.before.start.setFocus()
    QTest.keyClick(window.before.start, Qt.Key.Key_Space)
    assert window.focusWidget() is window.running.pause
    harness.until(lambda: harness.host.last is not None)
    window.running.stop.setFocus()
    QTest.keyClick(window.running.stop, Qt.Key.Key_Space)
    assert window.focusWidget() is window.end
    harness.until(lambda: not harness.host.is_running)
    harness.until_found()
    assert window.focusWidget() is window.end


def test_a_run_that_ends_by_itself_gives_the_keyboard_to_close(harness: Harness) -> None:
    window = harness.open()
    harness.until_found()
    harness.run_steps = [
        trains(30),
        "sys.stdin.readline()",
        ends("kept", "The test was too short."),
    ]
    window.before.start.setFocus()
    QTest.keyClick(window.before.start, Qt.Key.Key_Space)
    harness.until(lambda: harness.host.last is not None)
    assert window.focusWidget() is window.running.pause
    harness.host.hold(True)
    harness.until(lambda: not harness.host.is_running)
    assert window.focusWidget() is window.end


def test_closing_it_ends_nothing_but_itself(harness: Harness) -> None:
    window = harness.open()
    harness.until_found()
    harness.begin()
    harness.until(lambda: harness.host.last is not None)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert harness.host.is_running
    harness.host.hold(True)  # nobody listens any more
    harness.appearance.apply(Preferences(theme="dark"))
    assert not [each for each in threading.enumerate() if each.name == "cowrite-plots"]


def test_closing_it_while_it_looks_ends_the_look(harness: Harness) -> None:
    harness.preview_steps = [WAITS]
    window = harness.open()
    window.close()
    assert not window._asking.is_running


@pytest.mark.parametrize("theme", ["light", "dark", "sepia"])
def test_it_follows_the_theme_and_the_size_of_the_text(harness: Harness, theme: str) -> None:
    window = harness.open()
    harness.until_found()
    harness.begin()
    harness.until(lambda: window.running._plot is not None)
    plot = window.running._plot
    harness.appearance.apply(Preferences(theme="dark" if theme == "light" else "light"))
    harness.appearance.apply(Preferences(theme=theme, font_size_pt=26))
    assert window.running._plot is not plot
    assert harness.appearance.theme.page in window.styleSheet()


# --- the versions ---


def rows(window: PersonalizeWindow) -> list[list[str]]:
    table = window.versions.table
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]  # type: ignore[union-attr]
        for row in range(table.rowCount())
    ]


def test_versions_say_what_they_are_from_and_what_is_in_use(harness: Harness) -> None:
    window = harness.open()
    harness.until(lambda: window.versions._was_read)
    assert rows(window) == [[AS_INSTALLED, "", "", "in use"]]
    window.versions.show_history(SOME)
    found = rows(window)
    assert found[0][1:] == ["48,231 words, 3 documents", "14 %", "in use"]
    assert found[1][1:] == ["1 document", "", ""]
    assert found[2][3] == "learned from deleted text"
    assert found[3] == [AS_INSTALLED, "", "", ""]


def test_only_what_can_be_used_and_is_not_in_use_can_be_chosen(harness: Harness) -> None:
    window = harness.open()
    harness.until(lambda: window.versions._was_read)
    versions = window.versions
    assert not versions.back.isEnabled()
    versions.show_history(SOME)
    asked: list[str] = []
    versions.use_asked.disconnect()
    versions.use_asked.connect(asked.append)
    usable = []
    for row in range(4):
        versions.table.selectRow(row)
        usable.append(versions.use.isEnabled())
    assert usable == [False, True, False, True]
    harness.click(versions.use)
    versions.table.selectRow(1)
    versions.show_history(SOME)  # read again: the choice stays
    harness.click(versions.use)
    assert asked == ["", "a"]
    assert versions.back.isEnabled()
    versions.show_history(replace(SOME, active="a"))
    assert versions.table.currentRow() == 1  # what is in use now


def test_what_could_not_be_done_is_said_beside_the_buttons(harness: Harness) -> None:
    window = harness.open()
    harness.until(lambda: window.versions._was_read)
    window.versions.show_history(SOME)
    harness.click(window.versions.back)
    harness.until(lambda: "has no previous version" in window.versions.said.text())


def test_everything_can_be_reached_and_has_a_name(harness: Harness) -> None:
    window = harness.open()
    harness.until_found()
    names = {each.text().replace("&", "") for each in window.findChildren(QPushButton)}
    assert {
        "Start",
        "Pause",
        "Stop",
        "Use this version",
        "Back to previous version",
        "Close",
    } <= names
    assert window.running.bar.accessibleName()
    assert window.versions.table.accessibleName()
