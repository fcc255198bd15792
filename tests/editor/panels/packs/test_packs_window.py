"""The window of the GPU pack: what it says, installing from a folder, pausing, switching and removing."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from open_program import OpenIt, OpenProgram
from support.made_up_packs import make_pack

from cowrite.editor.dialogs.dialogs import Erase
from cowrite.editor.panels.packs import pack_state
from cowrite.editor.panels.packs.packs_window import PacksWindow
from cowrite.packs.manifest import FILE
from cowrite.packs.pointer import Trouble, write_pointer
from cowrite.packs.progress import PackPhase
from cowrite.packs.store import DOWNLOADS, PackStore


def shown(program: OpenProgram) -> PacksWindow:
    program.program.extras.show_packs(program.window)
    program.until(lambda: program.window.findChildren(PacksWindow))
    window = program.window.findChildren(PacksWindow)[-1]
    program.until(lambda: bool(window.pack.text()))
    return window


def store_of(program: OpenProgram) -> PackStore:
    return PackStore.of(program.paths.data)


def put(store: PackStore, made: Path, name: str) -> None:
    (store.folder / name).mkdir(parents=True)
    shutil.copy(made / FILE, store.folder / name)


def test_it_says_what_there_is(open_it: OpenIt) -> None:
    window = shown(open_it())
    assert window.pack.text() == "No pack is installed."
    assert "graphics card" in window.card.text()
    assert not window.install.isEnabled()
    assert not window.remove.isEnabled()
    window.close()


def test_a_machine_without_a_card_is_told_and_nothing_is_fetched(
    open_it: OpenIt, tmp_path: Path
) -> None:
    program = open_it()
    window = shown(program)
    program.dialogs.folder = make_pack(tmp_path / "stick")
    window.choose.click()
    assert window.source.text() == str(tmp_path / "stick")
    window.install.click()
    assert window.install.text() == "&Pause"
    program.until(lambda: not program.program.extras.pack_host.is_running)
    program.until(lambda: "processor" in window.said.text())
    progress = program.program.extras.pack_host.progress
    assert progress is not None
    assert progress.phase is PackPhase.FAILED
    assert window.install.text() == "&Install"
    window.close()


def test_switching_and_removing(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_it()
    store = store_of(program)
    put(store, make_pack(tmp_path / "stick"), "gpu-1")
    window = shown(program)
    assert window.pack.text() == "gpu-1 is installed and switched off."
    window.switch.click()
    program.until(lambda: window.pack.text() == "gpu-1 is switched on.")
    assert window.said.text() == "This holds from the next start of Cowrite."
    assert store.pointer.active == "gpu-1"
    window.switch.click()
    program.until(lambda: window.pack.text() == "gpu-1 is installed and switched off.")
    program.dialogs.erase = Erase.ERASE
    window.remove.click()
    program.until(lambda: window.pack.text() == "No pack is installed.")
    assert not (store.folder / "gpu-1").exists()
    window.close()


def test_a_download_of_the_last_start_is_gone_on_with_or_discarded(
    open_it: OpenIt, tmp_path: Path
) -> None:
    program = open_it()
    store, stick = store_of(program), str(tmp_path / "stick")
    store.note_source(stick)
    part = store.folder / DOWNLOADS / "gpu-1" / "toy.whl.part"
    part.parent.mkdir()
    part.write_bytes(b"half")
    window = shown(program)
    assert window.pack.text() == "Part of a pack was downloaded. Installing goes on from there."
    assert window.source.text() == stick
    assert window.install.text() == "&Go on"
    assert window.install.isEnabled()
    program.dialogs.erase = Erase.ERASE
    window.remove.click()
    program.until(lambda: window.pack.text() == "No pack is installed.")
    assert window.said.text() == "The download was discarded."
    assert not part.exists()
    assert window.source.text() == ""
    assert not window.remove.isEnabled()
    window.close()


@pytest.mark.parametrize("trouble", [Trouble.ENDED, Trouble.FAILED])
def test_why_a_pack_was_switched_off_is_said_once(
    open_it: OpenIt, tmp_path: Path, trouble: Trouble
) -> None:
    program = open_it()
    store = store_of(program)
    put(store, make_pack(tmp_path / "stick"), "gpu-1")
    store.use("gpu-1")
    write_pointer(store.folder, store.pointer.off(trouble))
    program.program.extras.begin()
    program.until(lambda: store.pointer.is_told)
    window = shown(program)
    assert "so" in window.pack.text()
    assert "switched off" in window.pack.text()
    window.close()


@pytest.mark.parametrize(
    ("system", "said"),
    [
        ("linux", "No NVIDIA graphics card was found."),
        ("win32", "No NVIDIA graphics card was found. Nobody has made a pack for Windows yet."),
        ("darwin", "On a Mac, Cowrite uses the processor"),
    ],
)
def test_what_there_is_for_each_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, said: str
) -> None:
    monkeypatch.setattr(pack_state, "sys", SimpleNamespace(platform=system))
    monkeypatch.setattr(pack_state, "nvidia_card", lambda: None)
    assert pack_state.look(PackStore(tmp_path / "packs")).card.startswith(said)
