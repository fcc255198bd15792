"""What else the thread that writes the log is asked to do, each in its turn among the records."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.decisions.database.backups import backups, copy_log, make_backup
from cowrite.decisions.database.log_file import LogFile, NotAFileError, open_for_writing
from cowrite.decisions.database.log_repair import logs_set_aside, repaired
from cowrite.decisions.database.migrations import schema_version, transaction
from cowrite.decisions.database.rows import DocumentRow, Record
from cowrite.decisions.maintenance.erasing import (
    Erased,
    Erasure,
    erase_in_backup,
    erase_rows,
    remove_files,
)

OnErased = Callable[[Erased | None, UserError | None], None]
OnBackedUp = Callable[[Path | None, UserError | None], None]
Between = Callable[[], None]


@dataclass(eq=False, slots=True)
class Erasing:
    """Take out what ``erasure`` matches; ``on_done`` is told on the thread that writes."""

    erasure: Erasure
    on_done: OnErased
    _erased: Erased | None = None

    def drops(self, record: Record) -> bool:
        """Whether ``record``, which was to be written before, need not be."""
        if isinstance(record, DocumentRow) and self._erased is not None:
            return record.id in self._erased.documents or self.erasure.covers(record)
        return self.erasure.covers(record)

    def do(self, file: LogFile, _now_ms: int, _between: Between) -> None:
        """Do it; raises UserError, sqlite3.Error or OSError."""
        self._erased = erase_log(file.connection, file.path, self.erasure)

    def succeed(self) -> None:
        """Say that it was done."""
        self.on_done(self._erased, None)

    def fail(self, error: UserError) -> None:
        """Say that it could not be done."""
        self.on_done(None, error)


@dataclass(eq=False, slots=True)
class BackingUp:
    """Copy the file to ``target``, or among its daily copies."""

    target: Path | None
    on_done: OnBackedUp
    _copy: Path | None = None

    def drops(self, _record: Record) -> bool:
        """Nothing."""
        return False

    def do(self, file: LogFile, now_ms: int, between: Between) -> None:
        """Do it; raises UserError, sqlite3.Error or OSError."""
        self._copy = back_up(file, self.target, now_ms, between)

    def succeed(self) -> None:
        """Say that it was done."""
        self.on_done(self._copy, None)

    def fail(self, error: UserError) -> None:
        """Say that it could not be done."""
        self.on_done(None, error)


LogCommand = Erasing | BackingUp


class PendingCommands:
    """The commands that nobody has answered yet. Whoever takes one out answers it: so each is answered once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._commands: list[LogCommand] = []

    def add(self, command: LogCommand) -> None:
        """Someone has to answer ``command``."""
        with self._lock:
            self._commands.append(command)

    def take(self, command: LogCommand) -> bool:
        """Whether nobody has answered ``command`` yet; then it is for the caller to do."""
        with self._lock:
            if command not in self._commands:
                return False
            self._commands.remove(command)
            return True

    def fail_all(self, error: UserError) -> None:
        """Answer all that are left."""
        with self._lock:
            commands, self._commands = self._commands, []
        for command in commands:
            command.fail(error)


def erase_log(connection: sqlite3.Connection, path: Path, erasure: Erasure) -> Erased:
    """Take it out of the open log at ``path``, its copies and the logs set aside.

    The log comes last: from what is still there nothing that was erased can come back. Raises sqlite3.Error, UserError;
    nothing is gone if the log itself cannot be changed.
    """
    with transaction(connection):
        # A log that is locked or read-only says so before its copies are gone.
        connection.execute(f"PRAGMA user_version = {schema_version(connection)}")
    remove_files(logs_set_aside(path))  # nobody can take a part out of a damaged file
    for backup in backups(path):
        erase_in_backup(backup, erasure)
    return erase_rows(connection, erasure)


def back_up(
    file: LogFile, target: Path | None, now_ms: int, between: Between = lambda: None
) -> Path:
    """Copy an open log to ``target``, or among its daily copies; where the copy is. Raises as ``make_backup`` does."""
    if target is None:
        return make_backup(file.connection, file.path, now_ms, between=between)
    copy_log(file.connection, target, between=between)
    return target


def erase_closed_log(path: Path, erasure: Erasure, now_ms: Callable[[], int]) -> Erased:
    """Erase in a log that no program has open. With everything, a log that cannot be read goes too.

    Raises UserError, sqlite3.Error or OSError.
    """
    if not path.exists() and not repaired(path).exists():
        remove_files(logs_set_aside(path))
        for backup in backups(path):
            erase_in_backup(backup, erasure)
        return Erased()
    try:
        file = open_for_writing(path, now_ms, lambda _: None)
    except (UserError, NotAFileError):
        if not erasure.everything:
            raise
        remove_files([path, *logs_set_aside(path), *backups(path)])
        return Erased()
    try:
        return erase_log(file.connection, path, erasure)
    finally:
        file.close()
