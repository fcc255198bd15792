"""Which errors of SQLite are a fault of the file and which of its surroundings, and what to tell people of them."""

from __future__ import annotations

import sqlite3

from cowrite.base.errors import UserError
from cowrite.localization import tr, tr_noop

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


_BUSY = (
    tr_noop("The decision log is in use by another program. Nothing was changed."),
    tr_noop("Close that program, or try again in a moment."),
)
_READ_ONLY = (
    tr_noop("The decision log is read-only. Nothing was changed."),
    tr_noop("Allow changes to its file, the files beside it and its folder, and try again."),
)
_FULL = (
    tr_noop("The disk is full, so the decision log could not be changed."),
    tr_noop("Free up disk space and try again."),
)
_NOT_OPENED = (
    tr_noop("The decision log cannot be opened. Nothing was changed."),
    tr_noop("Check that it is a file which you may read and change, and that its folder is there."),
)
_FAILING = (
    tr_noop("The disk reported an error while the decision log was in use."),
    tr_noop("Check the disk, and that it is not full, and try again."),
)
_NO_MEMORY = (
    tr_noop("There is too little memory to work with the decision log."),
    tr_noop("Close other programs and try again."),
)
_SENTENCES = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_AUTH: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CANTOPEN: _NOT_OPENED,
    sqlite3.SQLITE_IOERR: _FAILING,
    sqlite3.SQLITE_NOMEM: _NO_MEMORY,
}


def describe_log_error(error: sqlite3.Error) -> UserError | None:
    """``error`` as what the person can act on; None where it is a mistake of the program, such as a wrong query."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _SENTENCES:
        message, advice = _SENTENCES[code]
        return UserError(tr(message), tr(advice))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT):
        return UserError(
            tr("The decision log is damaged."),
            tr("Start Cowrite once: it sets a damaged log aside and starts a new one."),
        )
    return None
