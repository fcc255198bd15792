"""What is known of one adapter: where it is from, what it was judged by, and what every file of it must be."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import (
    Count,
    Moment,
    Name,
    PathText,
    Sha256,
    decode,
    format_of,
    name_up_to,
    require_format,
)
from cowrite.localization import tr, tr_noop
from cowrite.settings.file_names import is_device
from cowrite.settings.newer_data import NewerDataError
from cowrite.settings.private_file import write_private

FORMAT = 1
MANIFEST = "manifest.json"
# Written beside the manifest when text that the adapter learned from was erased; it is never used again.
RETIRED = "retired.json"
# Written beside the manifest when less was kept of what it suggested than before; who chooses it again, may.
WITHDRAWN = "withdrawn.json"
CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
REQUIRED = (CONFIG, WEIGHTS)
# All an adapter may consist of, and how large each file may be, in bytes.
LARGEST = {
    CONFIG: 1 << 20,
    WEIGHTS: 8 << 30,
    "training.json": 16 << 20,
    "report.json": 16 << 20,
    "report.html": 16 << 20,
}
LARGEST_MANIFEST = 16 << 20
ModelName = Annotated[str, name_up_to(200)]
REPAIR = tr_noop("Use another adapter, or “cowrite adapters use base”.")

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Base:
    """The model that an adapter belongs to: its id, and the hash of its weights, which must be the very same."""

    model: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file must be: size in bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterManifest:
    """See the module's docstring. Times in Unix milliseconds.

    ``quantization`` is the kind it was judged on; ``documents`` are the ids of those it learned from, and
    ``first_ms`` to ``last_ms`` the decisions. ``previous`` was in use when it was made; “” is the model as it is.
    """

    id: str
    created_ms: int
    base: Base
    quantization: str
    documents: tuple[str, ...] = ()
    first_ms: int = 0
    last_ms: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, FileRecord] = field(default_factory=dict)
    previous: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "format": FORMAT,
            "id": self.id,
            "created_ms": self.created_ms,
            "base": asdict(self.base),
            "quantization": self.quantization,
            "documents": list(self.documents),
            "events": {"first_ms": self.first_ms, "last_ms": self.last_ms},
            "settings": dict(self.settings),
            "scores": dict(self.scores),
            "files": {name: asdict(record) for name, record in self.files.items()},
            "previous": self.previous,
        }

    def write(self, folder: Path) -> None:
        """Write it into ``folder``, whole or not at all. Raises OSError."""
        write_private(folder / MANIFEST, json.dumps(self.to_json(), indent=2).encode() + b"\n")


def is_adapter_id(name: str) -> bool:
    """Whether ``name`` may be an adapter's: lower case letters, digits and hyphens."""
    return bool(_ID.fullmatch(name)) and name != "base" and not is_device(name)


def read_manifest(folder: Path, name: str = "") -> AdapterManifest:
    """The manifest of the adapter in ``folder``. Raises UserError if it is missing, damaged or newer.

    ``name`` is what to call it then, if not by the folder's name.
    """
    name = name or folder.name
    try:
        stored = read_json_file(folder / MANIFEST, LARGEST_MANIFEST)
        if format_of(stored) > FORMAT:
            raise NewerDataError(
                tr("The adapter “{name}” was made by a newer version of Cowrite.", name=name),
                tr("Update Cowrite to use it."),
            )
        require_format(stored, FORMAT)
        return _parse(stored)
    except SchemaError as error:
        raise UserError(
            tr(
                "The adapter “{name}” is damaged: its manifest cannot be read ({error}).",
                name=name,
                error=error,
            ),
            tr(REPAIR),
        ) from error
    except OSError as error:
        raise UserError(
            tr("The adapter “{name}” is damaged: its manifest cannot be read.", name=name),
            tr(REPAIR),
        ) from error


def file_record(path: Path) -> FileRecord:
    """Measure and hash ``path``. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(path.stat().st_size, digest)


def require_whole(folder: Path, manifest: AdapterManifest) -> None:
    """Read every file that ``manifest`` describes and compare. Raises UserError."""
    for name, expected in sorted(manifest.files.items()):
        try:
            found = file_record(folder / name)
        except OSError as error:
            raise UserError(
                tr(
                    "The adapter “{id}” is damaged: {name} is missing or cannot be read.",
                    id=manifest.id,
                    name=name,
                ),
                tr(REPAIR),
            ) from error
        if found != expected:
            raise UserError(
                tr(
                    "The adapter “{id}” is damaged: {name} is not the original file.",
                    id=manifest.id,
                    name=name,
                ),
                tr(REPAIR),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredBase:
    model: ModelName
    sha256: ModelName


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredEvents:
    first_ms: Moment
    last_ms: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredFile:
    size: Count
    sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredManifest:
    id: Name
    created_ms: Moment
    base: _StoredBase
    quantization: ModelName
    documents: tuple[PathText, ...]
    events: _StoredEvents
    settings: dict[str, Any]
    scores: dict[str, Any]
    files: dict[Name, dict[str, Any]]
    previous: Name

    def __post_init__(self) -> None:
        if not is_adapter_id(self.id):
            raise SchemaError("id", tr("is not the name of an adapter"))
        if self.previous and not is_adapter_id(self.previous):
            raise SchemaError("previous", tr("is not the name of an adapter"))
        if not set(REQUIRED) <= self.files.keys():
            raise SchemaError("files", tr("should name the settings and the weights"))


def _parse(stored: object) -> AdapterManifest:
    found = decode(stored, _StoredManifest)
    return AdapterManifest(
        id=found.id,
        created_ms=found.created_ms,
        base=Base(found.base.model, found.base.sha256),
        quantization=found.quantization,
        documents=found.documents,
        first_ms=found.events.first_ms,
        last_ms=found.events.last_ms,
        settings=found.settings,
        scores=found.scores,
        files={name: _file(name, each) for name, each in found.files.items()},
        previous=found.previous,
    )


def _file(name: str, value: object) -> FileRecord:
    if name not in LARGEST:
        raise SchemaError("files", tr("names a file that no adapter has"))
    stored = decode(value, _StoredFile, f"files.{name}", only_known=True)
    if stored.size > LARGEST[name]:
        raise SchemaError(f"files.{name}.size", tr("is out of range"))
    return FileRecord(stored.size, stored.sha256)
