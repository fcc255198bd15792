"""What happens to the text, as rows of the log: opened, edited, saved, closed.

Merges typing into bursts and keeps the rows in the order in which things happened, those of suggestions included. All
of it is a few appends to lists; the log's own thread does what takes time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.events import Event, EventKind, EventSink, JsonValue
from cowrite.decisions.rebuild import text_hash
from cowrite.suggest.ports import Timer

PAUSE_MS = 2_000
LONGEST_BURST = 200
LONGEST_RECORDED = 2_000_000
"""A document with more UTF-16 units is not recorded: its text would be most of the log."""

_TAKES = frozenset({EventKind.ACCEPTED, EventKind.ACCEPTED_PARTIAL})


@dataclass(slots=True)
class _Burst:
    """One row to be: changes that follow each other without a gap. ``revision`` is the text's after the last."""

    kind: ChangeKind
    start: int
    removed: int
    at_ms: int
    revision: int
    parts: list[str] = field(default_factory=list)
    keys: list[list[int]] = field(default_factory=list)
    units: int = 0
    last_ms: int = 0
    suggestion_id: str = ""

    def add(self, inserted: str, now_ms: int, revision: int) -> None:
        units = utf16_length(inserted)
        self.parts.append(inserted)
        self.keys.append([max(0, now_ms - self.at_ms), units])
        self.units += units
        self.last_ms, self.revision = now_ms, revision


class RecordedDocument(Protocol):
    """What the recorder asks of the document that it follows."""

    @property
    def document_id(self) -> str:
        """Which document it is now."""
        ...

    @property
    def revision(self) -> int:
        """Grows with every change of the text."""
        ...

    @property
    def length(self) -> int:
        """The size of the text in UTF-16 units."""
        ...

    def text(self) -> str:
        """The whole text."""
        ...


