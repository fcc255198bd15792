"""``cowrite log replay``: the list, a session line by line, its steps as JSON, and what cannot be played."""

from __future__ import annotations

import json

import pytest
from played_session import load_playback
from session_writer import HALF_TAKEN, SessionWriter, keep_sessions

from cowrite.__main__ import main
from cowrite.cli.log.replay import NOTHING_YET, json_steps, play
from cowrite.decisions.events import EventKind
from cowrite.settings.paths import Paths

AT_MS = 1_700_000_000_000


def keep(paths: Paths) -> None:
    session = SessionWriter("abc123", AT_MS, file="/home/ada/The lighthouse.txt", text="It was ")
    session.write("dark \x1b[2J")  # what a terminal would interpret
    session.suggest("and cold")
    session.take("and ")
    session.decide(EventKind.REJECTED)
    session.wait(600_000)
    session.write("😀")
    older = SessionWriter("def456", AT_MS - 86_400_000, document_id="e")
    older.write("Dear Bob")
    keep_sessions(paths.decision_log, older, session)


def replay(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["log", "replay", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out.splitlines()


def test_without_sessions_it_says_so(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(capsys) == [NOTHING_YET]
    assert replay(capsys, "--list") == [NOTHING_YET]
    assert replay(capsys, "--list", "--json") == []


def test_the_list(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    keep(paths)
    first, second = replay(capsys, "--list")
    for part in ("1  ", "10 min", "2 decisions", "abc123", "The lighthouse.txt"):
        assert part in first
    for part in ("2  ", "under a minute", "no decisions", "def456", "Untitled"):
        assert part in second
    listed = [json.loads(line) for line in replay(capsys, "--list", "--json")]
    assert [each["id"] for each in listed] == ["abc123", "def456"]
    assert listed[0]["decisions"] == 2


def test_a_session_line_by_line(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    keep(paths)
    lines = replay(capsys)
    assert lines == replay(capsys, "1") == replay(capsys, "abc", "--speed", "16")
    said = [line[9:53].strip() for line in lines]
    assert said == HALF_TAKEN
    assert "dark \\x1b[2J|and cold" in lines[2]
    assert lines[-1].endswith("and 😀|")
    assert replay(capsys, "2")[-1].endswith("Dear Bob|")


def test_the_steps_as_json_tell_the_whole_text(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(paths)
    steps = [json.loads(line) for line in replay(capsys, "1", "--json")]
    playback = load_playback(paths.decision_log, "abc123")
    assert steps == list(json_steps(playback))
    text = b""
    for number, step in enumerate(steps):
        if "text" in step:
            text = step["text"].encode("utf-16-le")
        if "start" in step:
            before, after = text[: 2 * step["start"]], text[2 * (step["start"] + step["removed"]) :]
            text = before + step["inserted"].encode("utf-16-le") + after
        assert text.decode("utf-16-le") == playback.frame(number).text
    assert [(s["decision"], s["suggestion"]) for s in steps if "decision" in s] == [
        ("taken", "and "),
        ("refused", "cold"),
    ]


def test_it_waits_as_long_as_the_speed_says(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(paths)
    playback = load_playback(paths.decision_log, "abc123")
    waits: list[float] = []
    play(playback, 2.0, waits.append, with_colour=True)
    assert sum(waits) == pytest.approx(playback.duration_ms / 2000)
    assert "|\x1b[90mand cold\x1b[0m" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["3"], ["0"], ["nothing"], ["--speed", "0"], ["--speed", "nan"], ["--speed", "-1"]],
)
def test_what_is_not_there_or_makes_no_sense(
    paths: Paths, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    keep(paths)
    assert main(["log", "replay", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("cowrite: ")
    assert len(captured.err.splitlines()) == 1


def test_a_damaged_log(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    paths.decision_log.write_bytes(b"a letter to my aunt " * 100)
    assert main(["log", "replay"]) == 2
    assert "it is damaged" in capsys.readouterr().err
