"""The one way to work beside the window's thread: errors, cancellation, delivery on that thread, and an end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.settings.logs import SORRY

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class CancelledError(Exception):
    """Nobody waits for the work any more."""


class Task:
    """One piece of work, as its thread and whoever began it know it. Every method may be called on any thread."""

    def __init__(self, deliver: Callable[[Task, Callable[[], None]], None]) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._interrupt: Callable[[], None] = lambda: None

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._is_cancelled

    def cancel(self) -> None:
        """Interrupt what it does, as soon as possible; nothing of it is delivered from now on."""
        with self._lock:
            self._is_cancelled = True
            interrupt, self._interrupt = self._interrupt, lambda: None
        try:
            interrupt()
        except Exception:
            logger.debug("what was to be interrupted had ended", exc_info=True)

    def interrupt_by(self, interrupt: Callable[[], None]) -> None:
        """Have ``interrupt`` called, on the thread that cancels; for calls that cannot look at :attr:`is_cancelled`.

        Raises CancelledError if it is cancelled already: to interrupt what has not begun would do nothing.
        """
        with self._lock:
            if self._is_cancelled:
                raise CancelledError
            self._interrupt = interrupt

    def deliver(self, tell: Callable[[], None]) -> None:
        """Have ``tell`` called on the window's thread, after what was delivered before; not if it is cancelled."""
        self._deliver(self, tell)


class Background(QObject):
    """Each work has a thread; nobody waits for it, and after :meth:`close` nothing is delivered any more."""

    _delivered = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._running: dict[threading.Thread, Task] = {}
        self._lock = threading.Lock()
        self._is_closed = False
        # Queued also for this thread: nothing is called while the lock is held.
        self._delivered.connect(self._on_delivered, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[UserError], None] = lambda _error: None,
    ) -> Task:
        """Do ``work`` on a thread, then call ``then`` or ``failed`` on this one."""
        return self.run_task(lambda _task: work(), then, failed)

    def run_task(
        self,
        work: Callable[[Task], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[UserError], None] = lambda _error: None,
    ) -> Task:
        """The same for work that delivers more than one answer, or that can be interrupted."""
        task = Task(self._deliver)
        if self._is_closed:
            task.cancel()
            return task

        def do() -> None:
            try:
                answer = work(task)
            except UserError as error:
                problem = error  # Python forgets an error's name when its handler ends
                task.deliver(lambda: failed(problem))
            except Exception:
                if not task.is_cancelled:
                    logger.exception("work beside the window failed: %s", self._name)
                    task.deliver(lambda: failed(UserError(tr(SORRY))))
            else:
                task.deliver(lambda: then(answer))

        self._running = {each: its for each, its in self._running.items() if each.is_alive()}
        # A daemon, so that a system that does not answer cannot keep the program from ending.
        thread = threading.Thread(target=do, name=f"cowrite-{self._name}", daemon=True)
        self._running[thread] = task
        thread.start()
        return task

    def close(self) -> None:
        """Deliver nothing more and cancel what is under way, which ends by itself: nobody waits for it."""
        with self._lock:
            self._is_closed = True
        for task in self._running.values():
            task.cancel()
        self._running = {}

    def _deliver(self, task: Task, tell: Callable[[], None]) -> None:
        with self._lock:  # who closes it may delete it right after
            if not (self._is_closed or task.is_cancelled):
                self._delivered.emit(task, tell)

    def _on_delivered(self, task: Task, tell: Callable[[], None]) -> None:
        if not (self._is_closed or task.is_cancelled):
            tell()
