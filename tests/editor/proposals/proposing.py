"""A writer who has tasks done on passages, for the tests of the window."""

from __future__ import annotations

from collections.abc import Callable

from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from cowrite.app.passages.room import proposals_of
from cowrite.editor.panels.palette.task_list import TaskList
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.engine.messages import Lane
from cowrite.tasks.passage.work import PassageTask

TEXT = "She go home. He go too. They stay."


KEY = Qt.Key


Tasks = Callable[..., PassageTask]


def proposals(writing: OpenProgram) -> ViewProposals:
    return proposals_of(writing.window.active_view)


def write(writing: OpenProgram, text: str = TEXT, *, caret: int | None = None) -> None:
    writing.page.type_text(text)
    if caret is not None:
        writing.page.place_caret(caret)


def select(writing: OpenProgram, start: int, end: int) -> None:
    cursor = writing.page.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    writing.page.setTextCursor(cursor)


def open_list(writing: OpenProgram) -> TaskList:
    writing.press_keys("Ctrl+Return")
    found = [each for each in writing.window.findChildren(TaskList) if each.isVisible()]
    return found[-1]


def choose(writing: OpenProgram, title: str) -> None:
    opened = open_list(writing)
    QTest.keyClicks(opened.field, title)
    QTest.keyClick(opened.field, KEY.Key_Return)
    writing.until(lambda: not opened.isVisible())


def begin(writing: OpenProgram, name: str = "repair") -> None:
    """Choose the task, and wait until the engine is asked."""
    before = len([job for job in writing.engine.jobs if job.lane is Lane.PASSAGE])
    choose(writing, name)
    writing.until(
        lambda: len([job for job in writing.engine.jobs if job.lane is Lane.PASSAGE]) > before
    )


def repair_all(writing: OpenProgram) -> ViewProposals:
    """Have two hunks on the page, the first of them focused."""
    write(writing)
    select(writing, 0, len(TEXT))
    begin(writing)
    writing.engine.answer("", lane=Lane.PASSAGE)
    its = proposals(writing)
    writing.until(lambda: its.standing is not None and not its.is_working)
    return its


def changes(its: ViewProposals) -> list[str]:
    return [each.hunk.after for each in its.standing.open] if its.standing is not None else []


def said(writing: OpenProgram) -> str:
    return writing.window.status_line._message.text()
