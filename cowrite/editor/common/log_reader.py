"""Reads the decision log beside the window's thread, so that no window waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from cowrite.editor.common.background import Answer, Background, Task

Opened = Callable[[sqlite3.Connection], None]


class LogReader(QObject):
    """Does one reading after the other. Only the last one's answers are told.

    Signal, on the thread that made it: ``failed(str sentence)`` if the log could not be read.
    """

    failed = Signal(str)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(name, self)
        self._task: Task | None = None

    def begin(self, read: Callable[[Task, Opened], Answer], then: Callable[[Answer], None]) -> None:
        """Begin ``read``, and let go of what was begun before; returns at once.

        ``read(task, opened)`` calls ``opened`` with the connection that is to be interrupted if the task is cancelled.
        """
        if self._task is not None:
            self._task.cancel()
        self._task = self._background.run_task(
            lambda task: read(task, lambda connection: task.interrupt_by(connection.interrupt)),
            then,
            lambda error: self.failed.emit(str(error)),
        )

    def close(self) -> None:
        """Tell nothing more, and end the threads."""
        self._background.close()
