"""Brings an open log to the newest schema, one migration at a time, and refuses a newer one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache

from cowrite.base.errors import UserError
from cowrite.decisions.database.tables import APPLICATION_ID, MIGRATIONS, Migration
from cowrite.localization import tr


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what happens inside becomes durable together, or none. The connection must be in autocommit mode."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite itself has rolled back after some errors, such as a full disk.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def schema_version(connection: sqlite3.Connection) -> int:
    """The version of the open file; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(
    connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Raise UserError if the file was written by a newer program than this."""
    if schema_version(connection) > migrations[-1].version:
        raise UserError(
            tr("The decision log was written by a newer version of Cowrite. It was not changed."),
            tr("Update Cowrite to keep recording decisions."),
        )


@cache
def schema_of(version: int) -> dict[str, str]:
    """What SQLite notes of each table and index in a log of ``version``, by name, as :func:`schema_in` tells it."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, lambda: 0, MIGRATIONS[:version])
        return schema_in(connection)


def schema_in(connection: sqlite3.Connection) -> dict[str, str]:
    """The definitions in the open file, by name, without what is SQLite's own; spaces and quotes left out."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    )
    # How a renamed table is quoted is up to the SQLite that renamed it; in a damaged file a definition may be no text.
    return {str(name): "".join(str(sql).replace('"', "").split()) for name, sql in rows}


def migrate(
    connection: sqlite3.Connection,
    now_ms: Callable[[], int],
    migrations: Sequence[Migration] = MIGRATIONS,
) -> None:
    """Bring the open file to the newest schema.

    Each migration is there whole with its record, or not at all. Raises UserError for a file written by a newer
    program, sqlite3.Error if a migration fails. The connection must be in autocommit mode.
    """
    refuse_newer(connection, migrations)
    for migration in migrations:
        if migration.version > schema_version(connection):
            _apply(connection, migration, now_ms)


def _apply(connection: sqlite3.Connection, migration: Migration, now_ms: Callable[[], int]) -> None:
    with transaction(connection):
        # Another process may have been faster while this one waited for its turn to write.
        if migration.version <= schema_version(connection):
            return
        if migration.version == 1:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(
                "CREATE TABLE migrations (version INTEGER PRIMARY KEY, "
                "applied_ms INTEGER NOT NULL, description TEXT NOT NULL) STRICT"
            )
        for statement in migration.statements:
            connection.execute(statement)
        if migration.step is not None:
            migration.step(connection)
        connection.execute(
            "INSERT INTO migrations VALUES (?, ?, ?)",
            (migration.version, now_ms(), migration.description),
        )
        connection.execute(f"PRAGMA user_version = {migration.version}")
