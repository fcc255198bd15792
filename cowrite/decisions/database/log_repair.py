"""Puts a new log in the place of a damaged one, so that a program that is killed meanwhile loses nothing.

The new log is made beside the damaged one, which stays in its place and is only read. A new log that is whole gets the
name :func:`repaired`; from then on, and not before, the two are exchanged, and the next start goes on with that.

All files that are made on the way are called ``*.damaged-*``, as the logs set aside are: an erasure finds them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from cowrite.decisions.database.migrations import migrate
from cowrite.decisions.database.salvage import Salvaged, salvage
from cowrite.settings.private_file import PRIVATE_FILE, set_aside, sync_folder

_BESIDE = ("-wal", "-shm", "-journal")


def repaired(path: Path) -> Path:
    """The new log for ``path`` that is whole and waits to be put in its place, if there is one."""
    return path.with_name(f"{path.stem}.damaged-mended{path.suffix}")


def beside(path: Path) -> tuple[Path, ...]:
    """What SQLite keeps beside a file."""
    return tuple(path.with_name(path.name + suffix) for suffix in _BESIDE)


def logs_set_aside(path: Path) -> list[Path]:
    """The damaged logs that were set aside beside the one at ``path``, oldest first."""
    return sorted(path.parent.glob(f"{path.stem}.damaged-*{path.suffix}"))


def repair(path: Path, now_ms: Callable[[], int]) -> Salvaged:
    """Make :func:`repaired` of what can be read of the log at ``path`` and of its backups.

    Raises sqlite3.Error or OSError; then nothing was changed.
    """
    _clear_away(path)
    new = _unfinished(path, str(os.getpid()))
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # it is synced once it is whole
            connection.execute("PRAGMA secure_delete = ON")
            migrate(connection, now_ms)
            salvaged = salvage(path, path, connection)
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        new.replace(repaired(path))
        sync_folder(path.parent)
    except BaseException:
        _remove(new)
        raise
    return salvaged


def exchange(path: Path, now: datetime) -> Path | None:
    """Set the log at ``path`` aside and put :func:`repaired` in its place; the log set aside.

    Does nothing, and returns None, if there is no such log. Raises OSError.
    """
    new = repaired(path)
    if not new.exists():
        return None
    try:
        aside = set_aside(path, now)
    except FileNotFoundError:
        # A killed program came as far as this, or somebody has removed the damaged log.
        others = [each for each in logs_set_aside(path) if each != new]
        aside = others[-1] if others else _unfinished(path, "rest")
    for old, kept in zip(beside(path), beside(aside), strict=True):
        # It may hold what was not salvaged; and SQLite would take it for a part of the new log.
        with suppress(FileNotFoundError):
            old.replace(kept)
    sync_folder(path.parent)
    with suppress(FileNotFoundError):  # another program has done it
        new.rename(path)
    sync_folder(path.parent)
    return aside


def _unfinished(path: Path, name: str) -> Path:
    return path.with_name(f"{path.stem}.damaged-unfinished-{name}{path.suffix}")


def _clear_away(path: Path) -> None:
    """Remove what killed programs left half done."""
    for each in path.parent.glob(_unfinished(path, "*").name):
        _remove(each)


def _remove(path: Path) -> None:
    for each in (path, *beside(path)):
        with suppress(OSError):
            each.unlink(missing_ok=True)
