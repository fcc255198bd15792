"""The text of a document as the open log has it."""

from __future__ import annotations

import sqlite3

from cowrite.decisions.database.rows import SELECT_EVENTS, event_from_row
from cowrite.decisions.rebuild import rebuild


def text_in_log(
    connection: sqlite3.Connection, document_id: str, before_row: int | None = None
) -> str | None:
    """The text of a document as the log has it, before the row of that number if one is given; None if it does not.

    Raises sqlite3.Error.
    """
    upto = 2**62 if before_row is None else before_row
    base = connection.execute(
        "SELECT max(id) FROM events WHERE document_id = ? AND id < ? AND kind = 'opened' "
        "AND json_type(details, '$.text') = 'text'",
        (document_id, upto),
    ).fetchone()[0]
    if base is None:
        return None
    rows = connection.execute(
        f"{SELECT_EVENTS} WHERE document_id = ? AND id >= ? AND id < ? "
        "AND kind IN ('opened', 'edited') ORDER BY id",
        (document_id, base, upto),
    )
    return rebuild(map(event_from_row, rows))
