"""The models on this machine: one folder each, with a manifest that says what every file must be."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Count, Name, NonNegative, Number, decode, require_format
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr, tr_noop
from cowrite.models.inspection import FileRecord, require_file, require_safe_model, require_size
from cowrite.models.names import is_plain_name
from cowrite.models.staging import REMOVED_PREFIX, bring_back_replaced
from cowrite.settings.newer_data import NewerDataError, is_newer, is_newer_file
from cowrite.settings.paths import Paths
from cowrite.settings.private_file import write_private
from cowrite.settings.resources import bundled_models

logger = logging.getLogger(__name__)

FORMAT = 1
MANIFEST = "manifest.json"
AUTO = "auto"
EXAM, MEMORY = "exam", "memory"
"""What others find out about a model and keep beside its folder; it goes when the model is removed."""
LOSS_BUDGET_PCT = 2.0
REPAIR = tr_noop("Reinstall the model.")
REINSTALL_PROGRAM = tr_noop("The model came with Cowrite: reinstall Cowrite.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One kind of quantization on one device: perplexity lost (percent) and tokens per second."""

    kind: Name
    loss_increase_pct: Number
    tokens_per_s: NonNegative


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChoice:
    """What was measured on one kind of device, and what is used there."""

    default: Name
    measured: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is known of an installed model."""

    id: Name
    name: Name
    licence: Name
    source: Name
    parameters: Count
    files: dict[Name, FileRecord]
    quantization: dict[Name, DeviceChoice]

    def __post_init__(self) -> None:
        if not all(map(is_plain_name, self.files)):
            raise SchemaError("files", tr("names a file outside the model's folder"))


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """A model's folder and its manifest; ``is_bundled`` if it came with the program."""

    path: Path
    manifest: Manifest
    is_bundled: bool = False

    @property
    def id(self) -> str:
        """Its name on the command line and in the settings."""
        return self.manifest.id

    @property
    def weights_sha256(self) -> str:
        """What says which weights these are: the hash of the one file, or one over the hashes of several."""
        hashes = {
            name: record.sha256
            for name, record in self.manifest.files.items()
            if name.endswith(".safetensors")
        }
        if len(hashes) == 1:
            return next(iter(hashes.values()))
        lines = "".join(f"{name} {digest}\n" for name, digest in sorted(hashes.items()))
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def size_bytes(self) -> int:
        """All its files together."""
        return sum(record.size for record in self.manifest.files.values())

    @property
    def repair(self) -> str:
        """What to do if it is damaged."""
        return tr(REINSTALL_PROGRAM) if self.is_bundled else tr(REPAIR)

    def require_sizes(self) -> None:
        """Compare the sizes of its files, which takes no time. Raises UserError if one is not as it was."""
        for name, record in sorted(self.manifest.files.items()):
            require_size(
                self.path / name, record, tr("The model's file {name}", name=name), self.repair
            )

    def quantizations(self, wanted: str = AUTO) -> dict[str, str]:
        """The kind for each kind of device: what was measured to be best there, or what is ``wanted``."""
        if wanted != AUTO:
            return {"cpu": wanted, "cuda": wanted}
        return {device: choice.default for device, choice in self.manifest.quantization.items()}


