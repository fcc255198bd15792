"""Upkeep of the log on the thread that writes it: rows older than the retention period are deleted, backups made.

All of it in small steps; between two of them whatever waits is written. Nothing here wakes an idle program: what is due
is done after something was written.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.decisions.database.backups import DAY_MS, backups, is_due, make_backup
from cowrite.decisions.database.log_file import LogFile
from cowrite.decisions.database.migrations import transaction
from cowrite.decisions.maintenance.erasing import (
    delete_what_nothing_is_about,
    empty_write_ahead_log,
    has_table,
)

logger = logging.getLogger(__name__)

# At the start the model is loaded and nobody should wait for the disk.
AFTER_MS = 60_000
# A transaction of so many rows takes a few milliseconds.
ROWS_PER_STEP = 500


class Interrupted(Exception):
    """The program is to end: what is left is done another day."""


class LogRetention:
    """What is due once a day. ``keep_days`` says how long rows are kept, 0 for ever; any thread may be asked."""

    def __init__(self, keep_days: Callable[[], int]) -> None:
        self._keep_days = keep_days
        self._due_ms: int | None = None

    def is_due(self, now_ms: int) -> bool:
        """Whether it is time; the first question begins the wait of a minute."""
        if self._due_ms is None or self._due_ms - now_ms > DAY_MS:  # or the clock was set back
            self._due_ms = now_ms + AFTER_MS
        return now_ms >= self._due_ms

    def attend(self, file: LogFile, now_ms: int, between: Callable[[], None]) -> None:
        """Do what is due. ``between`` is called after each step and may raise :class:`Interrupted`.

        Raises sqlite3.Error or OSError; everything that was done until then is whole.
        """
        self._due_ms = now_ms + DAY_MS
        days = self._keep_days()
        if days > 0:
            erase_older(file.connection, now_ms - days * DAY_MS, between)
            _erase_older_in_backups(file.path, now_ms - days * DAY_MS, between)
        if is_due(file.path, now_ms):
            try:
                make_backup(file.connection, file.path, now_ms, between=between)
            except UserError as error:
                logger.error("%s", error.message)


def erase_older(connection: sqlite3.Connection, before_ms: int, between: Callable[[], None]) -> int:
    """Take the events before ``before_ms`` out of an open log, few at a time; how many. Raises sqlite3.Error."""
    connection.execute("PRAGMA secure_delete = ON")
    erased = 0
    while True:
        with transaction(connection):
            gone = connection.execute(
                "DELETE FROM events WHERE id IN "
                "(SELECT id FROM events WHERE at_ms < ? ORDER BY at_ms LIMIT ?)",
                (before_ms, ROWS_PER_STEP),
            ).rowcount
        if not gone:
            break
        erased += gone
        between()
    with transaction(connection):
        stale = 0
        if has_table(connection, "provenance"):
            stale = connection.execute(
                "DELETE FROM provenance WHERE saved_ms < ?", (before_ms,)
            ).rowcount
        if erased or stale:
            delete_what_nothing_is_about(connection, first_seen_before_ms=before_ms)
    if erased or stale:
        try:
            empty_write_ahead_log(connection)
        except sqlite3.OperationalError:
            logger.info("the write-ahead log is being read; it is emptied another time")
    return erased


def _erase_older_in_backups(log: Path, before_ms: int, between: Callable[[], None]) -> None:
    """What is too old for the log is too old for its copies."""
    for path in backups(log):
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
                erase_older(connection, before_ms, between)
        except sqlite3.DatabaseError as error:
            logger.warning("a backup is damaged: %s", getattr(error, "sqlite_errorname", ""))
