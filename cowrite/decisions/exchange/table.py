"""One row for each suggestion that was shown, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from cowrite.decisions.events import OUTCOMES, Event, EventKind
from cowrite.decisions.exchange.bundle import Bundle

COLUMNS = (
    "session",
    "document",
    "suggestion",
    "shown_at",
    "model",
    "adapter",
    "trigger",
    "candidates",
    "turned",
    "offered",
    "outcome",
    "candidate",
    "taken",
    "typed",
    "on_screen_ms",
    "ms_since_key",
    "answer_ms",
    "confidence",
    "kept_at_last",
    "task",
    "original",
)
# A spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_lines(bundle: Bundle) -> Iterator[str]:
    """The heading and the rows as lines of CSV, without their ends."""
    yield _line(COLUMNS)
    by_suggestion: dict[str, list[Event]] = {}
    for event in bundle.events:
        if event.suggestion_id:
            by_suggestion.setdefault(event.suggestion_id, []).append(event)
    for events in by_suggestion.values():
        shown = next((each for each in events if each.kind is EventKind.SHOWN), None)
        if shown is not None:
            yield _line(_row(shown, events))


def _row(shown: Event, events: Sequence[Event]) -> list[object]:
    def last(name: str, *kinds: EventKind) -> object:
        found = [e.details.get(name) for e in events if e.kind in kinds]
        return found[-1] if found else ""

    outcome = next((each for each in events if each.kind in OUTCOMES), None)
    takes = [
        each.details.get("text", "")
        for each in events
        if each.kind in (EventKind.ACCEPTED_PARTIAL, EventKind.ACCEPTED, EventKind.TYPED_THROUGH)
    ]
    taken: object = "".join(str(each) for each in takes if isinstance(each, str))
    if any(isinstance(each, int) for each in takes):
        taken = sum(each for each in takes if isinstance(each, int))
    ended = outcome.details if outcome else {}
    return [
        shown.session_id,
        shown.document_id,
        shown.suggestion_id,
        _moment(shown.at_ms),
        shown.model,
        shown.adapter,
        last("trigger", EventKind.REQUESTED),
        shown.details.get("candidates", ""),
        sum(each.kind is EventKind.TURNED for each in events),
        shown.details.get("text", ""),
        outcome.kind.value if outcome else "",
        ended.get("candidate", ""),
        taken,
        ended.get("typed", ""),
        ended.get("on_screen_ms", ""),
        shown.details.get("ms_since_key", ""),
        last("total_ms", EventKind.GENERATED),
        shown.details.get("confidence", ""),
        last("kept", EventKind.KEPT),
        shown.task,
        shown.details.get("original", ""),
    ]


def _moment(at_ms: int) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, OSError, ValueError):
        return str(at_ms)


def _line(cells: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([_harmless(each) for each in cells])
    return line.getvalue()


def _harmless(cell: object) -> object:
    if not isinstance(cell, str):
        return "" if cell is None else cell
    whole = cell.encode("utf-8", "replace").decode("utf-8")
    return f"'{whole}" if whole.startswith(_FORMULA) else whole
