"""Take out of the log what the writer does not want kept, so that no byte of it stays in any file.

SQLite overwrites what is deleted (``secure_delete``); the write-ahead log is emptied and the file is written anew, so
that nothing is left in free pages either. Nobody else may have the log open meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cowrite.decisions.migrations import transaction
from cowrite.decisions.storage import BUSY_TIMEOUT_S, NoLogError, beside, open_for_reading
from cowrite.errors import UserError
from cowrite.settings.private_file import sync_folder

# A file as it is in use, what SQLite keeps beside it, and every damaged one that was set aside.
_SET_ASIDE = "{name}.damaged-*"


def forget_documents(log: Path, document_ids: Collection[str]) -> int:
    """Forget these documents: their events, names and origins; how many events that were.

    Raises UserError if there is no log, or if it cannot be changed; then nothing was.
    """

    def delete(connection: sqlite3.Connection) -> int:
        deleted = 0
        for each in document_ids:
            deleted += connection.execute(
                "DELETE FROM events WHERE document_id = ?", (each,)
            ).rowcount
            connection.execute("DELETE FROM provenance WHERE document_id = ?", (each,))
            connection.execute("DELETE FROM documents WHERE id = ?", (each,))
        return deleted

    return _erase(log, delete)


def forget_since(log: Path, since_ms: int) -> int:
    """Forget everything from ``since_ms`` (Unix time in milliseconds) on; how many events that were.

    Where a document's characters are from is forgotten if it was noted since. Raises as :func:`forget_documents`.
    """

    def delete(connection: sqlite3.Connection) -> int:
        connection.execute("DELETE FROM provenance WHERE saved_ms >= ?", (since_ms,))
        deleted = connection.execute("DELETE FROM events WHERE at_ms >= ?", (since_ms,)).rowcount
        connection.execute(
            "DELETE FROM documents WHERE first_seen_ms >= ? AND id NOT IN (SELECT document_id FROM events)",
            (since_ms,),
        )
        return deleted

    return _erase(log, delete)


def erase_log(log: Path) -> list[Path]:
    """Delete the log, what SQLite keeps beside it, and the damaged ones that were set aside; the files' names.

    Raises UserError if one cannot be deleted.
    """
    files = [log, *beside(log), *sorted(log.parent.glob(_SET_ASIDE.format(name=log.name)))]
    deleted = []
    try:
        for file in files:
            if file.exists():
                file.unlink()
                deleted.append(file)
        if deleted:
            sync_folder(log.parent)
    except OSError as error:
        raise UserError(
            f"{error.filename or log} could not be deleted ({error.strerror or error}).",
            "Delete it by hand.",
        ) from error
    return deleted


def _erase(log: Path, delete: Callable[[sqlite3.Connection], int]) -> int:
    with open_for_reading(log):
        pass  # says in plain words what is wrong with a log that is missing, damaged or newer
    with _open(log) as connection:
        with transaction(connection):
            deleted = delete(connection)
            connection.execute(
                "DELETE FROM sessions WHERE id NOT IN (SELECT session_id FROM events)"
            )
        connection.execute("VACUUM")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise UserError(
                "It was forgotten, but another program reads the log, so that remains may be in its files.",
                "Close the other program and do it again.",
            )
    return deleted


@contextmanager
def _open(log: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(
            sqlite3.connect(log, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        ) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            yield connection
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            raise NoLogError(
                "The log of decisions is of an older version of Cowrite.",
                "Start Cowrite once, and do it again.",
            ) from error
        raise UserError(
            f"The log of decisions could not be changed ({error.sqlite_errorname}).",
            "Nothing was forgotten. Check that the disk is not full and the file may be written.",
        ) from error
