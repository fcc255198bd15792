"""``cowrite bench``: bad input ends in a sentence; with the real model every figure is there and makes sense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cowrite.__main__ import main
from cowrite.settings.paths import Paths


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--threads", "0"], "--threads takes a number"),
        (["--threads", "1000"], "--threads takes a number"),
        (["--model", "none"], "is not installed"),
        (["--text", "none.txt"], "none.txt"),
    ],
)
def test_bad_options_are_a_sentence(
    paths: Paths, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["bench", *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_the_cards_are_told_without_a_model(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--cards"]) == 0
    assert "| RTX 4090, 24 GB |" in capsys.readouterr().out
    assert main(["bench", "--cards", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["bandwidth"] for row in rows} <= {"measured", "data sheet"}
    assert all(row["ceiling"] == "computed" for row in rows)


@pytest.mark.starter_model
def test_a_text_that_is_too_short_is_a_sentence(
    starter_paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = tmp_path / "short.txt"
    short.write_text("Only a few words.", "utf-8")
    assert main(["bench", "--text", str(short), "--device", "cpu"]) == 2
    assert "too short to measure on" in capsys.readouterr().err


@pytest.mark.starter_model
def test_every_figure_is_there_with_the_real_model(
    starter_paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cowrite.engine.measurement import bench

    for name, few in (("COLD_READINGS", 1), ("CANCELLATIONS", 3), ("TURNS", 3)):
        monkeypatch.setattr(bench, name, few)
    assert main(["bench", "--json", "--device", "cpu"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["device"] == "cpu"
    assert figures["first_token_ms"] < figures["turn_ms"] <= figures["turn_p95_ms"]
    assert figures["delta_ms"] < figures["cold_prefill_ms"]
    assert figures["tokens_per_s"] > 0
    assert figures["cancel_p95_ms"] >= 0
