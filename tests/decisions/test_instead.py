"""What was written where a suggestion was not wanted."""

from __future__ import annotations

from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.instead import written_instead


def make(kind: EventKind, start: int, **details: JsonValue) -> Event:
    return Event(
        kind=kind,
        at_ms=start,
        session_id="s",
        suggestion_id="",
        document_id="d",
        revision=0,
        start=start,
        end=start,
        details=details,
    )


def edit(start: int, inserted: str, removed: int = 0, origin: str = "typed") -> Event:
    return make(EventKind.EDITED, start, origin=origin, inserted=inserted, removed=removed)


REFUSED = make(EventKind.REJECTED, 10)


def instead(*events: Event) -> str:
    return written_instead(REFUSED, events).text


def test_bursts_and_their_corrections_are_followed() -> None:
    assert (
        instead(edit(10, "far 😀wya"), edit(16, "", 3, "deleted"), edit(16, "away")) == "far 😀away"
    )


def test_it_ends_elsewhere_and_where_the_words_are_not_the_writers_own() -> None:
    assert instead(edit(10, "far "), edit(2, "x"), edit(15, "more")) == "far "
    assert instead(edit(10, "far "), edit(14, "away", origin="accepted")) == "far "
    assert instead(edit(10, "far "), edit(14, "away", origin="pasted")) == "far "
    assert instead(edit(10, "far "), make(EventKind.CLOSED, 0), edit(14, "away")) == "far "
    assert instead() == ""


def test_deleting_before_the_place_moves_it() -> None:
    found = written_instead(REFUSED, [edit(7, "", 3, "deleted"), edit(7, "new")])
    assert (found.start, found.text) == (7, "new")


def test_it_is_bounded() -> None:
    assert len(instead(edit(10, "a" * 500))) == 200
