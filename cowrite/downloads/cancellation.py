"""Stopping a download from another thread: what has arrived is kept, so that stopping is also pausing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator


class DownloadCancelledError(Exception):
    """Somebody called :meth:`Cancellation.cancel`."""


class Cancellation:
    """Cancelled once and for all; every download that is to go on takes a new one."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        # A signal may come while its own thread holds the lock, and its handler cancels.
        self._lock = threading.RLock()
        self._interrupt: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Stop what holds this, at once also where it waits for a server."""
        with self._lock:
            self._cancelled.set()
            if self._interrupt is not None:
                self._interrupt()

    @property
    def is_cancelled(self) -> bool:
        """Whether :meth:`cancel` was called."""
        return self._cancelled.is_set()

    def require_going_on(self) -> None:
        """Raise DownloadCancelledError if it was cancelled."""
        if self.is_cancelled:
            raise DownloadCancelledError

    def sleep(self, seconds: float) -> None:
        """Wait. Raises DownloadCancelledError as soon as it is cancelled."""
        if self._cancelled.wait(seconds):
            raise DownloadCancelledError

    @contextlib.contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Call ``interrupt`` if it is cancelled within the block. Raises DownloadCancelledError if it is already."""
        with self._lock:
            self._interrupt = interrupt
        try:
            self.require_going_on()
            yield
        finally:
            with self._lock:
                self._interrupt = None
