"""The tables of the decision log, as the migrations that make them.

To change the schema, append a migration; never edit one that has been released, and keep a home that the program of
before has written (``tests/old_home/write_small_home.py``). A new kind of event gets a migration without statements:
the table takes every kind, but an older program would take the new one for damage.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from cowrite.decisions.database.drop_check import drop_check

# “CWDL” in ASCII: tells our files from any other SQLite file.
APPLICATION_ID = 0x4357444C


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema; ``statements``, ``step`` and the record of it are one transaction."""

    version: int
    description: str
    statements: tuple[str, ...]
    step: Callable[[sqlite3.Connection], None] | None = None


TASKS_SINCE = 4
"""The first version whose events have a task."""

# As migration 2 wrote it.
_CHECK_OF_KINDS = """ CHECK (kind IN ('requested', 'generated', 'not_shown', 'shown',
                    'accepted_partial', 'accepted', 'typed_through', 'rejected', 'ignored', 'superseded', 'kept',
                    'turned', 'opened', 'edited', 'moved', 'saved', 'closed'))"""


def _take_every_kind(connection: sqlite3.Connection) -> None:
    """What an event may be is checked when it is written and read; a new kind does not copy the whole table."""
    drop_check(connection, "events", _CHECK_OF_KINDS)


# No foreign keys: an event must be kept even if the row of its document or session was not, as after a new file was
# begun in the middle of a session.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "documents, sessions and events",
        (
            """CREATE TABLE documents (
                id TEXT PRIMARY KEY,
                path TEXT NOT NULL,
                first_seen_ms INTEGER NOT NULL
            ) STRICT""",
            """CREATE TABLE sessions (
                id TEXT PRIMARY KEY,
                started_ms INTEGER NOT NULL,
                program_version TEXT NOT NULL,
                platform TEXT NOT NULL
            ) STRICT""",
            """CREATE TABLE events (
                id INTEGER PRIMARY KEY,
                kind TEXT NOT NULL CHECK (kind IN ('requested', 'generated', 'not_shown', 'shown',
                    'accepted_partial', 'accepted', 'typed_through', 'rejected', 'ignored', 'superseded', 'kept')),
                at_ms INTEGER NOT NULL,
                session_id TEXT NOT NULL,
                suggestion_id TEXT NOT NULL,
                document_id TEXT NOT NULL,
                revision INTEGER NOT NULL,
                start_offset INTEGER NOT NULL,
                end_offset INTEGER NOT NULL,
                model TEXT NOT NULL,
                adapter TEXT NOT NULL,
                details TEXT NOT NULL CHECK (json_valid(details))
            ) STRICT""",
            "CREATE INDEX events_by_suggestion ON events (suggestion_id)",
            "CREATE INDEX events_by_time ON events (at_ms)",
            "CREATE INDEX events_by_document ON events (document_id, at_ms)",
        ),
    ),
    Migration(
        2,
        "what happens to the text, and where its characters are from",
        (
            # SQLite cannot change a CHECK: the rows move into a new table.
            """CREATE TABLE events_2 (
                id INTEGER PRIMARY KEY,
                kind TEXT NOT NULL CHECK (kind IN ('requested', 'generated', 'not_shown', 'shown',
                    'accepted_partial', 'accepted', 'typed_through', 'rejected', 'ignored', 'superseded', 'kept',
                    'turned', 'opened', 'edited', 'moved', 'saved', 'closed')),
                at_ms INTEGER NOT NULL,
                session_id TEXT NOT NULL,
                suggestion_id TEXT NOT NULL,
                document_id TEXT NOT NULL,
                revision INTEGER NOT NULL,
                start_offset INTEGER NOT NULL,
                end_offset INTEGER NOT NULL,
                model TEXT NOT NULL,
                adapter TEXT NOT NULL,
                details TEXT NOT NULL CHECK (json_valid(details))
            ) STRICT""",
            "INSERT INTO events_2 SELECT * FROM events",
            "DROP TABLE events",
            "ALTER TABLE events_2 RENAME TO events",
            # Most events are about no suggestion; an index of those would be as large as the table.
            "CREATE INDEX events_by_suggestion ON events (suggestion_id) WHERE suggestion_id <> ''",
            "CREATE INDEX events_by_time ON events (at_ms)",
            "CREATE INDEX events_by_document ON events (document_id, at_ms)",
            """CREATE TABLE provenance (
                document_id TEXT PRIMARY KEY,
                content_hash TEXT NOT NULL,
                saved_ms INTEGER NOT NULL,
                text BLOB NOT NULL,
                ranges BLOB NOT NULL
            ) STRICT""",
        ),
    ),
    Migration(
        3,
        "what statistics ask, without reading the text of every event",
        (
            # The numbers are taken out of the JSON when a row is written, not each time they are counted. Most events
            # are edits, and what was imported says nothing of this writer: neither is in it.
            """CREATE INDEX events_for_statistics ON events (kind, suggestion_id, at_ms, model, adapter,
                CASE kind
                    WHEN 'requested' THEN json_extract(details, '$.typing_interval_ms')
                    WHEN 'generated' THEN json_extract(details, '$.first_token_ms')
                    WHEN 'not_shown' THEN json_extract(details, '$.reason')
                    WHEN 'shown' THEN coalesce(json_extract(details, '$.gate.offered_words'),
                        length(trim(json_extract(details, '$.text'))) + 1
                        - length(replace(trim(json_extract(details, '$.text')), ' ', '')))
                    ELSE json_extract(details, '$.characters')
                END,
                CASE kind
                    WHEN 'generated' THEN json_extract(details, '$.total_ms')
                    WHEN 'kept' THEN json_extract(details, '$.kept')
                END
            ) WHERE kind IN ('requested', 'generated', 'not_shown', 'shown', 'accepted_partial', 'accepted', 'kept')
                AND substr(session_id, 1, 6) <> 'import'""",
        ),
    ),
    Migration(
        4,
        "which task made a suggestion, and every kind of event",
        ("ALTER TABLE events ADD COLUMN task TEXT NOT NULL DEFAULT 'continue'",),
        _take_every_kind,
    ),
    Migration(
        5,
        "how long a suggestion was on screen, on which occasion it came, and how many words were written",
        (
            "DROP INDEX IF EXISTS events_for_statistics",  # as of version 3, without what follows
            # "first" of an ending without an accept: whether its first word was typed all the same.
            """CREATE INDEX events_for_statistics ON events (kind, suggestion_id, at_ms, task, model, adapter,
                CASE kind
                    WHEN 'requested' THEN json_extract(details, '$.typing_interval_ms')
                    WHEN 'generated' THEN json_extract(details, '$.first_token_ms')
                    WHEN 'not_shown' THEN json_extract(details, '$.reason')
                    WHEN 'shown' THEN coalesce(json_extract(details, '$.gate.offered_words'),
                        length(trim(json_extract(details, '$.text'))) + 1
                        - length(replace(trim(json_extract(details, '$.text')), ' ', '')))
                    WHEN 'accepted' THEN json_extract(details, '$.characters')
                    WHEN 'accepted_partial' THEN json_extract(details, '$.characters')
                    WHEN 'kept' THEN json_extract(details, '$.characters')
                    ELSE instr(ltrim(json_extract(details, '$.taken')), ' ') > 0
                        OR (json_extract(details, '$.taken') <> ''
                            AND substr(json_extract(details, '$.text'), 1, 1) IN
                                ('', ' ', ',', '.', ';', ':', '!', '?'))
                END,
                CASE kind
                    WHEN 'requested' THEN json_extract(details, '$.trigger')
                    WHEN 'generated' THEN json_extract(details, '$.total_ms')
                    WHEN 'kept' THEN json_extract(details, '$.kept')
                    ELSE json_extract(details, '$.on_screen_ms')
                END
            ) WHERE kind IN ('requested', 'generated', 'not_shown', 'shown', 'accepted_partial', 'accepted',
                    'typed_through', 'rejected', 'ignored', 'superseded', 'kept')
                AND substr(session_id, 1, 6) <> 'import'""",
            # Most events are edits: of these only how much was written, so that it stays small.
            """CREATE INDEX edits_for_statistics ON events (at_ms,
                CASE WHEN json_extract(details, '$.origin') IN ('typed', 'accepted')
                    THEN length(json_extract(details, '$.inserted')) END,
                CASE WHEN json_extract(details, '$.origin') IN ('typed', 'accepted')
                    THEN length(json_extract(details, '$.inserted'))
                        - length(replace(replace(json_extract(details, '$.inserted'), ' ', ''), char(10), '')) END
            ) WHERE kind = 'edited' AND json_valid(details) AND substr(session_id, 1, 6) <> 'import'""",
        ),
    ),
)
