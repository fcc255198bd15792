"""Installs a model from the window: a child process does it, so that typing stays smooth and it can be stopped."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.editor.common.child_process import ChildProcess
from cowrite.localization import tr, tr_noop
from cowrite.models.progress import InstallPhase, InstallProgress, parse_progress

# It clears away what is half done.
STOP_PATIENCE_MS = 5_000
NOT_INSTALLED = tr_noop("The model could not be installed. Nothing was changed.")
TRY_AGAIN = tr_noop("Try again. You can write without it.")


class ModelSetup(QObject):
    """At most one installation at a time.

    Signals: ``progressed(InstallProgress)``; then one of ``installed()``, ``failed(UserError)``, ``stopped()``.
    """

    progressed = Signal(object)
    installed = Signal()
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = ChildProcess(self)
        self._child.line_read.connect(self._on_line)
        self._child.ended.connect(self._on_ended)
        self._stopping = False
        self._last: InstallProgress | None = None

    @property
    def is_running(self) -> bool:
        """Whether something is being installed."""
        return self._child.is_running

    def start(self, command: Sequence[str]) -> None:
        """Begin, unless it is going on already."""
        if self.is_running:
            return
        self._stopping, self._last = False, None
        self._child.start(command)
        self._child.close_input()  # it asks nothing

    def stop(self) -> None:
        """Ask the child to clear away what is half done and to end; ``stopped`` says when it has."""
        if self.is_running and not self._stopping:
            self._stopping = True
            self._child.terminate()
            self._child.kill_after(STOP_PATIENCE_MS)

    def close(self) -> None:
        """End it now and wait, at most some seconds. Says nothing more."""
        self._child.terminate()
        self._child.close(STOP_PATIENCE_MS)

    def _on_line(self, line: str) -> None:
        progress = parse_progress(line)
        if progress is None:
            return
        self._last = progress
        if progress.phase is not InstallPhase.FAILED and not self._stopping:
            self.progressed.emit(progress)

    def _on_ended(self, _status: int | None, _stderr: str) -> None:
        last = self._last
        if last is not None and last.phase is InstallPhase.DONE:
            self.installed.emit()
        elif self._stopping:
            self.stopped.emit()
        elif last is not None and last.message:
            self.failed.emit(UserError(last.message, last.advice))
        else:
            self.failed.emit(UserError(tr(NOT_INSTALLED), tr(TRY_AGAIN)))
