"""One program per person and data folder: a second start hands its files to the first and ends.

If the first is just ending, it listens no more, and the second waits until its files are written and takes its place.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QLockFile, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import PathText, decode
from cowrite.localization import tr

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT_MS = 5_000
"""So long one that listens has time to answer."""
END_TIMEOUT_MS = 15_000
"""So long one that does not listen, because it begins or ends, has time to do so."""
RETRY_MS = 50
_TAKEN = b"taken\n"
_LATER = b""  # nobody listened: it begins, or it ends


@contextmanager
def no_window_open(lock_file: Path) -> Iterator[None]:
    """Keep the program from starting while this lasts. Raises UserError if it runs already."""
    lock = QLockFile(str(lock_file))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        if lock.error() != QLockFile.LockError.LockFailedError:
            raise UserError(
                tr(
                    "It cannot be found out whether a window of Cowrite is open, because {lock_file} cannot "
                    "be written.",
                    lock_file=lock_file,
                ),
                tr(
                    "Check that it is a file you may change and that the disk is not full, and try again."
                ),
            )
        raise UserError(
            tr("Cowrite is running and would store the deleted data again."),
            tr(
                "Delete it in the window, under “File › Privacy and stored data”, or quit Cowrite and "
                "try again."
            ),
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
                tr("Cowrite cannot write to its folder {folder}.", folder=self._lock_file.parent),
                tr("Make the folder writable, or choose another with --home DIR."),
            )
        self.took_over = left_behind
        QLocalServer.removeServer(self._name)  # left by a crash: the lock says that nobody listens
        if not self._server.listen(self._name):
            logger.warning("a second start cannot reach this one: %s", self._server.errorString())
        return True

    def begin_or_hand_over(
        self,
        files: Sequence[Path],
        *,
        answer_ms: int = ANSWER_TIMEOUT_MS,
        end_ms: int = END_TIMEOUT_MS,
    ) -> bool:
        """True if this is the first instance, at once or once the one before has ended.

        False if there is another, which opens ``files`` now. Raises UserError if there is one that does neither.
        """
        message = json.dumps([str(path.absolute()) for path in files]).encode() + b"\n"
        patience = QElapsedTimer()
        patience.start()
        while not self.become_first():
            if (answer := self._ask(message, answer_ms)) == _TAKEN:
                return False
            if answer is None:
                raise UserError(
                    tr("Cowrite is already running but not responding."),
                    tr("Wait a moment, or end it and start Cowrite again."),
                )
            if patience.elapsed() > end_ms:
                raise UserError(
                    tr("Cowrite is still closing from the last time."),
                    tr(
                        "Wait a moment and start it again; if that does not help, end it in the system's task "
                        "manager."
                    ),
                )
            QThread.msleep(RETRY_MS)
        return True

    def _ask(self, message: bytes, timeout_ms: int) -> bytes | None:
        """What the first instance answers; ``_LATER`` if it does not listen, None if it listens and says nothing."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(timeout_ms):
            return _LATER
        socket.write(message)
        while not socket.canReadLine():
            if socket.waitForReadyRead(timeout_ms):
                continue
            timed_out = socket.error() is QLocalSocket.LocalSocketError.SocketTimeoutError
            socket.abort()
            return None if timed_out else _LATER
        answer = bytes(socket.readLine().data())
        socket.close()
        return answer

    def stop_listening(self) -> None:
        """This instance ends: a later start waits for that, and is told nothing. The lock stays."""
        self._server.close()
        for socket in self._server.findChildren(QLocalSocket):
            socket.abort()

    def close(self) -> None:
        """Listen no more and let another be the first. May be called again."""
        self.stop_listening()
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
        return decode(read_json(message), list[PathText])
    except SchemaError:
        return None
