"""Work beside the window: its answers come on the window's thread, or not at all."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.editor.common.background import Background, CancelledError, Task
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


def test_after_the_end_nothing_is_answered(qtbot: QtBot) -> None:
    background = Background("test")
    answers: list[str] = []
    task = background.run_task(held_until_cancelled, answers.append)
    background.close()
    assert task.is_cancelled
    assert background.run(lambda: "too late", answers.append).is_cancelled
    QApplication.processEvents()
    assert answers == []


def held_until_cancelled(task: Task) -> str:
    cancelled = threading.Event()
    task.interrupt_by(cancelled.set)
    assert cancelled.wait(20)
    return "late"


def test_several_answers_come_in_order_on_this_thread(qtbot: QtBot) -> None:
    background = Background("test")
    answers: list[tuple[int, threading.Thread]] = []

    def tell(number: int) -> None:
        answers.append((number, threading.current_thread()))

    def work(task: Task) -> int:
        task.deliver(lambda: tell(1))
        task.deliver(lambda: tell(2))
        return 3

    background.run_task(work, tell)
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=20_000)
    assert answers == [(number, threading.main_thread()) for number in (1, 2, 3)]
    background.close()


def test_cancelled_work_is_interrupted_and_answers_nothing(qtbot: QtBot) -> None:
    background = Background("test")
    answers: list[object] = []
    begun = threading.Event()

    def work(task: Task) -> str:
        interrupted = threading.Event()
        task.interrupt_by(interrupted.set)
        begun.set()
        assert interrupted.wait(20)
        raise RuntimeError("as a library answers that was interrupted")

    task = background.run_task(work, answers.append, answers.append)
    assert begun.wait(20)
    task.cancel()
    after: list[int] = []
    background.run(lambda: 1, after.append)
    qtbot.waitUntil(lambda: after == [1], timeout=20_000)
    background.close()
    assert answers == []


def test_an_answer_on_its_way_is_not_told_after_the_work_was_cancelled(qtbot: QtBot) -> None:
    background = Background("test")
    answers: list[int] = []
    delivered = threading.Event()

    def work(task: Task) -> int:
        task.deliver(lambda: answers.append(1))
        delivered.set()
        return 2

    task = background.run_task(work, answers.append)
    assert delivered.wait(20)
    task.cancel()  # this thread has not looked at its events since
    background.close()
    QApplication.processEvents()
    assert answers == []


def test_work_that_was_cancelled_before_it_could_be_interrupted_ends() -> None:
    task = Task(lambda _task, tell: tell())
    task.cancel()
    with pytest.raises(CancelledError):
        task.interrupt_by(lambda: None)


def test_what_cannot_be_interrupted_keeps_nobody(qtbot: QtBot) -> None:
    background = Background("test")
    answers: list[bool] = []
    may_end, ended = threading.Event(), threading.Event()

    def work() -> bool:
        may_end.wait(20)
        ended.set()
        return True

    for _ in range(3):
        background.run(work, answers.append)
    background.close()
    assert not ended.is_set()  # it did not wait for the end
    may_end.set()
    assert ended.wait(20)
    QApplication.processEvents()
    assert answers == []
