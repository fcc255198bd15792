"""Which adapter each model uses, and those before it: ``active.json``, one file that is replaced whole.

Imports neither torch nor numpy. Whoever changes the file holds the registry's lock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Name, decode, format_of
from cowrite.localization import tr
from cowrite.personalize.adapters.adapter_manifest import is_adapter_id
from cowrite.settings.private_file import set_aside, write_private

ACTIVE_FILE = "active.json"
FORMAT = 1
LARGEST_BYTES = 16 << 20
# How many adapters back one can go.
LONGEST_HISTORY = 20
THE_MODEL_ITSELF = ""


@dataclass(frozen=True, slots=True)
class ActiveAdapter:
    """What one model uses, and what it used before, oldest first; “” is the model itself."""

    active: str = THE_MODEL_ITSELF
    history: tuple[str, ...] = ()

    def moved_to(self, adapter_id: str) -> ActiveAdapter:
        """The same after ``adapter_id`` was put to use."""
        if adapter_id == self.active:
            return self
        return ActiveAdapter(adapter_id, (*self.history, self.active)[-LONGEST_HISTORY:])

    def without(self, adapter_id: str) -> ActiveAdapter:
        """The same after ``adapter_id`` was removed."""
        active = THE_MODEL_ITSELF if self.active == adapter_id else self.active
        return ActiveAdapter(active, tuple(each for each in self.history if each != adapter_id))


@dataclass(frozen=True, slots=True)
class ActiveAdapters:
    """The file at ``path``."""

    path: Path

    def of(self, model: str) -> ActiveAdapter:
        """What ``model`` uses. Raises UserError as :meth:`read`."""
        return self.read().get(model, ActiveAdapter())

    def read(self) -> dict[str, ActiveAdapter]:
        """What each model uses. Raises UserError if it is damaged, or written by a newer Cowrite."""
        try:
            stored = read_json_file(self.path, LARGEST_BYTES)
            if format_of(stored) > FORMAT:
                raise _NewerError
            models = decode(stored, _Stored).models
            return {name: ActiveAdapter(each.active, each.history) for name, each in models.items()}
        except FileNotFoundError:
            return {}
        except _NewerError as error:
            raise UserError(
                tr("The record of the adapter in use was written by a newer version of Cowrite."),
                tr("Update Cowrite to use it."),
            ) from error
        except (OSError, SchemaError) as error:
            raise UserError(
                tr("The record of the adapter in use is damaged."),
                tr("Choose one again with “cowrite adapters use”."),
            ) from error

    def read_to_change(self) -> dict[str, ActiveAdapter]:
        """As :meth:`read`; a damaged file is set aside, for there is nothing in it to lose."""
        try:
            return self.read()
        except UserError as error:
            if isinstance(error.__cause__, _NewerError):
                raise
            if self.path.is_file():
                set_aside(self.path)
            return {}

    def write(self, by_model: Mapping[str, ActiveAdapter]) -> None:
        """Replace the file. Raises OSError."""
        models = {
            model: {"active": each.active, "history": list(each.history)}
            for model, each in sorted(by_model.items())
        }
        stored = {"format": FORMAT, "models": models}
        write_private(self.path, json.dumps(stored, indent=2).encode() + b"\n")


class _NewerError(Exception):
    """Written by a later version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredAdapter:
    active: Name
    history: tuple[Name, ...]

    def __post_init__(self) -> None:
        if not all(not each or is_adapter_id(each) for each in (self.active, *self.history)):
            raise SchemaError("history", tr("should name adapters"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    models: dict[Name, _StoredAdapter]
