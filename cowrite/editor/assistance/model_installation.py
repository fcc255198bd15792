"""One model on its way onto this machine: downloaded or imported by a child process, paused, gone on with, given up.

The window may be closed meanwhile, and typing stays smooth. What was downloaded stays when it is paused or the program
ends, and is gone on with when the writer asks for it again. Cancelled in any step, it leaves nothing. The last step,
the exam, comes when the model is in place: it may be skipped, and taken later by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.editor.common.child_process import ChildProcess
from cowrite.localization import tr, tr_noop
from cowrite.models.progress import InstallPhase, InstallProgress, parse_progress

PAUSE_PATIENCE_MS = 5_000
"""Until a download has put down what arrived."""
CANCEL_PATIENCE_MS = 1_500
"""Then it is killed: a step may be within one long computation, and what it leaves is cleared away."""
KILLED = -1
NOT_EXAMINED = tr_noop("The exam could not be taken.")
NOT_INSTALLED = tr_noop("The model could not be installed. Nothing was changed.")
TRY_AGAIN = tr_noop("Try again. You can write without it.")

ModelsCommand = Callable[[Sequence[str]], Sequence[str]]
"""From the words after ``cowrite models`` to the command line of this very program."""


class InstallationState(StrEnum):
    """How an installation stands."""

    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    SKIPPING = "skipping"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installing:
    """What is known of an installation: of the model ``id`` of the catalogue, or else of what lies at ``path``.

    ``is_exam``: the model is there, and only its exam is taken.
    """

    name: str
    id: str = ""
    path: str = ""
    is_exam: bool = False
    state: InstallationState = InstallationState.RUNNING
    progress: InstallProgress | None = None
    problem: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether a process works on it."""
        return self.state in _UNDER_WAY

    @property
    def is_in_place(self) -> bool:
        """Whether the model is there, whatever becomes of the rest."""
        return self.is_exam or (self.progress is not None and bool(self.progress.model))

    @property
    def words(self) -> list[str]:
        """What stands after ``cowrite models`` to have it done."""
        if self.is_exam:
            return ["exam", self.id, "--lines"]
        return ["import", self.path, "--json"] if self.path else ["install", self.id, "--json"]

    @property
    def words_to_discard(self) -> list[str]:
        """The same to have deleted what it left."""
        return (
            ["import", self.path, "--discard"] if self.path else ["download", self.id, "--discard"]
        )


_UNDER_WAY = frozenset(
    {
        InstallationState.RUNNING,
        InstallationState.PAUSING,
        InstallationState.CANCELLING,
        InstallationState.SKIPPING,
    }
)


