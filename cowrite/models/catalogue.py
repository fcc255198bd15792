"""Which models there are to install: read from a data file, so that more need no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from msgspec import Meta

from cowrite.base.errors import BugError, UserError
from cowrite.base.json_values import LONGEST_NAME, MOST_INTEGER, SchemaError, read_json_file
from cowrite.base.records import Count, Name, Sha256, decode, matching, require_format
from cowrite.localization import current, listed, tr
from cowrite.models.names import Commit, RepositoryId, is_plain_name

FORMAT = 1
BYTES_PER_PARAMETER = 2
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

    @property
    def folder_name(self) -> str:
        """What the folder that it is downloaded to is called."""
        return f"{self.package}-{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySource:
    """A publisher's repository, in its newest state unless ``revision`` names one.

    Sizes and hashes are not written down here: the publisher says them when it is downloaded.
    """

    id: RepositoryId
    revision: Commit | None = None

    @property
    def folder_name(self) -> str:
        """What the folder that it is downloaded to is called."""
        return self.id.replace("/", "--")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One model that can be installed, from a package (``source``) or from a ``repository``.

    ``description`` says why and for whom, ``descriptions`` the same in other languages, by the names of the program's
    catalogues. ``memory_mb`` is what it was measured to need in use. ``disk_bytes`` is what it takes when installed;
    where that is not written down it is reckoned from its ``parameters``, of two bytes each. ``languages`` are those
    that it was taught, by the first part of their tags; empty where nobody knows.
    """

    id: Name
    name: Filled
    description: Filled
    licence: Filled
    parameters: Positive
    memory_mb: Positive | None = None
    disk_bytes: Count = 0
    source: WheelSource | None = None
    repository: RepositorySource | None = None
    languages: tuple[Name, ...] = ()
    descriptions: dict[Name, Filled] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_plain_name(self.id):
            raise SchemaError("id", "is no model's id")
        if (self.source is None) == (self.repository is None):
            raise SchemaError("source", "should be one: a package or a repository")
        if not self.disk_bytes:
            object.__setattr__(self, "disk_bytes", BYTES_PER_PARAMETER * self.parameters)

    @property
    def origin(self) -> WheelSource | RepositorySource:
        """Where it comes from."""
        origin = self.source or self.repository
        if origin is None:
            raise ValueError(f"{self.id} comes from nowhere")
        return origin

    @property
    def download_bytes(self) -> int:
        """How much there is to download; of a repository, about."""
        return self.source.size if self.source is not None else self.disk_bytes

    @property
    def said(self) -> str:
        """The description in the language in use."""
        return self.descriptions.get(current(), self.description)


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
