"""What is known of one adapter: where it is from, what it was judged by, and what every file of it must be."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.records import Record, SchemaError, read_json_file
from cowrite.settings.file_names import is_device
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
LONGEST_MODEL = 200
REPAIR = "Use another adapter, or “cowrite adapters use base”."

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


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
        stored = Record.of(read_json_file(folder / MANIFEST, LARGEST_MANIFEST))
        if stored.integer("format") > FORMAT:
            raise UserError(
                f"The adapter “{name}” was made by a newer version of Cowrite.",
                "Update Cowrite to use it.",
            )
        return _parse(stored)
    except SchemaError as error:
        raise UserError(
            f"The adapter “{name}” is damaged: its manifest cannot be read ({error}).", REPAIR
        ) from error
    except OSError as error:
        raise UserError(
            f"The adapter “{name}” is damaged: its manifest cannot be read.", REPAIR
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
                f"The adapter “{manifest.id}” is damaged: {name} is missing or cannot be read.",
                REPAIR,
            ) from error
        if found != expected:
            raise UserError(
                f"The adapter “{manifest.id}” is damaged: {name} is not the original file.",
                REPAIR,
            )


def _parse(stored: Record) -> AdapterManifest:
    if stored.integer("format") != FORMAT:
        stored.refuse("format", "is not one that Cowrite knows")
    base, events = stored.record("base"), stored.record("events")
    manifest = AdapterManifest(
        id=stored.text("id"),
        created_ms=stored.moment("created_ms"),
        base=Base(base.text("model", LONGEST_MODEL), base.text("sha256", LONGEST_MODEL)),
        quantization=stored.text("quantization", LONGEST_MODEL),
        documents=stored.paths("documents"),
        first_ms=events.moment("first_ms"),
        last_ms=events.moment("last_ms"),
        settings=stored.record("settings").fields,
        scores=stored.record("scores").fields,
        files=dict(_file(name, record) for name, record in stored.table("files")),
        previous=stored.text("previous"),
    )
    if not is_adapter_id(manifest.id):
        stored.refuse("id", "is not the name of an adapter")
    if manifest.previous and not is_adapter_id(manifest.previous):
        stored.refuse("previous", "is not the name of an adapter")
    if not set(REQUIRED) <= manifest.files.keys():
        stored.refuse("files", "should name the settings and the weights")
    return manifest


def _file(name: str, record: Record) -> tuple[str, FileRecord]:
    if name not in LARGEST:
        raise SchemaError("files", "names a file that no adapter has")
    record.require_only(("size", "sha256"))
    sha256 = record.text("sha256")
    if not _SHA256.fullmatch(sha256):
        record.refuse("sha256", "is not a SHA-256")
    return name, FileRecord(record.count("size", LARGEST[name]), sha256)
