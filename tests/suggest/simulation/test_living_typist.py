"""The living typist types at recorded gaps, takes what was noticed and is right, and its figures can be recounted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_answers import Continue, answering, knows

from cowrite.suggest.filter.key_places import KeyPlace
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.ghost_watch import GhostEnd, Notice
from cowrite.suggest.simulation.living_report import LivingReport
from cowrite.suggest.simulation.living_typist import Hands, LivingTypist
from cowrite.suggest.simulation.recorded_gaps import RecordedSession, WordGaps

TEXT = "The old lighthouse stood on the hill, and nobody went there. It was cold.\n\nThen she came."


def session(first: float, within: float, writer: str = "a") -> RecordedSession:
    words = [
        WordGaps(place=place, first=first, within=(within,) * 12, marks=(within,))
        for place in (KeyPlace.SENTENCE, KeyPlace.OTHER, KeyPlace.CLAUSE, KeyPlace.OTHER)
    ]
    return RecordedSession(writer=writer, words=tuple(words))


SLOW = (session(900.0, 700.0),)
UNEVEN = (session(700.0, 90.0), session(150.0, 130.0), session(300.0, 400.0, "b"))


@dataclass
class Run:
    report: LivingReport
    events: list[dict[str, object]] = field(default_factory=list)


def write(
    target: str,
    go_on: Continue,
    *,
    sessions: tuple[RecordedSession, ...] = SLOW,
    notice: Notice = Notice.TYPING,
    reaction_ms: float = 300.0,
    engine_ms: float | None = 60.0,
    wpm: float = 49.0,
    seed: int = 0,
) -> Run:
    events: list[dict[str, object]] = []
    hands = Hands(
        sessions=sessions,
        wpm=wpm,
        reaction_ms=reaction_ms,
        notice=notice,
        engine_ms=engine_ms,
        seed=seed,
    )
    typist = LivingTypist(
        "",
        target,
        hands=hands,
        settings=SuggestSettings(),
        answer=answering(go_on),
        learn=lambda *_: None,
        on_event=lambda kind, t_ms, text: events.append({"kind": kind, "t_ms": t_ms, "text": text}),
    )
    return Run(typist.write(), events)


def test_slow_hands_and_a_model_that_knows_everything_save_most_keys() -> None:
    report = write(TEXT, knows(TEXT), wpm=20.0).report
    assert report.keystrokes_saved_pct > 50
    assert report.wrong_glances == 0
    assert report.precision > 0.9


def test_nothing_offered_is_nothing_shown_and_no_time_lost() -> None:
    report = write(TEXT, lambda _: "").report
    assert (report.keys, report.accepts, report.shown) == (len(TEXT), 0, 0)
    assert report.time_ms == pytest.approx(report.without_ms)
    assert set(report.time_saved_pct.values()) == {0.0}


def test_who_needs_longer_than_any_gap_notices_nothing_in_pauses() -> None:
    report = write(TEXT, knows(TEXT), notice=Notice.PAUSES, reaction_ms=60_000.0).report
    assert report.glances == 0
    assert report.keystrokes_saved_pct == 0
    assert report.flashes == report.shown > 0


def test_typing_along_does_not_break_the_reaction_time_but_for_pauses_it_does() -> None:
    along = write(TEXT, knows(TEXT), sessions=(session(260.0, 260.0),))
    pauses = write(TEXT, knows(TEXT), sessions=(session(260.0, 260.0),), notice=Notice.PAUSES)
    assert along.report.taken > 0
    assert pauses.report.taken == 0


def test_a_slow_engine_shows_nothing_in_time() -> None:
    report = write(TEXT, knows(TEXT), sessions=(session(260.0, 260.0),), engine_ms=400.0).report
    assert report.shown == 0


def test_real_engine_times_are_used_where_they_are_wanted() -> None:
    assert set(write(TEXT, knows(TEXT), engine_ms=None).report.latencies_ms) == {7.0}


def test_wrong_ghosts_cost_a_quarter_key_each() -> None:
    report = write(TEXT, lambda _: "zebra xylophone").report
    assert report.taken == 0
    assert report.shown > 0
    assert report.net_saved_pct == pytest.approx(-25 * report.shown / report.characters)


def test_the_mean_speed_is_the_one_that_was_asked_for() -> None:
    report = write("wwww " * 400, lambda _: "", sessions=UNEVEN, wpm=36.0).report
    measured = report.characters / 5 / (report.without_ms / 60_000)
    assert measured == pytest.approx(36.0, rel=0.6)


OFFERS = st.lists(
    st.sampled_from(["", "a", "b a", "ab, a", "a.", " b", "b b b"]), min_size=1, max_size=12
)


def offering(offers: list[str]) -> Continue:
    return lambda before: offers[len(before) % len(offers)]


@settings(max_examples=80, deadline=None)
@given(
    target=st.text("ab ,.\n", min_size=1, max_size=60),
    offers=OFFERS,
    notice=st.sampled_from(Notice),
    seed=st.integers(0, 5),
    reaction_ms=st.sampled_from([100.0, 250.0, 600.0]),
)
def test_whatever_is_offered_it_ends_in_one_way_and_can_be_recounted(
    target: str, offers: list[str], notice: Notice, seed: int, reaction_ms: float
) -> None:
    def once() -> Run:
        return write(
            target,
            offering(offers),
            sessions=UNEVEN,
            notice=notice,
            seed=seed,
            reaction_ms=reaction_ms,
        )

    run = once()
    report = run.report
    assert sum(report.ends.values()) == report.shown
    assert report.glances >= report.ends[GhostEnd.WRONG_GLANCE]
    times = [float(str(event["t_ms"])) for event in run.events]
    assert times == sorted(times)
    again = once()
    assert json.dumps(again.events) == json.dumps(run.events)
    assert again.report == report
    recounted = recount(run.events, reaction_ms)
    assert recounted == {
        "shown": report.shown,
        "glances": report.glances,
        "taken": report.taken,
        "wrong_glances": report.wrong_glances,
        "flashes": report.flashes,
        "saved": report.saved,
        "text": target,
    }


def recount(events: list[dict[str, object]], reaction_ms: float) -> dict[str, object]:
    """The figures from the events alone, by other means than the program's."""
    figures: dict[str, object] = {}
    text, pressed, ghosts = "", 0, list[dict[str, object]]()
    soft = False
    for event in events:
        kind, said, t_ms = str(event["kind"]), str(event["text"]), float(str(event["t_ms"]))
        if kind in ("shown", "changed"):
            ghosts.append({"at": t_ms, "noticed": False, "taken": False})
        elif kind == "noticed":
            assert t_ms - float(str(ghosts[-1]["at"])) >= reaction_ms - 1e-6
            ghosts[-1]["noticed"] = True
        elif kind == "accepted":
            ghosts[-1]["taken"] = True
            pressed += 1
            text, soft = text + said, said.endswith(" ")
        elif kind == "key":
            pressed += 1
            if soft and said == " ":
                soft = False  # the space is there already, and stays
                continue
            if soft and said in ".,\n":
                text = text[:-1]
            text, soft = text + said, False
    untaken = [ghost for ghost in ghosts if not ghost["taken"]]
    figures["shown"] = len(ghosts)
    figures["glances"] = sum(bool(ghost["noticed"]) for ghost in ghosts)
    figures["taken"] = len(ghosts) - len(untaken)
    figures["wrong_glances"] = sum(bool(ghost["noticed"]) for ghost in untaken)
    figures["flashes"] = sum(not ghost["noticed"] for ghost in untaken)
    figures["saved"] = len(text) - pressed
    figures["text"] = text
    return figures
