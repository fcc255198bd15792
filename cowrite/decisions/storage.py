"""The SQLite file itself: open it or set it aside, write rows, read rows. One writer; any number of readers."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.schema import APPLICATION_ID, migrate, refuse_newer
from cowrite.errors import UserError
from cowrite.settings.private_file import PRIVATE_FILE, set_aside

BUSY_TIMEOUT_S = 5.0

_INSERT = """INSERT INTO events (kind, at_ms, session_id, suggestion_id, document_id, revision,
    start_offset, end_offset, model, adapter, details) VALUES (?,?,?,?,?,?,?,?,?,?,?)"""
_SELECT = """SELECT kind, at_ms, session_id, suggestion_id, document_id, revision,
    start_offset, end_offset, model, adapter, details FROM events"""


class DamagedLog(Exception):
    """The file is no decision log, or SQLite finds it damaged."""


def open_for_writing(
    path: Path, now_ms: Callable[[], int], on_problem: Callable[[str], None]
) -> sqlite3.Connection:
    """Open the log at ``path``, making or migrating it; a damaged one is set aside and reported.

    Raises UserError for a log of a newer version, OSError or sqlite3.Error if the file cannot be used.
    """
    try:
        return _open_checked(path, now_ms)
    except DamagedLog:
        asides = _set_all_aside(path)
        on_problem(
            "The log of decisions was damaged. It was set aside as "
            f"{asides[0].name} and a new one was begun. Your text is safe."
        )
        return _open_checked(path, now_ms)


def write_events(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Insert ``events`` in order; the caller holds the transaction."""
    connection.executemany(_INSERT, map(_row, events))


@contextmanager
def open_for_reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The log, read-only, also beside a running program. Raises UserError if missing, damaged or newer."""
    if not path.exists():
        raise UserError("There is no log of decisions yet.", "It begins with the first suggestion.")
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S
        )
    except sqlite3.Error as error:
        raise _unreadable(error) from error
    try:
        _refuse_foreign(connection)
        refuse_newer(connection)
        yield connection
    except (sqlite3.Error, DamagedLog) as error:
        raise _unreadable(error) from error
    finally:
        connection.close()


def read_last(connection: sqlite3.Connection, count: int) -> list[Event]:
    """The last ``count`` events, oldest first."""
    rows = connection.execute(f"{_SELECT} ORDER BY id DESC LIMIT ?", (count,)).fetchall()
    return [_event(row) for row in reversed(rows)]


def find_damage(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's own check finds wrong; empty for a sound file."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)")]
    return [] if found == ["ok"] else found


def _open_checked(path: Path, now_ms: Callable[[], int]) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        _refuse_foreign(connection)
        refuse_newer(connection)
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise DamagedLog("quick_check")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        migrate(connection, now_ms)
    except sqlite3.DatabaseError as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError):
            raise  # locked, full or read-only: the file may well be sound
        raise DamagedLog(str(error)) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and application_id != APPLICATION_ID:
        raise DamagedLog("a database of another program")


def _set_all_aside(path: Path) -> list[Path]:
    """The file and what SQLite keeps beside it; its write-ahead log may hold what could be salvaged."""
    aside = set_aside(path, datetime.now(UTC))
    moved = [aside]
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        with suppress(FileNotFoundError):
            moved.append(beside.rename(aside.with_name(aside.name + suffix)))
    return moved


def _unreadable(error: Exception) -> UserError:
    return UserError(
        f"The log of decisions cannot be read ({error}).",
        "Start Cowrite once: it sets a damaged log aside and begins a new one.",
    )


def _row(event: Event) -> tuple[object, ...]:
    return (
        event.kind.value,
        event.at_ms,
        event.session_id,
        event.suggestion_id,
        event.document_id,
        event.revision,
        event.start,
        event.end,
        event.model,
        event.adapter,
        json.dumps(dict(event.details), ensure_ascii=False, separators=(",", ":")),
    )


def _event(row: tuple[object, ...]) -> Event:
    kind, at_ms, session_id, suggestion_id, document_id, revision, start, end, *rest = row
    model, adapter, details = rest
    return Event(
        kind=EventKind(str(kind)),
        at_ms=int(str(at_ms)),
        session_id=str(session_id),
        suggestion_id=str(suggestion_id),
        document_id=str(document_id),
        revision=int(str(revision)),
        start=int(str(start)),
        end=int(str(end)),
        model=str(model),
        adapter=str(adapter),
        details=json.loads(str(details)),
    )
