"""Keeps a text out of the log that the log holds already: most documents are opened as they were closed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from cowrite.decisions.database.rows import Record
from cowrite.decisions.database.text_in_log import text_in_log
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.rebuild import text_hash

# To tell a text takes as long as there are changes since it was last stored whole.
MOST_CHANGES = 5_000


def without_held_text(connection: sqlite3.Connection, record: Record) -> Record:
    """``record``; an OPENED whose very text the log can tell without it comes back without it.

    Raises sqlite3.Error.
    """
    if not isinstance(record, Event) or record.kind is not EventKind.OPENED:
        return record
    text = record.details.get("text")
    if not isinstance(text, str) or _changes(connection, record.document_id) > MOST_CHANGES:
        return record
    try:
        held = text_in_log(connection, record.document_id)
    except ValueError:
        return record  # rows that make no sense
    if held is None or text_hash(held) != record.details.get("hash"):
        return record
    return replace(record, details={k: v for k, v in record.details.items() if k != "text"})


def _changes(connection: sqlite3.Connection, document_id: str) -> int:
    """How many changes there are since the text of the document was stored whole."""
    return int(
        connection.execute(
            "SELECT count(*) FROM events WHERE document_id = :id AND kind = 'edited' AND id > ("
            "SELECT coalesce(max(id), 0) FROM events WHERE document_id = :id AND kind = 'opened' "
            "AND json_type(details, '$.text') = 'text')",
            {"id": document_id},
        ).fetchone()[0]
    )
