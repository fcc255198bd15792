"""Work beside the window: its answers come on the window's thread, or not at all."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.editor.common.background import Background
from cowrite.settings.logs import SORRY


def test_work_is_done_elsewhere_and_answered_here(qtbot: QtBot) -> None:
    background = Background("test")
    answers: list[tuple[threading.Thread, threading.Thread]] = []
    background.run(
        threading.current_thread,
        lambda worker: answers.append((worker, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    worker, here = answers[0]
    assert here is threading.main_thread() is not worker
    background.close()


def test_what_the_writer_can_do_something_about_is_told_as_it_is(qtbot: QtBot) -> None:
    background = Background("test")
    errors: list[UserError] = []

    def work() -> None:
        raise UserError("The disk is full.", "Free up disk space.")

    background.run(work, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors), timeout=20_000)
    assert errors[0].advice == "Free up disk space."
    background.close()


@pytest.mark.expects_warnings
def test_a_mistake_of_ours_is_logged_and_said_in_plain_words(qtbot: QtBot) -> None:
    background = Background("test")
    errors: list[UserError] = []
    background.run(lambda: {}["nothing"], lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors), timeout=20_000)
    assert errors[0].message == SORRY
    background.close()


def test_after_the_end_nothing_is_answered(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    background = Background("test")
    answers: list[str] = []
    may_go_on = threading.Event()

    def work() -> str:
        may_go_on.wait(10)
        return "late"

    background.run(work, answers.append)
    join = threading.Thread.join

    def let_go_on_and_join(thread: threading.Thread, timeout: float | None = None) -> None:
        may_go_on.set()
        join(thread, timeout)

    monkeypatch.setattr(threading.Thread, "join", let_go_on_and_join)
    background.close()
    background.run(lambda: "too late", answers.append)
    QApplication.processEvents()
    assert answers == []
