"""The one child process host: a program beside the window whose lines are read, and which never outlives it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

# A line is some hundred bytes; whoever writes so many without an end is not talking to us.
LONGEST_LINE = 4 << 20
STDERR_BYTES = 4096
KILL_PATIENCE_MS = 500


class ChildProcess(QObject):
    """At most one process at a time.

    Signals: ``line_read(str)`` for each line of its standard output; ``ended(status, str stderr)``, once: the status is
    -1 if it crashed or was killed, and None if it could not be started, and ``stderr`` the last 4 KB of that.
    """

    line_read = Signal(str)
    ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._partial_line = b""
        self._stderr = b""
        self._kill_timer = QTimer(self)
        self._kill_timer.setSingleShot(True)
        self._kill_timer.timeout.connect(self._kill)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process is not None

    def start(self, command: Sequence[str]) -> None:
        """Begin; there must be none running."""
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_stderr)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process, self._partial_line, self._stderr = process, b"", b""
        process.start(command[0], list(command[1:]))

    def write_line(self, line: str) -> None:
        """Send a line to its standard input; a child that has just ended does not hear it."""
        if self._process is not None:
            self._process.write(line.encode() + b"\n")

    def close_input(self) -> None:
        """Let it read the end of its standard input."""
        if self._process is not None:
            self._process.closeWriteChannel()

    def terminate(self) -> None:
        """Ask it to end, as the system does: SIGTERM, or a message that its windows are to close."""
        if self._process is not None:
            self._process.terminate()

    def kill_after(self, delay_ms: int) -> None:
        """Kill it, and what it started, if it has not ended by itself then."""
        if self._process is not None:
            self._kill_timer.start(delay_ms)

    def close(self, patience_ms: int = 0) -> None:
        """End it now; waits at most about ``patience_ms`` and half a second. Emits nothing more."""
        process, self._process = self._process, None
        self._kill_timer.stop()
        if process is None:
            return
        process.blockSignals(True)
        process.closeWriteChannel()
        if not (patience_ms and process.waitForFinished(patience_ms)):
            _kill_tree(process)
            process.waitForFinished(KILL_PATIENCE_MS)
        process.deleteLater()

    def _kill(self) -> None:
        if self._process is not None:
            _kill_tree(self._process)

    def _on_output(self) -> None:
        if self._process is None:
            return
        data = self._partial_line + bytes(self._process.readAllStandardOutput().data())
        *lines, self._partial_line = data.split(b"\n")
        if len(self._partial_line) > LONGEST_LINE:
            self._partial_line = b""
        for line in lines:
            self.line_read.emit(line.decode("utf-8", "replace"))

    def _on_stderr(self) -> None:
        if self._process is not None:
            data = bytes(self._process.readAllStandardError().data())
            self._stderr = (self._stderr + data)[-STDERR_BYTES:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end(None)

    def _on_finished(self, status: int, how: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_stderr()
        if self._partial_line:
            self.line_read.emit(self._partial_line.decode("utf-8", "replace"))
        self._end(status if how is QProcess.ExitStatus.NormalExit else -1)

    def _end(self, status: int | None) -> None:
        process, self._process = self._process, None
        self._kill_timer.stop()
        if process is not None:
            process.deleteLater()
            self.ended.emit(status, self._stderr.decode("utf-8", "replace"))


def _kill_tree(process: QProcess) -> None:
    """The child may have one of its own; it must not outlive both of us."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        for below in psutil.Process(process.processId()).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                below.kill()
    process.kill()
