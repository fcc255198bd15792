"""Changes of passages in the log: what is written of them, and that nobody takes one for a suggestion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from statistics_log import NOON_MS, Told, write_log

from cowrite.decisions.database.rows import DocumentRow, SessionRow
from cowrite.decisions.details import senseless
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.exchange.bundle import Bundle
from cowrite.decisions.exchange.coauthor_write import coauthor_lines
from cowrite.decisions.exchange.jsonl import jsonl_lines
from cowrite.decisions.exchange.table import table_lines
from cowrite.decisions.exchange.without_text import without_text
from cowrite.decisions.hunk_log import HunkLog, LoggedHunk
from cowrite.decisions.hunks import HunkOutcome, hunk_decisions, read_hunk_decisions
from cowrite.decisions.statistics.report import passage_table
from cowrite.decisions.statistics.statistics import read_statistics
from cowrite.proposals.proposal import Hunk
from cowrite.suggest.filter.examples import examples_from_log
from cowrite.suggest.replay.playback import Playback

PASSAGE = "She go to the school."
GO = Hunk(start=4, end=6, before="go", after="went", confidence=0.91234, kind="verb")
THE = Hunk(start=10, end=14, before="the ", after="")


class Clock:
    """Stands still unless it is told otherwise."""

    def __init__(self) -> None:
        self.now_ms = float(NOON_MS - 60_000)

    def monotonic_ms(self) -> float:
        return self.now_ms

    def unix_ms(self) -> int:
        return int(self.now_ms)


class Sink(list[Event]):
    """A sink that is a list."""

    def record(self, event: Event) -> None:
        self.append(event)


def logged(hunk: Hunk, number: int, offset: int = 100) -> LoggedHunk:
    return LoggedHunk(
        id=f"p-{number}",
        proposal_id="p",
        document_id="d",
        task="repair",
        hunk=hunk,
        start=offset + hunk.start,
        end=offset + hunk.end,
        passage=PASSAGE,
        model="m",
        adapter="a",
    )


@pytest.fixture
def events() -> Sink:
    """One that was taken after two seconds, one that was left, one that was ignored."""
    sink, clock = Sink(), Clock()
    log = HunkLog(sink, clock, "session", lambda: 7)
    hunks = [logged(GO, 1), logged(THE, 2), logged(GO, 3)]
    for each in hunks:
        log.shown(each)
    clock.now_ms += 2_000
    log.taken(hunks[0])
    log.left(hunks[1])
    log.ignored(hunks[2])
    return sink


def test_a_hunk_is_shown_with_what_it_changes_and_what_stands_around_it(events: Sink) -> None:
    shown = events[0]
    assert shown.kind is EventKind.SHOWN
    assert (shown.task, shown.suggestion_id, shown.revision) == ("repair", "p-1", 7)
    assert (shown.start, shown.end) == (104, 106)
    assert shown.details == {
        "text": "went",
        "original": "go",
        "hunk_kind": "verb",
        "proposal": "p",
        "version": 0,
        "confidence": 0.9123,
        "context": "She ",
        "after": " to the school.",
    }
    assert not any(senseless(event.details) for event in events)


def test_each_has_one_outcome_and_how_long_it_was_there(events: Sink) -> None:
    ends = events[3:]
    assert [e.kind.value for e in ends] == ["accepted", "rejected", "ignored"]
    assert [e.details["on_screen_ms"] for e in ends] == [2_000, 2_000, 2_000]
    assert (ends[0].start, ends[0].end, ends[0].details["characters"]) == (104, 108, 4)


def test_decisions_come_back_from_the_log(events: Sink, path: Path) -> None:
    kept = Event(
        kind=EventKind.KEPT, at_ms=NOON_MS, session_id="session", suggestion_id="p-1",
        document_id="d", revision=9, start=104, end=108, task="repair",
        details={"state": "edited", "now": "goes", "kept": 0.5, "when": "save"},
    )  # fmt: skip
    ghost = Told(before_ms=5_000, taken=(4,)).as_events(1)
    write_log(path, [*events, *ghost, kept])
    taken, left, ignored = read_hunk_decisions(path)
    assert (taken.outcome, taken.kind, taken.state, taken.now) == (
        HunkOutcome.TAKEN, "verb", "edited", "goes",
    )  # fmt: skip
    assert (taken.before, taken.after, taken.context) == ("go", "went", "She ")
    assert (left.outcome, left.before, left.after) == (HunkOutcome.LEFT, "the ", "")
    assert [each.is_wanted for each in (taken, left, ignored)] == [True, False, None]


def test_what_was_taken_back_is_not_wanted(events: Sink) -> None:
    gone = Event(
        kind=EventKind.KEPT, at_ms=NOON_MS, session_id="session", suggestion_id="p-1",
        document_id="d", revision=9, start=104, end=104, task="repair", details={"state": "gone"},
    )  # fmt: skip
    assert hunk_decisions([*events, gone])[0].is_wanted is False


def test_no_log_has_no_decisions(path: Path) -> None:
    assert read_hunk_decisions(path) == []


def test_statistics_count_changes_apart_from_suggestions(events: Sink, path: Path) -> None:
    ghosts = [Told(before_ms=5_000 + n, taken=(4,), kept=(1.0,)) for n in range(3)]
    alone = path.with_name("alone.sqlite3")
    told = [event for n, each in enumerate(ghosts) for event in each.as_events(n)]
    write_log(alone, told)
    write_log(path, [*told, *events])
    with_hunks, without = read_statistics(path, NOON_MS), read_statistics(alone, NOON_MS)
    assert with_hunks.total == without.total
    assert with_hunks.occasions == without.occasions
    assert with_hunks.characters_kept == without.characters_kept
    assert with_hunks.latency == without.latency
    assert with_hunks.silences == without.silences
    (name, counts) = next(iter(with_hunks.passages.items()))
    assert (name, counts.shown, counts.taken) == ("repair", 3, 1)
    assert passage_table(with_hunks).rows == (("repair", "3", "33 %", ""),)
    assert passage_table(without).rows == ()


def test_no_filter_is_fitted_on_changes_of_passages(events: Sink) -> None:
    assert examples_from_log(events) == []


def test_a_playback_says_what_was_proposed_and_shows_no_ghost(events: Sink) -> None:
    playback = Playback(events)
    frames = [playback.frame(number) for number in range(len(playback))]
    assert {frame.ghost for frame in frames} == {""}
    assert frames[0].said == "Change proposed: “went”"
    assert frames[1].said == "Change proposed: “the”"
    assert frames[3].said == "Change accepted: “went”"


def test_coauthor_has_none_of_them(events: Sink) -> None:
    opened = Event(
        kind=EventKind.OPENED, at_ms=1, session_id="session", suggestion_id="", document_id="d",
        revision=1, start=0, end=len(PASSAGE), details={"text": PASSAGE, "hash": "", "length": 21},
    )  # fmt: skip
    names = {line["eventName"] for line in coauthor_lines([opened, *events])}
    assert names == {"system-initialize"}


def test_a_table_says_what_a_change_would_replace(events: Sink) -> None:
    _, first, *_ = table_lines(bundle(events))
    assert first.endswith(",repair,go")
    assert ",went," in first


def test_without_text_nothing_of_the_text_is_left(events: Sink) -> None:
    stripped = without_text(bundle(events))
    shown = stripped.events[0]
    assert (shown.task, shown.details["text"], shown.details["original"]) == ("repair", 4, 2)
    assert shown.details["context"] == 4
    whole = json.dumps([each.details for each in stripped.events]) + "".join(jsonl_lines(stripped))
    for word in ("went", "school", "verb", "She", "p-1"):
        assert word not in whole


def bundle(events: list[Event]) -> Bundle:
    session = SessionRow(id="session", started_ms=1, program_version="1", platform="p")
    return Bundle([session], [DocumentRow(id="d", path="d.txt", first_seen_ms=1)], list(events))
