"""The disk, beside the GUI thread: what is read or written is handed over, and its answer awaited."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject

from cowrite.base.errors import UserError
from cowrite.editor.common.background import Background
from cowrite.editor.common.flow import Later

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Disk(Protocol):
    """Does work that may take its time. Used on the GUI thread."""

    def run(self, work: Callable[[], Answer]) -> Later[Answer]:
        """Begin ``work`` on another thread; it must touch nothing that another thread changes."""
        ...


class BackgroundDisk(QObject):
    """A :class:`Disk` with a thread for each work, so that one that hangs keeps no other waiting."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background("files", self)

    def run(self, work: Callable[[], Answer]) -> Later[Answer]:
        """Begin ``work`` on another thread; what it raises is raised for whoever awaits the answer."""
        later = Later[Answer]()
        self._background.run(work, later.set, later.fail)
        return later

    def close(self) -> None:
        """Answer nothing more."""
        self._background.close()


class StateFiles:
    """Writes small files of the program itself, one after another; of several versions of one only the newest."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._waiting: dict[str, tuple[Callable[[], None], Callable[[UserError], None]]] = {}
        self._settled = Later[None]()
        self._settled.set(None)

    def write(
        self,
        key: str,
        work: Callable[[], None],
        failed: Callable[[UserError], None] = lambda error: logger.warning("%s", error.message),
    ) -> None:
        """Do ``work``, which writes what ``key`` names, soon; returns at once."""
        self._waiting[key] = work, failed
        if self._settled.is_done:
            self._settled = Later[None]()
            self._go_on()

    def settled(self) -> Later[None]:
        """When all is written that was handed over so far, and what is handed over meanwhile."""
        return self._settled

    def _go_on(self) -> None:
        if not self._waiting:
            self._settled.set(None)
            return
        key = next(iter(self._waiting))
        work, failed = self._waiting.pop(key)
        written = self._disk.run(work)

        def done() -> None:
            error = written.error
            if isinstance(error, UserError):
                failed(error)
            self._go_on()

        written.then(done)