class ModelStore:
    """The installed models below ``folder``, and those that come with the program below ``bundled``.

    Nothing is ever written into the second. Of one id, the installed model counts.
    """

    def __init__(self, folder: Path, bundled: Path | None = None) -> None:
        self.folder = folder
        self._bundled = bundled

    @classmethod
    def of(cls, paths: Paths) -> ModelStore:
        """The models of the person that ``paths`` belong to."""
        return cls(paths.models_dir, bundled_models())

    def ids(self) -> list[str]:
        """The ids of all models there are, damaged ones too."""
        bring_back_replaced(self.folder)
        places = (self.folder, self._bundled)
        found = [path for place in places if place and place.is_dir() for path in place.iterdir()]
        return sorted({path.name for path in found if is_plain_name(path.name) and path.is_dir()})

    def is_bundled(self, model_id: str) -> bool:
        """Whether the model ``model_id`` that counts came with the program."""
        return self._is_in(self._bundled, model_id) and not self._is_in(self.folder, model_id)

    def installed(self) -> list[InstalledModel]:
        """Every model with a readable manifest, by id."""
        models = []
        for model_id in self.ids():
            try:
                models.append(self.get(model_id))
            except UserError as error:
                logger.info("%s is passed over: %s", model_id, error.message)
        return models

    def get(self, model_id: str) -> InstalledModel:
        """The model ``model_id``. Raises UserError if it is not there, damaged or newer than this program."""
        if not self.has_folder(model_id):
            bring_back_replaced(self.folder)
        if not self.has_folder(model_id):
            raise UserError(
                tr("The model “{model_id}” is not installed.", model_id=model_id),
                tr(
                    "Run “cowrite models install {model_id}”, or choose another model.",
                    model_id=model_id,
                ),
            )
        model_dir, is_bundled = self._place(model_id)
        repair = tr(REINSTALL_PROGRAM) if is_bundled else tr(REPAIR)
        try:
            stored = read_json_file(model_dir / MANIFEST)
            if is_newer(stored, FORMAT):
                raise NewerDataError(
                    tr(
                        "The model “{model_id}” was installed by a newer version of Cowrite.",
                        model_id=model_id,
                    ),
                    tr("Update Cowrite to use it, or choose another model."),
                )
            require_format(stored, FORMAT)
            manifest = decode(stored, Manifest)
            if manifest.id != model_id:
                raise SchemaError("id", tr("is that of another model"))
        except SchemaError as error:
            raise UserError(
                tr(
                    "The model “{model_id}” is damaged: its manifest cannot be read ({error}).",
                    model_id=model_id,
                    error=error,
                ),
                repair,
            ) from error
        except OSError as error:
            raise UserError(
                tr(
                    "The model “{model_id}” is damaged: its manifest cannot be read.",
                    model_id=model_id,
                ),
                repair,
            ) from error
        return InstalledModel(path=model_dir, manifest=manifest, is_bundled=is_bundled)

    def is_newer(self, model_id: str) -> bool:
        """Whether a newer version of Cowrite installed it."""
        return is_plain_name(model_id) and is_newer_file(self.folder / model_id / MANIFEST, FORMAT)

    def has(self, model_id: str) -> bool:
        """Whether ``model_id`` is there, not whether it is whole."""
        return self.has_folder(model_id) and (self._place(model_id)[0] / MANIFEST).is_file()

    def has_folder(self, model_id: str) -> bool:
        """Whether there is a folder of this name, whatever is in it."""
        return self._is_in(self.folder, model_id) or self._is_in(self._bundled, model_id)

    def _place(self, model_id: str) -> tuple[Path, bool]:
        """The folder of a model that is there, and whether it came with the program."""
        if self._bundled is not None and self.is_bundled(model_id):
            return self._bundled / model_id, True
        return self.folder / model_id, False

    @staticmethod
    def _is_in(folder: Path | None, model_id: str) -> bool:
        return folder is not None and is_plain_name(model_id) and (folder / model_id).is_dir()

    def quick_check(self, model_id: str) -> InstalledModel:
        """The model, if its files are as long as they should be. Raises UserError if one is not as it was."""
        model = self.get(model_id)
        model.require_sizes()
        return model

    def verify(self, model_id: str) -> InstalledModel:
        """Read every byte of the model and compare. Raises UserError that says what is wrong."""
        model = self.quick_check(model_id)
        known = {MANIFEST, *model.manifest.files}
        for path in sorted(model.path.iterdir()):
            if path.name not in known:
                raise UserError(
                    tr(
                        "The model's folder holds {name}, which does not belong to it.",
                        name=path.name,
                    ),
                    tr("Remove that file or reinstall the model."),
                )
        for name, record in sorted(model.manifest.files.items()):
            require_file(
                model.path / name, record, tr("The model's file {name}", name=name), model.repair
            )
        require_safe_model(model.path)
        return model

    def remove(self, model_id: str) -> None:
        """Delete the model, also a damaged one: gone at once by name, then by content. Raises UserError."""
        if not self.has_folder(model_id):
            self.get(model_id)
        if self.is_bundled(model_id):
            raise UserError(
                tr(
                    "The model “{model_id}” came with Cowrite and cannot be removed by itself.",
                    model_id=model_id,
                ),
                tr("To use another, choose it with “cowrite models use”."),
            )
        path = self.folder / model_id
        if path.is_symlink():  # a model that lies elsewhere stays there
            try:
                path.unlink()
            except OSError as error:
                raise _not_removed(error) from error
            self._forget(model_id)
            return
        trash = self.folder / f"{REMOVED_PREFIX}{model_id}-{uuid.uuid4().hex[:8]}"
        try:
            path.rename(trash)
        except OSError as error:
            raise _not_removed(error) from error
        self._forget(model_id)
        try:
            shutil.rmtree(trash)
        except OSError as error:
            raise UserError(
                tr(
                    "The model was removed, but some of its files could not be deleted ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Delete {trash} by hand.", trash=trash),
            ) from error

    def _forget(self, model_id: str) -> None:
        for what in (EXAM, MEMORY):
            try:
                beside(self.folder, model_id, what).unlink(missing_ok=True)
            except OSError as error:
                logger.warning("%s of a removed model stays (%s)", what, reason_of(error))


def beside(models_dir: Path, model_id: str, what: str) -> Path:
    """The file that keeps :data:`EXAM` or :data:`MEMORY` of a model."""
    return models_dir / f"{model_id}.{what}.json"


def _not_removed(error: OSError) -> UserError:
    return UserError(
        tr(
            "The model could not be removed ({reason}); nothing changed.",
            reason=reason_of(error),
        ),
        tr("Close other windows of Cowrite and try again."),
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of the model in ``folder``, whole or not at all. Raises OSError."""
    stored = {"format": FORMAT, **asdict(manifest)}
    write_private(folder / MANIFEST, json.dumps(stored, indent=2).encode() + b"\n")


def choose_quantization(measured: Sequence[Measured], budget_pct: float = LOSS_BUDGET_PCT) -> str:
    """The fastest kind that loses at most ``budget_pct`` percent perplexity, else the one that loses least.

    A loss that is not a finite number is no loss within any budget. Raises ValueError if nothing finite was measured.
    """
    measured = [each for each in measured if math.isfinite(each.loss_increase_pct)]
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
