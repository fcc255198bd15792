"""The installed models: found, checked, removed; the choice of a quantization."""

from __future__ import annotations

import json
import math
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.models.inspection import FileRecord
from cowrite.models.names import id_from, is_plain_name
from cowrite.models.staging import REMOVED_PREFIX
from cowrite.models.store import (
    EXAM,
    MANIFEST,
    MEMORY,
    DeviceChoice,
    Measured,
    ModelStore,
    beside,
    choose_quantization,
)


def flip_bit(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_an_installed_model_is_found(installed: ModelStore):
    model = installed.get("toy")
    assert [each.id for each in installed.installed()] == ["toy"]
    assert model.path == installed.folder / "toy"
    assert model.manifest.quantization["cpu"] == DeviceChoice(
        default="int8", measured=model.manifest.quantization["cpu"].measured
    )
    assert model.size_bytes == sum(
        path.stat().st_size for path in model.path.iterdir() if path.name != MANIFEST
    )
    assert installed.quick_check("toy") == installed.verify("toy") == model


def test_the_measured_kind_is_used_unless_another_is_wanted(installed: ModelStore):
    model = installed.get("toy")
    assert model.quantizations() == {"cpu": "int8"}
    assert model.quantizations("bf16") == {"cpu": "bf16", "cuda": "bf16"}


def test_the_weights_of_a_model_are_known_by_their_hashes(installed: ModelStore):
    toy = installed.get("toy")

    def weights(hashes: dict[str, str]) -> str:
        files = {name: FileRecord(size=1, sha256=each) for name, each in hashes.items()}
        return replace(toy, manifest=replace(toy.manifest, files=files)).weights_sha256

    assert weights({"model.safetensors": "a" * 64, "config.json": "b" * 64}) == "a" * 64
    parts = {"1.safetensors": "a" * 64, "2.safetensors": "b" * 64}
    two = weights(parts)
    assert two == weights(dict(reversed(parts.items())))
    assert two != weights(parts | {"2.safetensors": "c" * 64})


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX systems")
def test_the_files_are_private(installed: ModelStore):
    folder = installed.folder / "toy"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["nothing", "..", "", ".staging-1", "a/b", "toy/../toy", "con"])
def test_what_is_not_there_is_said(installed: ModelStore, name: str):
    assert not installed.has(name)
    for look in (installed.get, installed.verify, installed.quick_check, installed.remove):
        with pytest.raises(UserError, match=r"is not installed.*models install"):
            look(name)


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_truncated_file_is_found_at_once(installed: ModelStore, file: str):
    path = installed.folder / "toy" / file
    path.write_bytes(path.read_bytes()[:-1])
    for look in (installed.quick_check, installed.verify):
        with pytest.raises(UserError, match=rf"{file} is incomplete.*Reinstall the model"):
            look("toy")


def test_any_flipped_bit_is_found(installed: ModelStore):
    path = installed.folder / "toy" / "model.safetensors"
    for at in range(path.stat().st_size):
        flip_bit(path, at)
        with pytest.raises(UserError, match="was altered"):
            installed.verify("toy")
        flip_bit(path, at)
    installed.verify("toy")


def test_a_missing_a_longer_and_a_foreign_file_are_found(installed: ModelStore):
    folder = installed.folder / "toy"
    tokenizer = (folder / "tokenizer.json").read_bytes()
    (folder / "tokenizer.json").write_bytes(tokenizer + b" ")
    with pytest.raises(UserError, match=r"tokenizer.json was altered"):
        installed.verify("toy")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(UserError, match=r"tokenizer.json is missing"):
        installed.quick_check("toy")
    (folder / "tokenizer.json").write_bytes(tokenizer)
    (folder / "extra.json").write_bytes(b"{}")
    with pytest.raises(UserError, match=r"extra.json, which does not belong"):
        installed.verify("toy")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": 0}',
        '{"format": 1, "id": "toy", "files": {"../../x": {"size": 1, "sha256": ""}}}',
    ],
)
def test_a_damaged_manifest_is_said_and_passed_over(installed: ModelStore, text: str):
    (installed.folder / "toy" / MANIFEST).write_text(text)
    with pytest.raises(UserError, match="damaged"):
        installed.get("toy")
    assert installed.installed() == []
    assert installed.ids() == ["toy"]


def test_a_manifest_cannot_name_files_elsewhere(installed: ModelStore):
    path = installed.folder / "toy" / MANIFEST
    stored = json.loads(path.read_text())
    stored["files"]["../secret"] = {"size": 1, "sha256": "0"}
    path.write_text(json.dumps(stored))
    with pytest.raises(UserError, match="damaged"):
        installed.verify("toy")


def test_a_folder_that_was_renamed_is_not_taken_for_the_model(installed: ModelStore):
    (installed.folder / "toy").rename(installed.folder / "other")
    with pytest.raises(UserError, match="damaged"):
        installed.get("other")


