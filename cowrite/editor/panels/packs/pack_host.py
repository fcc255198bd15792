"""Installs a pack from the window: a child process does it, so that it can be stopped and goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.editor.common.child_process import ChildProcess
from cowrite.localization import tr
from cowrite.packs.progress import PackPhase, PackProgress, pack_failed, parse_pack_progress

STOP_PATIENCE_MS = 5_000
PackCommand = Callable[[str], Sequence[str]]
"""The command line that installs the pack from a source; “” for the one that the program knows of."""


class PackHost(QObject):
    """At most one installation at a time. ``changed()``: how it goes is another, or it began or ended."""

    changed = Signal()

    def __init__(self, command: PackCommand, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._child = ChildProcess(self)
        self._child.line_read.connect(self._on_line)
        self._child.ended.connect(self._on_ended)
        self.progress: PackProgress | None = None
        """The last that was heard; None before the first installation."""
        self.source = ""

    @property
    def is_running(self) -> bool:
        """Whether one is being installed."""
        return self._child.is_running

    def start(self, source: str) -> None:
        """Install the pack from ``source``, unless one is being installed."""
        if self.is_running:
            return
        self.source, self.progress = source, PackProgress(phase=PackPhase.CHECKING)
        self._child.start(self._command(source))
        self.changed.emit()

    def pause(self) -> None:
        """Stop it; what was downloaded is kept."""
        self._child.close_input()
        self._child.kill_after(STOP_PATIENCE_MS)

    def close(self) -> None:
        """End it now and wait, at most some seconds. Says nothing more."""
        self._child.close(STOP_PATIENCE_MS)

    def _on_line(self, line: str) -> None:
        progress = parse_pack_progress(line)
        if progress is not None:
            self.progress = progress
            self.changed.emit()

    def _on_ended(self, _status: int | None, _stderr: str) -> None:
        last = self.progress
        if last is None or last.phase not in (PackPhase.DONE, PackPhase.PAUSED, PackPhase.FAILED):
            self.progress = pack_failed(
                UserError(
                    tr("The installation of the pack ended unexpectedly."),
                    tr("Try again: it goes on from where it was."),
                )
            )
        self.changed.emit()
