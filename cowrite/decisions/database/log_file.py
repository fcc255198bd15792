"""The SQLite file itself: open it or set it aside, write rows, read rows. One writer; any number of readers."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.decisions.database.log_repair import beside, exchange, repair, repaired
from cowrite.decisions.database.migrations import (
    migrate,
    refuse_newer,
    schema_in,
    schema_of,
    schema_version,
    transaction,
)
from cowrite.decisions.database.rows import SELECT_EVENTS, Record, event_from_row, insert
from cowrite.decisions.database.sqlite_errors import describe_log_error, is_about_the_file
from cowrite.decisions.database.tables import APPLICATION_ID, MIGRATIONS, TASKS_SINCE
from cowrite.decisions.database.text_dedup import without_held_text
from cowrite.decisions.events import CONTINUE, Event, EventKind
from cowrite.localization import tr
from cowrite.settings.private_file import PRIVATE_FILE, sync_folder

logger = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 5.0

# No log can hold these; the program made them wrongly. One of them must not stop the others.
_NOT_STORABLE = (TypeError, ValueError, OverflowError, RecursionError, sqlite3.IntegrityError)


class DamagedLogError(Exception):
    """The file is no decision log, or SQLite finds it damaged."""


class NotAFileError(OSError):
    """A folder, a pipe or a device stands where the log should be."""


class NoLogError(UserError):
    """There is nothing to read yet: no file, or one whose tables were never made."""

    def __init__(self, message: str = "", advice: str = "") -> None:
        super().__init__(
            message or tr("There is no decision log yet."),
            advice or tr("It starts with the first suggestion."),
        )


class LogFile:
    """A log that is open for writing; for the thread that opened it only."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._identity = _identity(path)

    @property
    def is_in_place(self) -> bool:
        """Whether the open file is still the one at its path, and nobody deleted or replaced it."""
        return self._identity is not None and self._identity == _identity(self._path)

    def append(self, records: Sequence[Record]) -> int:
        """Write ``records`` in one transaction that is durable on return; how many could not be stored.

        Raises sqlite3.Error; then nothing was written.
        """
        rejected = 0
        with transaction(self._connection):
            for record in records:
                try:
                    insert(self._connection, without_held_text(self._connection, record))
                except _NOT_STORABLE as error:
                    rejected += 1
                    # Only the kind of the error: its text may quote what the writer wrote.
                    logger.error(
                        "a record that cannot be stored: %s, %s",
                        type(record).__name__,
                        type(error).__name__,
                    )
        return rejected

    def add_all(self, records: Sequence[Record]) -> None:
        """Write ``records`` as they are in one transaction that is durable on return.

        Raises sqlite3.Error, or what :func:`~cowrite.decisions.database.rows.insert` raises for a record that no
        log can hold; then nothing was written.
        """
        with transaction(self._connection):
            for record in records:
                insert(self._connection, record)

    def known_sessions(self) -> set[str]:
        """The ids of the sessions that are in it. Raises sqlite3.Error."""
        return {str(row[0]) for row in self._connection.execute("SELECT id FROM sessions")}

    @property
    def connection(self) -> sqlite3.Connection:
        """For what is done to the whole file; in autocommit mode."""
        return self._connection

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    def close(self) -> None:
        """Move everything into the one file and close it. Never raises: what was appended is durable already."""
        try:
            with closing(self._connection):
                # The program is about to end; whoever reads just now must not hold it up.
                self._connection.execute("PRAGMA busy_timeout = 200")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            logger.warning("the log could not be tidied at the end: %s", error)


def open_for_writing(
    path: Path, now_ms: Callable[[], int], on_problem: Callable[[str], None]
) -> LogFile:
    """Open the log at ``path``, making or migrating it.

    A damaged one is set aside and reported; what can be read of it, and of its backups, is in the new one.

    Raises UserError for a log of a newer version, OSError or sqlite3.Error if the file cannot be used.
    """
    aside = exchange(path, _moment(now_ms))  # a program was killed in the middle of it
    if aside is not None:
        on_problem(_set_aside_as(aside, tr("It contains what could be recovered.")))
    try:
        return _open_checked(path, now_ms)
    except DamagedLogError as error:
        logger.warning("the log of decisions is damaged: %s", error)
    damaged = _identity(path)
    salvaged = repair(path, now_ms)
    if _identity(path) != damaged:
        repaired(path).unlink(missing_ok=True)  # another program was faster
        return _open_checked(path, now_ms)
    aside = exchange(path, _moment(now_ms))
    if aside is not None:
        on_problem(_set_aside_as(aside, salvaged.sentence()))
    return _open_checked(path, now_ms)


