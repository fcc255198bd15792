"""Installs a model from the window: a child process does it, so that typing stays smooth and it can be stopped."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from cowrite.base.errors import UserError
from cowrite.models.progress import InstallPhase, InstallProgress, parse_progress

STOP_TIMEOUT_MS = 5_000


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
        self._process: QProcess | None = None
        self._stopping = False
        self._rest = b""
        self._last: InstallProgress | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(STOP_TIMEOUT_MS)
        self._patience.timeout.connect(self._on_out_of_patience)

    @property
    def is_running(self) -> bool:
        """Whether something is being installed."""
        return self._process is not None

    def start(self, command: Sequence[str]) -> None:
        """Begin, unless it is going on already."""
        if self._process is not None:
            return
        self._stopping, self._rest, self._last = False, b"", None
        process = QProcess(self)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.setStandardInputFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        process.start(command[0], list(command[1:]))

    def stop(self) -> None:
        """Ask the child to clear away what is half done and to end; ``stopped`` says when it has."""
        if self._process is not None and not self._stopping:
            self._stopping = True
            self._process.terminate()
            self._patience.start()

    def close(self) -> None:
        """End it now and wait. Says nothing more."""
        process, self._process = self._process, None
        self._patience.stop()
        if process is None:
            return
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)
        process.terminate()
        if not process.waitForFinished(STOP_TIMEOUT_MS):
            process.kill()
            process.waitForFinished(STOP_TIMEOUT_MS)
        process.deleteLater()

    def _on_out_of_patience(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _on_output(self) -> None:
        if self._process is None:
            return
        data = self._rest + bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = data.split(b"\n")
        for line in lines:
            progress = parse_progress(line.decode("utf-8", "replace"))
            if progress is None:
                continue
            self._last = progress
            if progress.phase is not InstallPhase.FAILED and not self._stopping:
                self.progressed.emit(progress)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end()

    def _on_finished(self) -> None:
        self._on_output()
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        self._patience.stop()
        if process is not None:
            process.deleteLater()
        last = self._last
        if last is not None and last.phase is InstallPhase.DONE:
            self.installed.emit()
        elif self._stopping:
            self.stopped.emit()
        elif last is not None and last.message:
            self.failed.emit(UserError(last.message, last.advice))
        else:
            self.failed.emit(
                UserError(
                    "The model could not be installed. Nothing was changed.",
                    "Try again. You can write without it.",
                )
            )
