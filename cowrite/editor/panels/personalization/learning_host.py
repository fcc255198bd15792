"""The learning process: a child of the window's, so that typing stays smooth and it can be ended at any moment.

It says how far it is on its standard output, a line each, and takes “pause”, “resume” and “stop” as lines on its
standard input, whose end means stop. Killing it loses nothing but the minutes since its last checkpoint.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import psutil
from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from cowrite.base.errors import UserError
from cowrite.editor.panels.personalization.learning_run import LearningRun
from cowrite.personalize.learning_messages import (
    Ending,
    LearningPreview,
    LearningResult,
    parse_preview,
    parse_result,
)
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress, parse_progress

# A model that is being loaded cannot be interrupted; after that it is not going to answer.
STOP_PATIENCE_MS = 20_000
CLOSE_PATIENCE_MS = 1_500
# A line is some hundred bytes; whoever writes so many without an end is not talking to us.
LONGEST_LINE = 4 << 20
CANNOT_START = "Learning could not be started. Nothing was changed."
NOT_UNDERSTOOD = "The texts to learn from could not be read."
LOOK_AGAIN = "Check again. If that does not help, run “cowrite doctor” to find out why."
ENDED_BADLY = "Learning ended before it was finished. Nothing was changed."
START_AGAIN = "Start it again to continue where it stopped. The error log has the details."
INSTALL_AGAIN = "Restart Cowrite. If that does not help, reinstall it."


class Child(QObject):
    """One child process whose lines are heard. Signals: ``said(str line)``, ``ended(int status, str stderr)``;
    the status is -1 if it crashed or was killed, and None if it could not be started.
    """

    said = Signal(str)
    ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._rest = b""
        self._stderr = b""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._kill)

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
        self._process, self._rest, self._stderr = process, b"", b""
        process.start(command[0], list(command[1:]))

    def tell(self, line: str) -> None:
        """Send a line; a child that has just ended does not hear it."""
        if self._process is not None:
            self._process.write(line.encode() + b"\n")

    def end_within(self, ms: int) -> None:
        """Kill it if it has not ended by itself then."""
        if self._process is not None:
            self._patience.start(ms)

    def close(self, patience_ms: int = 0) -> None:
        """End it now; waits at most about ``patience_ms``. Says nothing more."""
        process, self._process = self._process, None
        self._patience.stop()
        if process is None:
            return
        process.blockSignals(True)
        process.closeWriteChannel()
        if not (patience_ms and process.waitForFinished(patience_ms)):
            _kill_tree(process)
            process.waitForFinished(500)
        process.deleteLater()

    def _kill(self) -> None:
        if self._process is not None:
            _kill_tree(self._process)

    def _on_output(self) -> None:
        if self._process is None:
            return
        data = self._rest + bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = data.split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            self._rest = b""
        for line in lines:
            self.said.emit(line.decode("utf-8", "replace"))

    def _on_stderr(self) -> None:
        if self._process is not None:
            data = bytes(self._process.readAllStandardError().data())
            self._stderr = (self._stderr + data)[-4096:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end(None)

    def _on_finished(self, status: int, how: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_stderr()
        if self._rest:
            self.said.emit(self._rest.decode("utf-8", "replace"))
        self._end(status if how is QProcess.ExitStatus.NormalExit else -1)

    def _end(self, status: int | None) -> None:
        process, self._process = self._process, None
        self._patience.stop()
        if process is not None:
            process.deleteLater()
            self.ended.emit(status, self._stderr.decode("utf-8", "replace"))


def _kill_tree(process: QProcess) -> None:
    """The child has one of its own that trains; it must not outlive both of us."""
    with contextlib.suppress(psutil.Error, OSError):
        for below in psutil.Process(process.processId()).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                below.kill()
    process.kill()


class LearningHost(QObject):
    """At most one run at a time.

    It pauses while the writer says so, or while it has to give way to what the writer does. Signals: ``started()``,
    ``progressed(TrainingProgress)``, ``pausing(bool)`` when it is to hold or may go on, ``ended(LearningResult)``.
    """

    started = Signal()
    progressed = Signal(object)
    pausing = Signal(bool)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = Child(self)
        self._child.said.connect(self._on_line)
        self._child.ended.connect(self._on_ended)
        self._result: LearningResult | None = None
        self._last: TrainingProgress | None = None
        self._run = LearningRun()
        self._held_by_writer = False
        self._gives_way = False
        self._stopping = False
        self._told_to_pause = False

    @property
    def is_running(self) -> bool:
        """Whether it learns, or is on its way to the end."""
        return self._child.is_running

    @property
    def is_held(self) -> bool:
        """Whether the writer paused it."""
        return self._held_by_writer

    @property
    def gives_way(self) -> bool:
        """Whether it holds because the writer is busy."""
        return self._gives_way

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping

    @property
    def last(self) -> TrainingProgress | None:
        """What it said last in this run."""
        return self._last

    @property
    def run(self) -> LearningRun:
        """All that is to be shown of this run, or of the last one."""
        return self._run

    def start(self, command: Sequence[str]) -> None:
        """Begin, unless it is going on already."""
        if self.is_running:
            return
        self._result, self._last, self._run = None, None, LearningRun()
        self._held_by_writer = self._gives_way = self._stopping = self._told_to_pause = False
        self._child.start(command)
        self.started.emit()

    def hold(self, held: bool) -> None:
        """The writer wants it to pause, or to go on."""
        if self.is_running and not self._stopping:
            self._held_by_writer = held
            self._tell_pause()

    def give_way(self, busy: bool) -> None:
        """The writer is busy, or no longer."""
        if self.is_running and busy != self._gives_way:
            self._gives_way = busy
            self._tell_pause()

    def stop(self) -> None:
        """Ask it to keep what it has and to end; ``ended`` says when it has."""
        if self.is_running and not self._stopping:
            self._stopping = True
            self._child.tell("stop")
            self._child.end_within(STOP_PATIENCE_MS)
            self.pausing.emit(False)

    def close(self) -> None:
        """End it now, at most within about two seconds. Says nothing more."""
        if self.is_running:
            self._child.tell("stop")
        self._child.close(CLOSE_PATIENCE_MS)

    def _tell_pause(self) -> None:
        pause = (self._held_by_writer or self._gives_way) and not self._stopping
        if pause != self._told_to_pause and not self._stopping:
            self._told_to_pause = pause
            self._child.tell("pause" if pause else "resume")
        self.pausing.emit(pause)

    def _on_line(self, line: str) -> None:
        result = parse_result(line)
        if result is not None:
            self._result = result
            return
        progress = parse_progress(line)
        if progress is not None:
            self._last = progress
            self._run.add(progress)
            if not self._stopping:
                self.progressed.emit(progress)

    def _on_ended(self, status: int | None, stderr: str) -> None:
        self.ended.emit(self._result or self._without_result(status, stderr))
        self._stopping = False

    def _without_result(self, status: int | None, stderr: str) -> LearningResult:
        """It was killed, crashed, or never came to life."""
        if self._stopping:
            return LearningResult(status=Ending.STOPPED)
        if status is None:
            return LearningResult(status=Ending.FAILED, reason=CANNOT_START, advice=INSTALL_AGAIN)
        if self._last is not None and self._last.phase is TrainingPhase.FAILED:
            return LearningResult(
                status=Ending.FAILED, reason=self._last.message, advice=self._last.advice
            )
        if sentence := said_on_stderr(stderr):
            return LearningResult(status=Ending.FAILED, reason=sentence)
        return LearningResult(status=Ending.FAILED, reason=ENDED_BADLY, advice=START_AGAIN)


class LearningLook(QObject):
    """Asks what there is to learn from. Signals: ``found(LearningPreview)`` or ``failed(UserError)``."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = Child(self)
        self._child.said.connect(self._on_line)
        self._child.ended.connect(self._on_ended)
        self._found: LearningPreview | None = None

    @property
    def is_running(self) -> bool:
        """Whether the answer is still to come."""
        return self._child.is_running

    def start(self, command: Sequence[str]) -> None:
        """Look, unless it is looking already."""
        if not self.is_running:
            self._found = None
            self._child.start(command)

    def refuse(self, error: UserError) -> None:
        """There is no need to look."""
        self.failed.emit(error)

    def close(self) -> None:
        """Look no more."""
        self._child.close()

    def _on_line(self, line: str) -> None:
        self._found = parse_preview(line) or self._found

    def _on_ended(self, status: int | None, stderr: str) -> None:
        if self._found is not None and status == 0:
            self.found.emit(self._found)
        elif status is None:
            self.failed.emit(UserError(CANNOT_START, INSTALL_AGAIN))
        else:
            sentence = said_on_stderr(stderr)
            self.failed.emit(
                UserError(sentence) if sentence else UserError(NOT_UNDERSTOOD, LOOK_AGAIN)
            )


def said_on_stderr(output: str) -> str:
    """The plain sentence with which a command ends that cannot do what it was asked; empty if there is none."""
    lines = [line for line in output.splitlines() if line.startswith("cowrite: ")]
    return lines[-1].removeprefix("cowrite: ").strip() if lines else ""
