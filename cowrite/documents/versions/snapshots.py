"""Snapshots: how a document was at earlier moments. One private SQLite file per document, never inside the document.

A text is kept in chunks by their hash (:mod:`cowrite.documents.versions.chunks`), so that a version costs what has
changed. Every method opens the file, does one transaction and closes it: killed at any moment, the file holds what it
held before or what it should hold now. May be called on any thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.documents.identity import is_identity
from cowrite.documents.versions.chunks import chunks, packed, unpacked
from cowrite.documents.versions.thinning import oldest_first, superfluous
from cowrite.documents.versions.undo_steps import SUFFIX as UNDO_SUFFIX
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import newer_data
from cowrite.settings.private_file import PRIVATE_FILE, PRIVATE_FOLDER, set_aside

logger = logging.getLogger(__name__)

SUFFIX = ".versions"
VERSION = 1
MOST_BYTES = 64_000_000
"""So much is kept of one document at most; beyond that its oldest snapshots go, but for those with a name."""
BUSY_TIMEOUT_S = 10.0
_TABLES = """
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, reason TEXT NOT NULL, name TEXT NOT NULL,
    characters INTEGER NOT NULL, sha256 BLOB NOT NULL
) STRICT;
CREATE TABLE chunk (name BLOB PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE part (
    snapshot INTEGER NOT NULL, place INTEGER NOT NULL, chunk BLOB NOT NULL, PRIMARY KEY (snapshot, place)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
"""
_FILE_TABLE = "CREATE TABLE IF NOT EXISTS file (one INTEGER PRIMARY KEY CHECK (one = 1), path BLOB NOT NULL) STRICT"
"""Where the document was when its last version was kept; added later, and older programs do not miss it."""


class Reason(Enum):
    """Why a snapshot was taken; the values are those of the file and stay."""

    WRITING = "writing"
    SAVED = "saved"
    BY_HAND = "by hand"
    BEFORE_REWRITE = "before rewrite"
    BEFORE_RESTORE = "before restore"
    BEFORE_RELOAD = "before reload"
    FROM_DISK = "from disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One version of a document. ``at_ms`` is Unix time; ``name`` is what the writer called it, or empty."""

    id: int
    at_ms: int
    reason: Reason
    name: str
    characters: int

    @property
    def stays(self) -> bool:
        """Whether the writer asked for it; then no rule takes it away."""
        return bool(self.name) or self.reason is Reason.BY_HAND


class SnapshotStore:
    """The snapshots in ``folder``. Every method raises UserError with a plain sentence for what does not work."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def take(
        self,
        document_id: str,
        text: str,
        *,
        at_ms: int,
        reason: Reason,
        name: str = "",
        path: Path | None = None,
    ) -> Snapshot:
        """Keep ``text`` as it was at ``at_ms``; the newest one as it is if that is the same text.

        A name, or that it was asked for by hand, is noted of that one too. Thins out what is older. ``path`` is the
        file that the document is in.
        """
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        with self._changing(document_id) as connection:
            _note_file(connection, path)
            newest = connection.execute(
                "SELECT * FROM snapshot ORDER BY id DESC LIMIT 1"
            ).fetchone()
            if newest is not None and newest["sha256"] == digest:
                kept = _asked_again(_snapshot(newest), reason, name)
                connection.execute(
                    "UPDATE snapshot SET reason = ?, name = ? WHERE id = ?",
                    (kept.reason.value, kept.name, kept.id),
                )
                return kept
            row = (at_ms, reason.value, name, len(text), digest)
            cursor = connection.execute(
                "INSERT INTO snapshot (at_ms, reason, name, characters, sha256) VALUES (?, ?, ?, ?, ?)",
                row,
            )
            number = int(cursor.lastrowid or 0)
            for place, chunk in enumerate(chunks(text)):
                key, data = packed(chunk)
                connection.execute("INSERT OR IGNORE INTO chunk VALUES (?, ?)", (key, data))
                connection.execute("INSERT INTO part VALUES (?, ?, ?)", (number, place, key))
            self._thin(connection, at_ms)
        return Snapshot(id=number, at_ms=at_ms, reason=reason, name=name, characters=len(text))

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder

    def note_file(self, document_id: str, path: Path) -> None:
        """Note in which file the document is now, if any version of it is kept."""
        if self._file(document_id).exists():
            with self._changing(document_id) as connection:
                _note_file(connection, path)

    def all(self, document_id: str) -> list[Snapshot]:
        """What is kept of a document, newest first."""
        if not self._file(document_id).exists():
            return []
        with self._reading(document_id) as connection:
            rows = connection.execute("SELECT * FROM snapshot ORDER BY id DESC").fetchall()
        return [_snapshot(row) for row in rows]

    def text(self, document_id: str, number: int) -> str:
        """The text of one snapshot."""
        with self._reading(document_id) as connection:
            row = connection.execute("SELECT * FROM snapshot WHERE id = ?", (number,)).fetchone()
            if row is None:
                raise UserError(tr("This version is no longer kept."), tr("Choose another one."))
            parts = connection.execute(
                "SELECT part.chunk AS name, chunk.data AS data FROM part LEFT JOIN chunk ON chunk.name = part.chunk "
                "WHERE part.snapshot = ? ORDER BY part.place",
                (number,),
            ).fetchall()
            try:
                text = "".join(unpacked(part["name"], part["data"] or b"") for part in parts)
            except ValueError as error:
                raise _damaged_version() from error
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() != row["sha256"]:
            raise _damaged_version()
        return text

    def rename(self, document_id: str, number: int, name: str) -> None:
        """Call a snapshot ``name``; an empty one takes its name away."""
        with self._changing(document_id) as connection:
            connection.execute("UPDATE snapshot SET name = ? WHERE id = ?", (name, number))

    def delete(self, document_id: str, numbers: Iterable[int]) -> None:
        """Keep these snapshots no more."""
        with self._changing(document_id) as connection:
            _remove(connection, numbers)

    def forget(self, document_ids: Iterable[str]) -> None:
        """Keep nothing of these documents, nor their undo steps."""
        for document_id in document_ids:
            self._remove_files(self._folder.glob(f"{self._file(document_id).stem}.*"))

    def forget_all(self) -> None:
        """Keep nothing of any document, nor any undo steps."""
        for suffix in (SUFFIX, UNDO_SUFFIX):
            self._remove_files(self._folder.glob(f"*{suffix}*"))

    def forget_since(self, since_ms: int) -> None:
        """Keep no snapshot of any document taken at ``since_ms`` or later, nor undo steps, which have no date."""
        self._remove_files(self._folder.glob(f"*{UNDO_SUFFIX}*"))
        for file in self._folder.glob(f"*{SUFFIX}"):
            document_id = file.name.removesuffix(SUFFIX)
            if is_identity(document_id):
                kept = self.all(document_id)
                found = [each.id for each in kept if each.at_ms >= since_ms]
                if len(found) == len(kept):
                    self.forget([document_id])  # nor in which file it was
                elif found:
                    self.delete(document_id, found)

    # --- inside ---

    def _thin(self, connection: sqlite3.Connection, now_ms: int) -> None:
        kept = [_snapshot(row) for row in connection.execute("SELECT * FROM snapshot ORDER BY id")]
        gone = {each.id for each in superfluous(kept, now_ms) if isinstance(each, Snapshot)}
        if gone:
            _remove(connection, gone)
        for each in oldest_first([one for one in kept if one.id not in gone]):
            if _size(connection) <= self._most_bytes:
                break
            if isinstance(each, Snapshot):
                _remove(connection, [each.id])

    def _file(self, document_id: str) -> Path:
        if not is_identity(document_id):
            raise ValueError("this is no identity of a document")
        return self._folder / f"{document_id}{SUFFIX}"

    @contextmanager
    def _changing(self, document_id: str) -> Iterator[sqlite3.Connection]:
        with self._open(document_id) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _reading(self, document_id: str) -> Iterator[sqlite3.Connection]:
        with self._open(document_id) as connection:
            yield connection

    @contextmanager
    def _open(self, document_id: str) -> Iterator[sqlite3.Connection]:
        file = self._file(document_id)
        try:
            self._make(file)
            with contextlib.closing(
                sqlite3.connect(file, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            ) as connection:
                _prepare(connection)
                yield connection
        except (sqlite3.OperationalError, OSError) as error:
            raise UserError(
                tr(
                    "The earlier versions of this text cannot be kept or read ({error}).",
                    error=error,
                ),
                tr("Your text itself is not affected; see whether the disk is full."),
            ) from error
        except sqlite3.DatabaseError as error:
            raise self._set_aside(file) from error

    def _make(self, file: Path) -> None:
        """Raises OSError. SQLite itself would make a file that others may read."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))

    def _set_aside(self, file: Path) -> UserError:
        try:
            kept = set_aside(file)
        except OSError:
            logger.exception("a damaged file of versions cannot be renamed")
            kept = file
        logger.warning("a file of versions is damaged")
        return UserError(
            tr(
                "The earlier versions of this text cannot be read, because their file is damaged. "
                "It is kept as {kept}.",
                kept=kept,
            ),
            tr("Your text itself is not affected; from now on new versions are kept."),
        )

    def _remove_files(self, files: Iterable[Path]) -> None:
        for file in files:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise UserError(
                    tr(
                        "Earlier versions of a text could not be deleted ({reason}).",
                        reason=reason_of(error),
                    ),
                    tr("You may delete {file} yourself.", file=file),
                ) from error


def _prepare(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > VERSION:
        raise newer_data(
            tr_noop("The earlier versions of this text were written by a newer version of Cowrite.")
        )
    if not found:
        connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")


def _note_file(connection: sqlite3.Connection, path: Path | None) -> None:
    connection.execute(_FILE_TABLE)
    if path is None:
        connection.execute("DELETE FROM file")
    else:
        connection.execute("INSERT OR REPLACE INTO file VALUES (1, ?)", (os.fsencode(path),))


def _snapshot(row: sqlite3.Row) -> Snapshot:
    reasons = {each.value: each for each in Reason}
    return Snapshot(
        id=row["id"],
        at_ms=row["at_ms"],
        reason=reasons.get(row["reason"], Reason.WRITING),
        name=row["name"],
        characters=row["characters"],
    )


def _asked_again(newest: Snapshot, reason: Reason, name: str) -> Snapshot:
    """The newest snapshot where the same text is to be kept again: what the writer asks for counts most."""
    by_hand = Reason.BY_HAND in (newest.reason, reason)
    return Snapshot(
        id=newest.id,
        at_ms=newest.at_ms,
        reason=Reason.BY_HAND if by_hand else newest.reason,
        name=name or newest.name,
        characters=newest.characters,
    )


def _remove(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    for number in numbers:
        connection.execute("DELETE FROM snapshot WHERE id = ?", (number,))
        connection.execute("DELETE FROM part WHERE snapshot = ?", (number,))
    connection.execute("DELETE FROM chunk WHERE name NOT IN (SELECT chunk FROM part)")


def _size(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT coalesce(sum(length(data)), 0) FROM chunk").fetchone()
    return int(found[0])


def _damaged_version() -> UserError:
    return UserError(tr("This version is damaged and cannot be shown."), tr("Choose another one."))
