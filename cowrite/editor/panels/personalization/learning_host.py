"""The learning process: a child of the window's, so that typing stays smooth and it can be ended at any moment.

It says how far it is on its standard output, a line each, and takes “pause”, “resume” and “stop” as lines on its
standard input, whose end means stop. Killing it loses nothing but the minutes since its last checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.editor.common.child_process import ChildProcess
from cowrite.editor.panels.personalization.learning_run import LearningRun
from cowrite.localization import tr, tr_noop
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
CANNOT_START = tr_noop("Learning could not be started. Nothing was changed.")
NOT_UNDERSTOOD = tr_noop("The texts to learn from could not be read.")
CHECK_AGAIN = tr_noop("Check again. If that does not help, run “cowrite doctor” to find out why.")
ENDED_BADLY = tr_noop("Learning ended before it was finished. Nothing was changed.")
START_AGAIN = tr_noop("Start it again to continue where it stopped. The error log has the details.")
INSTALL_AGAIN = tr_noop("Restart Cowrite. If that does not help, reinstall it.")


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
        self._child = ChildProcess(self)
        self._child.line_read.connect(self._on_line)
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
            self._child.write_line("stop")
            self._child.kill_after(STOP_PATIENCE_MS)
            self.pausing.emit(False)

    def close(self) -> None:
        """End it now, at most within about two seconds. Says nothing more."""
        if self.is_running:
            self._child.write_line("stop")
        self._child.close(CLOSE_PATIENCE_MS)

    def _tell_pause(self) -> None:
        pause = (self._held_by_writer or self._gives_way) and not self._stopping
        if pause != self._told_to_pause and not self._stopping:
            self._told_to_pause = pause
            self._child.write_line("pause" if pause else "resume")
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
            return LearningResult(
                status=Ending.FAILED, reason=tr(CANNOT_START), advice=tr(INSTALL_AGAIN)
            )
        if self._last is not None and self._last.phase is TrainingPhase.FAILED:
            return LearningResult(
                status=Ending.FAILED, reason=self._last.message, advice=self._last.advice
            )
        if sentence := said_on_stderr(stderr):
            return LearningResult(status=Ending.FAILED, reason=sentence)
        return LearningResult(status=Ending.FAILED, reason=tr(ENDED_BADLY), advice=tr(START_AGAIN))


class PreviewReader(QObject):
    """Asks what there is to learn from. Signals: ``found(LearningPreview)`` or ``failed(UserError)``."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = ChildProcess(self)
        self._child.line_read.connect(self._on_line)
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
            self.failed.emit(UserError(tr(CANNOT_START), tr(INSTALL_AGAIN)))
        else:
            sentence = said_on_stderr(stderr)
            self.failed.emit(
                UserError(sentence) if sentence else UserError(tr(NOT_UNDERSTOOD), tr(CHECK_AGAIN))
            )


def said_on_stderr(output: str) -> str:
    """The plain sentence with which a command ends that cannot do what it was asked; empty if there is none."""
    lines = [line for line in output.splitlines() if line.startswith("cowrite: ")]
    return lines[-1].removeprefix("cowrite: ").strip() if lines else ""