@contextmanager
def open_for_reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The log, read-only, also beside a running program.

    Raises NoLogError if there is none, UserError if it is damaged, newer or out of reach.
    """
    try:
        _refuse_what_is_no_file(path)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S
        )
    except FileNotFoundError as error:
        raise NoLogError from error
    except (OSError, sqlite3.Error) as error:
        raise _unreadable(error) from error
    try:
        with closing(connection), _errors_of_the_file():
            _refuse_foreign(connection)
            refuse_newer(connection)
            if schema_version(connection) == 0:
                raise NoLogError
            _show_as_newest(connection)
            yield connection
    except (sqlite3.Error, DamagedLogError) as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_ROLLBACK:
            # The program was killed before the file was in WAL mode, and so before anything was in it.
            raise NoLogError from error
        raise _unreadable(error) from error


def read_last(
    connection: sqlite3.Connection, count: int, without: Collection[EventKind] = ()
) -> list[Event]:
    """The last ``count`` events, none of ``without``, oldest first. Raises sqlite3.Error or DamagedLogError."""
    marks = ", ".join("?" * len(without))
    rows = connection.execute(
        f"{SELECT_EVENTS} WHERE kind NOT IN ({marks}) ORDER BY id DESC LIMIT ?", (*without, count)
    ).fetchall()
    try:
        return [event_from_row(row) for row in reversed(rows)]
    except ValueError as error:
        raise DamagedLogError("a row that makes no sense") from error


def find_damage(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's own check finds wrong; empty for a sound file."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)")]
    return [] if found == ["ok"] else found


def _open_checked(path: Path, now_ms: Callable[[], int]) -> LogFile:
    _make_private(path)
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        with _errors_of_the_file():
            _refuse_foreign(connection)
            refuse_newer(connection)
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise DamagedLogError("quick_check")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        migrate(connection, now_ms)
        with _errors_of_the_file():
            connection.execute(f"{SELECT_EVENTS} LIMIT 0")
        return LogFile(path, connection)
    except BaseException:
        connection.close()
        raise


@contextmanager
def _errors_of_the_file() -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        # What SQLite says of a damaged schema may quote bytes that are no text.
        raise DamagedLogError(type(error).__name__) from error
    except sqlite3.Error as error:
        if is_about_the_file(error):
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            raise DamagedLogError(name) from error
        raise


def _show_as_newest(connection: sqlite3.Connection) -> None:
    """Let an older log, which only its writer brings up to date, be read as if it had the newest columns of events."""
    if schema_version(connection) < TASKS_SINCE:
        connection.execute(
            f"CREATE TEMP VIEW events AS SELECT *, '{CONTINUE}' AS task FROM main.events"  # noqa: S608
        )


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    """Raise DamagedLogError if this is a database, but not one of ours, or its tables are not what they were.

    One of a newer version is let through: what its tables are is not known here.
    """
    # In one transaction: another process may be making the tables just now.
    connection.execute("BEGIN")
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = schema_version(connection)
    is_ours = application_id == APPLICATION_ID and version >= 1
    found = schema_in(connection) if is_ours and version <= MIGRATIONS[-1].version else None
    connection.execute("COMMIT")
    if tables and not is_ours:
        raise DamagedLogError("not a database of this program")
    if found is not None and not _is_schema(found, schema_of(version)):
        raise DamagedLogError("tables of another kind")  # what is appended to them would be lost


def _is_schema(found: Mapping[str, str], expected: Mapping[str, str]) -> bool:
    """Whether all tables are there as they should be, and nothing strange; an index may be missing."""
    tables = {name for name, sql in expected.items() if sql.startswith("CREATETABLE")}
    return tables <= found.keys() and found.items() <= expected.items()


def _make_private(path: Path) -> None:
    """See to it that the file exists and only this person can read it and what SQLite keeps beside it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and not path.is_file():
        # SQLite would wait for a pipe for ever. Whoever writes tries again, as it may be moved away.
        reason = tr("it is a folder") if path.is_dir() else tr("it is not a regular file")
        raise NotAFileError(errno.EINVAL, reason, str(path))
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
        sync_folder(path.parent)
    elif os.name == "posix":
        # What SQLite made beside a file that was read-only for a while is read-only still.
        mode = path.stat().st_mode & 0o700
        for each in (path, *beside(path)):
            # Gone in the meantime, or not ours to change: then opening says what is wrong.
            with suppress(FileNotFoundError, PermissionError):
                if stat.S_IMODE(each.stat().st_mode) != mode:
                    each.chmod(mode)


def _refuse_what_is_no_file(path: Path) -> None:
    """SQLite would wait for a pipe for ever. Raises UserError, or OSError if there is nothing to look at."""
    if not stat.S_ISREG(path.stat().st_mode):
        what = tr("a folder") if path.is_dir() else tr("not a regular file")
        raise UserError(
            tr("The decision log cannot be used, because {path} is {what}.", path=path, what=what),
            tr("Move it away, and Cowrite starts a new log."),
        )


def _moment(now_ms: Callable[[], int]) -> datetime:
    return datetime.fromtimestamp(now_ms() / 1000, UTC)


def _set_aside_as(aside: Path, recovered: str) -> str:
    return tr(
        "The decision log was damaged. It was set aside as {name} and a new one was started. {recovered} "
        "Your text is safe.",
        name=aside.name,
        recovered=recovered,
    )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _unreadable(error: Exception) -> UserError:
    if isinstance(error, DamagedLogError):
        return UserError(
            tr("The decision log cannot be read because it is damaged."),
            tr("Start Cowrite once: it sets a damaged log aside and starts a new one."),
        )
    if isinstance(error, sqlite3.Error) and (told := describe_log_error(error)) is not None:
        return told
    reason = reason_of(error) if isinstance(error, OSError) else error
    return UserError(
        tr("The decision log cannot be read ({reason}). Nothing was changed.", reason=reason),
        tr("Check that its file is there and that you may read it, and try again."),
    )
