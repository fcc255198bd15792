"""Copies of the log that are made while it is in use: which there are, which are kept, whether one is sound.

One a day at most. Of the copies the newest of each of the last 12 days, of each of 10 weeks and of each of 9 months
stay; a copy that is not sound never takes the place of a good one.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.decisions.database.tables import APPLICATION_ID
from cowrite.localization import tr
from cowrite.settings.private_file import PRIVATE_FILE, PRIVATE_FOLDER, sync_folder

logger = logging.getLogger(__name__)

DAILY, WEEKLY, MONTHLY = 12, 10, 9
DAY_MS = 86_400_000
# About a megabyte: between two such steps the log is written.
PAGES_PER_STEP = 256
_PREFIX, _SUFFIX, _STAMP = "decisions-", ".sqlite3", "%Y%m%d-%H%M%S"


def backup_folder(log: Path) -> Path:
    """Where the copies of the log at ``log`` are."""
    return log.parent / "backups"


def backups(log: Path) -> list[Path]:
    """The copies there are, oldest first."""
    found = backup_folder(log).glob(f"{_PREFIX}*{_SUFFIX}")
    return sorted(path for path in found if made_at_ms(path) is not None)


def made_at_ms(path: Path) -> int | None:
    """When a copy was made by its name, in Unix time in milliseconds; None if it is no copy."""
    try:
        stamp = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
        return round(datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return None


def is_due(log: Path, now_ms: int) -> bool:
    """Whether the newest copy is older than a day, or there is none. A clock that was set back asks for one too."""
    made = [made_at_ms(path) or 0 for path in backups(log)]
    return not made or not 0 <= now_ms - made[-1] < DAY_MS


def make_backup(
    connection: sqlite3.Connection,
    log: Path,
    now_ms: int,
    *,
    between: Callable[[], None] = lambda: None,
) -> Path:
    """Copy the open log into its folder of backups and thin the older copies out; the new copy.

    ``between`` is called on this thread after about every megabyte and may write to the same ``connection``. Raises
    UserError if the copy is not sound, OSError or sqlite3.Error; the other copies are then as they were.
    """
    folder = backup_folder(log)
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    stamp = datetime.fromtimestamp(now_ms / 1000, UTC).strftime(_STAMP)
    target = folder / f"{_PREFIX}{stamp}{_SUFFIX}"
    copy_log(connection, target, between=between)
    thin_out(log)
    return target


def copy_log(
    connection: sqlite3.Connection, target: Path, *, between: Callable[[], None] = lambda: None
) -> None:
    """Copy the open log to ``target``, which is there whole and sound afterwards, or as it was. Raises as above."""
    unfinished = target.with_name(f".{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as copy:
            connection.backup(copy, pages=PAGES_PER_STEP, progress=lambda *_: between())
            copy.execute("PRAGMA journal_mode = DELETE")
        if not is_sound(unfinished):
            raise UserError(
                tr("The backup of the decision log is damaged and was discarded."),
                tr("Check the disk; “cowrite log verify” checks the log itself."),
            )
        _sync(unfinished)
        unfinished.replace(target)
        sync_folder(target.parent)
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)


def is_sound(path: Path) -> bool:
    """Whether SQLite's quick check finds nothing wrong with the copy, and it is one of ours."""
    try:
        with closing(_open_read_only(path)) as connection:
            ours: bool = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            check = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            return ours and check == "ok"
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def newest_sound(log: Path) -> Path | None:
    """The newest copy that is sound, or None."""
    return next((path for path in reversed(backups(log)) if is_sound(path)), None)


def thin_out(log: Path) -> None:
    """Remove the copies that no day, week or month needs any more. Raises OSError."""
    there = backups(log)
    for path in set(there) - kept_of(there):
        path.unlink(missing_ok=True)


def kept_of(copies: Iterable[Path]) -> set[Path]:
    """Those that stay: the newest of each of the last 12 days, 10 weeks and 9 months that have one."""
    kept: set[Path] = set()
    for most, span in ((DAILY, "%Y-%m-%d"), (WEEKLY, "%G-%V"), (MONTHLY, "%Y-%m")):
        newest: dict[str, Path] = {}
        for path in sorted(copies):
            made = datetime.fromtimestamp((made_at_ms(path) or 0) / 1000, UTC)
            newest[made.strftime(span)] = path
        kept |= set(list(newest.values())[-most:])
    return kept


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
