"""What a pack says of itself: which files it has, and which program and machine it is for."""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, Integer, Sha256, decode, matching
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import is_newer, newer_data

FORMAT = 1
FILE = "cowrite-pack.json"
"""Of the manifest, beside the wheels and in the folder of an installed pack."""
LARGEST_MANIFEST = 1 << 20
MOST_BYTES = 40_000_000_000
MOST_WHEELS = 100
MOST_PATTERNS = 100

_PLAIN = tr_noop("has characters that it may not have")
PackWord = Annotated[str, matching(r"[a-z0-9][a-z0-9.+-]{0,63}", _PLAIN, longest=64)]
WheelName = Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,180}\.whl", _PLAIN, longest=190)]
FilePattern = Annotated[
    str, matching(r"[A-Za-z0-9_*][A-Za-z0-9._*/+-]{0,180}", _PLAIN, longest=190)
]
Address = Annotated[str, matching(r"(?:https?://[!-~]{1,2000})?", _PLAIN, longest=2010)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """A wheel. ``url`` is where it is published; empty if it lies beside the manifest."""

    name: WheelName
    size: Count
    sha256: Sha256
    url: Address = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackManifest:
    """``torch`` is the version of the program's own torch that the pack takes the place of.

    ``system`` and ``python`` are as :func:`this_system` and :func:`this_python` say them. ``driver`` is the least
    version of CUDA that the driver must know, as CUDA counts it (13000 for 13.0), and ``capability`` the least
    compute capability, times ten. ``left_out`` are patterns of files that are not unpacked, as fnmatch reads them;
    ``unpacked_bytes`` and ``unpacked_files`` are of the others, of all wheels together.
    """

    format: Integer
    name: PackWord
    version: PackWord
    torch: PackWord
    system: PackWord
    python: PackWord
    driver: Count
    capability: Count
    unpacked_bytes: Count
    unpacked_files: Count
    files: tuple[PackFile, ...]
    left_out: tuple[FilePattern, ...] = ()

    @property
    def folder_name(self) -> str:
        """What the folder of the installed pack is called."""
        return f"{self.name}-{self.version}"

    @property
    def download_bytes(self) -> int:
        """How large all wheels are together."""
        return sum(file.size for file in self.files)


def read_manifest(data: bytes) -> PackManifest:
    """The manifest that ``data`` is. Raises UserError."""
    try:
        stored = read_json(data)
        if is_newer(stored, FORMAT):
            raise newer_data(tr_noop("This pack was made for a newer version of Cowrite."))
        manifest = decode(stored, PackManifest, only_known=True)
        _require_sensible(manifest)
    except SchemaError as error:
        raise UserError(
            tr("The description of the pack cannot be read ({error}).", error=error),
            tr("Get it again from where it came from."),
        ) from error
    return manifest


def _require_sensible(manifest: PackManifest) -> None:
    names = [file.name.casefold() for file in manifest.files]
    if not 0 < len(names) <= MOST_WHEELS:
        raise SchemaError("files", tr_noop("has too few or too many files"))
    if len(set(names)) != len(names):
        raise SchemaError("files", tr_noop("has a file twice"))
    if len(manifest.left_out) > MOST_PATTERNS:
        raise SchemaError("left_out", tr_noop("is out of range"))
    if max(manifest.download_bytes, manifest.unpacked_bytes) > MOST_BYTES:
        raise SchemaError("unpacked_bytes", tr_noop("is out of range"))
    if manifest.format != FORMAT:
        raise SchemaError("format", tr_noop("is not one that Cowrite knows"))


def digest_of(data: bytes) -> str:
    """By which an installed pack's manifest is known again."""
    return hashlib.sha256(data).hexdigest()


def this_system() -> str:
    """The kind of machine, such as “linux-x86_64”."""
    return sysconfig.get_platform().replace("_", "-").lower()


def this_python() -> str:
    """The kind of Python that compiled modules must be made for, such as “cp311”."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}"


def program_torch() -> str:
    """The version of the torch that comes with the program; empty if there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return public_version(version("torch"))
    except PackageNotFoundError:
        return ""


def public_version(version: str) -> str:
    """Without what tells builds of one version apart, as in “2.13.0+cpu”."""
    return version.partition("+")[0]


def require_fitting(manifest: PackManifest, torch: str) -> None:
    """Raise UserError unless the pack is for this machine and for a program whose torch has the version ``torch``."""
    if manifest.system != this_system() or manifest.python != this_python():
        raise UserError(
            tr(
                "This pack is for another system ({pack}); this one is {here}.",
                pack=f"{manifest.system}, {manifest.python}",
                here=f"{this_system()}, {this_python()}",
            ),
            tr("Get the pack for this system."),
        )
    if public_version(manifest.torch) != torch:
        raise UserError(
            tr(
                "This pack is for another version of Cowrite: it brings torch {pack}, and this version uses {here}.",
                pack=public_version(manifest.torch),
                here=torch or "–",
            ),
            tr("Get the pack for this version."),
        )


def read_installed(folder: Path) -> tuple[PackManifest, str]:
    """The manifest in the folder of an installed pack, and its digest. Raises UserError or OSError."""
    data = (folder / FILE).read_bytes()
    return read_manifest(data), digest_of(data)
