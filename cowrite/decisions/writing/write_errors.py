"""What came of writing the log: whether it may pass, and what it is called in a sentence and in the log of errors."""

from __future__ import annotations

import errno
import sqlite3

from cowrite.decisions.database.sqlite_errors import is_about_the_file
from cowrite.localization import tr


def may_pass(error: OSError | sqlite3.Error) -> bool:
    """Whether the same open file may be written later."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL)


def name_of(error: OSError | sqlite3.Error) -> str:
    """The error for the log of errors: what SQLite says of a damaged file may quote what the writer wrote."""
    if isinstance(error, OSError):
        return str(error)
    return str(getattr(error, "sqlite_errorname", type(error).__name__))


def reason_of(error: OSError | sqlite3.Error) -> str:
    """Why nothing can be written, as the end of a sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = error.errno if isinstance(error, OSError) else None
    if code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT):
        return tr("the disk is full")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return tr("another program is using the decision log")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or number in (
        errno.EACCES,
        errno.EROFS,
    ):
        return tr("the decision log is read-only")
    if isinstance(error, sqlite3.Error) and is_about_the_file(error):
        return tr("the decision log is damaged")
    return tr("the decision log cannot be written")