class ModelInstallation(QObject):
    """At most one at a time. ``command`` makes the command line of ``cowrite models …``.

    Signals: ``changed()`` whenever :attr:`current` does; ``installed(str name)`` when a model is in place;
    ``examined()`` when its exam is over, or one that was taken by itself.
    """

    changed = Signal()
    installed = Signal(str)
    examined = Signal()

    def __init__(self, command: ModelsCommand, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._child = ChildProcess(self)
        self._child.line_read.connect(self._on_line)
        self._child.ended.connect(self._on_ended)
        self._clears = False
        self._current: Installing | None = None

    @property
    def current(self) -> Installing | None:
        """The one under way, or the last one as long as it was not put away."""
        return self._current

    @property
    def is_running(self) -> bool:
        """Whether a process works for it."""
        return self._child.is_running

    def download(self, model_id: str, name: str) -> None:
        """Get the model ``model_id`` of the catalogue; it goes on where it was left."""
        self._start(Installing(name=name, id=model_id))

    def import_path(self, path: Path) -> None:
        """Take in a GGUF file or a model's folder."""
        self._start(Installing(name=path.name, path=str(path)))

    def examine(self, model_id: str, name: str) -> None:
        """Find out what the installed model ``model_id`` does with passages."""
        self._start(Installing(name=name, id=model_id, is_exam=True))

    def pause(self) -> None:
        """End the process and keep what is there."""
        self._end(InstallationState.PAUSING, PAUSE_PATIENCE_MS)

    def skip_exam(self) -> None:
        """The model is in place: end the process."""
        if self._current is not None and self._current.is_in_place:
            self._end(InstallationState.SKIPPING, CANCEL_PATIENCE_MS)

    def resume(self) -> None:
        """Go on with what was paused or failed."""
        if self._current is not None and not self.is_running:
            self._start(replace(self._current, problem=""))

    def cancel(self) -> None:
        """End it, and keep nothing of it but a model that is in place."""
        current = self._current
        if current is not None and current.is_in_place and self.is_running:
            self.skip_exam()
        elif self.is_running:
            self._end(InstallationState.CANCELLING, CANCEL_PATIENCE_MS)
        elif current is not None and current.is_exam:
            self._show(None)
        elif current is not None:
            self._clear_away(current)

    def discard(self, model_id: str, name: str) -> None:
        """Delete what was downloaded of the model ``model_id`` before."""
        if not self.is_running:
            self._clear_away(Installing(name=name, id=model_id))

    def put_away(self) -> None:
        """Forget the last one, which has ended."""
        if not self.is_running:
            self._show(None)

    def close(self) -> None:
        """The program ends. What was downloaded stays."""
        self._child.terminate()
        self._child.close(CANCEL_PATIENCE_MS)

    def _start(self, installing: Installing) -> None:
        if self.is_running:
            return
        self._child.start(self._command(installing.words))
        self._child.close_input()
        self._show(replace(installing, state=InstallationState.RUNNING, problem=""))

    def _end(self, state: InstallationState, patience_ms: int) -> None:
        if self._current is None or self._current.state is not InstallationState.RUNNING:
            return
        self._show(replace(self._current, state=state))
        self._child.terminate()
        self._child.kill_after(patience_ms)

    def _clear_away(self, current: Installing) -> None:
        """Have deleted what was downloaded, and what a killed process has left."""
        self._clears = True
        self._show(replace(current, state=InstallationState.CANCELLING))
        self._child.start(self._command(current.words_to_discard))
        self._child.close_input()

    def _show(self, current: Installing | None) -> None:
        if current != self._current:
            self._current = current
            self.changed.emit()

    def _on_line(self, line: str) -> None:
        progress = parse_progress(line)
        if progress is not None and self._current is not None and not self._clears:
            was_in_place = self._current.is_in_place
            self._show(replace(self._current, progress=progress))
            if self._current.is_in_place and not was_in_place:
                self.installed.emit(self._current.name)

    def _on_ended(self, status: int | None, _stderr: str) -> None:
        current = self._current
        if current is None:
            return
        was_killed = status == KILLED
        if self._clears:
            self._clears = False
            self._show(None)
        elif current.is_exam:
            self._on_exam_ended(current)
        elif current.is_in_place:
            self._show(replace(current, state=InstallationState.DONE))
            self.examined.emit()
        elif current.state is InstallationState.CANCELLING:
            # An import that ended by itself has cleared away behind itself.
            if current.path and not was_killed:
                self._show(None)
            else:
                self._clear_away(current)
        elif current.state is InstallationState.PAUSING:
            self._show(replace(current, state=InstallationState.PAUSED))
        else:
            self._show(_failed(current))

    def _on_exam_ended(self, current: Installing) -> None:
        last = current.progress
        if current.state is InstallationState.SKIPPING:
            self._show(None)
        elif last is not None and last.phase is InstallPhase.DONE:
            self._show(replace(current, state=InstallationState.DONE))
        else:
            self._show(_failed(current))
        self.examined.emit()


def _failed(current: Installing) -> Installing:
    last = current.progress
    error = UserError(tr(NOT_EXAMINED if current.is_exam else NOT_INSTALLED), tr(TRY_AGAIN))
    if last is not None and last.message:
        error = UserError(last.message, last.advice)
    return replace(current, state=InstallationState.FAILED, problem=str(error))
