"""Bring back what can still be read of a damaged log: table by table, around what is damaged, and then from a backup.

A table is read in the order of its row numbers. Where that fails, the numbers that are left are halved until the rows
that cannot be read stand alone; they are left out. What a backup holds fills the gaps: what the writer had forgotten
was taken out of the backups before it was taken out of the log.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from cowrite.decisions.database.backups import newest_sound
from cowrite.decisions.database.migrations import transaction
from cowrite.decisions.database.rows import event_from_row
from cowrite.decisions.database.sqlite_errors import is_about_the_file
from cowrite.decisions.database.tables import APPLICATION_ID
from cowrite.decisions.events import CONTINUE
from cowrite.localization import tr, trn
from cowrite.settings.private_file import PRIVATE_FILE

# What is read, and written in one transaction, at a time.
_ROWS = 1000
# After so many tries in a row that found nothing, it goes on farther away: it must not take minutes.
_MOST_IN_VAIN = 30_000
_LARGEST_ID = 2**40
_FAR = 10_000
# The columns of the newest version; their order has never changed.
_COLUMNS = {"documents": 3, "sessions": 4, "events": 13, "provenance": 5}
Row = tuple[Any, ...]
# What a row of an older version lacks at its end, by how many columns it has.
_LACKING: dict[str, dict[int, Row]] = {"events": {12: (CONTINUE,)}}
_BLOBS = {"provenance": (3, 4)}
_DETAILS = 11
# To ask for one number does not look at the next row; Python drops a row when the one after it cannot be read.
_ALONE = "WHERE number = ?"
# What SQLite says of a damaged schema may quote bytes that are no text.
_UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvaged:
    """How many events came back, from the damaged file and from a backup."""

    events: int = 0
    from_backup: int = 0

    def sentence(self) -> str:
        """The same in plain words."""
        match bool(self.events), bool(self.from_backup):
            case True, True:
                return trn(
                    "1 entry was recovered, and {more:,} from a backup.",
                    "{count:,} entries were recovered, and {more:,} from a backup.",
                    self.events,
                    more=self.from_backup,
                )
            case True, False:
                return trn(
                    "1 entry was recovered.", "{count:,} entries were recovered.", self.events
                )
            case False, True:
                return trn(
                    "1 entry was recovered from a backup.",
                    "{count:,} entries were recovered from a backup.",
                    self.from_backup,
                )
        return tr("None of it could be recovered.")


def salvage(damaged: Path, log: Path, into: sqlite3.Connection) -> Salvaged:
    """Copy what can be read of ``damaged`` and what the newest sound backup of ``log`` has into a new, open log.

    Never changes ``damaged``. Raises sqlite3.Error if the new log cannot be written, OSError if there is no room for
    it.
    """
    with (
        _with_what_stands_beside(damaged) as source,
        _opened(source, is_copy=source != damaged) as old,
    ):
        is_ours = _is_ours(old)
        begun = _begun_ms(old) if is_ours else None
        if is_ours:
            _copy_damaged(old, into)
    found = _events(into)
    backup = newest_sound(log)
    if backup is not None:
        with _opened(backup) as old:
            # A copy of another log, that was here before, is none of this one: its rows have the same numbers.
            if begun in (None, _begun_ms(old)):
                begun = _begun_ms(old)
                for table in _COLUMNS:
                    _copy_table(table, old, into, {})
    if begun is not None:
        # So that the backups go on to be backups of this log.
        into.execute("UPDATE migrations SET applied_ms = ? WHERE version = 1", (begun,))
    return Salvaged(events=found, from_backup=_events(into) - found)


@contextmanager
def _with_what_stands_beside(damaged: Path) -> Iterator[Path]:
    """The file itself, or, if SQLite has yet to work off what stands beside it, a copy for that; it goes afterwards.

    By its name an erasure finds the copy that a killed program leaves.
    """
    beside = {end: damaged.with_name(damaged.name + end) for end in ("-wal", "-journal")}
    waiting = {end: each for end, each in beside.items() if each.exists() and each.stat().st_size}
    if not waiting:
        yield damaged
        return
    copy = damaged.with_name(f"{damaged.stem}.damaged-copy{damaged.suffix}")
    try:
        for end, each in {"": damaged, **waiting}.items():
            target = copy.with_name(copy.name + end)
            os.close(os.open(target, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE_FILE))
            shutil.copyfile(each, target)
        yield copy
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            copy.with_name(copy.name + end).unlink(missing_ok=True)


@contextmanager
def _opened(path: Path, *, is_copy: bool = False) -> Iterator[sqlite3.Connection]:
    """The file, to be read. Without ``is_copy`` it stays as it is: SQLite must not tidy it."""
    uri = path.absolute().as_uri() + ("" if is_copy else "?immutable=1")
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.text_factory = bytes
        with suppress(*_UNREADABLE):
            # What is damaged in the list of tables must not hide the others: the first look at it fails, the next
            # shows what could be read of it.
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("SELECT count(*) FROM sqlite_schema")
        yield connection


def _is_ours(old: sqlite3.Connection) -> bool:
    """By its mark, or, if that is damaged, by its largest table."""
    try:
        if old.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
            return True
        columns = {row[1] for row in old.execute("PRAGMA table_info(events)")}
    except _UNREADABLE:
        return False
    return len(columns) in _widths("events") and {b"suggestion_id", b"details"} <= columns


def _begun_ms(old: sqlite3.Connection) -> int | None:
    """When this log was begun, which its backups say too; None if that cannot be read."""
    with suppress(*_UNREADABLE):
        row = old.execute("SELECT applied_ms FROM migrations WHERE version = 1").fetchone()
        if row is not None and isinstance(row[0], int):
            return row[0]
    return None


def _copy_damaged(old: sqlite3.Connection, into: sqlite3.Connection) -> None:
    # Events whose number cannot be right, as another has it: each once, and last.
    strays: dict[Row, None] = {}
    for table in _COLUMNS:
        _copy_table(table, old, into, strays)
    with transaction(into):
        for row in strays:
            _insert("events", (None, *row[1:]), into)


def _copy_table(
    table: str, old: sqlite3.Connection, into: sqlite3.Connection, strays: dict[Row, None]
) -> None:
    """Copy the rows that ``into`` does not have."""
    name = _name_of(table, old)
    if name is None:
        return
    width = _width(name, old)
    lacking = _LACKING.get(table, {}).get(width, ())
    for rows in _readable(old, name, width):
        with transaction(into):
            for raw in rows:
                row = _checked(table, (*raw, *lacking))
                if row is None:
                    continue
                if table == "events" and not 0 < row[0] < _LARGEST_ID:
                    strays[row] = None
                elif not _insert(table, row, into) and table == "events":
                    there = into.execute("SELECT * FROM events WHERE id = ?", row[:1]).fetchone()
                    if there != row:
                        strays[row] = None


def _name_of(table: str, old: sqlite3.Connection) -> str | None:
    """What the table is called there: its name may be damaged, or those of its columns. None if it is not there."""
    widths = _widths(table)
    if _width(table, old) in widths:
        return table
    known = (*_COLUMNS, "migrations")
    strange: list[str] = []
    try:
        for row in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            name = row[0].decode(errors="replace") if isinstance(row[0], bytes) else "\0"
            if name not in known and "\0" not in name:  # SQLite reads no further than a NUL
                strange.append('"' + name.replace('"', '""') + '"')
    except _UNREADABLE as error:
        _refuse_surroundings(error)
    return next((name for name in strange if _width(name, old) in widths), None)


def _widths(table: str) -> set[int]:
    """How many columns the table may have, by its version."""
    return {_COLUMNS[table], *_LACKING.get(table, {})}


def _width(name: str, old: sqlite3.Connection) -> int:
    """How many columns the table has; 0 if it cannot be read."""
    try:
        return len(old.execute(f"PRAGMA table_info({name})").fetchall())
    except _UNREADABLE as error:
        _refuse_surroundings(error)
        return 0


def _readable(old: sqlite3.Connection, name: str, width: int) -> Iterator[list[Row]]:
    """The rows that can be read, in pieces, some of them perhaps twice."""
    table = _Table(old, name, width)
    yield from table.read("ORDER BY number")
    if not table.is_broken:
        return
    yield from table.read("ORDER BY number DESC")
    in_vain = 0
    for gap in _gaps(table.found):
        waiting = [(gap.start, gap.stop - 1)]
        most = in_vain + (_MOST_IN_VAIN if in_vain < 10 * _MOST_IN_VAIN else _ROWS)
        while waiting:
            low, high = waiting.pop()
            before = len(table.found)
            if low == high:
                yield from table.read(_ALONE, low)
            else:
                yield from table.read("WHERE number BETWEEN ? AND ? ORDER BY number", low, high)
            if len(table.found) > before:
                most = max(most, in_vain + _MOST_IN_VAIN)
            if table.is_broken and low < high:
                in_vain += 1
                low = min(table.reached + 1, high)
                middle = (low + high) // 2
                waiting.append((min(middle + 1, high), high))
                if in_vain < most:
                    waiting.append((low, middle))
    # Where the number of a neighbour is damaged, a row may be found by its own only.
    small_first = sorted(_gaps(table.found), key=len)
    for number in islice((number for gap in small_first for number in gap), _MOST_IN_VAIN):
        yield from table.read(_ALONE, number)


def _gaps(found: set[int]) -> list[range]:
    """The numbers between those that were found, from the first that there can be to the last."""
    numbers = [0, *sorted(each for each in found if 0 < each < _LARGEST_ID), _LARGEST_ID]
    return [range(below + 1, above) for below, above in pairwise(numbers) if above - below > 1]


class _Table:
    """Reads rows up to the first that cannot be read: then it ``is_broken``.

    ``found`` are the numbers of all rows so far. ``reached`` is the last up to which they followed each other closely:
    the number of a damaged row may be anything.
    """

    def __init__(self, old: sqlite3.Connection, name: str, width: int) -> None:
        self._old = old
        # Columns under names of ours: Python reads no row whose column has a name that is no text.
        columns = ", ".join(["number", *(f"c{at}" for at in range(width))])
        self._rows_of = f"WITH kept ({columns}) AS (SELECT rowid, * FROM {name}) SELECT * FROM kept"  # noqa: S608 - one of ours, or quoted
        self.found: set[int] = set()
        self.reached = 0
        self.is_broken = False

    def read(self, which: str, *numbers: int) -> Iterator[list[Row]]:
        """The rows ``which``, in pieces; of ``numbers`` the first is the lowest."""
        self.is_broken = False
        self.reached = numbers[0] - 1 if numbers else 0
        rows: list[Row] = []
        try:
            for row in self._old.execute(f"{self._rows_of} {which}", numbers):
                self.found.add(row[0])
                if self.reached < row[0] <= self.reached + _FAR:
                    self.reached = row[0]
                rows.append(row)
                if len(rows) == _ROWS:
                    yield rows
                    rows = []
        except _UNREADABLE as error:
            _refuse_surroundings(error)
            self.is_broken = True
        if rows:
            yield rows


def _refuse_surroundings(error: Exception) -> None:
    """Raise ``error`` if the file may be read better another time. What the disk cannot read is damaged."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if (
        isinstance(error, sqlite3.Error)
        and code != sqlite3.SQLITE_IOERR
        and not is_about_the_file(error)
    ):
        raise error


def _checked(table: str, raw: Row) -> Row | None:
    """The row as it was written; None if it makes no sense: it would make all of the log unreadable."""
    blobs = _BLOBS.get(table, ())
    try:
        row: Row = tuple(
            value.decode() if isinstance(value, bytes) and place not in blobs else value
            for place, value in enumerate(raw[1:])
        )
        if table == "events":
            event_from_row(row[1:])
            details = json.loads(
                str(row[_DETAILS])
            )  # as it is: what is left out in reading comes back
            return (raw[0], *row[1:]) if isinstance(details, dict) else None
        if table == "provenance" and hashlib.sha256(zlib.decompress(row[3])).hexdigest() != row[1]:
            return None
    except (ValueError, TypeError, RecursionError, zlib.error):
        return None
    return row


def _insert(table: str, row: Row, into: sqlite3.Connection) -> bool:
    """Whether ``row`` is new, and one that a log can hold."""
    marks = ", ".join("?" * len(row))
    try:
        return into.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row).rowcount > 0  # noqa: S608
    except (sqlite3.IntegrityError, OverflowError):
        return False


def _events(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])
