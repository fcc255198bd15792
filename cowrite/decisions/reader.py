"""What a command asks of a log that it did not write: read-only, also beside a running program."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.migrations import schema_version
from cowrite.decisions.storage import DamagedLogError, find_damage, open_for_reading, read_last


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityReport:
    """How a log stands. ``damage`` is what SQLite's own check finds wrong, empty for a sound file."""

    schema_version: int
    events: int
    size_bytes: int
    damage: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.damage


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProvenance:
    """What is kept of where the characters of ``text`` are from; ``content_hash`` is SHA-256 of the text."""

    content_hash: str
    text: str
    ranges: JsonValue


def read_provenance(path: Path, document_id: str) -> KeptProvenance | None:
    """What is kept of the document, or None. Raises UserError as :func:`tail` does, also for a row that is damaged."""
    with open_for_reading(path) as connection:
        if schema_version(connection) < 2:
            return (
                None  # of a program that kept none; the next start of this one brings it up to date
            )
        row = connection.execute(
            "SELECT content_hash, text, ranges FROM provenance WHERE document_id = ?",
            (document_id,),
        ).fetchone()
        if row is None:
            return None
        try:
            return KeptProvenance(
                content_hash=row[0],
                text=zlib.decompress(row[1]).decode("utf-8", "surrogatepass"),
                ranges=json.loads(zlib.decompress(row[2])),
            )
        except (zlib.error, ValueError) as error:
            raise DamagedLogError("a row of provenance that makes no sense") from error


def moments_of(path: Path, document_id: str) -> list[tuple[str, int]]:
    """The session and Unix time in milliseconds of each event of a document, in order. Raises UserError as above."""
    with open_for_reading(path) as connection:
        return connection.execute(
            "SELECT session_id, at_ms FROM events WHERE document_id = ? ORDER BY at_ms, id",
            (document_id,),
        ).fetchall()


def tail(path: Path, count: int, *, without: Collection[EventKind] = ()) -> list[Event]:
    """The last ``count`` events that are of none of the kinds ``without``, oldest first.

    Raises UserError if the log is missing, damaged or newer.
    """
    with open_for_reading(path) as connection:
        return read_last(connection, count, without)


def count_events(path: Path) -> int:
    """How many events there are. Raises UserError as :func:`tail` does."""
    with open_for_reading(path) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def document_paths(path: Path) -> dict[str, str]:
    """The file of each document, by the document's id; empty if it had none. Raises UserError as :func:`tail` does."""
    with open_for_reading(path) as connection:
        return dict(connection.execute("SELECT id, path FROM documents").fetchall())


def integrity(path: Path) -> IntegrityReport:
    """Read the whole file and check it. Raises UserError as :func:`tail` does, if it cannot even be opened."""
    with open_for_reading(path) as connection:
        damage = tuple(find_damage(connection))
        events = connection.execute("SELECT count(*) FROM events").fetchone()[0]
        return IntegrityReport(
            schema_version=schema_version(connection),
            events=events,
            size_bytes=path.stat().st_size,
            damage=damage,
        )
