"""Which errors of SQLite are a fault of the file, and which of its surroundings."""

from __future__ import annotations

import sqlite3

# What the surroundings do to a sound file. Any other error, met while looking at a file, is a fault of the file.
SURROUNDINGS = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
    }
)


def is_about_the_file(error: sqlite3.Error) -> bool:
    """Whether ``error`` is a fault of the file itself, and not of a full disk, a lock or missing rights."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Python's own: bytes that are no text, where SQLite has seen nothing wrong.
        return str(error).startswith("Could not decode")
    return code & 0xFF not in SURROUNDINGS
