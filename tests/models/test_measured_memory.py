"""What a model took when it was loaded: kept beside the models, and far from what was reckoned or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cowrite.models.measured_memory import (
    FORMAT,
    MeasuredMemory,
    keep_memory,
    kept_memory,
    memory_file,
)
from cowrite.models.store import InstalledModel, Manifest

MODEL = InstalledModel(
    path=Path("a"),
    manifest=Manifest(
        id="a",
        name="A",
        licence="MIT",
        source="here",
        parameters=1,
        files={},
        quantization={},
    ),
)
MEASURED = MeasuredMemory(
    model="a",
    weights_sha256=MODEL.weights_sha256,
    device="cpu",
    kind="int8",
    reckoned=1_000_000_000,
    taken=1_100_000_000,
)


def test_it_is_kept_for_the_same_weights_kind_and_device(tmp_path: Path) -> None:
    keep_memory(tmp_path / "models", MEASURED)
    folder = tmp_path / "models"
    assert kept_memory(folder, MODEL, "cpu", "int8") == MEASURED
    assert kept_memory(folder, MODEL, "cpu", "nf4") is None
    assert kept_memory(folder, MODEL, "cuda", "int8") is None
    keep_memory(folder, replace(MEASURED, weights_sha256="other"))
    assert kept_memory(folder, MODEL, "cpu", "int8") is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1, "taken": -1}'])
def test_what_cannot_be_read_is_not_known(tmp_path: Path, content: str) -> None:
    memory_file(tmp_path, "a").write_text(content)
    assert kept_memory(tmp_path, MODEL, "cpu", "int8") is None


def test_what_a_newer_version_wrote_is_left_alone(tmp_path: Path) -> None:
    newer = f'{{"format": {FORMAT + 1}}}'
    memory_file(tmp_path, "a").write_text(newer)
    keep_memory(tmp_path, MEASURED)
    assert memory_file(tmp_path, "a").read_text() == newer


@pytest.mark.parametrize(
    ("reckoned", "taken", "is_far"),
    [
        (1_000_000_000, 1_240_000_000, False),
        (1_000_000_000, 1_260_000_000, True),
        (1_000_000_000, 700_000_000, True),
        (100_000_000, 190_000_000, False),
        (100_000_000, 210_000_000, True),
    ],
)
def test_a_quarter_off_is_far_unless_it_is_little(reckoned: int, taken: int, is_far: bool) -> None:
    measured = replace(MEASURED, reckoned=reckoned, taken=taken)
    assert measured.is_far is is_far
    assert measured.more == taken - reckoned


@pytest.mark.expects_warnings
def test_far_off_is_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keep_memory(tmp_path, replace(MEASURED, taken=2_000_000_000))
    assert "took 2000 MB as int8 on cpu, and 1000 MB were reckoned" in caplog.text
