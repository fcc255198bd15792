"""Sessions as JSON lines, without loss: a heading, then sessions, documents and events, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any, TypeVar

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, is_unicode
from cowrite.base.records import Count, Integer, Moment, Name, decode, matching
from cowrite.decisions.database.rows import DocumentRow, SessionRow
from cowrite.decisions.database.tables import MIGRATIONS
from cowrite.decisions.details import senseless
from cowrite.decisions.events import CONTINUE, TASK_PATTERN, Event, EventKind
from cowrite.decisions.exchange.bundle import Bundle, marked, unmarked
from cowrite.localization import tr, tr_noop

FORMAT = "cowrite-decisions"
SCHEMA = MIGRATIONS[-1].version
_Row = TypeVar("_Row", SessionRow, DocumentRow, Event)


def jsonl_lines(bundle: Bundle) -> Iterator[str]:
    """The lines, in ASCII: half a character is no valid Unicode, but may be in a text."""
    bundle = unmarked(bundle)
    yield json.dumps({"format": FORMAT, "schema": SCHEMA})
    for name, records in (
        ("session", bundle.sessions),
        ("document", bundle.documents),
        ("event", bundle.events),
    ):
        for record in records:
            yield json.dumps({name: asdict(record)}, separators=(",", ":"))


def read_jsonl(lines: Iterable[Any]) -> Bundle:
    """What :func:`jsonl_lines` wrote, marked as imported.

    Raises UserError for a newer schema, SchemaError for what is no such line.
    """
    bundle = Bundle()
    for number, line in enumerate(lines):
        if number == 0:
            _check_heading(line)
            continue
        name, value = _only_field(line)
        match name:
            case "session":
                bundle.sessions.append(
                    _rebuilt(SessionRow, decode(value, _SessionExport, name, only_known=True))
                )
            case "document":
                bundle.documents.append(
                    _rebuilt(DocumentRow, decode(value, _Document, name, only_known=True))
                )
            case "event":
                bundle.events.append(_rebuilt(Event, decode(value, _Event, name, only_known=True)))
            case _:
                raise SchemaError("", tr(_FIELDS))
    return marked(bundle)


_FIELDS = tr_noop("should have one field: session, document or event")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heading:
    format: Name
    schema: Count

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise SchemaError("format", tr("is not one that Cowrite knows"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _SessionExport:
    id: Name
    started_ms: Moment
    program_version: Name = ""
    platform: Name = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    id: Name
    path: Name
    first_seen_ms: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """A file of an older schema has no ``task``."""

    kind: EventKind
    at_ms: Moment
    session_id: Name
    suggestion_id: Name
    document_id: Name
    revision: Integer
    start: Count
    end: Count
    model: Name
    adapter: Name
    details: dict[str, Any]
    task: Annotated[str, matching(TASK_PATTERN, tr_noop("is not the name of a task"))] = CONTINUE

    def __post_init__(self) -> None:
        for name in senseless(self.details):
            place = f"details.{name if is_unicode(name) else '…'}"
            raise SchemaError(place, tr("is not what its name says"))


def _check_heading(line: object) -> None:
    if decode(line, _Heading).schema > SCHEMA:
        raise UserError(
            tr("The file was written by a newer version of Cowrite. Nothing was imported from it."),
            tr("Update Cowrite first."),
        )


def _only_field(line: object) -> tuple[str, object]:
    if not isinstance(line, dict):
        raise SchemaError("", tr("should be an object"))
    if len(line) != 1:
        raise SchemaError("", tr(_FIELDS))
    return next(iter(line.items()))


def _rebuilt(kind: type[_Row], stored: Any) -> _Row:
    """The row of the log that a line stands for."""
    return kind(**{name: getattr(stored, name) for name in stored.__slots__})
