"""Installing a pack from a stick and from a server that behaves badly: whole and switched on, or as it was before."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.file_server import FileServer, breaks_after, ignores_range, range_from, serving
from support.made_up_packs import CARD, described, make_pack

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import GraphicsCard
from cowrite.downloads.cancellation import Cancellation, DownloadCancelledError
from cowrite.packs.cards import require_usable
from cowrite.packs.install import PackInstallation
from cowrite.packs.manifest import FILE
from cowrite.packs.progress import PackPhase, PackProgress, parse_pack_progress
from cowrite.packs.sources import PackSource, source_at, source_from
from cowrite.packs.store import PackStore

Install = Callable[..., PackInstallation]
BIG = bytes(range(256)) * 800


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_pack(tmp_path / "stick", data=BIG)


@pytest.fixture
def server(pack: Path) -> Iterator[FileServer]:
    with serving() as owner:
        owner.files = {path.name: path.read_bytes() for path in pack.iterdir()}
        yield owner


@pytest.fixture
def served(server: FileServer) -> PackSource:
    return source_from(server.url(FILE), server.files[FILE])


def test_from_a_stick(
    store: PackStore, pack: Path, installation: Install, told: list[PackProgress]
) -> None:
    installation(source_at(str(pack))).run()
    assert store.pointer.active == "gpu-1"
    assert (store.folder / "gpu-1/toy_cuda/lib.so").read_bytes() == BIG
    assert not store.has_downloads()
    phases = list(dict.fromkeys(each.phase for each in told))
    assert phases == [
        PackPhase.CHECKING,
        PackPhase.DOWNLOADING,
        PackPhase.UNPACKING,
        PackPhase.TRYING,
        PackPhase.DONE,
    ]
    assert all(parse_pack_progress(each.to_json()) == each for each in told)


WAYS = {
    "breaks off": breaks_after(30),
    "ignores the range": ignores_range,
    "sends another part": range_from(-10),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_from_a_server_that_interrupts(
    store: PackStore, server: FileServer, served: PackSource, installation: Install, way: object
) -> None:
    name = served.manifest.files[0].name
    server.ways[name] = [breaks_after(50), way]  # type: ignore[list-item]
    installation(served).run()
    assert store.pointer.active == "gpu-1"
    assert (store.folder / "gpu-1/toy_cuda/lib.so").read_bytes() == BIG


def test_it_goes_on_after_a_pause(
    store: PackStore, server: FileServer, served: PackSource, installation: Install
) -> None:
    cancellation = Cancellation()

    def pause(progress: PackProgress) -> None:
        if progress.phase is PackPhase.UNPACKING:
            cancellation.cancel()

    with pytest.raises(DownloadCancelledError):
        installation(served, pause, cancellation).run()
    assert store.has_downloads()
    assert store.unfinished_source() == server.url(FILE)
    assert store.installed() == []
    before = len(server.asked)
    installation(served).run()
    assert len(server.asked) == before
    assert store.pointer.active == "gpu-1"


def test_wrong_bytes_change_nothing(
    store: PackStore, server: FileServer, served: PackSource, installation: Install
) -> None:
    name = served.manifest.files[0].name
    good = server.files[name]
    server.files[name] = good[:-1] + bytes([good[-1] ^ 1])
    with pytest.raises(UserError):
        installation(served).run()
    assert store.installed() == []
    assert store.pointer.active == ""


def test_a_full_disk_is_said_before_anything_is_fetched(
    store: PackStore, server: FileServer, served: PackSource, installation: Install
) -> None:
    with pytest.raises(UserError, match=r"needs .* GB of disk space"):
        installation(served, free_bytes=lambda _: 1000).run()
    assert server.asked == []


@pytest.mark.expects_warnings
def test_a_torch_that_cannot_be_loaded_leaves_the_one_before(
    store: PackStore, pack: Path, tmp_path: Path, installation: Install
) -> None:
    installation(source_at(str(pack))).run()
    second = make_pack(tmp_path / "second", version="2")

    def fails(_folder: Path) -> list[str]:
        return [sys.executable, "-c", "raise SystemExit(1)"]

    with pytest.raises(UserError, match="could not be loaded"):
        installation(source_at(str(second)), trial_command=fails).run()
    assert store.pointer.active == "gpu-1"
    assert [pack.folder.name for pack in store.installed()] == ["gpu-1"]
    installation(source_at(str(second))).run()
    assert store.pointer.active == "gpu-2"
    assert store.back() == "gpu-1"


@pytest.mark.expects_warnings
def test_a_torch_from_elsewhere_is_no_success(
    store: PackStore, pack: Path, tmp_path: Path, installation: Install
) -> None:
    def elsewhere(_folder: Path) -> list[str]:
        said = '{"torch": "9", "folder": "/usr", "card": ""}'
        return [sys.executable, "-c", f"print({said!r})"]

    with pytest.raises(UserError, match="could not be loaded"):
        installation(source_at(str(pack)), trial_command=elsewhere).run()
    assert store.installed() == []


def test_the_same_pack_again_takes_the_place_of_itself(
    store: PackStore, pack: Path, installation: Install
) -> None:
    for _ in range(2):
        installation(source_at(str(pack))).run()
    assert store.pointer.active == "gpu-1"
    assert store.pointer.previous == ""


def test_a_pack_that_is_larger_than_it_says_is_refused(
    store: PackStore, pack: Path, installation: Install
) -> None:
    described(pack, unpacked_bytes=1000)
    with pytest.raises(UserError, match="is not what it should be"):
        installation(source_at(str(pack))).run()
    assert store.installed() == []
    assert not list(store.folder.glob("*.new"))


CARDS = {
    "no card": (None, False, "no NVIDIA graphics card, or no driver"),
    "card that does not answer": (None, True, "finds no graphics card"),
    "old card": (replace(CARD, capability=(6, 1)), True, "too old: it has compute capability 6.1"),
    "old driver": (replace(CARD, driver_cuda=(12, 8)), True, "knows CUDA 12.8, and CUDA 13.0"),
}


@pytest.mark.parametrize(("card", "has_driver", "said"), CARDS.values(), ids=CARDS.keys())
def test_a_machine_that_cannot_use_it_is_told_before_anything_is_fetched(
    server: FileServer,
    served: PackSource,
    installation: Install,
    card: GraphicsCard | None,
    has_driver: bool,
    said: str,
) -> None:
    with pytest.raises(UserError, match=said):
        installation(served, find_card=lambda: (card, has_driver)).run()
    assert server.asked == []


def test_the_least_card_and_driver_are_enough(served: PackSource) -> None:
    least = replace(CARD, capability=(7, 5), driver_cuda=(13, 0))
    assert require_usable(least, served.manifest, has_driver=True) is least


UNTIL_KILLED = """
import os, sys
from pathlib import Path
sys.path[:0] = {path!r}
from support.made_up_packs import CARD, IMPATIENT, pretended_trial
from cowrite.downloads.cancellation import Cancellation
from cowrite.packs.install import PackInstallation, PackTools
from cowrite.packs.sources import source_at
from cowrite.packs.store import PackStore
left = {steps}
def step(*_):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
sys.addaudithook(lambda name, _: step() if name in ("open", "os.rename", "os.mkdir", "os.remove") else None)
tools = PackTools(trial_command=pretended_trial, network=IMPATIENT, find_card=lambda: (CARD, True))
PackInstallation(PackStore(Path({store!r})), source_at({pack!r}), tools, lambda _: None, Cancellation()).run()
"""


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_killed_anywhere_it_is_whole_or_not_there(
    store: PackStore, pack: Path, installation: Install, share: float
) -> None:
    def run(steps: int) -> int:
        code = UNTIL_KILLED.format(
            path=sys.path, steps=steps, store=str(store.folder), pack=str(pack)
        )
        return subprocess.run([sys.executable, "-c", code], timeout=120, check=False).returncode

    assert run(int(200 * share)) in (0, 9)
    for found in store.installed():
        assert (found.folder / "toy_cuda/lib.so").read_bytes() == BIG
        assert (found.folder / "torch/__init__.py").exists()
    installation(source_at(str(pack))).run()
    assert store.pointer.active == "gpu-1"
    assert not list(store.folder.glob("*.new"))