class EditRecorder:
    """Records what happens to one document. Also the sink of its suggestions, so that the order is right.

    ``keeps`` says whether the log takes anything just now; after a while in which it did not, the text is told anew.
    """

    def __init__(
        self,
        document: RecordedDocument,
        sink: EventSink,
        clock: Clock,
        timer: Timer,
        session_id: str,
        keeps: Callable[[], bool] = lambda: True,
    ) -> None:
        self._document = document
        self._sink = sink
        self._clock = clock
        self._timer = timer
        self._session_id = session_id
        self._keeps = keeps
        self._revision = 0
        self._length = 0
        # The document that the log has as open, until it is told that it is closed; empty if none.
        self._opened = ""
        self._is_closed = False
        self._waiting: list[_Burst] = []

    # --- what is told ---

    def identity_changed(self) -> None:
        """It is another document now, or one with another name. What has only got its first file goes on."""
        if self._opened and self._opened == self._document.document_id:
            return
        # Had another text been loaded, nothing would be open.
        was = self._opened
        self.document_leaves()
        self._revision, self._length = self._document.revision, self._document.length
        if self._length:
            self._open(self._document.text, was)

    def document_leaves(self) -> None:
        """What was written until now is closed."""
        self.flush()
        if self._opened and self._keeps():
            self._record(EventKind.CLOSED, self._clock.unix_ms(), {})
        self._opened = ""

    def changed(self, change: TextChange) -> None:
        """The text changed. LOADED is told by :meth:`identity_changed`."""
        if change.kind is ChangeKind.LOADED:
            return
        revision = self._document.revision
        now = self._clock.unix_ms()
        inserted = utf16_length(change.inserted)
        self._length += inserted - change.removed
        if not self._opened or not self._keeps():
            self._begin_late(change, revision)
            return
        self._revision = revision
        burst = self._waiting[-1] if self._waiting else None
        if burst is None or not _continues(burst, change, now):
            self.flush()
            burst = _Burst(change.kind, change.offset, change.removed, now, revision)
            self._waiting.append(burst)
            self._timer.start(PAUSE_MS, self.flush)
        burst.add(change.inserted, now, revision)

    def saved(self) -> None:
        """The file holds the text."""
        self.flush()
        if self._opened and self._keeps():
            text = self._document.text()
            self._record(
                EventKind.SAVED,
                self._clock.unix_ms(),
                {"hash": text_hash(text), "length": utf16_length(text)},
            )

    def record(self, event: Event) -> None:
        """Take an event of a suggestion, after the changes that came before it and before those that came after."""
        if self._waiting:
            if event.kind in _TAKES and self._waiting[-1].kind is ChangeKind.ACCEPTED:
                self._waiting[-1].suggestion_id = event.suggestion_id
            self._flush_to(event.revision)
        elif not self._opened and event.document_id == self._document.document_id:
            self._open(self._document.text)
        self._sink.record(event)

    def flush(self) -> None:
        """Write what waits."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, []
        if waiting and not self._keeps():
            self._opened = ""
            return
        for burst in waiting:
            self._write(burst)

    def close(self) -> None:
        """The document goes away. May be called again."""
        self.document_leaves()
        self._is_closed = True

    # --- inside ---

    def _begin_late(self, change: TextChange, revision: int) -> None:
        """The first change of an empty document, or the first since the log takes something again."""
        self._waiting.clear()
        self._timer.stop()
        self._opened = ""
        if self._is_closed or not self._keeps():
            return
        is_first = not change.removed and self._length == utf16_length(change.inserted)
        self._open((lambda: "") if is_first else self._document.text)
        if is_first and self._opened:
            burst = _Burst(change.kind, change.offset, 0, self._clock.unix_ms(), revision)
            burst.add(change.inserted, burst.at_ms, revision)
            self._waiting.append(burst)
            self._timer.start(PAUSE_MS, self.flush)
        self._revision = revision

    def _open(self, text: Callable[[], str], was: str = "") -> None:
        """Tell the text; ``was`` is the document that went on under this name."""
        if self._is_closed or self._length > LONGEST_RECORDED or not self._keeps():
            return
        held = text()
        self._opened = self._document.document_id
        # The log's own thread leaves the text out where the log holds it already.
        details: dict[str, JsonValue] = {
            "hash": text_hash(held),
            "length": utf16_length(held),
            "text": held,
        }
        if was:
            details["was"] = was
        self._record(EventKind.OPENED, self._clock.unix_ms(), details)

    def _flush_to(self, revision: int) -> None:
        """Write what had happened when the text had ``revision``."""
        while self._waiting and self._waiting[0].revision <= revision:
            self._write(self._waiting.pop(0))
        if not self._waiting:
            self._timer.stop()

    def _write(self, burst: _Burst) -> None:
        details: dict[str, JsonValue] = {
            "origin": burst.kind.value,
            "inserted": "".join(burst.parts),
            "removed": burst.removed,
        }
        if len(burst.keys) > 1:
            details["keys"] = [list(key) for key in burst.keys]
        self._sink.record(
            Event(
                kind=EventKind.EDITED,
                at_ms=burst.at_ms,
                session_id=self._session_id,
                suggestion_id=burst.suggestion_id,
                document_id=self._opened,
                revision=burst.revision,
                start=burst.start,
                end=burst.start + burst.units,
                details=details,
            )
        )

    def _record(self, kind: EventKind, at_ms: int, details: dict[str, JsonValue]) -> None:
        self._sink.record(
            Event(
                kind=kind,
                at_ms=at_ms,
                session_id=self._session_id,
                suggestion_id="",
                document_id=self._opened,
                revision=self._revision,
                start=0,
                end=self._length if kind is EventKind.OPENED else 0,
                details=details,
            )
        )


def _continues(burst: _Burst, change: TextChange, now_ms: int) -> bool:
    return (
        change.kind is burst.kind is ChangeKind.TYPED
        and not change.removed
        and change.offset == burst.start + burst.units
        and 0 <= now_ms - burst.last_ms < PAUSE_MS
        and burst.units < LONGEST_BURST
    )
