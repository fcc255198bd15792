"""The script that makes the adapter: from text files to a folder that the engine reads."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from cowrite.engine.networks.adapter import read_adapter

SCRIPT = Path(__file__).parents[3] / "packaging" / "joint_adapter.py"
TEXT = (
    "The old lighthouse stood on the hill above the town. She went to the market with a friend. "
    "He said that the light had gone out in the night. They have never been on the island.\n\n"
)
SMALL = ["rank=2", "batch_pairs=2", "rounds=1", "damaged=6", "negatives=1", "checks=1"]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("joint_adapter", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_makes_an_adapter_and_says_from_what(
    script: ModuleType, tiny_model_dir: Path, tmp_path: Path
) -> None:
    text, held, out = tmp_path / "text.txt", tmp_path / "held.txt", tmp_path / "joint"
    text.write_text(TEXT * 4)
    held.write_text(TEXT)
    wishes = [part for each in (*SMALL, "frozen_layers=1") for part in ("--set", each)]
    status = script.main(
        [str(tiny_model_dir), str(out), "--text", str(text), "--held", str(held), *wishes]
    )
    assert status == 0
    adapter = read_adapter(out)
    assert adapter.rank == 2
    assert {layer for layer, _ in adapter.pairs} == {1}
    report = json.loads((out / "training.json").read_text())
    assert [each["name"] for each in report["texts"]] == ["text.txt"]
    assert report["settings"]["frozen_layers"] == 1
    assert report["examples"]["repair"] > 0


@pytest.mark.parametrize(
    ("wishes", "says"),
    [(["--set", "rank=0"], "rank cannot be"), (["--text", "missing.txt"], "cannot be read")],
)
def test_what_is_wrong_is_said(
    script: ModuleType,
    tiny_model_dir: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wishes: list[str],
    says: str,
) -> None:
    text = tmp_path / "text.txt"
    text.write_text(TEXT)
    arguments = [str(tiny_model_dir), str(tmp_path / "out"), "--text", str(text), *wishes]
    assert script.main(arguments) == 2
    assert says in capsys.readouterr().err


def test_texts_take_turns(script: ModuleType) -> None:
    order = script.balanced([["a", "b", "c"], ["x"]], 0)
    assert sorted(order) == ["a", "b", "c", "x"]
    assert "x" in order[:2]


def test_other_forms_of_a_word(script: ModuleType) -> None:
    assert {"go", "goes", "gone", "going"} <= set(script.inflections("went"))
    assert script.inflections("xyzzyq") == []
