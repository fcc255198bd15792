"""What the writer wants forgotten: which rows that is, and how they leave a file without a trace.

Rows leave by DELETE with ``secure_delete``, which overwrites them; VACUUM then rebuilds the file without the free
pages, and the write-ahead log, which holds older pages, is emptied. A backup is treated like the log itself.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.decisions.database.migrations import transaction
from cowrite.decisions.database.rows import DocumentRow, ProvenanceRow, Record, SessionRow
from cowrite.decisions.events import Event
from cowrite.localization import tr

logger = logging.getLogger(__name__)

# A disk without room for a second copy cannot rebuild the file; what was in it is overwritten all the same.
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM)


_IN_THE_WAY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What is to be forgotten: whatever matches one of these.

    ``documents`` and ``session`` are ids, ``since_ms`` is Unix time in milliseconds.
    """

    documents: frozenset[str] = frozenset()
    session: str = ""
    since_ms: int | None = None
    everything: bool = False

    def covers(self, record: Record) -> bool:
        """Whether ``record``, which is not in the file yet, is not to get there."""
        match record:
            case Event():
                return self._covers(record.document_id, record.session_id, record.at_ms)
            case DocumentRow():
                return self._covers(record.id, "", record.first_seen_ms)
            case ProvenanceRow():
                return self._covers(record.document_id, "", record.saved_ms)
            case SessionRow():
                return False  # who wrote nothing in it says nothing; who goes on writing needs it
        raise TypeError(type(record).__name__)

    def _covers(self, document: str, session: str, at_ms: int) -> bool:
        return (
            self.everything
            or document in self.documents
            or bool(self.session and session == self.session)
            or (self.since_ms is not None and at_ms >= self.since_ms)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What left the log: how many events, of which documents, from when to when (Unix time in milliseconds)."""

    events: int = 0
    documents: frozenset[str] = field(default_factory=frozenset)
    first_ms: int | None = None
    last_ms: int | None = None


class TraceLeftError(UserError):
    """What was ``erased`` is gone, but older pages of the file, which may hold it, could not be overwritten yet."""

    def __init__(self, erased: Erased) -> None:
        self.erased = erased
        super().__init__(
            tr(
                "What you asked for was deleted, but another program is reading the decision log, so traces of "
                "it may be left in a file beside it."
            ),
            tr("Close that program and do the same again."),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.erased,)


def erase_rows(connection: sqlite3.Connection, erasure: Erasure) -> Erased:
    """Take the rows out of an open log or backup in one durable transaction, and leave no trace of them.

    Raises sqlite3.Error; then nothing was taken out. Raises TraceLeftError while a reader is in the way.
    """
    connection.execute("PRAGMA secure_delete = ON")
    where, values = _matching(erasure)
    with transaction(connection):
        count, first_ms, last_ms = connection.execute(
            f"SELECT count(*), min(at_ms), max(at_ms) FROM events WHERE {where}",  # noqa: S608
            values,
        ).fetchone()
        found = connection.execute(
            f"SELECT DISTINCT document_id FROM events WHERE {where}",  # noqa: S608
            values,
        )
        documents = frozenset(str(row[0]) for row in found)
        connection.execute(f"DELETE FROM events WHERE {where}", values)  # noqa: S608
        _delete_provenance(connection, erasure, documents)
        for document in erasure.documents:
            connection.execute("DELETE FROM documents WHERE id = ?", (document,))
        delete_what_nothing_is_about(connection)
    erased = Erased(events=count, documents=documents, first_ms=first_ms, last_ms=last_ms)
    try:
        leave_no_trace(connection)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _IN_THE_WAY:
            raise
        raise TraceLeftError(erased) from error
    return erased


def leave_no_trace(connection: sqlite3.Connection) -> None:
    """Rebuild the file without what was deleted, and empty its write-ahead log. Raises sqlite3.Error."""
    try:
        connection.execute("VACUUM")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NO_ROOM:
            raise
        logger.warning("no room to rebuild the log; what was erased is overwritten in its place")
    empty_write_ahead_log(connection)


def empty_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Move everything into the one file. Raises sqlite3.OperationalError while a reader is in the way."""
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        error = sqlite3.OperationalError("the write-ahead log is being read")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        error.sqlite_errorname = "SQLITE_BUSY"
        raise error


def erase_in_backup(path: Path, erasure: Erasure) -> bool:
    """Take the rows out of the backup at ``path``, or remove it if that cannot be done. Whether it is still there.

    Raises UserError if not even that succeeds.
    """
    if not erasure.everything:
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
                erase_rows(connection, erasure)
            return True
        except (sqlite3.Error, TraceLeftError) as error:
            logger.warning("a backup is removed: %s", getattr(error, "sqlite_errorname", ""))
    remove_files([path])
    return False


def remove_files(paths: list[Path]) -> None:
    """Remove files; one that is gone already is no problem. Raises UserError for one that stays."""
    for path in paths:
        for each in (path, *(path.with_name(path.name + s) for s in ("-wal", "-shm", "-journal"))):
            try:
                each.unlink(missing_ok=True)
            except OSError as error:
                raise UserError(
                    tr(
                        "{each} could not be deleted ({reason}).",
                        each=each,
                        reason=reason_of(error),
                    ),
                    tr("Delete it yourself, then try again."),
                ) from error


def _matching(erasure: Erasure) -> tuple[str, list[str | int]]:
    if erasure.everything:
        return "1", []
    parts, values = ["0"], list[str | int]()
    if erasure.documents:
        parts.append(f"document_id IN ({', '.join('?' * len(erasure.documents))})")
        values += sorted(erasure.documents)
    if erasure.session:
        parts.append("session_id = ?")
        values.append(erasure.session)
    if erasure.since_ms is not None:
        parts.append("at_ms >= ?")
        values.append(erasure.since_ms)
    return " OR ".join(parts), values


def _delete_provenance(
    connection: sqlite3.Connection, erasure: Erasure, documents: frozenset[str]
) -> None:
    """It holds the whole text of a document: of one that was worked on in that time, all of it goes."""
    if not has_table(connection, "provenance"):
        return  # a backup of an older version
    if erasure.everything:
        connection.execute("DELETE FROM provenance")
    for document in documents | erasure.documents:
        connection.execute("DELETE FROM provenance WHERE document_id = ?", (document,))
    if erasure.since_ms is not None:
        connection.execute("DELETE FROM provenance WHERE saved_ms >= ?", (erasure.since_ms,))


def delete_what_nothing_is_about(
    connection: sqlite3.Connection, first_seen_before_ms: int | None = None
) -> None:
    """Delete the documents and sessions of which nothing is left, all or those of long ago. Raises sqlite3.Error."""
    kept = "SELECT document_id FROM events"
    if has_table(connection, "provenance"):
        kept += " UNION SELECT document_id FROM provenance"
    latest = 2**62 if first_seen_before_ms is None else first_seen_before_ms
    connection.execute(
        f"DELETE FROM documents WHERE first_seen_ms < ? AND id NOT IN ({kept})",  # noqa: S608
        (latest,),
    )
    connection.execute(
        "DELETE FROM sessions WHERE started_ms < ? AND id NOT IN (SELECT session_id FROM events)",
        (latest,),
    )


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Whether the open file has a table of this name. Raises sqlite3.Error."""
    found = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)
    )
    return bool(found.fetchone()[0])
