"""Reads the statistics on a thread of its own, and what plots them: the window never waits for either."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.decisions.statistics.statistics import read_statistics
from cowrite.editor.common.log_reader import LogReader, Reading


class InsightsReader(LogReader):
    """Reads the log at ``path``. Only the answer to the last question is told.

    Signals, on the thread that made it: ``answered(Statistics)``, then ``plots_ready()``; or ``failed(str sentence)``.
    """

    answered = Signal(object)
    plots_ready = Signal()

    def __init__(
        self, path: Path, now_ms: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__("cowrite-insights", parent)
        self._path = path
        self._now_ms = now_ms
        self.told.connect(self._on_told)

    def ask(self, days: int | None) -> None:
        """Begin to read the last ``days`` days, None for all; returns at once."""
        now_ms = self._now_ms()

        def read(reading: Reading) -> None:
            statistics = read_statistics(self._path, now_ms, days, reading.opened)
            reading.say("statistics", statistics)
            if not (statistics.is_empty or reading.is_cancelled):
                importlib.import_module(
                    "cowrite.editor.panels.shared.plots"
                )  # numpy takes its time
                reading.say("plots", None)

        self.begin(read)

    def _on_told(self, what: str, answer: object) -> None:
        if what == "statistics":
            self.answered.emit(answer)
        else:
            self.plots_ready.emit()
