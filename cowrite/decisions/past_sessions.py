"""Which past sessions the log can play back, and what it holds of one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.decisions.database.log_file import DamagedLogError, NoLogError, open_for_reading
from cowrite.decisions.database.rows import SELECT_EVENTS, event_from_row
from cowrite.decisions.database.text_in_log import text_in_log
from cowrite.decisions.events import DECISIONS, Event, EventKind
from cowrite.decisions.exchange.bundle import is_imported, original_id
from cowrite.localization import listed, tr, tr_noop, trn

MOST_SESSIONS = 500
UNTITLED = tr_noop("Untitled")
# More digits are the beginning of an id.
_DIGITS_OF_A_NUMBER = 4
_DECISIONS = ", ".join(f"'{kind}'" for kind in sorted(DECISIONS))
# What became of an accepted text is looked for later, perhaps days after the session.
_LIST = f"""SELECT session_id, document_id, min(at_ms), max(at_ms), sum(kind IN ({_DECISIONS})),
    max(kind IN ('edited', 'shown')) FROM events WHERE kind <> 'kept' GROUP BY session_id, document_id"""  # noqa: S608
_EVENTS = f"SELECT id, {SELECT_EVENTS.removeprefix('SELECT ')} WHERE session_id = ? ORDER BY id"

Opened = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSession:
    """One start of the program, or an imported session.

    ``started_ms`` is Unix time, ``length_ms`` from the first event to the last. ``documents`` are the names of their
    files, in the order in which they were worked on. ``decisions`` counts what the writer did with suggestions.
    """

    id: str
    started_ms: int
    length_ms: int
    documents: tuple[str, ...]
    decisions: int

    @property
    def is_imported(self) -> bool:
        """Whether it came from a file."""
        return is_imported(self.id)

    @property
    def name(self) -> str:
        """The id it had where it came from."""
        return original_id(self.id)

    @property
    def title(self) -> str:
        """Its documents for people."""
        return listed(self.documents)


@dataclass(slots=True)
class _Found:
    first_ms: int = 2**62
    last_ms: int = 0
    decisions: int = 0
    has_text: bool = False
    documents: list[tuple[int, str]] = field(default_factory=list)


def past_sessions(log: Path, opened: Opened = lambda _: None) -> list[PastSession]:
    """Those that can be played, the newest first; none of a log that is not there yet.

    ``opened`` gets the connection, which may be interrupted. Raises UserError if the log cannot be read.
    """
    try:
        with open_for_reading(log) as connection:
            opened(connection)
            paths = dict(connection.execute("SELECT id, path FROM documents").fetchall())
            rows = connection.execute(_LIST).fetchall()
    except NoLogError:
        return []
    sessions: dict[str, _Found] = {}
    for session_id, document_id, first_ms, last_ms, decisions, has_text in rows:
        found = sessions.setdefault(session_id, _Found())
        found.first_ms = min(found.first_ms, first_ms)
        found.last_ms = max(found.last_ms, last_ms)
        found.decisions += decisions
        found.has_text |= bool(has_text)
        if has_text:
            path = paths.get(document_id, "")
            found.documents.append((first_ms, Path(path).name if path else tr(UNTITLED)))
    # A session whose text was never recorded, or of which nothing is left, cannot be played back.
    played = [_session(name, found) for name, found in sessions.items() if found.has_text]
    return nlargest(MOST_SESSIONS, played, key=lambda each: (each.started_ms, each.id))


def _session(session_id: str, found: _Found) -> PastSession:
    return PastSession(
        id=session_id,
        started_ms=found.first_ms,
        length_ms=found.last_ms - found.first_ms,
        documents=tuple(dict.fromkeys(name for _, name in sorted(found.documents))),
        decisions=found.decisions,
    )


def find_session(sessions: Sequence[PastSession], wanted: str) -> PastSession:
    """The one with the number ``wanted``, counted from 1, or whose id is ``wanted`` or begins so.

    Raises UserError if there is none, or more than one.
    """
    advice = tr("“cowrite log replay --list” lists the sessions.")
    if wanted.isdecimal() and len(wanted) <= _DIGITS_OF_A_NUMBER:
        if not 1 <= int(wanted) <= len(sessions):
            raise UserError(tr("There is no session number {wanted}.", wanted=wanted), advice)
        return sessions[int(wanted) - 1]
    found = [each for each in sessions if wanted in (each.id, each.name)] or [
        each for each in sessions if each.name.startswith(wanted) or each.id.startswith(wanted)
    ]
    if len(found) != 1:
        problem = (
            tr("Several sessions begin with “{wanted}”.", wanted=wanted)
            if found
            else tr("No session that can be replayed begins with “{wanted}”.", wanted=wanted)
        )
        raise UserError(problem, advice)
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSession:
    """The events of a session, in order, and the texts that documents had before, as far as the log tells them."""

    events: tuple[Event, ...]
    texts: Mapping[str, str]


def load_session(log: Path, session_id: str, opened: Opened = lambda _: None) -> RecordedSession:
    """What the log holds of a session.

    ``opened`` gets the connection, which may be interrupted. Raises UserError if the log cannot be read.
    """
    with open_for_reading(log) as connection:
        opened(connection)
        events: list[Event] = []
        texts: dict[str, str] = {}
        seen: set[str] = set()
        try:
            # One row after the other: so it can be interrupted.
            for row in connection.execute(_EVENTS, (session_id,)):
                event = event_from_row(row[1:])
                events.append(event)
                if event.document_id in seen or event.kind not in (
                    EventKind.OPENED,
                    EventKind.EDITED,
                ):
                    continue
                seen.add(event.document_id)
                if "text" not in event.details:
                    text = text_in_log(connection, event.document_id, before_row=row[0])
                    if text is not None:
                        texts[event.document_id] = text
        except ValueError as error:
            raise DamagedLogError("a row that makes no sense") from error
    return RecordedSession(events=tuple(events), texts=texts)


def moment(at_ms: int, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment for people; its number if the clock was far off."""
    try:
        return datetime.fromtimestamp(at_ms / 1000).strftime(form)
    except (OverflowError, OSError, ValueError):
        return str(at_ms)


def clock(milliseconds: float) -> str:
    """A place in a playback: 3:05, or 1:03:05."""
    minutes, seconds = divmod(int(milliseconds) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def length(milliseconds: int) -> str:
    """How long a session was, for people."""
    minutes = max(0, round(milliseconds / 60_000))
    if minutes < 1:
        return tr("under a minute")
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return tr("{minutes} min", minutes=minutes)
    if not minutes:
        return tr("{hours} h", hours=hours)
    return tr("{hours} h {minutes} min", hours=hours, minutes=minutes)


def decisions(count: int) -> str:
    """How many decisions, for people."""
    return trn("{count:,} decision", "{count:,} decisions", count) if count else tr("no decisions")
