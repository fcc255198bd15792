"""One program per person and data folder: a second start hands its files to the first and ends."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QLockFile, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from cowrite.errors import UserError

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT_MS = 5_000
RETRY_MS = 50
_TAKEN = b"taken\n"


@contextmanager
def no_window_open(lock_file: Path) -> Iterator[None]:
    """Keep the program from starting while this lasts. Raises UserError if it runs already."""
    lock = QLockFile(str(lock_file))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        raise UserError(
            "Cowrite is running and would store the deleted data again.",
            "Delete it in the window, under “File › Privacy and stored data”, or quit Cowrite and try again.",
        )
    try:
        yield
    finally:
        lock.unlock()


class SingleInstance(QObject):
    """The first instance listens; ``files_received(list[str])`` is what a later start was asked to open."""

    files_received = Signal(list)

    def __init__(self, name: str, lock_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._lock_file = lock_file
        self._lock = QLockFile(str(lock_file))
        # The lock is stale when its process is gone, however old it is.
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self.took_over = False
        """Whether the instance before this one ended without saying so: it crashed or was killed."""

    def become_first(self) -> bool:
        """True if this is the first instance, which now listens; False if there is another.

        Raises UserError if that cannot be found out.
        """
        left_behind = self._lock_file.exists()
        if not self._lock.tryLock(0):
            if self._lock.error() is QLockFile.LockError.LockFailedError:
                return False
            raise UserError(
                f"Cowrite cannot write to its folder {self._lock_file.parent}.",
                "Make the folder writable, or choose another with --home DIR.",
            )
        self.took_over = left_behind
        QLocalServer.removeServer(self._name)  # left by a crash: the lock says that nobody listens
        if not self._server.listen(self._name):
            logger.warning("a second start cannot reach this one: %s", self._server.errorString())
        return True

    def hand_over(self, files: Sequence[Path], timeout_ms: int = ANSWER_TIMEOUT_MS) -> None:
        """Ask the first instance to open ``files``. Raises UserError if it does not answer."""
        message = json.dumps([str(path.absolute()) for path in files]).encode() + b"\n"
        patience = QElapsedTimer()
        patience.start()
        while True:
            left_ms = timeout_ms - patience.elapsed()
            if self._try_to_hand_over(message, max(1, left_ms)):
                return
            if left_ms <= 0:
                raise UserError(
                    "Cowrite is already running but not responding.",
                    "Wait a moment, or end it and start Cowrite again.",
                )
            QThread.msleep(RETRY_MS)  # the first one has its lock but does not listen yet

    def _try_to_hand_over(self, message: bytes, timeout_ms: int) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(timeout_ms):
            return False
        socket.write(message)
        while not socket.canReadLine():
            if not socket.waitForReadyRead(timeout_ms):
                break
        taken = bytes(socket.readLine().data()) == _TAKEN
        socket.close()
        return taken

    def close(self) -> None:
        """Listen no more and let another be the first. May be called again."""
        self._server.close()
        self._lock.unlock()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._on_ready_read)
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _on_ready_read(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        files = _parse(bytes(socket.readLine().data()))
        if files is None:
            logger.warning("a message of another program was ignored")
            socket.abort()
            return
        socket.write(_TAKEN)
        socket.flush()
        self.files_received.emit(files)


def _parse(message: bytes) -> list[str] | None:
    try:
        names = json.loads(message)
    except ValueError:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return names
