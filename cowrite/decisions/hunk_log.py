"""Writes into the log what became of each change that was proposed for a passage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cowrite.base.clock import Clock
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.events import Event, EventKind, EventSink, JsonValue
from cowrite.decisions.hunks import hunk_details
from cowrite.proposals.proposal import Hunk


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedHunk:
    """A hunk with all that the log says of it.

    ``id`` is that of no other suggestion. The old words stand from ``start`` to ``end`` of the document, in UTF-16
    units. ``passage`` is what the hunk's own offsets count in, ``version`` counts from 0.
    """

    id: str
    proposal_id: str
    document_id: str
    task: str
    hunk: Hunk
    start: int
    end: int
    passage: str = ""
    version: int = 0
    model: str = ""
    adapter: str = ""


class HunkLog:
    """Each hunk that is shown has one outcome; whoever calls sees to that. Nothing here raises or waits.

    ``revision`` tells that of the document now, so that what was written before is told before.
    """

    def __init__(
        self, sink: EventSink, clock: Clock, session_id: str, revision: Callable[[], int]
    ) -> None:
        self._sink = sink
        self._clock = clock
        self._session_id = session_id
        self._revision = revision
        self._shown_ms: dict[str, float] = {}

    def shown(self, each: LoggedHunk) -> None:
        """It is on the page."""
        self._shown_ms[each.id] = self._clock.monotonic_ms()
        details = hunk_details(
            each.hunk, passage=each.passage, proposal_id=each.proposal_id, version=each.version
        )
        self._write(each, EventKind.SHOWN, each.end, details)

    def taken(self, each: LoggedHunk) -> None:
        """The writer took it. ``start`` is its place as before, or as after: that is the same."""
        text = each.hunk.after
        details: dict[str, JsonValue] = {"text": text, "characters": len(text)}
        self._end(each, EventKind.ACCEPTED, each.start + utf16_length(text), details)

    def left(self, each: LoggedHunk) -> None:
        """The writer does not want it."""
        self._end(each, EventKind.REJECTED, each.end, {})

    def edited(self, each: LoggedHunk) -> None:
        """The writer changed the words that it was about."""
        self._end(each, EventKind.SUPERSEDED, each.end, {})

    def ignored(self, each: LoggedHunk) -> None:
        """It went away, and nothing had been decided."""
        self._end(each, EventKind.IGNORED, each.end, {})

    def _end(
        self, each: LoggedHunk, kind: EventKind, end: int, details: dict[str, JsonValue]
    ) -> None:
        shown_ms = self._shown_ms.pop(each.id, None)
        if shown_ms is not None:
            details["on_screen_ms"] = round(self._clock.monotonic_ms() - shown_ms, 2)
        self._write(each, kind, end, details)

    def _write(
        self, each: LoggedHunk, kind: EventKind, end: int, details: dict[str, JsonValue]
    ) -> None:
        self._sink.record(
            Event(
                kind=kind,
                at_ms=self._clock.unix_ms(),
                session_id=self._session_id,
                suggestion_id=each.id,
                document_id=each.document_id,
                revision=self._revision(),
                start=each.start,
                end=end,
                model=each.model,
                adapter=each.adapter,
                task=each.task,
                details=details,
            )
        )
