"""Readings of the log beside the window's thread: the last one counts, and the one before is interrupted."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.editor.common.background import Task
from cowrite.editor.common.log_reader import LogReader, Opened
from cowrite.settings.logs import SORRY

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_only_the_last_question_is_answered_and_the_one_before_is_interrupted(qtbot: QtBot) -> None:
    reader = LogReader("test")
    begun, interrupted = threading.Event(), threading.Event()
    answers: list[object] = []
    reader.failed.connect(answers.append)

    def endless(_: Task, opened: Opened) -> int:
        connection = sqlite3.connect(":memory:")
        opened(connection)
        connection.set_progress_handler(begun.set, 1000)  # it is under way
        try:
            return int(connection.execute(ENDLESS).fetchone()[0])
        except sqlite3.OperationalError:
            interrupted.set()
            raise
        finally:
            connection.close()

    def quick(_: Task, opened: Opened) -> str:
        assert interrupted.wait(20)
        return "quick"

    reader.begin(endless, answers.append)
    assert begun.wait(20)
    reader.begin(quick, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    assert answers == ["quick"]
    reader.close()


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (UserError("The log is damaged.", "Repair it."), "The log is damaged. Repair it."),
        (KeyError("a mistake of ours"), SORRY),
    ],
)
def test_a_log_that_cannot_be_read_is_one_sentence(
    qtbot: QtBot, error: Exception, sentence: str
) -> None:
    reader = LogReader("test")
    said: list[str] = []
    reader.failed.connect(said.append)

    def read(_: Task, opened: Opened) -> None:
        raise error

    reader.begin(read, lambda _: said.append("read"))
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert said == [sentence]
    reader.close()
