"""What a command asks of a log that it did not write: read-only, also beside a running program."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.migrations import schema_version
from cowrite.decisions.storage import find_damage, open_for_reading, read_last


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
