"""Which models there are to install: read from a data file, so that more need no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from msgspec import Meta

from cowrite.base.errors import BugError, UserError
from cowrite.base.json_values import LONGEST_NAME, MOST_INTEGER, SchemaError, read_json_file
from cowrite.base.records import Name, Sha256, decode, matching, require_format
from cowrite.localization import listed, tr
from cowrite.models.names import is_plain_name

FORMAT = 1
Positive = Annotated[int, Meta(ge=1, le=MOST_INTEGER)]
Filled = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelSource:
    """A GGUF file inside a Python package. Sizes in bytes; hashes are SHA-256 in hexadecimal."""

    package: Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9._-]*", "is no package's name")]
    version: Annotated[str, matching(r"[0-9][A-Za-z0-9.!+_-]*", "is no package's version")]
    size: Positive
    sha256: Sha256
    member: Name
    member_size: Positive
    member_sha256: Sha256
    kind: Literal["wheel"] = "wheel"

    def __post_init__(self) -> None:
        inside = PurePosixPath(self.member)
        if inside.is_absolute() or ".." in inside.parts:
            raise SchemaError("member", "is no place in the package")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One model that can be installed. ``memory_mb`` is what it needs in use, ``disk_bytes`` when installed.

    ``languages`` are those that it was taught, by the first part of their tags; empty where nobody knows.
    """

    id: Name
    name: Filled
    description: Filled
    licence: Filled
    parameters: Positive
    memory_mb: Positive
    disk_bytes: Positive
    source: WheelSource
    languages: tuple[Name, ...] = ()

    def __post_init__(self) -> None:
        if not is_plain_name(self.id):
            raise SchemaError("id", "is no model's id")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Catalogue:
    format: int
    models: tuple[CatalogueEntry, ...]

    def __post_init__(self) -> None:
        if len({entry.id for entry in self.models}) != len(self.models):
            raise SchemaError("models", "should have an id of its own each")


def load_catalogue(path: Path) -> dict[str, CatalogueEntry]:
    """The entries by id. Raises BugError if the file, which comes with the program, is not as it should be."""
    try:
        stored = read_json_file(path)
        require_format(stored, FORMAT)
        entries = decode(stored, _Catalogue, only_known=True).models
    except (OSError, ValueError) as error:
        raise BugError(f"the model catalogue {path.name} cannot be read: {error!r}") from error
    return {entry.id: entry for entry in entries}


def entry_for(catalogue: Mapping[str, CatalogueEntry], model_id: str) -> CatalogueEntry:
    """The entry ``model_id``. Raises UserError with the names there are."""
    try:
        return catalogue[model_id]
    except KeyError:
        raise UserError(
            tr("There is no model “{model_id}” in the catalogue.", model_id=model_id),
            tr("Available: {names}.", names=listed(sorted(catalogue))),
        ) from None
