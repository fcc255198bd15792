"""Reads the statistics on a thread of its own, and what plots them: the window never waits for either."""

from __future__ import annotations

import importlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.decisions.statistics import read_statistics
from cowrite.errors import UserError
from cowrite.settings.logs import SORRY

logger = logging.getLogger(__name__)


class InsightsReader(QObject):
    """Reads the log at ``path``. Only the answer to the last question is told.

    Signals, on the thread that made it: ``answered(Statistics)``, then ``plots_ready()``; or ``failed(str sentence)``.
    """

    answered = Signal(object)
    plots_ready = Signal()
    failed = Signal(str)
    _told = Signal(object, str, object)

    def __init__(
        self, path: Path, now_ms: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._now_ms = now_ms
        self._jobs: list[_Job] = []
        self._told.connect(self._on_told)

    def ask(self, days: int | None) -> None:
        """Begin to read the last ``days`` days, None for all; returns at once."""
        self._jobs = [job for job in self._jobs if job.is_alive()]
        for job in self._jobs:
            job.cancel()
        job = _Job(self._path, self._now_ms(), days, self._told.emit)
        self._jobs.append(job)
        job.start()

    def close(self) -> None:
        """Tell nothing more, and end the threads."""
        for job in self._jobs:
            job.cancel()
        for job in self._jobs:
            job.join()
        self._jobs = []

    def _on_told(self, job: _Job, what: str, answer: object) -> None:
        if not self._jobs or job is not self._jobs[-1]:
            return
        match what:
            case "statistics":
                self.answered.emit(answer)
            case "plots":
                self.plots_ready.emit()
            case _:
                self.failed.emit(str(answer))


class _Job(threading.Thread):
    """One reading. ``tell(job, what, answer)`` is called on this thread."""

    def __init__(
        self,
        path: Path,
        now_ms: int,
        days: int | None,
        tell: Callable[[_Job, str, object], None],
    ) -> None:
        super().__init__(name="cowrite-insights", daemon=True)
        self._path = path
        self._moment = now_ms
        self._days = days
        self._tell = tell
        self._cancelled = threading.Event()
        self._connection: sqlite3.Connection | None = None

    def cancel(self) -> None:
        """Stop reading as soon as possible and tell nothing more. For any thread."""
        self._cancelled.set()
        connection = self._connection
        if connection is not None:
            with suppress(sqlite3.Error):  # closed in this moment
                connection.interrupt()

    def run(self) -> None:
        """Read, and import what plots: numpy takes its time."""
        try:
            statistics = read_statistics(self._path, self._moment, self._days, self._opened)
            self._say("statistics", statistics)
            if not (statistics.is_empty or self._cancelled.is_set()):
                importlib.import_module("cowrite.editor.insights_plots")
                self._say("plots", None)
        except UserError as error:
            self._say("failed", str(error))
        except Exception:
            if not self._cancelled.is_set():
                logger.exception("the insights could not be read")
                self._say("failed", SORRY)

    def _opened(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        if self._cancelled.is_set():
            connection.interrupt()

    def _say(self, what: str, answer: object) -> None:
        if not self._cancelled.is_set():
            self._tell(self, what, answer)
