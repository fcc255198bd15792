"""Which pack is used: switched on, off and back by one small file, and removed only where nobody uses it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_up_packs import make_pack

from cowrite.base.errors import UserError
from cowrite.packs.activation import in_use_file
from cowrite.packs.manifest import FILE
from cowrite.packs.pointer import POINTER, Pointer, Trouble, read_pointer, write_pointer
from cowrite.packs.store import DOWNLOADS, NEW_SUFFIX, UNFINISHED, PackStore, trouble_sentence
from cowrite.settings.folder_lock import exclusive_lock
from cowrite.settings.newer_data import NewerDataError


def put(store: PackStore, tmp_path: Path, version: str) -> str:
    """An installed pack, of which only the description matters here."""
    made = make_pack(tmp_path / f"made-{version}", version=version)
    folder = store.folder / f"gpu-{version}"
    folder.mkdir(parents=True)
    shutil.copy(made / FILE, folder)
    return folder.name


def test_nothing_is_installed_at_first(store: PackStore) -> None:
    assert store.installed() == []
    assert store.pointer == Pointer()
    assert not store.has_downloads()
    with pytest.raises(UserError, match="no earlier pack"):
        store.back()
    with pytest.raises(UserError, match="No pack “gpu-1” is installed"):
        store.use("gpu-1")


def test_on_off_and_back(store: PackStore, tmp_path: Path) -> None:
    one, two = put(store, tmp_path, "1"), put(store, tmp_path, "2")
    store.use(one)
    assert [pack.is_used for pack in store.installed()] == [True, False]
    store.use(two)
    assert store.pointer.previous == one
    assert store.back() == one
    assert store.pointer.previous == two
    store.off()
    assert not any(pack.is_used for pack in store.installed())
    assert store.back() == one


def test_what_is_half_done_is_no_pack_and_is_cleared_away(store: PackStore, tmp_path: Path) -> None:
    name = put(store, tmp_path, "1")
    half = (store.folder / name).rename(store.folder / (name + NEW_SUFFIX))
    assert store.installed() == []
    with store.only_one():
        assert not half.exists()


def test_one_process_changes_packs_at_a_time(store: PackStore) -> None:
    with store.only_one(), pytest.raises(UserError, match="Another copy"), store.only_one():
        pass


def test_a_pack_that_is_used_is_switched_off_and_removed(store: PackStore, tmp_path: Path) -> None:
    name = put(store, tmp_path, "1")
    store.use(name)
    store.remove(name)
    assert store.installed() == []
    assert store.pointer.active == ""


def test_a_pack_is_not_removed_under_a_running_program(store: PackStore, tmp_path: Path) -> None:
    name = put(store, tmp_path, "1")
    store.use(name)
    with (
        exclusive_lock(in_use_file(store.folder / name), shared=True),
        pytest.raises(UserError, match="has the files of gpu-1 open"),
    ):
        store.remove(name)
    assert (store.folder / name / FILE).exists()
    assert store.pointer.active == ""


def test_a_pack_for_another_program_is_shown_and_not_switched_on(
    store: PackStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = put(store, tmp_path, "1")
    monkeypatch.setattr("cowrite.packs.store.program_torch", lambda: "1.0")
    assert "another version" in store.installed()[0].problem
    with pytest.raises(UserError, match="another version"):
        store.use(name)


def test_a_pointer_that_is_damaged_points_to_nothing(store: PackStore) -> None:
    store.folder.mkdir(parents=True)
    for data in (b"", b"[]", b'{"active": "../x"}', b'{"format": 1, "active": 1}'):
        (store.folder / POINTER).write_bytes(data)
        assert read_pointer(store.folder) == Pointer()


names = st.sampled_from(["gpu-1", "gpu-2", "gpu-3"])


@given(st.lists(st.one_of(names, st.just("off"), st.just("back")), max_size=8))
def test_what_was_used_before_is_never_what_is_used(steps: list[str]) -> None:
    pointer, used = Pointer(), [""]
    for step in steps:
        if step == "off":
            pointer = pointer.off()
        elif step == "back":
            pointer = pointer.using(pointer.previous, "") if pointer.previous else pointer
        else:
            pointer = pointer.using(step, "0" * 64)
        if pointer.active:
            used.append(pointer.active)
            assert pointer.previous != pointer.active
        assert pointer.previous in used


def test_why_a_pack_was_switched_off_is_a_sentence(store: PackStore) -> None:
    store.folder.mkdir(parents=True)
    used = Pointer(active="gpu-1", digest="0" * 64)
    assert trouble_sentence(used) == ""
    for trouble in (Trouble.ENDED, Trouble.FAILED):
        write_pointer(store.folder, used.off(trouble))
        assert "gpu-1" in trouble_sentence(store.pointer)
        assert not store.pointer.is_told
        store.told()
        assert store.pointer.is_told
        assert store.pointer.trouble is trouble


def test_where_a_download_comes_from_is_known_at_the_next_start(store: PackStore) -> None:
    assert store.unfinished_source() == ""
    store.note_source("https://packs.example/cowrite-pack.json")
    assert store.unfinished_source() == "https://packs.example/cowrite-pack.json"
    assert not store.has_downloads()
    (store.folder / DOWNLOADS / UNFINISHED).write_text("[]", "utf-8")
    assert store.unfinished_source() == ""
    store.note_source("/stick")
    store.discard_downloads()
    assert store.unfinished_source() == ""


def test_what_a_newer_version_keeps_of_a_download_is_left_alone(store: PackStore) -> None:
    store.note_source("/stick")
    file = store.folder / DOWNLOADS / UNFINISHED
    file.write_text('{"format": 2, "source": 1}', "utf-8")
    with pytest.raises(NewerDataError):
        store.note_source("/other")
    assert file.read_text("utf-8") == '{"format": 2, "source": 1}'
