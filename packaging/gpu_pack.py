"""Makes the GPU pack: a folder with the wheels of torch for NVIDIA cards and the description that Cowrite reads.

``python packaging/gpu_pack.py FOLDER [--with-addresses | --at ADDRESS]``. pip chooses and fetches the wheels from the
package index that it is set up for; 2.6 GB. What pip says of each (its hash) is compared with what arrived. The folder
can be put on a stick or behind a web server as it is. With ``--with-addresses`` the description names where pip found
each wheel, so that it can be given to people alone, and with ``--at`` where the publisher's own copies will be; one in
build/gpu-pack goes into the package (``cowrite.spec``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from cowrite.base.graphics_card import LEAST_CAPABILITY, LEAST_DRIVER  # noqa: E402
from cowrite.packs.manifest import (  # noqa: E402
    FILE,
    FORMAT,
    PackFile,
    PackManifest,
    public_version,
    read_manifest,
    this_python,
    this_system,
)
from cowrite.packs.unpack import is_left_out  # noqa: E402

NAME = "gpu"
# The program has the others, such as numpy, and in one version with its own torch. triton is for torch.compile, which
# the program never calls (on Windows torch has none), and cuda-bindings for torch's profiler. torch does without both.
OF_THE_PACK = ("torch", "bitsandbytes")
OF_THE_MAKER = "nvidia-"
# What is in these wheels and is not unpacked: for compilers, profilers, torch's tests, several cards at once, and other
# versions of CUDA. nvshmem, nccl, cufile and cupti stay: torch's own libraries are linked with them.
LEFT_OUT = (
    "torch/include/*",
    "torch/share/*",
    "torch/bin/test_*",
    "torch/bin/*Test",
    "torch/bin/protoc*",
    "torch/test/*",
    "torch/lib/*.a",
    "nvidia/*/include/*",
    "nvidia/*.a",
    "nvidia/*/libcusolverMg.*",
    "nvidia/*/libnvrtc.alt.*",
    "nvidia/*/libnvrtc-builtins.alt.*",
    "nvidia/*/libnvperf_*",
    "nvidia/*/libcheckpoint.*",
    "bitsandbytes/libbitsandbytes_cuda11*",
    "bitsandbytes/libbitsandbytes_cuda12*",
    "bitsandbytes/libbitsandbytes_rocm*",
    "bitsandbytes/libbitsandbytes_xpu*",
)


def wanted() -> list[str]:
    """What pip is asked for. With == the index's torch for cards would lose against a build that is installed here."""
    return [f"{name}==={public_version(version(name))}" for name in ("torch", "bitsandbytes")]


def resolve(folder: Path) -> dict[str, tuple[str, str]]:
    """Where each wheel of the pack is, and its SHA-256, by its requirement. Raises CalledProcessError."""
    report = folder / "pip-report.json"
    pip(
        "install", "--dry-run", "--ignore-installed", "--only-binary=:all:",
        "--target", folder / "nowhere", "--report", report, *wanted(),
    )  # fmt: skip
    found = {}
    for each in json.loads(report.read_text("utf-8"))["install"]:
        name, got = each["metadata"]["name"].lower().replace("_", "-"), each["download_info"]
        if name in OF_THE_PACK or name.startswith(OF_THE_MAKER):
            requirement = f"{name}==={each['metadata']['version']}"
            found[requirement] = got["url"], got["archive_info"]["hashes"]["sha256"]
    report.unlink()
    return found


def pip(*words: str | Path) -> None:
    """Run pip. Raises CalledProcessError."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*command, *map(str, words)], check=True)


def sha256_of(path: Path) -> str:
    """Of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(
    folder: Path, addresses: dict[str, tuple[str, str]], *, with_addresses: bool, number: int
) -> PackManifest:
    """The description of the wheels in ``folder``. Raises ValueError if one is not what pip said."""
    by_digest = {digest: url for url, digest in addresses.values()}
    files, size, count = [], 0, 0
    for wheel in sorted(folder.glob("*.whl")):
        digest = sha256_of(wheel)
        if digest not in by_digest:
            raise ValueError(f"{wheel.name} is not one of the wheels that pip chose")
        url = by_digest[digest] if with_addresses else ""
        shown = url if url.startswith("https:") else ""
        files.append(PackFile(name=wheel.name, size=wheel.stat().st_size, sha256=digest, url=shown))
        with zipfile.ZipFile(wheel) as archive:
            members = [
                member
                for member in archive.infolist()
                if not member.is_dir() and not is_left_out(member.filename, LEFT_OUT)
            ]
            size += sum(member.file_size for member in members)
            count += len(members)
    if len(files) != len(addresses):
        raise ValueError(f"{len(files)} wheels are there, and pip chose {len(addresses)}")
    torch = public_version(version("torch"))
    return PackManifest(
        format=FORMAT,
        name=NAME,
        version=f"{torch}-{number}",
        torch=torch,
        system=this_system(),
        python=this_python(),
        driver=LEAST_DRIVER,
        capability=LEAST_CAPABILITY,
        unpacked_bytes=size,
        unpacked_files=count,
        files=tuple(files),
        left_out=LEFT_OUT,
    )


def at_address(manifest: PackManifest, address: str) -> PackManifest:
    """The same with all wheels in the folder ``address`` of a web server."""
    base = address.rstrip("/")
    files = tuple(replace(file, url=f"{base}/{file.name}") for file in manifest.files)
    return replace(manifest, files=files)


def rows(manifest: PackManifest) -> Iterator[str]:
    """What is in the pack, the largest first."""
    for file in sorted(manifest.files, key=lambda each: -each.size):
        yield f"{file.size / 1e6:8.1f} MB  {file.name}"
    yield f"{manifest.download_bytes / 1e6:8.1f} MB  in {len(manifest.files)} wheels"
    yield f"{manifest.unpacked_bytes / 1e6:8.1f} MB  unpacked, {manifest.unpacked_files} files"


def main(arguments: Sequence[str]) -> int:
    """Make it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="gpu_pack.py", description="Make the GPU pack.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--with-addresses", action="store_true", help="name where each wheel is")
    parser.add_argument("--at", default="", metavar="ADDRESS", help="where its wheels will be")
    parser.add_argument("--number", type=int, default=1, help="of packs with this torch")
    options = parser.parse_args(arguments)
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    addresses = resolve(folder)
    pip("download", "--no-deps", "--only-binary=:all:", "--dest", folder, *addresses)
    manifest = describe(
        folder, addresses, with_addresses=options.with_addresses, number=options.number
    )
    if options.at:
        manifest = at_address(manifest, options.at)
    data = json.dumps(asdict(manifest), indent=1).encode() + b"\n"
    read_manifest(data)  # as the program will
    (folder / FILE).write_bytes(data)
    print("\n".join(rows(manifest)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
