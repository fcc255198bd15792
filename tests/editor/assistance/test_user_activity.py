"""Who writes is noticed, in every window and by every way; who only looks is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from support.suggestions import ManualClock

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.assistance.user_activity import UserActivity
from cowrite.engine.messages import EngineState, EngineStatus


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def activity(qtbot: QtBot, clock: ManualClock) -> Iterator[UserActivity]:
    found = UserActivity(clock, quiet_after_ms=40)
    yield found
    found.close()


def shown(qtbot: QtBot) -> QLineEdit:
    field = QLineEdit()
    qtbot.addWidget(field)
    with qtbot.waitExposed(field):
        field.show()
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    return field


def change(kind: ChangeKind) -> TextChange:
    return TextChange(kind=kind, offset=0, removed=0, inserted="a")


def test_a_key_in_any_window_counts_and_then_it_is_quiet(
    qtbot: QtBot, activity: UserActivity, clock: ManualClock
) -> None:
    for _ in range(2):  # the second window is not the first
        field = shown(qtbot)
        with qtbot.waitSignals([activity.touched, activity.rested], order="strict"):
            QTest.keyClick(field.windowHandle(), Qt.Key.Key_A)
        assert not activity.is_busy
    clock.now_ms += 5_000
    assert activity.idle_s == 5.0


def test_every_key_is_told_so_that_who_listens_late_hears(
    qtbot: QtBot, activity: UserActivity
) -> None:
    heard: list[int] = []
    activity.touched.connect(lambda: heard.append(1))
    field = shown(qtbot)
    for key in (Qt.Key.Key_A, Qt.Key.Key_B):
        QTest.keyClick(field.windowHandle(), key)
    assert len(heard) == 2
    assert field.text() == "ab"  # nothing is taken away from the writer
    assert activity.is_busy


def test_the_pointer_does_not_count(qtbot: QtBot, activity: UserActivity) -> None:
    field = shown(qtbot)
    QTest.mouseClick(field.windowHandle(), Qt.MouseButton.LeftButton)
    assert not activity.is_busy


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_text_that_an_input_method_writes_counts_and_a_file_that_is_opened_does_not(
    activity: UserActivity, kind: ChangeKind
) -> None:
    activity.text_changed(change(kind))
    assert activity.is_busy == (kind is not ChangeKind.LOADED)


@pytest.mark.parametrize("state", list(EngineState))
def test_a_suggestion_that_is_thought_of_counts(activity: UserActivity, state: EngineState) -> None:
    activity.engine_said(EngineStatus(state=state))
    assert activity.is_busy == (state is EngineState.THINKING)


def test_after_the_end_nothing_is_heard(qtbot: QtBot, clock: ManualClock) -> None:
    activity = UserActivity(clock)
    field = shown(qtbot)
    activity.close()
    activity.close()
    QTest.keyClick(field.windowHandle(), Qt.Key.Key_A)
    assert not activity.is_busy
    assert field.text() == "a"
