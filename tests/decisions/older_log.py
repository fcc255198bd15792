"""Logs as the programs of older versions left them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from event_maker import make_event

from cowrite.decisions.database.migrations import migrate
from cowrite.decisions.database.tables import MIGRATIONS
from cowrite.decisions.events import Event, EventKind

KINDS_OF_VERSION_1 = tuple(EventKind)[: tuple(EventKind).index(EventKind.KEPT) + 1]


def old_log(path: Path, version: int, rows: int) -> list[Event]:
    """A log as the program of that version left it."""
    kinds = KINDS_OF_VERSION_1 if version == 1 else tuple(EventKind)
    events = [make_event(n, kinds[n % len(kinds)]) for n in range(rows)]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, lambda: 5, MIGRATIONS[:version])
        connection.execute("PRAGMA journal_mode = WAL")
        write_rows(connection, events)
    return events


def write_rows(connection: sqlite3.Connection, events: list[Event]) -> None:
    """As programs wrote them that knew no tasks."""
    connection.executemany(
        "INSERT INTO events (kind, at_ms, session_id, suggestion_id, document_id, revision, start_offset, end_offset, "
        "model, adapter, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                each.kind.value, each.at_ms, each.session_id, each.suggestion_id, each.document_id, each.revision,
                each.start, each.end, each.model, each.adapter, json.dumps(dict(each.details)),
            )
            for each in events
        ],
    )  # fmt: skip
