"""Reads the log of decisions on a thread of its own, so that no window waits for it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.settings.logs import SORRY

logger = logging.getLogger(__name__)


class LogReader(QObject):
    """Does one reading after the other, each on a thread called ``name``. Only the last one's answers are told.

    Signals, on the thread that made it: ``told(str what, object answer)`` for each answer, and ``failed(str sentence)``
    if it could not be read.
    """

    told = Signal(str, object)
    failed = Signal(str)
    _came = Signal(object, str, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._readings: list[Reading] = []
        self._came.connect(self._on_came)

    def begin(self, work: Callable[[Reading], None]) -> None:
        """Begin ``work``, and let go of what was begun before; returns at once."""
        self._readings = [each for each in self._readings if each.is_alive()]
        for each in self._readings:
            each.cancel()
        reading = Reading(self._name, work, self._came.emit)
        self._readings.append(reading)
        reading.start()

    def close(self) -> None:
        """Tell nothing more, and end the threads."""
        for each in self._readings:
            each.cancel()
        for each in self._readings:
            each.join()
        self._readings = []

    def _on_came(self, reading: Reading, what: str, answer: object) -> None:
        if not self._readings or reading is not self._readings[-1]:
            return
        if what:
            self.told.emit(what, answer)
        else:
            self.failed.emit(str(answer))


class _CancelledError(Exception):
    """Nobody waits for it any more."""


class Reading(threading.Thread):
    """One reading. ``tell(reading, what, answer)`` is called on this thread, with no ``what`` for a failure."""

    def __init__(
        self,
        name: str,
        work: Callable[[Reading], None],
        tell: Callable[[Reading, str, object], None],
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._tell = tell
        self._cancelled = threading.Event()
        self._connection: sqlite3.Connection | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Stop reading as soon as possible and tell nothing more. For any thread."""
        self._cancelled.set()
        connection = self._connection
        if connection is not None:
            with suppress(sqlite3.Error):  # closed in this moment
                connection.interrupt()

    def opened(self, connection: sqlite3.Connection) -> None:
        """The work reads from ``connection``, which is interrupted if the work is cancelled."""
        self._connection = connection
        self.stop_if_cancelled()  # to interrupt what has not begun would do nothing

    def stop_if_cancelled(self) -> None:
        """For the work, between its steps: ends it if nobody waits for it any more."""
        if self.is_cancelled:
            raise _CancelledError

    def say(self, what: str, answer: object) -> None:
        """Tell an answer."""
        if not self.is_cancelled:
            self._tell(self, what, answer)

    def run(self) -> None:
        """Do the work."""
        try:
            self._work(self)
        except UserError as error:
            self.say("", str(error))
        except Exception:
            if not self.is_cancelled:
                logger.exception("the log could not be read for a window")
                self.say("", SORRY)
