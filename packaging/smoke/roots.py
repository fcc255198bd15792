"""Clean roots of Debian releases, made once by mmdebstrap or debootstrap, with a .deb installed as a person would."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "roots"
RELEASES = {"bookworm": "Debian 12", "trixie": "Debian 13"}
MADE_WITHIN_S = 900
INSTALLED_WITHIN_S = 900
FONTS = "fonts-dejavu-core"
SHARED_WITH_OTHERS = (
    "var/lib/dpkg",
    "var/lib/apt",
    "var/cache",
    "var/log",
    "proc",
    "sys",
    "dev",
    "tmp",
    "run",
)
IN_MOUNTS = """
set -e
mount --rbind /proc "$1/proc"; mount --rbind /dev "$1/dev"
root=$1; shift
exec chroot "$root" /usr/bin/env "$@"
"""


def why_not(release: str) -> str:
    """Why no root can be had here; empty if one can."""
    if os.geteuid() != 0:
        return "clean roots are made by root only"
    if (KEPT / f"{release}.tar").is_file() or shutil.which("mmdebstrap"):
        return ""
    return "" if shutil.which("debootstrap") else "clean roots need: apt install mmdebstrap"


def unpacked_root(release: str, place: Path) -> Path:
    """A fresh root below ``place``. Raises RuntimeError where it cannot be made, as without a network."""
    kept = KEPT / f"{release}.tar"
    if not kept.is_file():
        _make(release, kept)
    root = place / release
    root.mkdir()
    subprocess.run(["tar", "-C", str(root), "-xf", str(kept)], check=True)
    for folder in ("proc", "dev", "dev/shm", "tmp", "run"):
        (root / folder).mkdir(exist_ok=True)
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    return root


def _make(release: str, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    new = kept.with_suffix(".new")
    if shutil.which("mmdebstrap"):
        _call(["mmdebstrap", "--variant=minbase", "--format=tar", release, str(new)], MADE_WITHIN_S)
    else:
        folder = kept.with_suffix(".folder")
        _call(["debootstrap", "--variant=minbase", release, str(folder)], MADE_WITHIN_S)
        _call(["tar", "-C", str(folder), "-cf", str(new), "."], MADE_WITHIN_S)
        shutil.rmtree(folder)
    new.replace(kept)


def _call(command: Sequence[str], within_s: float) -> str:
    """Raises RuntimeError with what it said last."""
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=within_s
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[-4:])}: {(done.stdout + done.stderr)[-800:]}")
    return done.stdout


def in_root(root: Path, *command: str) -> str:
    """Run ``command`` as root in the root, with the network. Raises RuntimeError."""
    environ = ["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    inside = ["sh", "-c", IN_MOUNTS, "sh", str(root), *environ, *command]
    return _call(["unshare", "--mount", "--propagation", "private", *inside], INSTALLED_WITHIN_S)


def install(root: Path, package: Path) -> str:
    """``apt install ./x.deb`` with what it depends on and no more, but a font: a desktop has one. What apt said."""
    place = root / "var" / package.name
    shutil.copyfile(package, place)
    in_root(root, "apt-get", "-q", "update")
    said = in_root(
        root,
        "apt-get",
        "-q",
        "install",
        "--yes",
        "--no-install-recommends",
        FONTS,
        f"/var/{package.name}",
    )
    place.unlink()
    return said


def unpack(package: Path, folder: Path) -> None:
    """What is in it, without installing. Raises RuntimeError."""
    _call(["dpkg-deb", "-x", str(package), str(folder)], INSTALLED_WITHIN_S)


def put_stand_in(root: Path, program: Path) -> None:
    """Put the stand-in for xdg-open onto the root's PATH."""
    shutil.copy(program, root / "usr/local/bin" / program.name)


def remove(root: Path) -> None:
    """``apt purge``. Raises RuntimeError."""
    in_root(root, "apt-get", "-q", "purge", "--yes", "cowrite")


def left_of_it(root: Path) -> list[str]:
    """What still is called after the program outside the places that dpkg and apt keep for themselves."""
    found = []
    for folder, folders, files in os.walk(root):
        within = os.path.relpath(folder, root)
        if within == "." or not within.startswith(SHARED_WITH_OTHERS):
            names = [*folders, *files]
            found += [f"{within}/{name}" for name in names if "cowrite" in name.lower()]
        folders[:] = [
            f for f in folders if f"{within}/{f}".removeprefix("./") not in SHARED_WITH_OTHERS
        ]
    return sorted(each for each in found if "cowrite-smoke-" not in each)


def pythons(root: Path) -> list[str]:
    """Pythons on its PATH: there must be none."""
    return [str(p.name) for f in ("usr/bin", "usr/local/bin") for p in (root / f).glob("python*")]
