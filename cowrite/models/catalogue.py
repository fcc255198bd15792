"""Which models there are to install: read from a data file, so that more need no code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cowrite.base.errors import BugError, UserError
from cowrite.base.records import Record, read_json_file
from cowrite.models.names import is_plain_name

FORMAT = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION = re.compile(r"[0-9][A-Za-z0-9.!+_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelSource:
    """A GGUF file inside a Python package. Sizes in bytes; hashes are SHA-256 in hexadecimal."""

    package: str
    version: str
    size: int
    sha256: str
    member: str
    member_size: int
    member_sha256: str

    def __post_init__(self) -> None:
        inside = PurePosixPath(self.member)
        _require(bool(_PACKAGE.fullmatch(self.package)), "a package's name")
        _require(bool(_VERSION.fullmatch(self.version)), "a package's version")
        _require(_is_count(self.size) and _is_count(self.member_size), "a size")
        _require(_is_sha256(self.sha256) and _is_sha256(self.member_sha256), "a SHA-256")
        _require(not inside.is_absolute() and ".." not in inside.parts, "a place in the package")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One model that can be installed. ``memory_mb`` is what it needs in use, ``disk_bytes`` when installed."""

    id: str
    name: str
    description: str
    licence: str
    parameters: int
    memory_mb: int
    disk_bytes: int
    source: WheelSource

    def __post_init__(self) -> None:
        _require(is_plain_name(self.id), "a model's id")
        _require(all((self.name, self.description, self.licence)), "a name, description or licence")
        numbers = (self.parameters, self.memory_mb, self.disk_bytes)
        _require(all(map(_is_count, numbers)), "a number")


def load_catalogue(path: Path) -> dict[str, CatalogueEntry]:
    """The entries by id. Raises BugError if the file, which comes with the program, is not as it should be."""
    try:
        stored = Record.of(read_json_file(path))
        _require(stored.integer("format") == FORMAT, "a known format")
        entries = [_entry(each) for each in stored.records("models")]
        _require(len({entry.id for entry in entries}) == len(entries), "an id of its own")
    except (OSError, ValueError) as error:
        raise BugError(f"the model catalogue {path.name} cannot be read: {error!r}") from error
    return {entry.id: entry for entry in entries}


def entry_for(catalogue: Mapping[str, CatalogueEntry], model_id: str) -> CatalogueEntry:
    """The entry ``model_id``. Raises UserError with the names there are."""
    try:
        return catalogue[model_id]
    except KeyError:
        raise UserError(
            f"There is no model “{model_id}” in the catalogue.",
            f"Available: {', '.join(sorted(catalogue))}.",
        ) from None


def _entry(stored: Record) -> CatalogueEntry:
    stored.require_only(CatalogueEntry.__slots__)
    return CatalogueEntry(
        id=stored.text("id"),
        name=stored.text("name"),
        description=stored.text("description"),
        licence=stored.text("licence"),
        parameters=stored.count("parameters"),
        memory_mb=stored.count("memory_mb"),
        disk_bytes=stored.count("disk_bytes"),
        source=_source(stored.record("source")),
    )


def _source(stored: Record) -> WheelSource:
    stored.require_only(("kind", *WheelSource.__slots__))
    _require(stored.text("kind") == "wheel", "a known kind of source")
    return WheelSource(
        package=stored.text("package"),
        version=stored.text("version"),
        size=stored.count("size"),
        sha256=stored.text("sha256"),
        member=stored.text("member"),
        member_size=stored.count("member_size"),
        member_sha256=stored.text("member_sha256"),
    )


def _is_count(number: object) -> bool:
    return type(number) is int and number > 0


def _is_sha256(text: object) -> bool:
    return isinstance(text, str) and bool(_SHA256.fullmatch(text))


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"{what} was expected")
