"""Packs of small stand-in wheels: a torch that says which it is, and one that cannot be imported."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from cowrite.base.graphics_card import GraphicsCard
from cowrite.downloads.network import Network
from cowrite.packs.manifest import (
    FILE,
    FORMAT,
    PackFile,
    PackManifest,
    program_torch,
    this_python,
    this_system,
)

TORCH = """
__version__ = {version!r}
class cuda:
    @staticmethod
    def is_available():
        return False
{more}
"""
IMPATIENT = Network(connect_s=5, silence_s=0.4, attempts=3, first_wait_s=0.01, longest_wait_s=0.02)
CARD = GraphicsCard(name="Toy", memory=8 << 30, capability=(8, 9), driver_cuda=(13, 0))


def pretended_trial(folder: Path) -> list[str]:
    """A command that says that torch is imported from the pack, and on no card."""
    said = json.dumps({"torch": "9.9", "folder": str(folder), "card": ""})
    return [sys.executable, "-c", f"print({said!r})"]


def torch_files(version: str = "9.9+pack", more: str = "") -> dict[str, bytes]:
    """The files of a stand-in torch; ``more`` is run when it is imported."""
    return {"torch/__init__.py": TORCH.format(version=version, more=more).encode()}


def record_row(name: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"{name},sha256={digest},{len(data)}"


def write_pack_wheel(
    path: Path, files: Mapping[str, bytes], *, record: str | None = None, name: str = "toy"
) -> Path:
    """A wheel with a right RECORD, or with ``record`` in its place."""
    listing = f"{name}-1.dist-info/RECORD"
    rows = [record_row(each, data) for each, data in files.items()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in files.items():
            archive.writestr(each, data)
        archive.writestr(listing, "\n".join([*rows, f"{listing},,"]) if record is None else record)
    return path


def described(folder: Path, **changes: object) -> PackManifest:
    """A manifest of the wheels in ``folder``, which is written there; ``changes`` make it lie."""
    files, size, count = [], 0, 0
    for wheel in sorted(folder.glob("*.whl")):
        data = wheel.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        files.append(PackFile(name=wheel.name, size=len(data), sha256=digest))
        with zipfile.ZipFile(wheel) as archive:
            size += sum(each.file_size for each in archive.infolist())
            count += len(archive.infolist())
    manifest = PackManifest(
        format=FORMAT,
        name="gpu",
        version="1",
        torch=program_torch(),
        system=this_system(),
        python=this_python(),
        driver=13_000,
        capability=75,
        unpacked_bytes=size,
        unpacked_files=count,
        files=tuple(files),
    )
    manifest = replace(manifest, **changes)  # type: ignore[arg-type]
    (folder / FILE).write_text(json.dumps(asdict(manifest)), "utf-8")
    return manifest


def make_pack(
    folder: Path, *, version: str = "1", more: str = "", data: bytes = b"x" * 5000
) -> Path:
    """A folder with a pack of two wheels, as on a stick."""
    folder.mkdir(parents=True)
    write_pack_wheel(folder / "torch-9.9-py3-none-any.whl", torch_files(f"9.9+{version}", more))
    write_pack_wheel(
        folder / "toy_cuda-1-py3-none-any.whl", {"toy_cuda/lib.so": data}, name="toy_cuda"
    )
    described(folder, version=version)
    return folder
