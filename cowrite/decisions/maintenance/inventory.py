"""What the log holds and how much room it takes: for whoever wants to know what is kept of them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from cowrite.decisions.database.backups import backups, made_at_ms
from cowrite.decisions.database.log_file import NoLogError, open_for_reading
from cowrite.decisions.database.log_repair import logs_set_aside
from cowrite.decisions.maintenance.erasing import has_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Counts, Unix times in milliseconds (None where there is nothing) and sizes in bytes.

    ``texts`` are the documents whose whole text is kept, with where each character is from.
    """

    file: Path
    size_bytes: int = 0
    documents: int = 0
    sessions: int = 0
    texts: int = 0
    events: dict[str, int] = field(default_factory=dict)
    first_ms: int | None = None
    last_ms: int | None = None
    backups: tuple[Path, ...] = ()
    backups_bytes: int = 0
    newest_backup_ms: int | None = None
    set_aside: tuple[Path, ...] = ()

    @property
    def total_events(self) -> int:
        """All events."""
        return sum(self.events.values())


def take_inventory(log: Path) -> Inventory:
    """Look at the log at ``log``, which need not be there, and at what lies beside it.

    Raises UserError if it is damaged, newer or out of reach.
    """
    copies = tuple(backups(log))
    beside = Inventory(
        file=log,
        size_bytes=sum(_size(log.with_name(log.name + end)) for end in ("", "-wal", "-shm")),
        backups=copies,
        backups_bytes=sum(map(_size, copies)),
        newest_backup_ms=made_at_ms(copies[-1]) if copies else None,
        set_aside=tuple(logs_set_aside(log)),
    )
    try:
        with open_for_reading(log) as connection:
            return _count(connection, beside)
    except NoLogError:
        return beside


def session_ids(log: Path) -> list[str]:
    """The sessions there are, oldest first. Raises UserError."""
    with open_for_reading(log) as connection:
        rows = connection.execute("SELECT id FROM sessions ORDER BY started_ms").fetchall()
    return [str(row[0]) for row in rows]


def _count(connection: sqlite3.Connection, beside: Inventory) -> Inventory:
    connection.execute("BEGIN")  # all numbers are of one moment
    events = dict(
        connection.execute("SELECT kind, count(*) FROM events GROUP BY kind ORDER BY 2 DESC")
    )
    first_ms, last_ms = connection.execute("SELECT min(at_ms), max(at_ms) FROM events").fetchone()
    texts = 0
    if has_table(connection, "provenance"):
        texts = _one(connection, "SELECT count(*) FROM provenance")
    counted = Inventory(
        file=beside.file,
        size_bytes=beside.size_bytes,
        documents=_one(
            connection, "SELECT count(*) FROM (SELECT DISTINCT document_id FROM events)"
        ),
        sessions=_one(connection, "SELECT count(*) FROM sessions"),
        texts=texts,
        events=events,
        first_ms=first_ms,
        last_ms=last_ms,
        backups=beside.backups,
        backups_bytes=beside.backups_bytes,
        newest_backup_ms=beside.newest_backup_ms,
        set_aside=beside.set_aside,
    )
    connection.execute("COMMIT")
    return counted


def _one(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
