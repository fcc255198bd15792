"""Ctrl+C in the terminal and “please end” of the system close the program as its menu would."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class ShutdownSignals(QObject):
    """Calls ``on_end`` on Qt's thread when the process is asked to end, until :meth:`close`."""

    def __init__(self, on_end: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_end = on_end
        # Python handles a signal only between two of its own instructions, and Qt's loop may have none for hours:
        # the byte that Python writes at once wakes it.
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self._old_wakeup = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        self._old = {each: signal.signal(each, self._on_signal) for each in _SIGNALS}
        self._asked = False

    def close(self) -> None:
        """Let the signals do again what they did before."""
        for each, handler in self._old.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(self._old_wakeup)
        self._notifier.setEnabled(False)
        self._reading.close()
        self._writing.close()

    def _on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked = True

    def _on_woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._reading.recv(64)
        if self._asked:
            self._asked = False
            self._on_end()
