"""Takes a CHECK out of a table: SQLite has no statement for it.

SQLite's page on ALTER TABLE (“Making Other Kinds Of Table Schema Changes”) gives two ways. To rewrite the definition in
the schema takes no time whatever the table holds; where that is forbidden (“defensive”, as some systems build SQLite),
the rows move into a new table, which for a million events takes some twenty seconds and as much disk again.
"""

from __future__ import annotations

import sqlite3


def drop_check(connection: sqlite3.Connection, table: str, check: str) -> None:
    """Take ``check``, as it is written in the definition, out of ``table``. The caller holds the transaction.

    Raises ValueError if the definition has no such check, sqlite3.Error if it cannot be changed.
    """
    old = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)
    ).fetchone()[0]
    if check not in old:
        raise ValueError("no such check")
    new = old.replace(check, "")
    try:
        connection.execute("PRAGMA writable_schema = ON")
        allowed = connection.execute("PRAGMA writable_schema").fetchone()
        if allowed is not None and allowed[0]:
            _rewrite(connection, table, new)
        else:
            _copy(connection, table, new)
    finally:
        connection.execute("PRAGMA writable_schema = OFF")
    connection.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 - fails if SQLite cannot read its schema


def _rewrite(connection: sqlite3.Connection, table: str, definition: str) -> None:
    version = connection.execute("PRAGMA schema_version").fetchone()[0]
    connection.execute(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (definition, table)
    )
    # So that this connection, and every other, reads the schema again.
    connection.execute(f"PRAGMA schema_version = {version + 1}")


def _copy(connection: sqlite3.Connection, table: str, definition: str) -> None:
    indexes = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    columns = definition[definition.index("(") :]
    connection.execute(f"CREATE TABLE {table}_new {columns}")
    connection.execute(f"INSERT INTO {table}_new SELECT * FROM {table}")  # noqa: S608 - a name of ours
    connection.execute(f"DROP TABLE {table}")
    connection.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
    for (index,) in indexes:
        connection.execute(index)
