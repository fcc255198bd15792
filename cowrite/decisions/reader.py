"""What a command asks of a log that it did not write: read-only, also beside a running program."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.json_values import read_json
from cowrite.decisions.database.log_file import (
    DamagedLogError,
    find_damage,
    open_for_reading,
    read_last,
)
from cowrite.decisions.database.migrations import schema_version
from cowrite.decisions.events import Event, EventKind, JsonValue


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
                ranges=read_json(zlib.decompress(row[2])),
            )
        except (zlib.error, ValueError) as error:
            raise DamagedLogError("a row of provenance that makes no sense") from error


# What became of a suggestion is looked for by itself, and whoever only opens a text does not work on it.
_NO_WORK = "('kept', 'opened', 'closed')"
# The last key of a burst is where the row says; SQLite counts from the end with "#".
_MOMENTS = f"""SELECT at_ms, at_ms + coalesce(json_extract(details, '$.keys[#-1][0]'), 0) FROM events
    WHERE document_id = ? AND id > ? AND id < ? AND kind NOT IN {_NO_WORK}"""  # noqa: S608 - made of constants
_BEGAN_AS = """SELECT id, json_extract(details, '$.was') FROM events
    WHERE document_id = ? AND id < ? AND kind = 'opened' AND json_type(details, '$.was') = 'text'
    ORDER BY id DESC LIMIT 1"""
_NEWEST = 2**63 - 1


def moments_of(path: Path, document_id: str) -> list[int]:
    """When something was done to a document, in Unix milliseconds, in order. Raises UserError as :func:`tail` does.

    What was done to it under another name, before “Save As” gave it this one, belongs to it.
    """
    moments: set[int] = set()
    with open_for_reading(path) as connection:
        name, before = document_id, _NEWEST
        while name:
            row = connection.execute(_BEGAN_AS, (name, before)).fetchone()
            began, earlier = row or (0, "")
            for first_ms, last_ms in connection.execute(_MOMENTS, (name, began, before)):
                moments.update((first_ms, last_ms))
            name, before = earlier, began
    return sorted(moments)


def tail(path: Path, count: int, *, without: Collection[EventKind] = ()) -> list[Event]:
    """The last ``count`` events that are of none of the kinds ``without``, oldest first.

    Raises UserError if the log is missing, damaged or newer.
    """
    with open_for_reading(path) as connection:
        return read_last(connection, count, without)


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
