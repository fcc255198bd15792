"""Writes sessions into a log as the editor leaves them: keys, suggestions, decisions."""

from __future__ import annotations

from pathlib import Path

from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.log_file import open_for_writing
from cowrite.decisions.database.rows import DocumentRow, Record, SessionRow
from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.rebuild import text_hash

KEY_MS = 150

# What is said of a session in which some words were written, “and cold” was suggested and half taken, and more written.
HALF_TAKEN = [
    "Opened",
    "Writing",
    "Suggested: “and cold”",
    "Accepted: “and”",
    "Suggested: “cold”",
    "Dismissed: “cold”",
    "Writing",
]


class SessionWriter:
    """One session, begun at ``at_ms``; ``text`` is what the document holds now."""

    def __init__(
        self, session_id: str, at_ms: int, *, file: str = "", document_id: str = "d", text: str = ""
    ) -> None:
        self.session_id = session_id
        self.document_id = document_id
        self.text = text
        self.now_ms = at_ms
        self._suggestions = 0
        self._suggested = ""
        self.records: list[Record] = [
            SessionRow(id=session_id, started_ms=at_ms),
            DocumentRow(id=document_id, path=file, first_seen_ms=at_ms),
        ]
        self._add(EventKind.OPENED, hash=text_hash(text), length=utf16_length(text), text=text)
        self.wait(1_000)

    def write(self, text: str) -> None:
        """Type ``text`` at the end, key by key."""
        keys: list[JsonValue] = [[n * KEY_MS, utf16_length(key)] for n, key in enumerate(text)]
        self._edit(text, "typed", keys=keys)
        self.now_ms += KEY_MS * len(text)

    def suggest(self, text: str) -> None:
        """Show ``text`` at the end."""
        self._suggestions += 1
        self._suggested = text
        self.now_ms += 500
        self._about(EventKind.SHOWN, text=text, candidate=0, candidates=1)
        self.now_ms += 900

    def take(self, text: str) -> None:
        """Take ``text`` of what is suggested, all or the beginning."""
        start = utf16_length(self.text)
        self._edit(text, "accepted")
        is_all = text == self._suggested
        kind = EventKind.ACCEPTED if is_all else EventKind.ACCEPTED_PARTIAL
        self._about(kind, start=start, text=text, characters=len(text))
        self._suggested = self._suggested[len(text) :]
        if not is_all:
            self._about(EventKind.SHOWN, text=self._suggested, candidate=0, candidates=1)

    def decide(self, kind: EventKind) -> None:
        """What else can become of it."""
        self._about(kind)

    def wait(self, milliseconds: int) -> None:
        """Think."""
        self.now_ms += milliseconds

    def _edit(self, text: str, origin: str, **more: JsonValue) -> None:
        start = utf16_length(self.text)
        self.text += text
        self._add(EventKind.EDITED, start, origin=origin, inserted=text, removed=0, **more)

    def _about(self, kind: EventKind, start: int | None = None, **details: JsonValue) -> None:
        self._add(kind, start, suggestion=f"{self.session_id}-{self._suggestions}", **details)

    def _add(
        self, kind: EventKind, start: int | None = None, suggestion: str = "", **details: JsonValue
    ) -> None:
        end = utf16_length(self.text)
        self.records.append(
            Event(
                kind=kind,
                at_ms=self.now_ms,
                session_id=self.session_id,
                suggestion_id=suggestion,
                document_id=self.document_id,
                revision=len(self.records),
                start=end if start is None else start,
                end=end,
                details=details,
            )
        )


def keep_sessions(path: Path, *sessions: SessionWriter) -> None:
    """Write them into the log at ``path``."""
    file = open_for_writing(path, lambda: sessions[0].now_ms, lambda sentence: None)
    for each in sessions:
        assert file.append(each.records) == 0
    file.close()
