"""Sessions as JSON lines, without loss: a heading, then sessions, documents and events, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.records import Record, SchemaError, is_unicode
from cowrite.decisions.database.rows import Document, Session
from cowrite.decisions.database.tables import MIGRATIONS
from cowrite.decisions.details import senseless
from cowrite.decisions.events import CONTINUE, Event, EventKind, is_task
from cowrite.decisions.exchange.bundle import Bundle, marked, unmarked

FORMAT = "cowrite-decisions"
SCHEMA = MIGRATIONS[-1].version


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
        record = Record.of(line)
        if number == 0:
            _check_heading(record)
            continue
        if len(record.fields) != 1:
            raise SchemaError("", "should have one field: session, document or event")
        (name,) = record.fields
        match name:
            case "session":
                bundle.sessions.append(_session(record.record(name)))
            case "document":
                bundle.documents.append(_document(record.record(name)))
            case "event":
                bundle.events.append(_event(record.record(name)))
            case _:
                raise SchemaError("", "should have one field: session, document or event")
    return marked(bundle)


def _check_heading(heading: Record) -> None:
    if heading.text("format") != FORMAT:
        heading.refuse("format", "is not one that Cowrite knows")
    if heading.count("schema") > SCHEMA:
        raise UserError(
            "The file was written by a newer version of Cowrite. Nothing was imported from it.",
            "Update Cowrite first.",
        )


def _session(fields: Record) -> Session:
    fields.require_only(Session.__slots__)
    return Session(
        id=fields.text("id"),
        started_ms=fields.moment("started_ms"),
        program_version=fields.text("program_version", default=""),
        platform=fields.text("platform", default=""),
    )


def _document(fields: Record) -> Document:
    fields.require_only(Document.__slots__)
    return Document(
        id=fields.text("id"),
        path=fields.text("path"),
        first_seen_ms=fields.moment("first_seen_ms"),
    )


def _task(fields: Record) -> str:
    """The task; a file of an older schema has none."""
    task = fields.text("task", default=CONTINUE)
    if not is_task(task):
        fields.refuse("task", "is not the name of a task")
    return task


def _event(fields: Record) -> Event:
    fields.require_only(Event.__slots__)
    details = fields.record("details")
    for name in senseless(details.fields):
        details.refuse(name if is_unicode(name) else "…", "is not what its name says")
    return Event(
        kind=fields.word("kind", EventKind),
        at_ms=fields.moment("at_ms"),
        session_id=fields.text("session_id"),
        suggestion_id=fields.text("suggestion_id"),
        document_id=fields.text("document_id"),
        revision=fields.integer("revision"),
        start=fields.count("start"),
        end=fields.count("end"),
        model=fields.text("model"),
        adapter=fields.text("adapter"),
        task=_task(fields),
        details=dict(details.fields),
    )
