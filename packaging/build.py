"""Builds what people without Python install: ``python3 dev.py package [--release] [--onedir-only]``.

Below dist/: the folder ``cowrite`` with the program and all it needs; on Linux a .deb and an AppImage of it; and the
hashes of both. Needs Python 3.11 and, on Linux, readelf and strip.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE)]

import package_env  # noqa: E402
import sizes  # noqa: E402
from build_date import build_time  # noqa: E402
from package_env import BuildError  # noqa: E402

DIST, BUILD = ROOT / "dist", ROOT / "build"
ONEDIR = DIST / "cowrite"
# Where the folder is made: nobody takes it for a finished one, and starts a program whose libraries are being stripped.
MAKING = BUILD / "onedir"
STARTER = BUILD / "starter"
PROGRAM_MODE, FILE_MODE, FOLDER_MODE = 0o755, 0o644, 0o755
IS_LINUX = sys.platform.startswith("linux")


def environ() -> dict[str, str]:
    """What makes two builds of the same source the same bytes."""
    return {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(build_time()),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C.UTF-8",
    }


def call(what: str, command: Sequence[str | Path]) -> None:
    """Run a step and say how long it took. Raises BuildError if it fails."""
    print(f"== {what}", flush=True)
    started = time.monotonic()
    try:
        subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env=environ())
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildError(f"This step failed: {what} ({error}).") from error
    print(f"   {time.monotonic() - started:.0f} s", flush=True)


def make_onedir(python: Path) -> None:
    """The folder with the program, cut, stripped, with the starter model, within its budget."""
    folder, internal = MAKING / "cowrite", MAKING / "cowrite" / "_internal"
    models = STARTER / "models"
    call(
        "the starter model in int8",
        [python, HERE / "starter_model.py", STARTER / "original", models],
    )
    call("the decoding step", [python, HERE / "native_step.py"])
    command = [python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    places = ["--distpath", MAKING, "--workpath", BUILD / "pyinstaller"]
    call("PyInstaller", [*command, *places, HERE / "cowrite.spec"])
    shutil.copytree(models, internal / "resources" / "models", ignore=shutil.ignore_patterns(".*"))
    if IS_LINUX:
        sizes.shrink(internal)
    call("the bill of materials", [python, HERE / "sbom.py", folder])
    call("the licences", [python, HERE / "licences.py", folder])
    settle(folder)
    sizes.require_parts(folder)
    if IS_LINUX:
        sizes.require_symbols(internal)
    DIST.mkdir(exist_ok=True)
    shutil.rmtree(ONEDIR, ignore_errors=True)
    folder.rename(ONEDIR)


def settle(folder: Path) -> None:
    """Give everything the modes that it has in a package, whatever the umask here."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        if path.is_dir():
            path.chmod(FOLDER_MODE)
        else:
            is_program = path == folder / "cowrite" or path.name == "torch_shm_manager"
            path.chmod(PROGRAM_MODE if is_program else FILE_MODE)


def make_deb(python: Path, *, release: bool) -> None:
    """The package for Debian and Ubuntu."""
    command = [python, HERE / "deb" / "build.py", ONEDIR, DIST]
    call("the .deb", [*command, *(["--release"] if release else [])])


def make_appimage(python: Path, *, release: bool) -> None:
    """One file that runs on most Linux systems."""
    command = [python, HERE / "appimage" / "build.py", ONEDIR, DIST]
    call("the AppImage", [*command, *(["--release"] if release else [])])


def write_sums() -> None:
    """The hashes of what is given to people, in the form that sha256sum reads."""
    lines = []
    for path in sorted(DIST.iterdir()):
        if path.suffix in {".deb", ".AppImage", ".exe", ".dmg"}:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{digest}  {path.name}\n")
            print(f"{path.stat().st_size / 1e6:8.1f} MB  {path.name}")
    (DIST / "SHA256SUMS").write_text("".join(lines), "utf-8")


def main(arguments: Sequence[str]) -> int:
    """Build. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py package", description="Build the package.")
    parser.add_argument(
        "--release", action="store_true", help="pack the .deb with xz: smaller, half an hour"
    )
    parser.add_argument("--onedir-only", action="store_true", help="make no .deb and no AppImage")
    parser.add_argument("--pack-only", action="store_true", help="pack dist/cowrite as it is")
    parser.add_argument(
        "--torch-index",
        metavar="URL",
        default="",
        help="package index with the torch for processors",
    )
    options = parser.parse_args(arguments)
    try:
        python = package_env.prepare(options.torch_index)
        if not options.pack_only:
            make_onedir(python)
            call("a first try", [python, HERE / "smoke" / "quick.py", ONEDIR])
        if IS_LINUX and not options.onedir_only:
            make_deb(python, release=options.release)
            make_appimage(python, release=options.release)
            sizes.require_packed(DIST, release=options.release)
        write_sums()
    except BuildError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
