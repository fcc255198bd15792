"""*Suggestions › GPU pack…* by real mouse and keys: a stand-in of a pack, and of a driver that tells of a card."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop.display import Display
from desktop.running_program import ROOT, RunningProgram, front, running
from desktop.stand_ins import with_card
from desktop.window_user import WindowUser
from support.file_server import FileServer, serving, slow
from support.made_up_packs import make_pack

from cowrite.packs.manifest import FILE
from cowrite.packs.store import DOWNLOADS, PackStore

WINDOW, QUESTION, ENTRY = "PacksWindow", "QMessageBox", ("Suggestions", "GPU pack…")
LIBRARY = "toy_cuda-1-py3-none-any.whl"
HELD_BACK_S = 0.05
nightly = pytest.mark.skipif(
    not os.environ.get("COWRITE_WHOLE_TOUR"), reason="the shorter tests of packs try the same"
)


def noise(count: int) -> bytes:
    """Bytes that no compression makes fewer."""
    return random.Random(1).randbytes(count)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FileServer]:
    pack = make_pack(tmp_path / "published", data=noise(3_000_000))
    with serving() as owner:
        owner.files = {path.name: path.read_bytes() for path in pack.iterdir()}
        yield owner


@pytest.fixture
def writer(shown: Display, home: Path, tmp_path: Path) -> Iterator[WindowUser]:
    with WindowUser(shown, home, environ=with_card(tmp_path / "driver")) as user:
        yield user


@pytest.fixture
def store(home: Path) -> PackStore:
    return PackStore.of(home / "data")


def test_killed_while_it_arrives_gone_on_with_switched_and_removed(
    writer: WindowUser, server: FileServer, store: PackStore
) -> None:
    writer.open(WINDOW, ENTRY)
    writer.says(WINDOW, "The graphics card Toy 4000 was found.")
    _type_source(writer, server.url(FILE))
    server.ways[LIBRARY] = [slow(HELD_BACK_S)]
    writer.press(WINDOW, "Install")
    writer.says(WINDOW, "MB/s")
    writer.running.kill()
    assert not store.installed()
    writer._start_program()
    writer.open(WINDOW, ENTRY, "keyboard")
    writer.says(WINDOW, "Part of a pack was downloaded.")
    writer.says(WINDOW, server.url(FILE))  # nobody types an address twice
    writer.press(WINDOW, "Go on")
    writer.says(WINDOW, "The pack is installed and switched on.")
    assert server.starts(LIBRARY)[0] == 0
    assert min(server.starts(LIBRARY)[1:]) > 0
    assert store.pointer.active == "gpu-1"
    assert not list((store.folder / DOWNLOADS).rglob("*"))

    writer.leave(WINDOW)
    writer.start_again()
    writer.open(WINDOW, ENTRY)
    writer.says(WINDOW, "gpu-1 is switched on.")
    writer.press(WINDOW, "Switch off")
    writer.says(WINDOW, "gpu-1 is installed and switched off.")
    writer.press(WINDOW, "Switch on")
    writer.says(WINDOW, "gpu-1 is switched on.")
    _remove(writer)
    writer.says(WINDOW, "A running Cowrite has the files of gpu-1 open.")  # which is this one
    assert (store.folder / "gpu-1").is_dir()
    writer.leave(WINDOW)
    writer.start_again()
    writer.open(WINDOW, ENTRY)
    _remove(writer)
    writer.says(WINDOW, "The pack was removed.")
    assert store.installed() == []
    writer.leave(WINDOW)
    writer.write("and so on. ")
    writer.require_no_errors()


@nightly
def test_from_a_folder_and_another_that_is_broken(
    writer: WindowUser, store: PackStore, tmp_path: Path
) -> None:
    first = make_pack(tmp_path / "stick", version="1")
    broken = make_pack(tmp_path / "second stick", version="2", more="raise OSError('no libcudart')")
    writer.open(WINDOW, ENTRY, "keyboard")
    _type_source(writer, str(first))
    writer.driver.keys("alt+i")
    writer.says(WINDOW, "The pack is installed and switched on.")
    _type_source(writer, str(broken))
    writer.press(WINDOW, "Install")
    writer.says(WINDOW, "its torch could not be loaded")
    assert store.pointer.active == "gpu-1"
    assert [each.folder.name for each in store.installed()] == ["gpu-1"]
    # What was fetched of it is kept, and can be let go where no pack is installed.
    _remove(writer)
    writer.says(WINDOW, "Part of a pack was downloaded.")
    writer.press(WINDOW, "Discard download…")
    writer.press(QUESTION, "Delete")
    writer.says(WINDOW, "No pack is installed.")
    assert not store.has_downloads()
    writer.leave(WINDOW)
    writer.write("and so on. ")


@nightly
@pytest.mark.starter_model
def test_a_pack_that_breaks_the_start_is_switched_off_and_that_is_said(
    shown: Display, person: Path, tmp_path: Path
) -> None:
    """It passes its trial, and then ends the program that loads the model with it."""
    more = "import os, sys\nif '--try' not in sys.argv: os.abort()"
    stick = make_pack(tmp_path / "stick", more=more)
    command = ["-m", "cowrite", "--home", person, "packs", "install", "--without-card", stick]
    subprocess.run([sys.executable, *map(str, command)], check=True, capture_output=True, cwd=ROOT)
    store = PackStore.of(person / "data")
    assert store.pointer.active == "gpu-1"
    broken = RunningProgram(shown, person)
    try:
        assert broken.wait_for_end(60) != 0
    finally:
        broken.kill()
    with running(shown, person) as program:
        program.until(
            lambda r: (
                "Cowrite ended while it was loading the pack gpu-1" in str(front(r)["controls"])
            ),
            "why it was switched off",
        )
        program.until(
            lambda r: any("ready" in str(c.get("text")) for c in front(r)["status"]),
            "the model is ready, without the pack",
            within_s=120,
        )
    assert store.pointer.active == ""


def _type_source(writer: WindowUser, source: str) -> None:
    report = writer.running.settled()
    (field,) = (
        c for w in report["windows"] if w["kind"] == WINDOW for c in w["controls"]
        if c["name"] == "Folder or address of the pack"
    )  # fmt: skip
    left, top, width, height = field["rect"]
    writer.driver.click(left + width // 2, top + height // 2, times=3)
    writer.driver.type(source)
    writer.says(WINDOW, source)


def _remove(writer: WindowUser) -> None:
    writer.press(WINDOW, "Remove…")
    writer.press(QUESTION, "Delete")
