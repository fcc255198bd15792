"""A recorded session is played back at its own times: what would have been shown, and what of it was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from known_answers import Continue, answering, knows

from cowrite.decisions.events import Event, EventKind
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.ghost_watch import Notice
from cowrite.suggest.simulation.scene import Eyes
from cowrite.suggest.simulation.session_replay import SessionReplay, SessionReport

PROMPT = "The prompt.\n"
WRITTEN = "The old lighthouse stood on the hill."


def event(kind: EventKind, at_ms: int, start: int, end: int = 0, **details: object) -> Event:
    return Event(
        kind=kind,
        at_ms=1_000_000 + at_ms,
        session_id="s",
        suggestion_id="",
        document_id="d",
        revision=0,
        start=start,
        end=end or start,
        model="",
        details=details,  # type: ignore[arg-type]
    )


def opened() -> Event:
    return event(EventKind.OPENED, 0, 0, len(PROMPT), text=PROMPT)


def typed(
    text: str, start: int, *, at_ms: int = 1000, gap_ms: int = 500, origin: str = "typed"
) -> list[Event]:
    return [
        event(
            EventKind.EDITED,
            at_ms + number * gap_ms,
            start + number,
            inserted=character,
            removed=0,
            origin=origin,
        )
        for number, character in enumerate(text)
    ]


def play(
    events: list[Event],
    go_on: Continue,
    notice: Notice = Notice.TYPING,
    on_event: Callable[[str, float, str], None] = lambda *_: None,
) -> SessionReport:
    replay = SessionReplay(
        events,
        eyes=Eyes(notice=notice),
        settings=SuggestSettings(),
        answer=answering(go_on),
        learn=lambda *_: None,
        on_event=on_event,
    )
    return replay.play()


def test_what_was_written_next_was_right() -> None:
    whole = PROMPT.removesuffix("\n") + " " + WRITTEN
    report = play([opened(), *typed(f" {WRITTEN}", len(PROMPT) - 1)], knows(whole))
    assert report.words == len(WRITTEN.split())
    assert report.keys == len(WRITTEN) + 1
    assert report.shown == report.right > 0
    assert report.right_glances == report.glances > 0


def test_what_was_not_written_was_not() -> None:
    report = play([opened(), *typed(WRITTEN, len(PROMPT))], lambda _: "zebra xylophone")
    assert report.shown > 0
    assert report.right == 0
    assert report.right_glances == 0
    assert report.glances + report.flashes == report.shown


def test_who_types_fast_sees_only_flashes_in_pauses() -> None:
    keys = typed(WRITTEN, len(PROMPT), gap_ms=250)
    report = play([opened(), *keys], lambda _: "zebra xylophone", Notice.PAUSES)
    assert report.glances <= 1  # the one that stands at the end
    assert report.flashes >= report.shown - 1 > 0


def test_a_correction_does_not_make_it_wrong() -> None:
    start = len(PROMPT)
    wrong = typed("The olx", start)
    back = event(EventKind.EDITED, 5000, start + 6, removed=1, inserted="", origin="deleted")
    rest = typed("d lighthouse stood.", start + 6, at_ms=6000)
    texts: list[str] = []

    def go_on(before: str) -> str:
        return "old lighthouse" if before.endswith("The ") else ""

    report = play(
        [opened(), *wrong, back, *rest],
        go_on,
        on_event=lambda kind, _, text: texts.append(text) if kind == "shown" else None,
    )
    assert texts[0].startswith("old lighthouse")
    assert report.right >= 1


def test_what_another_program_inserted_is_not_the_writers() -> None:
    start = len(PROMPT)
    keys = typed("The ", start)
    given = event(
        EventKind.EDITED, 6000, start + 4, removed=0, inserted="old house", origin="accepted"
    )
    report = play([opened(), *keys, given], lambda before: "old house" if before[-1] == " " else "")
    assert report.keys == 4
    assert report.words == 1
    assert report.right == 0


def test_times_are_those_of_the_recording() -> None:
    times: list[float] = []
    play(
        [opened(), *typed("The", len(PROMPT), at_ms=700, gap_ms=111)],
        lambda _: "",
        on_event=lambda kind, t_ms, _: times.append(t_ms) if kind == "key" else None,
    )
    assert times == [700.0, 811.0, 922.0]


def test_sessions_add_up_and_one_without_a_beginning_is_refused() -> None:
    report = play([opened(), *typed("The", len(PROMPT))], lambda _: "")
    assert (report + report).keys == 6
    assert (report + report).sessions == 2
    with pytest.raises(ValueError, match="does not begin"):
        play(typed("The", 0), lambda _: "")
