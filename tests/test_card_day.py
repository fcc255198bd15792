"""A card's day: a part that fails or does not end takes no figure with it, and everything runs without a card."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
SAYS = "import json; print('by the way'); print(json.dumps(['a figure', 2.5, '>= 2']), flush=True);"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("card_day")


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ("", None),
        ("raise SystemExit(3)", "failed with status 3"),
        ("import time; time.sleep(600)", "ran out of time"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "failed with status -11"),
    ],
)
def test_what_was_measured_outlives_its_process(
    script: ModuleType, tmp_path: Path, then: str, why: str | None
) -> None:
    target = tmp_path / "day.json"
    day = script.Day("A day", str(target))
    seconds = 3.0 if "sleep" in then else 60.0
    script.take_down("part", [sys.executable, "-c", SAYS + then], seconds, day)
    figures = json.loads(target.read_text("utf-8"))["figures"]
    assert figures == {"a figure": 2.5} | ({"part": why} if why else {})
    assert day.failed == (why is not None)


def test_without_a_card_it_is_said(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["card_day.py"])
    assert script.main() == 2
    assert "no CUDA card" in capsys.readouterr().err


def test_a_shape_that_fails_in_one_thing_is_measured_in_the_others(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = importlib.import_module("_card_shapes")
    monkeypatch.setattr(shapes, "TURNS", 2)
    monkeypatch.setattr(shapes, "GENERATED", 4)

    def broken(*_: object) -> None:
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(shapes, "_decoding", broken)
    rows: list[tuple[str, float | str, str]] = []
    with pytest.raises(ExceptionGroup):
        shapes.measure_shape("tiny", torch.device("cpu"), 1e9, rows.append)
    figures = {what: figure for what, figure, _ in rows}
    assert figures["tiny, broken"] == "failed: no such kernel"
    assert float(figures["tiny, tokens per second of transformers' generate"]) > 0
    assert float(figures["tiny, tokens learned from per second"]) > 0
