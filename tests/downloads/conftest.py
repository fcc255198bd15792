"""A server with one file of random bytes, and a download of it that does not wait long for anything."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.file_server import FileServer, serving

from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.download import Download
from cowrite.downloads.network import Network
from cowrite.downloads.parts import Part
from cowrite.downloads.progress import DownloadProgress

IMPATIENT = Network(connect_s=5, silence_s=0.4, attempts=3, first_wait_s=0.01, longest_wait_s=0.02)
BODY = random.Random(67).randbytes(300_000)
SHA256 = hashlib.sha256(BODY).hexdigest()

Fetch = Callable[..., Path]


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(model=BODY) as owner:
        yield owner


@pytest.fixture
def part(server: FileServer) -> Part:
    return Part(name="model.bin", sources=(server.url("model"),), size=len(BODY), sha256=SHA256)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "download"


@pytest.fixture
def heard() -> list[DownloadProgress]:
    return []


@pytest.fixture
def fetch(folder: Path, heard: list[DownloadProgress]) -> Fetch:
    """Fetch one part; where it is."""

    def run(
        part: Part, network: Network = IMPATIENT, cancellation: Cancellation | None = None
    ) -> Path:
        return Download(
            [part], folder, network=network, on_progress=heard.append, cancellation=cancellation
        ).run()[0]

    return run
