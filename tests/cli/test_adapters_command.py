"""``cowrite adapters`` and ``--adapter``: what there is, what is in use, and sentences for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_up_adapter import adapter_tensors, write_adapter
from tiny_model import SENTENCES, make_tiny_model

from cowrite.__main__ import main
from cowrite.models.inspection import file_record
from cowrite.models.store import DeviceChoice, Manifest, ModelStore, write_manifest
from cowrite.personalize.adapters.adapter_manifest import AdapterManifest, Base
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences

MODEL = Preferences().model


@pytest.fixture
def base(paths: Paths) -> Base:
    """The tiny model, installed under the name of the chosen one."""
    folder = make_tiny_model(paths.models_dir / MODEL)
    files = {path.name: file_record(path) for path in folder.iterdir()}
    manifest = Manifest(
        id=MODEL, name="Tiny", licence="none", source="made up", parameters=1, files=files,
        quantization={"cpu": DeviceChoice(default="bf16")},
    )  # fmt: skip
    write_manifest(folder, manifest)
    model = ModelStore(paths.models_dir).get(MODEL)
    return Base(model.id, model.weights_sha256)


@pytest.fixture
def ids(paths: Paths, base: Base, tmp_path: Path) -> list[str]:
    """Two adapters for it."""
    registry = AdapterRegistry(paths.adapters_dir)
    return [
        registry.add(
            write_adapter(tmp_path / f"made-{number}", seed=number),
            AdapterManifest(id="", created_ms=number, base=base, quantization="bf16"),
        ).id
        for number in range(2)
    ]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("\n".join(SENTENCES), "utf-8")
    return path


def said(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main(list(command)) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main(list(command)) == 2
    error = capsys.readouterr().err
    assert "Traceback" not in error
    return error


def test_choosing_and_going_back(
    paths: Paths, ids: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = ids
    assert f"{first} is in use" in said(capsys, "adapters", "use", first)
    said(capsys, "adapters", "use", second)
    rows = json.loads(said(capsys, "adapters", "list", "--json"))["adapters"]
    assert {row["id"]: row["state"] for row in rows} == {first: "not in use", second: "in use"}
    assert second in said(capsys, "adapters", "list")
    assert json.loads(said(capsys, "adapters", "show", second))["base"]["model"] == MODEL
    assert first in said(capsys, "adapters", "rollback")
    assert "The original model" in said(capsys, "adapters", "use", "base")
    said(capsys, "adapters", "remove", second)
    assert AdapterRegistry(paths.adapters_dir).ids() == [first]


def test_out_and_in_again(
    ids: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "mine.zip")
    said(capsys, "adapters", "export", ids[0], file)
    assert "already" in refused(capsys, "adapters", "import", file)
    said(capsys, "adapters", "remove", ids[0])
    assert ids[0] in said(capsys, "adapters", "import", file)
    said(capsys, "adapters", "use", ids[0])


def test_nothing_learned_yet(paths: Paths, base: Base, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nothing has been learned" in said(capsys, "adapters", "list")
    assert "has no previous version" in refused(capsys, "adapters", "rollback")
    for action in ("show", "use", "remove"):
        assert "There is no adapter “none”" in refused(capsys, "adapters", action, "none")


def test_without_a_model_there_is_nothing_to_use_it_with(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is not installed" in refused(capsys, "adapters", "use", "base")


def test_a_damaged_one_is_listed_and_can_be_removed(
    paths: Paths, ids: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (paths.adapters_dir / ids[0] / "manifest.json").write_text("{")
    assert f"{ids[0]}  damaged" in said(capsys, "adapters", "list")
    assert "damaged" in refused(capsys, "adapters", "use", ids[0])
    said(capsys, "adapters", "remove", ids[0])


def test_evaluate_with_and_without(
    ids: list[str], text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "--text", str(text), "--device", "cpu", "--json"]
    said(capsys, "adapters", "use", ids[0])
    own = str(tmp_path / "made-1")
    figures = {
        name: json.loads(said(capsys, *command, "--adapter", name))
        for name in ("base", "active", ids[0], ids[1], own)
    }
    assert {each["tokens"] for each in figures.values()} == {figures["base"]["tokens"]}
    assert figures["base"]["adapter"] is None
    assert figures["active"]["adapter"] == ids[0]
    assert figures["active"] == figures[ids[0]]
    assert figures[own]["perplexity"] == figures[ids[1]]["perplexity"]
    assert len({each["bits_per_byte"] for each in figures.values()}) == 3
    assert figures["base"]["bits_per_byte"] > 0
    text.write_text("\n".join(SENTENCES * 5), "utf-8")
    long, short = (
        json.loads(said(capsys, *command, "--adapter", "base", *window))
        for window in ([], ["--window", "64"])
    )
    assert (long["window"], short["window"]) == (1024, 64)
    assert long["tokens"] == short["tokens"] > 64
    assert long["bits_per_byte"] != short["bits_per_byte"]
    table = said(capsys, *command[:-1], "--adapter", "base")
    assert "bits_per_byte" in table
    assert "none" in table


def test_complete_and_simulate_use_what_is_named(
    ids: list[str], text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    complete = ["complete", "--text", "The old", "--device", "cpu", "--json"]
    said(capsys, "adapters", "use", ids[0])
    assert json.loads(said(capsys, *complete))["adapter"] == ids[0]
    assert json.loads(said(capsys, *complete, "--adapter", ids[1]))["adapter"] == ids[1]
    assert json.loads(said(capsys, *complete, "--adapter", "base"))["adapter"] is None
    simulate = ["simulate", "--text", str(text), "--words", "3", "--device", "cpu", "--json"]
    assert json.loads(said(capsys, *simulate, "--adapter", ids[1]))["adapter"] == ids[1]


@pytest.mark.parametrize(
    "command",
    [["complete", "--text", "The old"], ["evaluate", "--text"], ["simulate", "--text"]],
    ids=lambda command: command[0],
)
def test_what_cannot_be_used_is_a_sentence(
    paths: Paths, ids: list[str], text: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    command = command if len(command) == 3 else [*command, str(text)]
    assert "There is no adapter “mine”" in refused(capsys, *command, "--adapter", "mine")
    assert "There is no folder" in refused(capsys, *command, "--adapter", "./none")
    (paths.adapters_dir / ids[0] / "adapter_model.safetensors").write_bytes(b"gone bad")
    assert "is damaged" in refused(capsys, *command, "--adapter", ids[0])


def test_what_does_not_fit_the_model_is_not_used(
    paths: Paths, base: Base, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_adapter(tmp_path / "deeper", tensors=adapter_tensors(layers=9))
    manifest = AdapterManifest(id="", created_ms=1, base=base, quantization="bf16")
    adapter = AdapterRegistry(paths.adapters_dir).add(folder, manifest)
    assert "was made for another model" in refused(capsys, "adapters", "use", adapter.id)
    assert AdapterRegistry(paths.adapters_dir).active(base.model) == ""


def test_evaluate_without_words_is_a_sentence(
    base: Base, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    assert "no text to test with" in refused(capsys, "evaluate", "--text", str(empty))
    assert "too short" in refused(capsys, "evaluate", "--text", str(empty), "--window", "63")
    assert "none.txt" in refused(capsys, "evaluate", "--text", str(tmp_path / "none.txt"))
