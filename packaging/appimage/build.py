"""Makes one file that runs on any Linux: ``python packaging/appimage/build.py dist/cowrite dist [--release]``.

Takes the folder that PyInstaller made and writes Cowrite-VERSION-x86_64.AppImage: the runtime of this folder, linked
statically, and behind it the program as a squashfs in zstd. The same folder and SOURCE_DATE_EPOCH give the same bytes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGING = HERE.parent
sys.path[:0] = [str(PACKAGING / "linux"), str(PACKAGING), str(PACKAGING.parent)]

import share_files  # noqa: E402
from build_date import build_time  # noqa: E402

from cowrite import __version__  # noqa: E402

SOURCES = ("runtime.c", "mount.c", "unpack.c", "unused_codecs.c")
LIBRARIES = ("squashfuse_ll", "fuse3", "zstd", "pthread")
COMPILE = (
    *("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-s"),
    *("-Wl,--build-id=none", "-Wl,--no-warnings"),
)
# What is needed to build, as file or command, and the Debian package that has it.
NEEDED = {
    "gcc": "gcc",
    "mksquashfs": "squashfs-tools",
    "/usr/include/squashfuse/ll.h": "libsquashfuse-dev",
    "/usr/include/fuse3/fuse_lowlevel.h": "libfuse3-dev",
    "/usr/include/zstd.h": "libzstd-dev",
}
LINKED = ("libsquashfuse-dev", "libfuse3-dev", "libzstd-dev", "libc6-dev")
MAGIC_AT, MAGIC = 8, b"AI\x02"  # how file managers know an AppImage of type 2
BLOCK_BYTES = 256 * 1024
LEVEL, RELEASE_LEVEL = 9, 19
LGPL = Path("/usr/share/common-licenses/LGPL-2.1")


class BuildError(Exception):
    """What has to be done first, or what went wrong."""


def missing_packages() -> list[str]:
    """The Debian packages that have to be installed first."""
    return [
        package
        for thing, package in NEEDED.items()
        if not (Path(thing).exists() if thing.startswith("/") else shutil.which(thing))
    ]


def called(command: Sequence[str | Path]) -> str:
    """What a command printed. Raises BuildError if it failed."""
    environment = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise BuildError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def build_runtime(to: Path) -> None:
    """Compile the runtime, with the mark of an AppImage in it. Raises BuildError."""
    libraries = [f"-l{name}" for name in LIBRARIES]
    called([*COMPILE, "-o", to, *(HERE / name for name in SOURCES), *libraries])
    with to.open("r+b") as file:
        file.seek(MAGIC_AT)
        file.write(MAGIC)


def versions() -> str:
    """What the runtime was made of and how, for whoever wants to make it again with other libraries."""
    form = "${Package} ${Version} (source: ${source:Package} ${source:Version})\n"
    lines = called(["dpkg-query", "--show", f"--showformat={form}", *LINKED])
    libraries = " ".join(f"-l{name}" for name in LIBRARIES)
    return f"{lines}\n{' '.join(COMPILE)} -o runtime {' '.join(SOURCES)} {libraries}\n"


def copy_program(folder: Path, to: Path) -> None:
    """The program's folder as hard links where the disk allows, for it is large."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    shutil.copytree(folder, to, symlinks=True, copy_function=link)


def lay_out(program: Path, root: Path) -> None:
    """Fill ``root`` with what the image holds. Raises OSError."""
    lib = root / "usr" / "lib" / "cowrite"
    lib.parent.mkdir(parents=True)
    copy_program(program, lib)
    (root / "usr" / "bin").mkdir()
    (root / "usr" / "bin" / "cowrite").symlink_to("../lib/cowrite/cowrite")
    (root / "AppRun").symlink_to("usr/bin/cowrite")
    share_files.write(root)
    shutil.copyfile(HERE.parent / "linux" / "cowrite.desktop", root / "cowrite.desktop")
    shutil.copyfile(share_files.icons.SOURCE, root / "cowrite.svg")
    (root / ".DirIcon").symlink_to("usr/share/icons/hicolor/256x256/apps/cowrite.png")
    documents = root / "usr" / "share" / "doc" / "cowrite" / "appimage-runtime"
    documents.mkdir()
    for name in ("runtime.h", *SOURCES, "licences.txt"):
        shutil.copyfile(HERE / name, documents / name)
    shutil.copyfile(LGPL, documents / "LGPL-2.1.txt")
    (documents / "versions.txt").write_text(versions(), "utf-8")


def pack(root: Path, image: Path, level: int) -> None:
    """Make the squashfs: everything root's, with one time, readable by all. Raises BuildError."""
    seconds = str(build_time())
    called(
        [
            *("mksquashfs", root, image, "-noappend", "-no-progress", "-quiet", "-no-xattrs"),
            *("-comp", "zstd", "-Xcompression-level", str(level), "-b", str(BLOCK_BYTES)),
            *("-all-root", "-mkfs-time", seconds, "-all-time", seconds),
            *("-action", "chmod(u+rwX,go=rX) @ type(f) || type(d)"),
        ]
    )


def build(program: Path, out: Path, level: int = LEVEL) -> Path:
    """The AppImage of the program in a folder. Raises BuildError or OSError."""
    missing = missing_packages()
    if missing:
        names = " ".join(missing)
        raise BuildError(f"To build the AppImage, install {names} first: apt-get install {names}")
    if not os.access(program / "cowrite", os.X_OK):
        raise BuildError(f"There is no program {program / 'cowrite'}. Build it first.")
    out.mkdir(parents=True, exist_ok=True)
    result = out / f"Cowrite-{__version__}-{os.uname().machine}.AppImage"
    with tempfile.TemporaryDirectory(dir=out, prefix=".appimage-") as name:
        root, runtime, image = (Path(name) / each for each in ("root", "runtime", "image"))
        root.mkdir()
        lay_out(program.resolve(), root)
        build_runtime(runtime)
        pack(root, image, level)
        with runtime.open("ab") as whole, image.open("rb") as part:
            shutil.copyfileobj(part, whole, 1 << 20)
        runtime.chmod(0o755)
        runtime.replace(result)
    return result


def main() -> int:
    """Build what the command line says."""
    parser = argparse.ArgumentParser(description="Make an AppImage of the packaged program.")
    parser.add_argument("program", type=Path, help="the folder that PyInstaller made")
    parser.add_argument("destination", type=Path, help="the folder for the result")
    parser.add_argument("--release", action="store_true", help="pack smaller, which takes minutes")
    arguments = parser.parse_args()
    level = RELEASE_LEVEL if arguments.release else LEVEL
    try:
        result = build(arguments.program, arguments.destination, level)
    except (BuildError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{result}: {result.stat().st_size / 1e6:,.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