def test_a_model_is_removed_even_when_damaged(installed: ModelStore):
    (installed.folder / "toy" / MANIFEST).write_text("")
    installed.remove("toy")
    assert [path.name for path in installed.folder.iterdir()] == [".lock"]


def test_what_was_found_out_about_a_model_goes_with_it(installed: ModelStore):
    for model_id in ("toy", "toy.exam"):
        beside(installed.folder, model_id, EXAM).write_text("{}")
        beside(installed.folder, model_id, MEMORY).write_text("{}")
    installed.remove("toy")
    left = {path.name for path in installed.folder.glob("*.json")}
    assert left == {"toy.exam.exam.json", "toy.exam.memory.json"}, "another model's stay"


def test_of_a_model_that_lies_elsewhere_the_link_is_removed(installed: ModelStore, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    (installed.folder / "toy").rename(elsewhere)
    (installed.folder / "toy").symlink_to(elsewhere)
    installed.verify("toy")
    installed.remove("toy")
    assert installed.ids() == []
    assert (elsewhere / MANIFEST).is_file()


def test_a_model_that_cannot_be_removed_stays_whole(
    installed: ModelStore, monkeypatch: pytest.MonkeyPatch
):
    def refuse(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(UserError, match="nothing changed"):
        installed.remove("toy")
    installed.verify("toy")


def test_what_was_half_deleted_is_said_and_is_no_model(
    installed: ModelStore, monkeypatch: pytest.MonkeyPatch
):
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("cowrite.models.store.shutil.rmtree", refuse)
    with pytest.raises(UserError, match=REMOVED_PREFIX):
        installed.remove("toy")
    assert installed.ids() == []


def test_there_may_be_no_folder_at_all(tmp_path: Path):
    store = ModelStore(tmp_path / "none")
    assert store.installed() == store.ids() == []


# --- the choice ------------------------------------------------------------------------------------------------------


def measured(kind: str, loss: float, speed: float) -> Measured:
    return Measured(kind=kind, loss_increase_pct=loss, tokens_per_s=speed)


@pytest.mark.parametrize(
    ("losses", "choice"),
    [
        ({"int8": (0.04, 46), "nf4": (22.0, 60)}, "int8"),  # the starter model
        ({"int8": (0.04, 46), "nf4": (1.9, 60)}, "nf4"),  # a large model
        ({"int8": (2.0, 46), "nf4": (2.001, 60)}, "int8"),  # the budget itself is within
        ({"int8": (3.0, 46), "nf4": (2.5, 20)}, "nf4"),  # nothing within: the least lossy
        ({"int8": (-0.1, 46), "nf4": (-0.2, 20)}, "int8"),
        ({"int8": (math.nan, 99), "nf4": (9.0, 20)}, "nf4"),
        ({"int8": (math.inf, 99), "nf4": (9.0, 20)}, "nf4"),
    ],
)
def test_the_fastest_within_the_budget_is_chosen(
    losses: dict[str, tuple[float, float]], choice: str
):
    assert choose_quantization([measured(kind, *each) for kind, each in losses.items()]) == choice


@pytest.mark.parametrize("nothing", [[], [measured("int8", math.nan, 1.0)]])
def test_without_a_measurement_there_is_no_choice(nothing: list[Measured]):
    with pytest.raises(ValueError, match="nothing was measured"):
        choose_quantization(nothing)


@given(
    st.lists(
        st.builds(
            Measured,
            kind=st.sampled_from(["int8", "nf4", "bf16"]),
            loss_increase_pct=st.floats(-5, 50),
            tokens_per_s=st.floats(0.1, 1e4),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda each: each.kind,
    ),
    st.floats(0, 10),
)
def test_nothing_better_is_ever_passed_over(candidates: list[Measured], budget: float):
    kind = choose_quantization(candidates, budget)
    chosen = next(each for each in candidates if each.kind == kind)
    within = [each for each in candidates if each.loss_increase_pct <= budget]
    for other in within:
        assert chosen.loss_increase_pct <= budget
        assert chosen.tokens_per_s >= other.tokens_per_s
    if not within:
        assert chosen.loss_increase_pct == min(each.loss_increase_pct for each in candidates)


# --- names -----------------------------------------------------------------------------------------------------------


@given(st.text(max_size=300), st.integers(0, 3))
def test_an_id_made_of_anything_is_a_plain_free_name(name: str, taken: int):
    used: list[str] = []
    for _ in range(taken + 1):
        made = id_from(name, used.__contains__)
        assert is_plain_name(made)
        assert made not in used
        assert made == made.lower()
        used.append(made)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("SmolLM2-360M.Q4_K_M", "smollm2-360m.q4_k_m"),
        ("../../etc/passwd", "etc-passwd"),
        ("Mein Modell (neu)", "mein-modell-neu"),
        ("CON", "model-con"),
        ("…", "model"),
    ],
)
def test_ids_stay_readable(name: str, made: str):
    assert id_from(name, lambda _: False) == made
