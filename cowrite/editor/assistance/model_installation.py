"""One model on its way onto this machine: downloaded or imported by a child process, paused, gone on with, given up.

The window may be closed meanwhile, and typing stays smooth. What was downloaded stays when it is paused or the program
ends, and is gone on with when the writer asks for it again.
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

STOP_PATIENCE_MS = 5_000
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
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installing:
    """What is known of an installation: of the model ``id`` of the catalogue, or else of what lies at ``path``."""

    name: str
    id: str = ""
    path: str = ""
    state: InstallationState = InstallationState.RUNNING
    progress: InstallProgress | None = None
    problem: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether a process works on it."""
        return self.state in _UNDER_WAY


_UNDER_WAY = frozenset(
    {InstallationState.RUNNING, InstallationState.PAUSING, InstallationState.CANCELLING}
)


class ModelInstallation(QObject):
    """At most one at a time. ``command`` makes the command line of ``cowrite models …``.

    Signals: ``changed()`` whenever :attr:`current` does; ``installed(str name)`` when a model is there.
    """

    changed = Signal()
    installed = Signal(str)

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

    def pause(self) -> None:
        """End the process and keep what is there."""
        self._end(InstallationState.PAUSING)

    def resume(self) -> None:
        """Go on with what was paused or failed."""
        if self._current is not None and not self.is_running:
            self._start(replace(self._current, problem=""))

    def cancel(self) -> None:
        """End it, and keep nothing of it."""
        if self.is_running:
            self._end(InstallationState.CANCELLING)
        else:
            self._clear_away()

    def discard(self, model_id: str, name: str) -> None:
        """Delete what was downloaded of the model ``model_id`` before."""
        if not self.is_running:
            self._current = Installing(name=name, id=model_id)
            self._clear_away()

    def put_away(self) -> None:
        """Forget the last one, which has ended."""
        if not self.is_running:
            self._show(None)

    def close(self) -> None:
        """The program ends. What was downloaded stays."""
        self._child.terminate()
        self._child.close(STOP_PATIENCE_MS)

    def _start(self, installing: Installing) -> None:
        if self.is_running:
            return
        words = ("import", installing.path) if installing.path else ("install", installing.id)
        self._child.start(self._command([*words, "--json"]))
        self._child.close_input()
        self._show(replace(installing, state=InstallationState.RUNNING, problem=""))

    def _end(self, state: InstallationState) -> None:
        if self._current is None or self._current.state is not InstallationState.RUNNING:
            return
        self._show(replace(self._current, state=state))
        self._child.terminate()
        self._child.kill_after(STOP_PATIENCE_MS)

    def _clear_away(self) -> None:
        """Have what was downloaded deleted; of an import nothing was left."""
        current = self._current
        if current is None or not current.id:
            self._show(None)
            return
        self._clears = True
        self._show(replace(current, state=InstallationState.CANCELLING))
        self._child.start(self._command(["download", current.id, "--discard"]))
        self._child.close_input()

    def _show(self, current: Installing | None) -> None:
        if current != self._current:
            self._current = current
            self.changed.emit()

    def _on_line(self, line: str) -> None:
        progress = parse_progress(line)
        if progress is not None and self._current is not None and not self._clears:
            self._show(replace(self._current, progress=progress))

    def _on_ended(self, _status: int | None, _stderr: str) -> None:
        current = self._current
        if current is None:
            return
        last = current.progress
        if self._clears:
            self._clears = False
            self._show(None)
        elif last is not None and last.phase is InstallPhase.DONE:
            self._show(replace(current, state=InstallationState.DONE))
            self.installed.emit(current.name)
        elif current.state is InstallationState.CANCELLING:
            self._clear_away()
        elif current.state is InstallationState.PAUSING:
            self._show(replace(current, state=InstallationState.PAUSED))
        else:
            error = UserError(tr(NOT_INSTALLED), tr(TRY_AGAIN))
            if last is not None and last.message:
                error = UserError(last.message, last.advice)
            self._show(replace(current, state=InstallationState.FAILED, problem=str(error)))
