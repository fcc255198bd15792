"""The models on this machine: one folder each, with a manifest that says what every file must be."""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cowrite.errors import UserError
from cowrite.models.inspection import FileRecord, require_file, require_safe_model
from cowrite.settings.private_file import write_private

logger = logging.getLogger(__name__)

FORMAT = 1
MANIFEST = "manifest.json"
AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One kind of quantization on one device: perplexity lost (percent) and tokens per second."""

    kind: str
    loss_increase_pct: float
    tokens_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChoice:
    """What was measured on one kind of device, and what is used there."""

    default: str
    measured: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is known of an installed model."""

    id: str
    name: str
    licence: str
    source: str
    parameters: int
    files: dict[str, FileRecord]
    quantization: dict[str, DeviceChoice]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """A model's folder and its manifest."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """Its name on the command line and in the settings."""
        return self.manifest.id

    @property
    def size_bytes(self) -> int:
        """All its files together."""
        return sum(record.size for record in self.manifest.files.values())

    def quantizations(self, wanted: str = AUTO) -> dict[str, str]:
        """The kind for each kind of device: what was measured to be best there, or what is ``wanted``."""
        if wanted != AUTO:
            return {"cpu": wanted, "cuda": wanted}
        return {device: choice.default for device, choice in self.manifest.quantization.items()}


class ModelStore:
    """The installed models below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def installed(self) -> list[InstalledModel]:
        """Every model with a readable manifest, by id."""
        models = []
        for path in sorted(self.folder.glob(f"*/{MANIFEST}")):
            if path.parent.name.startswith("."):
                continue
            try:
                models.append(self.get(path.parent.name))
            except UserError:
                logger.warning("the model in %s has no readable manifest", path.parent.name)
        return models

    def get(self, model_id: str) -> InstalledModel:
        """The model ``model_id``. Raises UserError if it is not there or its manifest is damaged."""
        if not _is_plain_name(model_id) or not (self.folder / model_id).is_dir():
            raise UserError(
                f"The model “{model_id}” is not installed.",
                f"Run “cowrite models install {model_id}”, or choose another model.",
            )
        path = self.folder / model_id
        try:
            manifest = _parse(json.loads((path / MANIFEST).read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"The model “{model_id}” is damaged: its manifest cannot be read.",
                "Install the model again.",
            ) from error
        return InstalledModel(path=path, manifest=manifest)

    def has(self, model_id: str) -> bool:
        """Whether ``model_id`` is there, not whether it is whole."""
        return _is_plain_name(model_id) and (self.folder / model_id / MANIFEST).is_file()

    def verify(self, model_id: str) -> InstalledModel:
        """Read every byte of the model and compare. Raises UserError that says what is wrong."""
        model = self.get(model_id)
        require_safe_model(model.path)
        for name, record in sorted(model.manifest.files.items()):
            require_file(model.path / name, record, f"The model's file {name}")
        unknown = {
            path.name for path in model.path.iterdir() if path.name != MANIFEST
        } - model.manifest.files.keys()
        if unknown:
            raise UserError(
                f"The model's folder holds {sorted(unknown)[0]}, which does not belong to it.",
                "Remove that file, or install the model again.",
            )
        return model

    def remove(self, model_id: str) -> None:
        """Delete the model: gone at once by name, then by content. Raises UserError."""
        path = self.get(model_id).path
        trash = self.folder / f".removed-{model_id}-{uuid.uuid4().hex[:8]}"
        try:
            path.rename(trash)
            shutil.rmtree(trash)
        except OSError as error:
            raise UserError(
                f"The model could not be removed completely ({error.strerror or error}).",
                f"Delete {trash} by hand.",
            ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of the model in ``folder``, whole or not at all. Raises OSError."""
    stored = {"format": FORMAT, **asdict(manifest)}
    write_private(folder / MANIFEST, json.dumps(stored, indent=2).encode() + b"\n")


def choose_quantization(measured: Sequence[Measured], budget_pct: float = 2.0) -> str:
    """The fastest kind that loses at most ``budget_pct`` percent perplexity, else the one that loses least.

    Raises ValueError if nothing was measured.
    """
    if not measured:
        raise ValueError("nothing was measured")
    within = [each for each in measured if each.loss_increase_pct <= budget_pct]
    if within:
        return max(within, key=lambda each: each.tokens_per_s).kind
    return min(measured, key=lambda each: each.loss_increase_pct).kind


def with_quantization(manifest: Manifest, device: str, measured: Sequence[Measured]) -> Manifest:
    """``manifest`` with what was measured on ``device`` and the choice that follows."""
    choice = DeviceChoice(default=choose_quantization(measured), measured=tuple(measured))
    return replace(manifest, quantization={**manifest.quantization, device: choice})


def _is_plain_name(model_id: str) -> bool:
    return bool(model_id) and model_id == Path(model_id).name and not model_id.startswith(".")


def _parse(stored: dict[str, Any]) -> Manifest:
    if stored["format"] != FORMAT:
        raise ValueError("unknown format")
    files = {name: FileRecord(**record) for name, record in stored["files"].items()}
    if not all(_is_plain_name(name) for name in files):
        raise ValueError("a file outside the model's folder")
    quantization = {
        device: DeviceChoice(
            default=str(choice["default"]),
            measured=tuple(Measured(**each) for each in choice["measured"]),
        )
        for device, choice in stored["quantization"].items()
    }
    return Manifest(
        id=str(stored["id"]),
        name=str(stored["name"]),
        licence=str(stored["licence"]),
        source=str(stored["source"]),
        parameters=int(stored["parameters"]),
        files=files,
        quantization=quantization,
    )
