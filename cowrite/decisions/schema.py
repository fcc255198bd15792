"""The tables of the decision log and how they came to be: numbered migrations, each one transaction with its record.

To change the schema, append a migration; never edit one that has been released.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cowrite.decisions.events import EventKind
from cowrite.errors import UserError

# “CWDL” in ASCII: tells our files from any other SQLite file.
APPLICATION_ID = 0x4357444C


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema; ``statements`` run in one transaction together with the record of it."""

    version: int
    description: str
    statements: tuple[str, ...]


_KINDS = ", ".join(f"'{kind.value}'" for kind in EventKind)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "documents, sessions and events",
        (
            """CREATE TABLE documents (
                id TEXT PRIMARY KEY,
                path TEXT NOT NULL,
                first_seen_ms INTEGER NOT NULL
            ) STRICT""",
            """CREATE TABLE sessions (
                id TEXT PRIMARY KEY,
                started_ms INTEGER NOT NULL,
                program_version TEXT NOT NULL,
                platform TEXT NOT NULL
            ) STRICT""",
            f"""CREATE TABLE events (
                id INTEGER PRIMARY KEY,
                kind TEXT NOT NULL CHECK (kind IN ({_KINDS})),
                at_ms INTEGER NOT NULL,
                session_id TEXT NOT NULL,
                suggestion_id TEXT NOT NULL,
                document_id TEXT NOT NULL,
                revision INTEGER NOT NULL,
                start_offset INTEGER NOT NULL,
                end_offset INTEGER NOT NULL,
                model TEXT NOT NULL,
                adapter TEXT NOT NULL,
                details TEXT NOT NULL CHECK (json_valid(details))
            ) STRICT""",
            "CREATE INDEX events_by_suggestion ON events (suggestion_id)",
            "CREATE INDEX events_by_time ON events (at_ms)",
            "CREATE INDEX events_by_document ON events (document_id, at_ms)",
        ),
    ),
)


def schema_version(connection: sqlite3.Connection) -> int:
    """The version of the open file; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


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
        if migration.version <= schema_version(connection):
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            if migration.version == 1:
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(
                    "CREATE TABLE migrations (version INTEGER PRIMARY KEY, "
                    "applied_ms INTEGER NOT NULL, description TEXT NOT NULL) STRICT"
                )
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, ?)",
                (migration.version, now_ms(), migration.description),
            )
            connection.execute(f"PRAGMA user_version = {migration.version}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def refuse_newer(
    connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Raise UserError if the file was written by a newer program than this."""
    if schema_version(connection) > migrations[-1].version:
        raise UserError(
            "The log of decisions was written by a newer version of Cowrite; it was left untouched.",
            "Update Cowrite to go on keeping the log.",
        )
