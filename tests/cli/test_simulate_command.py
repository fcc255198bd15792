"""``cowrite simulate``: bad input ends in a sentence; a run with the real model reports every figure."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cowrite.__main__ import main
from cowrite.settings.paths import Paths

STORY = (
    "Once upon a time there was a little girl who lived in a house at the edge of the forest. "
    "Every day she went to the river and looked at the other side of the water."
)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, "utf-8")
    return path


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--eagerness", "1.5"], "from 0"),
        (["--eagerness", "-0.1"], "from 0"),
        (["--words", "0"], "--words 1 or more"),
        (["--start", "-1"], "--start takes 0"),
        (["--start", "5000"], "nothing is left"),
        (["--wpm", "0"], "--wpm takes"),
        (["--wpm", "nan"], "--wpm takes"),
        (["--reaction", "50"], "--reaction takes"),
        (["--reaction", "nan"], "--reaction takes"),
        (["--seed", "-1"], "--seed takes"),
        (["--engine-ms", "0"], "--engine-ms takes"),
        (["--engine-ms", "soon"], "--engine-ms takes"),
        (["--engine-ms", "nan"], "--engine-ms takes"),
        (["--events", "events.jsonl"], "--typist live"),
    ],
)
def test_bad_options_are_a_sentence(
    paths: Paths, story: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["simulate", "--text", str(story), *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


@pytest.mark.parametrize("file", ["", "none/events.jsonl"])
def test_a_file_for_events_that_cannot_be_written_is_said_before_the_work(
    paths: Paths, story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    command = ["simulate", "--text", str(story), "--typist", "live"]
    assert main([*command, "--events", str(tmp_path / file)]) == 2
    assert "--events cannot write" in capsys.readouterr().err


def test_a_missing_text_and_a_missing_model_are_sentences(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "--text", str(tmp_path / "none.txt")]) == 2
    assert "none.txt" in capsys.readouterr().err
    assert main(["simulate", "--text", str(story)]) == 2
    assert "is not installed" in capsys.readouterr().err


@pytest.mark.starter_model
def test_two_runs_with_the_real_model_report_the_same(
    starter_paths: Paths, story: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["simulate", "--text", str(story), "--start", "12", "--words", "10", "--json"]
    reports = []
    for _ in range(2):
        assert main(command) == 0
        reports.append(json.loads(capsys.readouterr().out))
    for report in reports:
        latency = report.pop("latency_ms")
        assert set(latency) == {"p50", "p95", "p99"}
        assert min(latency.values()) > 0
    assert reports[0] == reports[1]
    assert set(reports[0]) == {
        "words",
        "keystrokes_saved_pct",
        "net_saved_pct",
        "shown_per_100_words",
        "precision",
        "seed",
        "eagerness",
        "model",
        "adapter",
        "influence",
    }
    assert reports[0]["words"] == 10


FIGURES = {
    "notice",
    "wpm",
    "reaction_ms",
    "words",
    "net_saved_pct",
    "keystrokes_saved_pct",
    "shown_per_100_words",
    "flashes_per_100_words",
    "brief_per_100_words",
    "wrong_glances_per_100_words",
    "characters_per_glance",
    "time_saved_pct",
    "precision",
    "ready_with_key",
}


@pytest.mark.starter_model
def test_the_living_typist_reports_both_ways_of_noticing_and_every_event(
    starter_paths: Paths, story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = tmp_path / "events.jsonl"
    command = ["simulate", "--text", str(story), "--start", "12", "--words", "12", "--json"]
    live = [*command, "--typist", "live", "--wpm", "36", "--seed", "2"]
    assert main([*live, "--events", str(events)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert main([*live, "--notice", "pauses"]) == 0
    other = json.loads(capsys.readouterr().out)
    about = {"typist", "engine_ms", "seed", "eagerness", "model", "adapter", "influence"}
    about |= {"other_notice"}
    assert set(report) == FIGURES | about
    assert set(report["other_notice"]) == FIGURES
    assert set(report["time_saved_pct"]) == {"low", "mid", "high"}
    assert (report["notice"], report["other_notice"]["notice"]) == ("typing", "pauses")
    assert {name: other[name] for name in FIGURES} == report["other_notice"]
    assert other["other_notice"] == {name: report[name] for name in FIGURES}
    assert (report["wpm"], report["reaction_ms"], report["engine_ms"]) == (36.0, 300.0, 60.0)
    lines = [json.loads(line) for line in events.read_text("utf-8").splitlines()]
    shown = sum(line["event"] in ("shown", "changed") for line in lines)
    assert round(100 * shown / 12, 1) == report["shown_per_100_words"]
    assert {"event", "t_ms", "text"} == set(lines[0])


@pytest.mark.starter_model
def test_recorded_sessions_are_played_back(
    starter_paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = tmp_path / "session.jsonl.gz"
    with gzip.open(session, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in recorded_session())
    assert main(["simulate", "--sessions", str(session), str(session), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["sessions"], report["own_words"]) == (2, 2 * len(WRITTEN.split()))
    assert report["own_keys"] == 2 * len(WRITTEN)
    assert report["engine_ms"] == 60.0
    assert {"precision", "flashes_per_100_words", "shown_per_100_words"} <= set(report)
    assert report["other_notice"]["notice"] == "pauses"
    events = tmp_path / "events.jsonl"
    assert main(["simulate", "--sessions", str(session), "--events", str(events)]) == 0
    lines = [json.loads(line) for line in events.read_text("utf-8").splitlines()]
    assert "".join(line["text"] for line in lines if line["event"] == "key") == WRITTEN
    assert {line["session"] for line in lines} == {session.name}
    assert "in pauses only" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is invalid"),
        ("no JSON\n", "Line 1"),
        ('{"eventName": "text-insert"}\n', "Line 1"),
        (json.dumps({"a": 1}) + "\n", "Line 1"),
    ],
)
def test_what_is_no_session_is_a_sentence(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    file = tmp_path / "session.jsonl"
    file.write_text(content, "utf-8")
    assert main(["simulate", "--sessions", str(file)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_a_session_file_that_is_missing_or_damaged_is_a_sentence(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "--sessions", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(gzip.compress(b"{}" * 2000)[:30])
    assert main(["simulate", "--sessions", str(damaged)]) == 2
    assert "Traceback" not in capsys.readouterr().err


WRITTEN = "Once upon a time there was a little girl."


def recorded_session() -> list[dict[str, object]]:
    """Somebody types WRITTEN after a prompt, a key every 400 ms."""

    def line(number: int, name: str, **values: object) -> dict[str, object]:
        return {
            "eventName": name,
            "eventSource": "user" if number else "api",
            "eventTimestamp": 1_629_097_126_000 + 400 * number,
            "textDelta": "",
            "cursorRange": "",
            "currentDoc": "",
            "currentCursor": 7 + number,
            "currentSuggestions": [],
            "currentSuggestionIndex": 0,
            "currentHoverIndex": "",
            "currentN": "5",
            "currentMaxToken": "30",
            "currentTemperature": "0.75",
            "currentTopP": "1",
            "currentPresencePenalty": "0",
            "currentFrequencyPenalty": "1",
            "eventNum": number,
        } | values

    lines = [line(0, "system-initialize", currentDoc="Prompt.\n")]
    for number, character in enumerate(WRITTEN):
        delta = {"ops": [{"retain": 8 + number}, {"insert": character}]}
        lines.append(line(number + 1, "text-insert", textDelta=delta))
    return lines
