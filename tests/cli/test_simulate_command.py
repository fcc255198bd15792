"""``cowrite simulate``: bad input ends in a sentence; a run with the real model reports every figure."""

from __future__ import annotations

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
    ],
)
def test_bad_options_are_a_sentence(
    paths: Paths, story: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["simulate", "--text", str(story), *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


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
    }
    assert reports[0]["words"] == 10
