"""Events for tests."""

from __future__ import annotations

from cowrite.decisions.events import Event, EventKind


def make_event(number: int, kind: EventKind = EventKind.SHOWN, **details: object) -> Event:
    return Event(
        kind=kind,
        at_ms=1_700_000_000_000 + number,
        session_id="session",
        suggestion_id=f"suggestion-{number}",
        document_id="document",
        revision=number,
        start=number,
        end=number + 1,
        model="model",
        details={"number": number, **details},  # type: ignore[dict-item]
    )
