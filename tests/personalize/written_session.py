"""Rows of a log as the editor writes them, for tests of what is learned from them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from cowrite.base.utf16 import utf16_length
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.writing.log import DecisionLog
from cowrite.personalize.data.decision_examples import Row, examples_from_rows
from cowrite.personalize.data.examples import Examples


class WrittenSession:
    """Writes rows as the editor does."""

    def __init__(self, document: str = "novel", session: str = "s1") -> None:
        self.rows: list[Row] = []
        self.text = ""
        self._document, self._session = document, session
        self._ghosts = 0

    def add(
        self, kind: EventKind, start: int, end: int, ghost: str = "", **details: object
    ) -> None:
        number = len(self.rows) + 1
        event = Event(
            kind=kind, at_ms=1000 * number, session_id=self._session, suggestion_id=ghost,
            document_id=self._document, revision=number, start=start, end=end,
            details=details,  # type: ignore[arg-type]
        )  # fmt: skip
        self.rows.append(Row(number, event))

    def open(self, text: str) -> None:
        self.text = text
        self.add(EventKind.OPENED, 0, 0, text=text, hash="", length=len(text))

    def edit(
        self, inserted: str, at: int | None = None, removed: int = 0, origin: str = "typed"
    ) -> None:
        cut = len(self.text) if at is None else at
        start = utf16_length(self.text[:cut])
        self.text = self.text[:cut] + inserted + self.text[cut + removed :]
        self.add(
            EventKind.EDITED, start, start + utf16_length(inserted),
            origin=origin, inserted=inserted, removed=removed,
        )  # fmt: skip

    def show(self, text: str) -> str:
        self._ghosts += 1
        ghost = f"g{self._ghosts}"
        at = utf16_length(self.text)
        self.add(EventKind.SHOWN, at, at, ghost, text=text)
        return ghost

    def end(self, kind: EventKind, ghost: str, seen_ms: float = 900, **details: object) -> None:
        at = utf16_length(self.text)
        self.add(kind, at, at, ghost, on_screen_ms=seen_ms, **details)

    def accept(self, ghost: str, text: str, kind: EventKind = EventKind.ACCEPTED) -> None:
        start = utf16_length(self.text)
        self.edit(text, origin="accepted")
        self.add(kind, start, start + len(text), ghost, text=text, on_screen_ms=900)

    def keep(self, ghost: str, state: str, now: str, distance: int) -> None:
        self.add(
            EventKind.KEPT, 0, len(now), ghost, when="save", state=state, now=now, distance=distance
        )

    def examples(self) -> Examples:
        return examples_from_rows(self.rows)

    def write(self, path: Path, file: Path | str) -> None:
        """Into the log at ``path``, as the document in ``file``."""
        with closing(DecisionLog(path)) as log:
            log.start()
            log.register_document(self._document, str(file))
            for row in self.rows:
                log.record(row.event)
            log.flush()
