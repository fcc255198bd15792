"""Events, sessions and documents as rows of the log, and back."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cowrite import __version__
from cowrite.decisions.details import sensible
from cowrite.decisions.events import Event, EventKind, JsonValue, is_task

_COLUMNS = (
    "kind, at_ms, session_id, suggestion_id, document_id, revision, "
    "start_offset, end_offset, model, adapter, details, task"
)
SELECT_EVENTS = f"SELECT {_COLUMNS} FROM events"  # noqa: S608 - made of constants
_INSERT_EVENT = f"INSERT INTO events ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
_INSERT_SESSION = "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?)"
_REPLACE_PROVENANCE = "INSERT OR REPLACE INTO provenance VALUES (?, ?, ?, ?, ?)"
_DELETE_PROVENANCE = "DELETE FROM provenance WHERE document_id = ?"
_INSERT_DOCUMENT = (
    "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET path = excluded.path"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One start of the program, at ``started_ms`` (Unix time in milliseconds); empty fields mean this one, here."""

    id: str
    started_ms: int
    program_version: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """Which file a document is; ``path`` is empty while it has none."""

    id: str
    path: str
    first_seen_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceRow:
    """Where the characters of a document's ``text`` are from, instead of what was kept before; nothing, with no text.

    ``ranges`` makes what is kept as JSON; it is called on the thread that writes.
    """

    document_id: str
    saved_ms: int
    text: str
    ranges: Callable[[], JsonValue]


Record = Event | SessionRow | DocumentRow | ProvenanceRow


def insert(connection: sqlite3.Connection, record: Record) -> None:
    """Write one row; the caller holds the transaction.

    Raises TypeError, ValueError, OverflowError, RecursionError or sqlite3.IntegrityError if ``record`` is one that
    no log can hold, sqlite3.Error if this one cannot take it.
    """
    match record:
        case Event():
            connection.execute(_INSERT_EVENT, _event_row(record))
        case SessionRow():
            version = record.program_version or __version__
            here = record.platform or _this_platform()
            connection.execute(_INSERT_SESSION, (record.id, record.started_ms, version, here))
        case DocumentRow():
            # Names of files need not be valid Unicode; what is not can be told apart, but no longer opened.
            path = record.path.encode("utf-8", "backslashreplace").decode("utf-8")
            connection.execute(_INSERT_DOCUMENT, (record.id, path, record.first_seen_ms))
        case ProvenanceRow(text=""):
            connection.execute(_DELETE_PROVENANCE, (record.document_id,))
        case ProvenanceRow():
            connection.execute(_REPLACE_PROVENANCE, _provenance_row(record))
        case _:
            raise TypeError(type(record).__name__)


def _this_platform() -> str:
    import platform  # on the log's thread: the start of the program does not wait for it

    return platform.platform(terse=True)


def event_from_row(row: Sequence[Any]) -> Event:
    """The event that a row of SELECT_EVENTS holds, without those details that make no sense.

    Raises ValueError if its kind is not known, its task is no name or its details are no JSON: then the file is
    damaged.
    """
    kind, at_ms, session_id, suggestion_id, document_id, revision, start, end, *rest = row
    model, adapter, details, task = rest
    return Event(
        kind=EventKind(kind),
        at_ms=at_ms,
        session_id=session_id,
        suggestion_id=suggestion_id,
        document_id=document_id,
        revision=revision,
        start=start,
        end=end,
        model=model,
        adapter=adapter,
        task=_checked_task(task),
        details=sensible(_parsed(details)),
    )


def _parsed(details: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(details)
    except RecursionError:
        return None  # what somebody wrote by hand
    return value


def _provenance_row(record: ProvenanceRow) -> tuple[str | int | bytes, ...]:
    text = record.text.encode("utf-8", "surrogatepass")
    ranges = json.dumps(record.ranges(), allow_nan=False, separators=(",", ":"))
    return (
        record.document_id,
        hashlib.sha256(text).hexdigest(),
        record.saved_ms,
        zlib.compress(text),
        zlib.compress(ranges.encode()),
    )


def _event_row(event: Event) -> tuple[str | int, ...]:
    return (
        EventKind(event.kind).value,
        event.at_ms,
        event.session_id,
        event.suggestion_id,
        event.document_id,
        event.revision,
        event.start,
        event.end,
        event.model,
        event.adapter,
        _to_json(event.details),
        _checked_task(event.task),
    )


def _checked_task(name: object) -> str:
    if not isinstance(name, str) or not is_task(name):
        raise ValueError("not the name of a task")  # without quoting it
    return name


def _to_json(details: Mapping[str, JsonValue]) -> str:
    """JSON that SQLite takes: no infinite numbers, and no half characters that are not escaped."""
    plain = dict(details)
    try:
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        # The logarithm of a probability of 0: worth less than the rest of the event.
        plain = {key: _finite(value) for key, value in plain.items()}
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Half of a surrogate pair, as a page of UTF-16 may give when it is cut there.
        return json.dumps(plain, allow_nan=False, separators=(",", ":"))
    return text


def _finite(value: JsonValue) -> JsonValue:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case list() | tuple():
            return [_finite(each) for each in value]
        case dict():
            return {key: _finite(each) for key, each in value.items()}
        case _:
            return value
