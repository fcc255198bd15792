"""The comparison of two checkouts: what it says of figures it is given, and that an ended run loses none of them."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
FIGURES = {
    "turn, ms": 80.0,
    "first word, ms": 40.0,
    "key to paint, ms, p50": 4.0,
    "first key on screen, ms": 600.0,
    "memory, MB": 750.0,
    "training, tokens/s": 500.0,
    "start, ms of the processor": 900.0,
    "key, ms of the processor": 5.0,
}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("before_and_after")


@pytest.fixture
def call(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., dict[str, Any]]:
    """Run the script with figures made up: ``slower`` is what the later side multiplies its times by."""
    models = tmp_path / "models"
    (models / "one").mkdir(parents=True)
    (models / "one" / "manifest.json").write_text("{}")
    for side in ("before", "after"):
        (tmp_path / side / "cowrite").mkdir(parents=True)
        (tmp_path / side / "benchmarks").mkdir()
        (tmp_path / side / "benchmarks" / "_common.py").touch()
    file = tmp_path / "result.json"

    def run(*options: str, slower: float = 1.0, ends_after: int = 1_000) -> dict[str, Any]:
        asked: list[tuple[str, str]] = []

        def measure_once(path: Path, kind: str, _: Path) -> dict[str, float]:
            asked.append((path.name, kind))
            if len(asked) > ends_after:
                raise KeyboardInterrupt
            by = slower if path.name == "after" else 1.0
            return {n: v / by if "tokens/s" in n else v * by for n, v in FIGURES.items()}

        monkeypatch.setattr(script, "measure_once", measure_once)
        monkeypatch.setattr(script, "version_of", lambda path: path.name)
        sides = [f"--{side}={tmp_path / side}" for side in ("before", "after")]
        arguments = [*sides, "--models-dir", str(models), "--json", str(file), *options]
        monkeypatch.setattr(sys, "argv", ["before_and_after.py", *arguments])
        script.main()
        return json.loads(file.read_text("utf-8")) | {"asked": asked}

    return run


def test_both_sides_are_asked_in_turn(call: Callable[..., dict[str, Any]]) -> None:
    asked = call("--pairs", "2", "--only", "memory")["asked"]
    warm_up, pairs = asked[:2], asked[2:]
    assert {side for side, _ in warm_up} == {"before", "after"}
    assert pairs == [(side, "memory") for side in ("before", "after", "after", "before")]


@pytest.mark.parametrize(("slower", "verdict"), [(1.0, "yes"), (0.8, "yes"), (1.1, "no")])
def test_slower_is_said_of_every_measure(
    call: Callable[..., dict[str, Any]], slower: float, verdict: str
) -> None:
    figures = call("--pairs", "3", slower=slower)["figures"]
    for name in (
        "turn",
        "first-word",
        "key-to-paint",
        "startup",
        "memory",
        "training-speed",
        "key-cpu",
    ):
        assert figures[f"{name}, ratio"] == f"{slower:.3f}"
        assert figures[f"{name}, within the bound"] == verdict


def test_the_interval_holds_the_median_and_leaves_single_outliers_out(script: ModuleType) -> None:
    ratios = [0.99, 1.0, 1.01] * 5
    assert script.interval(ratios) == (0.99, 1.01)
    low, high = script.interval([*ratios, 9.0])
    assert (low, high) == (0.99, 1.01)
    assert script.interval(ratios) == script.interval(ratios)


def test_a_run_that_was_ended_goes_on(call: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        call(
            "--pairs", "3", ends_after=2 + 12 + 5
        )  # the warm-up, one pair of six runs, two runs of the second
    kept = json.loads((tmp_path / "result.json").read_text("utf-8"))["samples"]
    assert [len(kept[f"{name}, after"]) for name in ("turn", "key-to-paint", "memory")] == [2, 2, 1]
    document = call("--pairs", "3", "--resume")
    assert len(document["asked"]) == 2 + 3 * 12 - (12 + 4)
    assert {len(values) for values in document["samples"].values()} == {3}


def test_what_cannot_be_gone_on_with_is_said(
    call: Callable[..., dict[str, Any]],
    script: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "result.json").write_text('{"samples": {"turn, after": 3}, "notes": []}')
    with pytest.raises(SystemExit) as ended:
        call("--resume")
    assert ended.value.code == 2
    assert "holds no results of such a comparison." in capsys.readouterr().err
    document = call("--pairs", "1", "--only", "memory")
    del document["asked"]
    document["notes"][1] = "after: another commit"
    (tmp_path / "result.json").write_text(json.dumps(document))
    with pytest.raises(SystemExit) as ended:
        call("--resume")
    assert ended.value.code == 2
    assert "compares other versions" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["before", "after"])
def test_a_folder_that_is_no_checkout_is_said(
    call: Callable[..., dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    with pytest.raises(SystemExit) as ended:
        call(f"--{name}", str(tmp_path))
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"{tmp_path} is no checkout of Cowrite.\n")


def test_what_goes_wrong_in_a_checkout_is_passed_on(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(script.RUNS, "memory", ("-c", "raise SystemExit('no engine here')"))
    with pytest.raises(SystemExit, match=r"memory in .* ended with status 1:\nno engine here"):
        script.measure_once(tmp_path, "memory", tmp_path)
