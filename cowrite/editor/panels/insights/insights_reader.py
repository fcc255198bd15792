"""Reads the statistics, and what plots them, beside the window's thread: the window never waits for either."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.decisions.statistics.statistics import read_statistics
from cowrite.editor.common.background import Task
from cowrite.editor.common.log_reader import LogReader, Opened


class InsightsReader(LogReader):
    """Reads the log at ``path``. Only the answer to the last question is told.

    Signals, on the thread that made it: ``answered(Statistics)``, then ``plots_ready()``; or ``failed(str sentence)``.
    """

    answered = Signal(object)
    plots_ready = Signal()

    def __init__(
        self, path: Path, now_ms: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__("insights", parent)
        self._path = path
        self._now_ms = now_ms

    def ask(self, days: int | None) -> None:
        """Begin to read the last ``days`` days, None for all; returns at once."""
        now_ms = self._now_ms()

        def read(task: Task, opened: Opened) -> bool:
            statistics = read_statistics(self._path, now_ms, days, opened)
            task.deliver(lambda: self.answered.emit(statistics))
            if statistics.is_empty or task.is_cancelled:
                return False
            importlib.import_module("cowrite.editor.panels.shared.plots")  # numpy takes its time
            return True

        self.begin(read, self._on_read)

    def _on_read(self, has_plots: bool) -> None:
        if has_plots:
            self.plots_ready.emit()
