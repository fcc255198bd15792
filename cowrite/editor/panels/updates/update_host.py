"""Asks for newer versions, and downloads one, in a child process: the window's own process asks nobody anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from cowrite.editor.common.child_process import ChildProcess
from cowrite.localization import tr
from cowrite.updates.report import UpdateReport, parse_report

STOP_PATIENCE_MS = 3_000
ENDS_IN_ORDER = (0, 2, 130)
"""Done, refused with a sentence, stopped."""
UpdateCommand = Callable[[str], Sequence[str]]
"""The command line for “check” or “download”."""


class UpdateHost(QObject):
    """One question at a time. ``changed()``: something was heard, or it began or ended."""

    changed = Signal()

    def __init__(self, command: UpdateCommand, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._child = ChildProcess(self)
        self._child.line_read.connect(self._on_line)
        self._child.ended.connect(self._on_ended)
        self.report: UpdateReport | None = None
        """The last that was heard."""
        self.news: UpdateReport | None = None
        """The last that told of a version: a download that fails does not take it away."""
        self.action = ""
        self.is_paused = False
        """Whether the writer stopped the download."""
        self._heard = False

    @property
    def is_running(self) -> bool:
        """Whether somebody is being asked."""
        return self._child.is_running

    def check(self) -> None:
        """Ask whether there is a newer version."""
        self._start("check")

    def download(self) -> None:
        """Fetch the installer, going on from what is there."""
        self._start("download")

    def stop(self) -> None:
        """Ask and download no more; what has arrived is kept."""
        self.is_paused = self.is_running and self.action == "download"
        self._child.close_input()
        self._child.kill_after(STOP_PATIENCE_MS)

    def close(self) -> None:
        """End it now. Says nothing more."""
        self._child.close(STOP_PATIENCE_MS)

    def _start(self, action: str) -> None:
        if self.is_running:
            return
        self.action, self.is_paused, self._heard = action, False, False
        self._child.start(self._command(action))
        self.changed.emit()

    def _on_line(self, line: str) -> None:
        report = parse_report(line)
        if report is not None:
            self.report, self._heard = report, True
            if not report.problem:
                self.news = report
            self.changed.emit()

    def _on_ended(self, status: int | None, _stderr: str) -> None:
        if not self.is_paused and (not self._heard or status not in ENDS_IN_ORDER):
            self.report = _ended_unexpectedly(self.action)
        self.changed.emit()


def _ended_unexpectedly(action: str) -> UpdateReport:
    if action == "check":
        return UpdateReport(
            problem=tr("The check for newer versions ended unexpectedly."),
            advice=tr("Try again later."),
        )
    return UpdateReport(
        problem=tr("The download ended unexpectedly."),
        advice=tr("Try again: it goes on from where it was."),
    )
