"""The adapters on this machine: one pointer per model, nothing used that is not whole, and the way back."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_adapter import write_adapter
from support.adapters import BASE, facts

from cowrite.base.errors import UserError
from cowrite.personalize.adapters import registry as registry_module
from cowrite.personalize.adapters.active_adapters import ACTIVE_FILE
from cowrite.personalize.adapters.adapter_manifest import MANIFEST, Base, read_manifest
from cowrite.personalize.adapters.registry import LOCK, AdapterRegistry, StoredAdapter
from cowrite.settings.folder_lock import exclusive_lock

Add = Callable[..., StoredAdapter]
OTHER = Base("other", "1" * 64)


def test_what_is_taken_in_is_kept_as_it_was(registry: AdapterRegistry, add: Add) -> None:
    adapter = add()
    assert registry.ids() == [adapter.id]
    assert adapter.id.startswith("1970-01-01-")
    found = registry.get(adapter.id)
    assert found == adapter
    assert found.manifest == replace(facts(0), id=adapter.id, files=found.manifest.files)
    assert set(found.manifest.files) == {
        "adapter_config.json", "adapter_model.safetensors", "training.json"
    }  # fmt: skip
    assert registry.usable(adapter.id, BASE) == adapter
    assert registry.active(BASE.model) == ""
    assert {path.name for path in registry.folder.iterdir()} == {adapter.id, LOCK}


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")
def test_everything_is_private(registry: AdapterRegistry, add: Add) -> None:
    adapter = add()
    registry.use(adapter.id, BASE)
    for path in [registry.folder, *registry.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_each_model_has_its_own_pointer(registry: AdapterRegistry, add: Add) -> None:
    mine, others = add(), add(OTHER)
    registry.use(mine.id, BASE)
    registry.use(others.id, OTHER)
    assert registry.active_folder(BASE) == mine.path
    assert registry.active_folder(OTHER) == others.path
    registry.use("", BASE)
    assert registry.active_folder(BASE) is None
    assert registry.active(OTHER.model) == others.id


def test_the_way_back_passes_over_what_is_gone_or_damaged(
    registry: AdapterRegistry, add: Add
) -> None:
    first, second, third, fourth = (add() for _ in range(4))
    for each in (first, second, third, fourth):
        registry.use(each.id, BASE)
    assert registry.history(BASE.model) == ("", first.id, second.id, third.id)
    registry.remove(third.id)
    (second.path / "adapter_model.safetensors").write_bytes(b"gone bad")
    assert registry.roll_back(BASE) == first.id
    assert registry.roll_back(BASE) == ""
    with pytest.raises(UserError, match="has no previous version"):
        registry.roll_back(BASE)


def test_removing_what_is_in_use_leaves_the_model_as_it_is(
    registry: AdapterRegistry, add: Add
) -> None:
    adapter = add()
    registry.use(adapter.id, BASE)
    registry.remove(adapter.id)
    assert registry.active(BASE.model) == ""
    assert registry.ids() == []
    with pytest.raises(UserError, match="There is no adapter"):
        registry.remove(adapter.id)


def test_only_the_very_same_weights_are_used(registry: AdapterRegistry, add: Add) -> None:
    adapter = add()
    with pytest.raises(UserError, match="made for the model “toy”, not for “other”"):
        registry.use(adapter.id, OTHER)
    with pytest.raises(UserError, match="made for other weights"):
        registry.use(adapter.id, Base(BASE.model, "2" * 64))
    assert registry.active(BASE.model) == registry.active(OTHER.model) == ""


def test_what_was_retired_is_not_used(registry: AdapterRegistry, add: Add) -> None:
    first, second = add(), add()
    registry.use(first.id, BASE)
    registry.use(second.id, BASE)
    (second.path / "retired.json").write_text("{}")
    with pytest.raises(UserError, match="text that was deleted"):
        registry.active_folder(BASE)
    assert registry.roll_back(BASE) == first.id
    with pytest.raises(UserError, match="text that was deleted"):
        registry.use(second.id, BASE)


@pytest.mark.parametrize(
    "name", ["adapter_config.json", "adapter_model.safetensors", "training.json"]
)
@pytest.mark.parametrize("damage", ["flip", "cut", "grow", "remove"])
def test_a_damaged_adapter_is_refused(
    registry: AdapterRegistry, add: Add, name: str, damage: str
) -> None:
    good, bad = add(), add()
    registry.use(good.id, BASE)
    path = bad.path / name
    content = path.read_bytes()
    path.unlink()
    changed = {
        "flip": content[:-1] + bytes([content[-1] ^ 1]), "cut": content[:-1], "grow": content + b"\0"
    }  # fmt: skip
    if damage in changed:
        path.write_bytes(changed[damage])
    with pytest.raises(UserError, match=f"damaged: {name}"):
        registry.use(bad.id, BASE)
    assert registry.active_folder(BASE) == good.path


def test_a_newer_manifest_is_left_alone(registry: AdapterRegistry, add: Add) -> None:
    adapter = add()
    stored = json.loads((adapter.path / MANIFEST).read_text())
    (adapter.path / MANIFEST).write_text(json.dumps(stored | {"format": 2, "new": True}))
    with pytest.raises(UserError, match="newer version of Cowrite"):
        registry.use(adapter.id, BASE)


def test_a_newer_pointer_is_left_alone(registry: AdapterRegistry, add: Add) -> None:
    adapter = add()
    newer = json.dumps({"format": 2, "models": []})
    (registry.folder / ACTIVE_FILE).write_text(newer)
    for change in (
        lambda: registry.active(BASE.model),
        lambda: registry.use(adapter.id, BASE),
        lambda: registry.roll_back(BASE),
        lambda: registry.remove(adapter.id),
    ):
        with pytest.raises(UserError, match="newer version of Cowrite"):
            change()
    assert (registry.folder / ACTIVE_FILE).read_text() == newer
    assert registry.ids() == [adapter.id]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b'{"format":1,"models":{"toy":{"active":"../x","history":[]}}}'],
)
def test_a_damaged_pointer_is_said_and_set_aside_when_one_is_chosen(
    registry: AdapterRegistry, add: Add, content: bytes
) -> None:
    adapter = add()
    (registry.folder / ACTIVE_FILE).write_bytes(content)
    with pytest.raises(UserError, match="is damaged"):
        registry.active_folder(BASE)
    registry.use(adapter.id, BASE)
    assert registry.active_folder(BASE) == adapter.path
    assert [p.read_bytes() for p in registry.folder.glob("active.damaged-*")] == [content]


@pytest.mark.expects_warnings
def test_an_incomplete_or_failing_taking_in_leaves_nothing(
    registry: AdapterRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = write_adapter(tmp_path / "made")
    (made / "adapter_config.json").rename(tmp_path / "kept.json")
    with pytest.raises(UserError, match=r"adapter_config\.json is missing"):
        registry.add(made, facts())
    (tmp_path / "kept.json").rename(made / "adapter_config.json")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(registry_module.os, "fsync", full)
    with pytest.raises(UserError, match="The disk is full"):
        registry.add(made, facts())
    monkeypatch.undo()
    assert {path.name for path in registry.folder.iterdir()} == {LOCK}


def test_one_process_changes_things_at_a_time(registry: AdapterRegistry, add: Add) -> None:
    adapter = add()
    with (
        exclusive_lock(registry.folder / LOCK),
        pytest.raises(UserError, match="Another copy of Cowrite is changing"),
    ):
        registry.use(adapter.id, BASE)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../toy", "a/b", "A", "base", "x" * 65, ".staging-1"]
)
def test_what_is_no_name_is_no_adapter(registry: AdapterRegistry, add: Add, name: str) -> None:
    add()
    with pytest.raises(UserError, match="There is no adapter"):
        registry.get(name)
    with pytest.raises(UserError, match="There is no adapter"):
        registry.remove(name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = [
    "format",
    "id",
    "created_ms",
    "base",
    "quantization",
    "documents",
    "events",
    "settings",
    "scores",
    "files",
    "previous",
]


@given(key=st.sampled_from(KEYS), value=JSON)
def test_any_other_manifest_is_refused_or_means_what_it_says(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    folder = tmp_path_factory.mktemp("a", numbered=True) / "some"
    folder.mkdir()
    files = {
        name: {"size": 1, "sha256": "0" * 64}
        for name in ("adapter_config.json", "adapter_model.safetensors")
    }
    stored = replace(facts(), id="some").to_json() | {"files": files}
    (folder / MANIFEST).write_text(json.dumps(stored | {key: value}))
    try:
        manifest = read_manifest(folder)
    except UserError:
        return
    assert manifest.to_json() == stored | {key: value}
