"""The playback of a session: each frame, wherever one seeks to."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cowrite.decisions.events import Event, EventKind
from cowrite.suggest.replay.playback import LONGEST_PAUSE_MS, SNAPSHOT_EVERY, Playback


def make(kind: EventKind, at_ms: int, start: int = 0, end: int = 0, **details: Any) -> Event:
    return Event(
        kind=kind,
        at_ms=at_ms,
        session_id="s",
        suggestion_id="x",
        document_id="d",
        revision=0,
        start=start,
        end=end,
        details=details,
    )


def edit(at_ms: int, start: int, inserted: str, removed: int = 0, **more: Any) -> Event:
    return make(
        EventKind.EDITED,
        at_ms,
        start,
        origin=more.pop("origin", "typed"),
        inserted=inserted,
        removed=removed,
        **more,
    )


def story() -> list[Event]:
    return [
        make(EventKind.OPENED, 0, text="", hash=""),
        edit(100, 0, "The old", keys=[[0, 3], [50, 1], [90, 3]]),
        make(EventKind.SHOWN, 400, 7, 7, text=" house on", candidate=0, candidates=2),
        edit(900, 7, " ho"),
        make(EventKind.TURNED, 1_000, 10, 10, text="use off", candidate=1),
        edit(60_000, 10, "use off", origin="accepted"),
        make(EventKind.ACCEPTED, 60_000, 10, 17, text="use off", candidate=1),
        edit(60_500, 0, "", 4, origin="deleted"),
    ]


def test_keys_ghost_and_words() -> None:
    playback = Playback(story())
    frames = [playback.frame(number) for number in range(len(playback))]
    assert [f.text for f in frames[:4]] == ["", "The", "The ", "The old"]
    assert [f.caret for f in frames[:4]] == [0, 3, 4, 7]
    shown, typed, turned, taken, accepted, last = frames[4:]
    assert (shown.ghost, shown.caret, shown.count) == (" house on", 7, 2)
    assert shown.said == "Suggested: “house on”"
    assert (typed.text, typed.ghost) == ("The old ho", "use on")
    assert (turned.ghost, turned.index) == ("use off", 1)
    assert (taken.text, taken.ghost) == ("The old house off", "")
    assert accepted.said == "Accepted: “use off”"
    assert (last.text, last.said, last.caret) == ("old house off", "Deleted", 0)


def test_long_pauses_are_shortened_and_a_place_finds_its_frame() -> None:
    playback = Playback(story())
    assert playback.duration_ms == 1_000 + LONGEST_PAUSE_MS + 500
    assert playback.number_at(0) == 0
    assert playback.frame(playback.number_at(160)).text == "The "
    assert playback.number_at(10**9) == len(playback) - 1
    assert Playback([]).duration_ms == 0


def test_a_document_that_was_opened_before_has_its_text() -> None:
    playback = Playback([edit(0, 3, "!")], {"d": "abc"})
    assert playback.frame(0).text == "abc!"


@given(places=st.lists(st.integers(0, 3 * SNAPSHOT_EVERY), min_size=1, max_size=12))
@hypothesis_settings(max_examples=30)
def test_seeking_anywhere_shows_what_playing_to_it_shows(places: list[int]) -> None:
    events = [make(EventKind.OPENED, 0, text="")]
    events += [
        edit(n, (n * 7) % n if n > 1 else 0, chr(97 + n % 26))
        for n in range(1, 3 * SNAPSHOT_EVERY + 1)
    ]
    playback = Playback(events)
    for place in places:
        played = Playback(events)
        expected = [played.frame(number) for number in range(place + 1)][-1]
        assert playback.frame(place) == expected
