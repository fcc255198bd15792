"""Sessions as JSON lines, without loss: a heading, then sessions, documents and events, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.exchange.bundle import Bundle, marked, unmarked
from cowrite.decisions.rows import Document, Session
from cowrite.decisions.schema import MIGRATIONS
from cowrite.errors import UserError

FORMAT = "cowrite-decisions"
SCHEMA = MIGRATIONS[-1].version
_TEXTS = ("session_id", "suggestion_id", "document_id", "model", "adapter")
_NUMBERS = ("at_ms", "revision", "start", "end")


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


def read_jsonl(lines: Iterable[Mapping[str, Any]]) -> Bundle:
    """What :func:`jsonl_lines` wrote, marked as imported.

    Raises UserError for a newer schema; KeyError, TypeError or ValueError for what is no such line.
    """
    bundle = Bundle()
    for number, line in enumerate(lines):
        if number == 0:
            _check_heading(line)
            continue
        ((name, fields),) = line.items()
        match name:
            case "session":
                bundle.sessions.append(Session(**_checked(fields, ("id",), ("started_ms",))))
            case "document":
                bundle.documents.append(
                    Document(**_checked(fields, ("id", "path"), ("first_seen_ms",)))
                )
            case "event":
                fields = _checked(fields, _TEXTS, _NUMBERS)
                if not isinstance(fields["details"], dict):
                    raise TypeError("details")
                bundle.events.append(Event(**{**fields, "kind": EventKind(fields["kind"])}))
            case _:
                raise ValueError("neither session, document nor event")
    return marked(bundle)


def _check_heading(line: Mapping[str, Any]) -> None:
    if line["format"] != FORMAT:
        raise ValueError("another format")
    if int(line["schema"]) > SCHEMA:
        raise UserError(
            "The file was written by a newer version of Cowrite. Nothing was imported from it.",
            "Update Cowrite first.",
        )


def _checked(fields: Any, texts: Iterable[str], numbers: Iterable[str]) -> dict[str, Any]:
    for names, kind in ((texts, str), (numbers, int)):
        for name in names:
            if not isinstance(fields[name], kind):
                raise TypeError(name)
    return dict(fields)
