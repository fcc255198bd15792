"""What goes into a file or comes out of one: sessions, documents and events; taken from the log, added to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.decisions.database.log_file import DamagedLogError, open_for_reading, open_for_writing
from cowrite.decisions.database.rows import SELECT_EVENTS, DocumentRow, SessionRow, event_from_row
from cowrite.decisions.events import Event
from cowrite.localization import tr

IMPORTED = "imported:"
"""How the ids of imported sessions and documents begin, so that statistics and training can leave them out."""


@dataclass(slots=True)
class Bundle:
    """Sessions with all that belongs to them; ``events`` are in the order of the log."""

    sessions: list[SessionRow] = field(default_factory=list)
    documents: list[DocumentRow] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def is_imported(identifier: str) -> bool:
    """Whether a session or document came from a file."""
    return identifier.startswith(IMPORTED)


def imported_id(identifier: str) -> str:
    """The id under which it is kept once it is imported."""
    return identifier if is_imported(identifier) else IMPORTED + identifier


def original_id(identifier: str) -> str:
    """The id it had where it came from."""
    return identifier.removeprefix(IMPORTED)


def load(path: Path, session: str = "", document: str = "", since_ms: int = 0) -> Bundle:
    """What the log at ``path`` holds of a session, of a document (id or file), or since a moment; empty means all.

    Raises UserError if the log cannot be read or holds no such session or document.
    """
    with open_for_reading(path) as connection:
        sessions = [
            SessionRow(id=row[0], started_ms=row[1], program_version=row[2], platform=row[3])
            for row in connection.execute("SELECT * FROM sessions ORDER BY started_ms, id")
        ]
        documents = [
            DocumentRow(id=row[0], path=row[1], first_seen_ms=row[2])
            for row in connection.execute("SELECT * FROM documents ORDER BY first_seen_ms, id")
        ]
        where, values = ["at_ms >= ?"], [since_ms]
        clause: list[Any] = values
        if session:
            where.append("session_id = ?")
            clause.append(_session_named(session, [each.id for each in sessions]))
        if document:
            known = {each.id for each in documents if document in (each.id, each.path)}
            if not known:
                raise UserError(tr("The log contains no document “{document}”.", document=document))
            where.append(f"document_id IN ({','.join('?' * len(known))})")
            clause += sorted(known)
        query = f"{SELECT_EVENTS} WHERE {' AND '.join(where)} ORDER BY id"
        try:
            events = [event_from_row(row) for row in connection.execute(query, clause)]
        except ValueError as error:
            raise DamagedLogError("a row that makes no sense") from error
    return _belonging(sessions, documents, events)


def add(path: Path, bundle: Bundle, on_problem: Callable[[str], None] = lambda _: None) -> int:
    """Add the sessions of ``bundle`` that the log at ``path`` does not hold yet, all or none; how many they are.

    ``on_problem`` is told of a damaged log that was set aside. Raises UserError if ``bundle`` holds what no log can or
    the log is a newer one, sqlite3.Error or OSError if it cannot be written.
    """
    file = open_for_writing(path, lambda: time.time_ns() // 1_000_000, on_problem)
    try:
        known = file.known_sessions()
        wanted = {
            each.id
            for each in bundle.sessions
            if each.id not in known and original_id(each.id) not in known
        }
        if not wanted:
            return 0
        events = [each for each in bundle.events if each.session_id in wanted]
        used = {each.document_id for each in events}
        file.add_all(
            [
                *(each for each in bundle.sessions if each.id in wanted),
                *(each for each in bundle.documents if each.id in used),
                *events,
            ]
        )
        return len(wanted)
    finally:
        file.close()


def marked(bundle: Bundle) -> Bundle:
    """``bundle`` with the ids of what is imported."""
    return _renamed(bundle, imported_id)


def unmarked(bundle: Bundle) -> Bundle:
    """``bundle`` with the ids it had where it came from."""
    return _renamed(bundle, original_id)


def _renamed(bundle: Bundle, rename: Any) -> Bundle:
    return Bundle(
        [replace(each, id=rename(each.id)) for each in bundle.sessions],
        [replace(each, id=rename(each.id)) for each in bundle.documents],
        [
            replace(each, session_id=rename(each.session_id), document_id=rename(each.document_id))
            for each in bundle.events
        ],
    )


def _session_named(wanted: str, known: Iterable[str]) -> str:
    found = [each for each in known if wanted in (each, original_id(each))]
    found = found or [each for each in known if original_id(each).startswith(wanted)]
    if len(found) != 1:
        raise UserError(
            tr("The log cannot tell which session “{wanted}” is: several match.", wanted=wanted)
            if found
            else tr(
                "The log cannot tell which session “{wanted}” is: none matches.", wanted=wanted
            ),
            tr("“cowrite log replay --list” lists them."),
        )
    return found[0]


def _belonging(
    sessions: list[SessionRow], documents: list[DocumentRow], events: list[Event]
) -> Bundle:
    session_ids = {each.session_id for each in events}
    document_ids = {each.document_id for each in events}
    found = [each for each in sessions if each.id in session_ids]
    # A log that was begun anew in the middle of a session may know no row for it.
    lost = session_ids - {each.id for each in found}
    found += [
        SessionRow(id=each, started_ms=min(e.at_ms for e in events if e.session_id == each))
        for each in sorted(lost)
    ]
    return Bundle(found, [each for each in documents if each.id in document_ids], events)
