"""``cowrite log tail``: the last decisions in plain words, or as JSON."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from contextlib import closing
from datetime import datetime

import pytest

from cowrite.__main__ import main
from cowrite.cli.log.tail import WORDS
from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.writing.log import DecisionLog
from cowrite.settings.paths import Paths

NOON_MS = int(datetime(2026, 5, 4, 12, 0, 0).timestamp() * 1000)


def make_event(kind: EventKind, at_ms: int = NOON_MS + 7, **details: JsonValue) -> Event:
    return Event(
        kind=kind,
        at_ms=at_ms,
        session_id="s",
        suggestion_id="a",
        document_id="d",
        revision=3,
        start=10,
        end=14,
        model="smollm2",
        details=details,
    )


def keep(paths: Paths, *events: Event, path: str = "/home/someone/letter.txt") -> None:
    log = DecisionLog(paths.decision_log)
    log.start()
    log.register_document("d", path)
    for event in events:
        log.record(event)
    log.flush()
    log.close()


def tail(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["log", "tail", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out.splitlines()


def test_without_a_log_there_are_no_decisions_yet(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tail(capsys) == ["No decisions yet."]
    assert tail(capsys, "--json") == []
    assert not paths.decision_log.exists()


def test_an_empty_log_holds_no_decisions_yet(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(paths)
    assert tail(capsys) == ["No decisions yet."]


def test_a_life_of_a_suggestion_reads_like_a_story(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(
        paths,
        make_event(EventKind.REQUESTED, trigger="typed", typing_interval_ms=120.5),
        make_event(
            EventKind.GENERATED,
            candidates=[{"text": " of the lake", "logprob": -1.5, "tokens": []}],
            total_ms=84.21,
        ),
        make_event(EventKind.NOT_SHOWN, reason="after_deletion", confidence=0.2),
        make_event(EventKind.SHOWN, text=" of the", ms_since_key=150.0, candidates=1),
        make_event(
            EventKind.ACCEPTED_PARTIAL, text=" of", characters=3, on_screen_ms=400.4, candidate=0
        ),
        make_event(EventKind.IGNORED, text=" the", taken="", typed=" a", on_screen_ms=900.0),
    )
    header, *lines = tail(capsys)
    assert header.split() == [
        "time",
        "what",
        "happened",
        "chars",
        "ms",
        "model",
        "document",
        "text",
    ]
    assert [line.split("  ")[0] for line in lines] == ["2026-05-04 12:00:00.007"] * 6
    said = [" ".join(line.split()[2:]) for line in lines]
    assert said == [
        "requested smollm2 letter.txt",
        "answered 12 84 smollm2 letter.txt “ of the lake”",
        "not shown smollm2 letter.txt (you had just deleted something)",
        "shown 7 150 smollm2 letter.txt “ of the”",
        "accepted in part 3 400 smollm2 letter.txt “ of”",
        "ignored 4 900 smollm2 letter.txt “ the” typed “ a”",
    ]
    document = header.index("document")
    assert {line[document : document + 10] for line in lines} == {"letter.txt"}


def test_every_kind_of_event_has_words() -> None:
    assert set(WORDS) == set(EventKind)
    assert len(set(WORDS.values())) == len(WORDS)


def test_n_takes_the_last_ones_oldest_first(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(paths, *(make_event(EventKind.SHOWN, text=f"text {number}") for number in range(30)))
    assert [line.split("“")[1] for line in tail(capsys, "-n", "2")[1:]] == ["text 28”", "text 29”"]
    assert len(tail(capsys)) == 21


def test_what_was_written_in_between_is_shown_when_asked_for(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    writing = [EventKind.OPENED, EventKind.EDITED, EventKind.SAVED, EventKind.CLOSED]
    keep(paths, make_event(EventKind.SHOWN, text="shown"), *(make_event(kind) for kind in writing))
    assert "“shown”" in tail(capsys, "-n", "1")[-1]
    assert len(tail(capsys)) == 2
    assert len(tail(capsys, "--all")) == 6


@pytest.mark.parametrize("number", ["0", "-1", "100001"])
def test_a_number_that_makes_no_sense_is_refused(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["log", "tail", "-n", number]) == 2
    assert "-n takes a number" in capsys.readouterr().err


def test_json_has_everything_and_survives_half_a_character(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [
        make_event(EventKind.SHOWN, text="naïve 日本語 \x1b[2J", numbers=[[1, None]]),
        make_event(EventKind.IGNORED, typed="\ud83d"),
    ]
    keep(paths, *events)
    rows = [json.loads(line) for line in tail(capsys, "--json")]
    for row, event in zip(rows, events, strict=True):
        assert row.pop("path") == "/home/someone/letter.txt"
        assert Event(**{**row, "kind": EventKind(row["kind"])}) == event


def test_the_terminal_obeys_nothing_that_was_suggested(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(
        paths,
        make_event(EventKind.SHOWN, text="a\x1b]0;owned\x07\n\tb\r\u202ec \ud83d ک\u200cی"),
        path="/tmp/evil\x1b[31m\nname.txt",
    )
    (_, line) = tail(capsys)
    assert "“a\\x1b]0;owned\\x07⏎⇥b\\r\\u202ec \\ud83d ک\u200cی”" in line
    assert "evil\\x1b[31m⏎name.txt" in line


def test_a_terminal_that_knows_few_characters_gets_their_numbers(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(paths, make_event(EventKind.SHOWN, text="日\n"))
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    assert main(["log", "tail"]) == 0
    sys.stdout.flush()
    assert b"\x93\\u65e5\\u23ce\x94" in raw.getvalue()


def test_a_document_without_a_file_and_a_clock_far_off(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(paths, make_event(EventKind.SHOWN, at_ms=2**53), path="")
    (_, line) = tail(capsys)
    assert line.startswith(f"{2**53} ")
    assert "untitled" in line


def test_it_can_be_read_while_the_program_writes(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    log = DecisionLog(paths.decision_log)
    log.start()
    log.record(make_event(EventKind.SHOWN, text="now"))
    log.flush()
    assert "“now”" in tail(capsys)[-1]
    log.record(make_event(EventKind.ACCEPTED, text="then"))
    log.flush()
    assert "“then”" in tail(capsys)[-1]
    log.close()


def test_a_damaged_log_is_a_plain_sentence(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    paths.decision_log.write_bytes(b"a letter to my aunt " * 100)
    assert main(["log", "tail"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "it is damaged" in captured.err
    assert paths.decision_log.read_bytes() == b"a letter to my aunt " * 100


def test_a_newer_log_is_a_plain_sentence(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    keep(paths, make_event(EventKind.SHOWN))
    with closing(sqlite3.connect(paths.decision_log)) as other:
        other.execute("PRAGMA user_version = 99")
    assert main(["log", "tail"]) == 2
    assert "newer version" in capsys.readouterr().err
