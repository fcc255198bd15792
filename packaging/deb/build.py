"""Makes the package for Debian and Ubuntu: ``build.py ONEDIR DEST [--release]``.

ONEDIR is the folder with the program, DEST gets ``cowrite_VERSION_ARCHITECTURE.deb``. The same onedir and
SOURCE_DATE_EPOCH give the same bytes. Needs dpkg-deb, and what :mod:`share_files` needs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "linux"), str(HERE.parent.parent)]

import share_files  # noqa: E402
from build_date import build_time  # noqa: E402

from cowrite import __version__  # noqa: E402

PROGRAM = "usr/lib/cowrite"
COMMAND = "usr/bin/cowrite"
# Relative, so that it also leads there where the package is only unpacked.
TARGET = "../lib/cowrite/cowrite"
FOLDER_MODE = 0o755
# zstd packs 1 GB in half a minute; xz takes half an hour of two cores and saves a fifth.
DAILY, RELEASE = ("-Zzstd", "-z9"), ("-Zxz", "-z6")


def control(root: Path) -> str:
    """The control file for what lies in ``root``. Raises OSError or subprocess.CalledProcessError."""
    size_kb = sum(
        path.stat().st_size // 1024 + 1
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts
    )
    text = (HERE / "control.in").read_text("utf-8")
    values = {"VERSION": __version__, "ARCHITECTURE": architecture(), "SIZE": str(size_kb)}
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def architecture() -> str:
    """What Debian calls this kind of machine."""
    asked = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    )
    return asked.stdout.strip()


def lay_out(onedir: Path, root: Path) -> None:
    """Make the tree of the installed package in ``root``. The files of ``onedir`` are linked, not copied."""
    program = root / PROGRAM
    program.parent.mkdir(parents=True)
    try:
        shutil.copytree(onedir, program, symlinks=True, copy_function=os.link)
    except (OSError, shutil.Error):  # another file system
        shutil.rmtree(program, ignore_errors=True)
        shutil.copytree(onedir, program, symlinks=True)
    command = root / COMMAND
    command.parent.mkdir(parents=True)
    command.symlink_to(TARGET)
    share_files.write(root)
    overrides = root / "usr/share/lintian/overrides/cowrite"
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(HERE / "lintian-overrides", overrides)
    overrides.chmod(0o644)


def describe(root: Path) -> None:
    """Write what dpkg reads."""
    debian = root / "DEBIAN"
    debian.mkdir()
    lines = []
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "md5").hexdigest()
            lines.append(f"{digest}  {path.relative_to(root).as_posix()}\n")
    (debian / "md5sums").write_text("".join(lines), "utf-8")
    (debian / "control").write_text(control(root), "utf-8")
    for path in (debian / "md5sums", debian / "control"):
        path.chmod(0o644)


def same_times(root: Path) -> None:
    """Give everything the time and the modes that it has in every build."""
    for path in [*root.rglob("*"), root]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(FOLDER_MODE)
        os.utime(path, (build_time(), build_time()), follow_symlinks=False)


def main() -> int:
    """Build; exit status 1 with a sentence where that is not possible."""
    parser = argparse.ArgumentParser(description="Make the package for Debian and Ubuntu.")
    parser.add_argument("onedir", type=Path)
    parser.add_argument("destination", type=Path)
    parser.add_argument("--release", action="store_true", help="pack with xz")
    options = parser.parse_args()
    for tool in ("dpkg", "dpkg-deb"):
        if shutil.which(tool) is None:
            print(
                f"{tool} is missing. On Debian and Ubuntu: sudo apt install dpkg", file=sys.stderr
            )
            return 1
    try:
        with tempfile.TemporaryDirectory(prefix=".deb-", dir=options.destination) as stage:
            build(options, Path(stage) / "root")
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The .deb could not be made: {error}", file=sys.stderr)
        return 1
    return 0


def build(options: argparse.Namespace, root: Path) -> None:
    """Lay the package out in ``root`` and pack it. Raises OSError or subprocess.CalledProcessError."""
    lay_out(options.onedir.resolve(), root)
    describe(root)
    same_times(root)
    deb = options.destination / f"cowrite_{__version__}_{architecture()}.deb"
    packed = RELEASE if options.release else DAILY
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", *packed, "--build", str(root), str(deb)],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(build_time())},
    )


if __name__ == "__main__":
    sys.exit(main())
