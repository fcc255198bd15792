"""Which models there are to install: read from a data file, so that more need no code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cowrite.errors import BugError, UserError

FORMAT = 1


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One model that can be installed."""

    id: str
    name: str
    description: str
    licence: str
    parameters: int
    memory_mb: int
    disk_bytes: int
    source: WheelSource


def load_catalogue(path: Path) -> dict[str, CatalogueEntry]:
    """The entries by id. Raises BugError if the file, which comes with the program, is not as it should be."""
    try:
        stored = json.loads(path.read_text("utf-8"))
        if stored["format"] != FORMAT:
            raise ValueError("unknown format")
        entries = [_entry(each) for each in stored["models"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BugError(f"the model catalogue {path.name} cannot be read: {error!r}") from error
    return {entry.id: entry for entry in entries}


def entry_for(catalogue: dict[str, CatalogueEntry], model_id: str) -> CatalogueEntry:
    """The entry ``model_id``. Raises UserError with the names there are."""
    try:
        return catalogue[model_id]
    except KeyError:
        raise UserError(
            f"There is no model “{model_id}” in the catalogue.",
            f"It has: {', '.join(sorted(catalogue))}.",
        ) from None


def _entry(stored: dict[str, Any]) -> CatalogueEntry:
    source = dict(stored["source"])
    if source.pop("kind") != "wheel":
        raise ValueError("unknown kind of source")
    return CatalogueEntry(**{**stored, "source": WheelSource(**source)})
