"""The adapters on this machine, and which of them each model uses.

In the adapters' folder: one folder per adapter; ``active.json``, which names the adapter that each model uses and those
before it; ``.staging-*`` (being taken in) and ``.removed-*`` (being deleted) for a while. An adapter is in place before
that file names it, and the file is replaced only after every byte was read: whoever is killed anywhere leaves the
previous one in use. Imports neither torch nor numpy, so that the window may ask what is in use.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr
from cowrite.personalize.adapters.active_adapters import (
    ACTIVE_FILE,
    THE_MODEL_ITSELF,
    ActiveAdapter,
    ActiveAdapters,
)
from cowrite.personalize.adapters.adapter_manifest import (
    LARGEST,
    REQUIRED,
    RETIRED,
    WITHDRAWN,
    AdapterManifest,
    Base,
    file_record,
    is_adapter_id,
    read_manifest,
    require_whole,
)
from cowrite.settings.folder_lock import LockHeldError, exclusive_lock
from cowrite.settings.private_file import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    sync_folder,
    write_private,
)

logger = logging.getLogger(__name__)

LOCK = ".lock"
STAGING_PREFIX = ".staging-"
REMOVED_PREFIX = ".removed-"


@dataclass(frozen=True, slots=True)
class StoredAdapter:
    """An adapter's folder and its manifest."""

    path: Path
    manifest: AdapterManifest

    @property
    def id(self) -> str:
        """Its name on the command line and in the log."""
        return self.manifest.id

    @property
    def is_retired(self) -> bool:
        """Whether text that it learned from was erased."""
        return (self.path / RETIRED).exists()

    @property
    def was_withdrawn(self) -> bool:
        """Whether it was taken out of use once, because less was kept of what it suggested than before."""
        return (self.path / WITHDRAWN).exists()

    @property
    def size_bytes(self) -> int:
        """All its files together."""
        return sum(record.size for record in self.manifest.files.values())


@dataclass(slots=True)
class AdapterRegistry:
    """The adapters below ``folder``."""

    folder: Path
    _in_use: ActiveAdapters = field(init=False)

    def __post_init__(self) -> None:
        self._in_use = ActiveAdapters(self.folder / ACTIVE_FILE)

    # --- what there is ---

    def ids(self) -> list[str]:
        """The ids of all adapters there are, damaged ones too."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(path.name for path in found if is_adapter_id(path.name) and _is_adapter(path))

    def get(self, adapter_id: str) -> StoredAdapter:
        """The adapter ``adapter_id``. Raises UserError if it is not there, damaged, or made by a newer Cowrite."""
        path = self.folder / adapter_id
        if not is_adapter_id(adapter_id) or not path.is_dir():
            raise UserError(
                tr("There is no adapter “{adapter_id}”.", adapter_id=adapter_id),
                tr("“cowrite adapters list” lists the adapters."),
            )
        manifest = read_manifest(path)
        if manifest.id != adapter_id:
            raise UserError(
                tr(
                    "The adapter “{adapter_id}” is damaged: its manifest belongs to another one.",
                    adapter_id=adapter_id,
                ),
                tr("Remove it and get it again."),
            )
        return StoredAdapter(path, manifest)

    def usable(self, adapter_id: str, base: Base) -> StoredAdapter:
        """The adapter, after every byte of it was read. Raises UserError if ``base`` must not be used with it."""
        adapter = self.get(adapter_id)
        if adapter.manifest.base.model != base.model:
            raise UserError(
                tr(
                    "The adapter “{adapter_id}” was made for the model “{model}”, not for “{wanted}”.",
                    adapter_id=adapter_id,
                    model=adapter.manifest.base.model,
                    wanted=base.model,
                ),
                tr("Choose that model, or another adapter."),
            )
        if adapter.manifest.base.sha256 != base.sha256:
            raise UserError(
                tr(
                    "The adapter “{adapter_id}” was made for other weights than those of “{model}” on this computer.",
                    adapter_id=adapter_id,
                    model=base.model,
                ),
                tr("Learn again with this model, or use another adapter."),
            )
        if adapter.is_retired:
            raise UserError(
                tr(
                    "The adapter “{adapter_id}” learned from text that was deleted, so it is no longer used.",
                    adapter_id=adapter_id,
                ),
                tr("Remove it with “cowrite adapters remove”, and learn again."),
            )
        require_whole(adapter.path, adapter.manifest)
        return adapter

    # --- what is in use ---

    def active(self, model: str) -> str:
        """The id of the adapter that ``model`` uses; “” for none. Raises UserError if that cannot be read."""
        return self._in_use.of(model).active

    def history(self, model: str) -> tuple[str, ...]:
        """What ``model`` used before, oldest first; “” is the model itself."""
        return self._in_use.of(model).history

    def active_folder(self, base: Base) -> Path | None:
        """The folder of the adapter that ``base`` uses, every byte of it read. None for none; raises UserError."""
        adapter_id = self.active(base.model)
        return self.usable(adapter_id, base).path if adapter_id else None

    def use(self, adapter_id: str, base: Base) -> None:
        """Let ``base`` use the adapter from now on; “” for none. Raises UserError; then nothing changed."""
        with self._locked():
            self._point(adapter_id, base)

    def roll_back(self, base: Base) -> str:
        """Use what was used before, the last that still can be; its id, “” for the model itself. Raises UserError."""
        with self._locked():
            return self._roll_back(base)

    def withdraw(self, adapter_id: str, base: Base, note: Mapping[str, Any]) -> str:
        """As :meth:`roll_back` if ``adapter_id`` is in use, and leave ``note`` with it. Raises UserError."""
        with self._locked():
            if self.active(base.model) != adapter_id:
                raise UserError(
                    tr("The adapter “{adapter_id}” is no longer in use.", adapter_id=adapter_id)
                )
            write_private(self.folder / adapter_id / WITHDRAWN, json.dumps(note).encode() + b"\n")
            return self._roll_back(base)

    def before(self, base: Base) -> str | None:
        """What :meth:`roll_back` would use; None if there is nothing. Raises UserError."""
        in_use = self._in_use.of(base.model)
        return self._last_usable(in_use, base)[0] if in_use.history else None

    # --- coming and going ---

    def add(self, made: Path, manifest: AdapterManifest) -> StoredAdapter:
        """Take in a copy of the files in ``made``, described by ``manifest`` but for its id and its files.

        It is not in use yet. ``made`` stays. Raises UserError if a file is missing or cannot be kept.
        """
        names = [name for name in LARGEST if (made / name).is_file()]
        missing = sorted(set(REQUIRED) - set(names))
        if missing:
            raise UserError(
                tr("What was learned is incomplete: {missing} is missing.", missing=missing[0])
            )
        with self._locked():
            self._clear_leftovers()
            moment = datetime.fromtimestamp(manifest.created_ms / 1000, UTC)
            adapter_id = f"{moment:%Y-%m-%d}-{secrets.token_hex(3)}"
            with self.staging() as staging:
                for name in names:
                    _copy_private(made / name, staging / name)
                files = {name: file_record(staging / name) for name in names}
                return self._take_in(staging, replace(manifest, id=adapter_id, files=files))

    def take_in(self, staging: Path, manifest: AdapterManifest) -> StoredAdapter:
        """Let a folder that :meth:`staging` made become the adapter that ``manifest`` says. Raises UserError."""
        with self._locked():
            return self._take_in(staging, manifest)

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """An empty private folder in which an adapter is made ready; gone afterwards unless it was taken in."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        staging = self.folder / f"{STAGING_PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        staging.mkdir(mode=PRIVATE_FOLDER)
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def remove(self, adapter_id: str) -> None:
        """Delete the adapter, also a damaged one; a model that used it uses none from now on. Raises UserError."""
        path = self.folder / adapter_id
        if not is_adapter_id(adapter_id) or not path.is_dir():
            self.get(adapter_id)
        with self._locked():
            by_model = self._in_use.read_to_change()
            without = {model: each.without(adapter_id) for model, each in by_model.items()}
            if without != by_model:
                self._in_use.write(without)
            self._clear_leftovers()
            trash = self.folder / f"{REMOVED_PREFIX}{adapter_id}-{secrets.token_hex(4)}"
            try:
                path.rename(trash)
            except OSError:
                self._in_use.write(by_model)
                raise
            try:
                shutil.rmtree(trash)
            except OSError as error:
                raise UserError(
                    tr(
                        "The adapter was removed, but some of its files could not be deleted ({reason}).",
                        reason=reason_of(error),
                    ),
                    tr("Delete {trash} by hand.", trash=trash),
                ) from error

    # --- within ---

    def _take_in(self, staging: Path, manifest: AdapterManifest) -> StoredAdapter:
        target = self.folder / manifest.id
        if target.exists():
            raise UserError(
                tr("There is already an adapter “{id}”.", id=manifest.id),
                tr("Remove that one first."),
            )
        manifest.write(staging)
        sync_folder(staging)
        staging.rename(target)
        sync_folder(self.folder)
        return StoredAdapter(target, manifest)

    def _clear_leftovers(self) -> None:
        """Delete what killed processes left half made or half deleted."""
        for prefix in (STAGING_PREFIX, REMOVED_PREFIX):
            for path in self.folder.glob(f"{prefix}*"):
                if not _is_made_by_the_living(path):
                    logger.info("clearing away %s, which an interrupted process left", path.name)
                    shutil.rmtree(path, ignore_errors=True)

    def _point(self, adapter_id: str, base: Base) -> None:
        by_model = self._in_use.read_to_change()
        if adapter_id:
            self.usable(adapter_id, base)
        in_use = by_model.get(base.model, ActiveAdapter()).moved_to(adapter_id)
        self._in_use.write(by_model | {base.model: in_use})

    def _roll_back(self, base: Base) -> str:
        by_model = self._in_use.read()
        in_use = by_model.get(base.model, ActiveAdapter())
        if not in_use.history:
            raise UserError(tr("The model “{model}” has no previous version.", model=base.model))
        candidate, earlier = self._last_usable(in_use, base)
        self._in_use.write(by_model | {base.model: ActiveAdapter(candidate, earlier)})
        return candidate

    def _last_usable(self, in_use: ActiveAdapter, base: Base) -> tuple[str, tuple[str, ...]]:
        """The last of the history that can be used, and what was before it."""
        *earlier, candidate = in_use.history
        while candidate and not self._is_usable(candidate, base):
            *earlier, candidate = earlier or [THE_MODEL_ITSELF]
        return candidate, tuple(earlier)

    def _is_usable(self, adapter_id: str, base: Base) -> bool:
        try:
            self.usable(adapter_id, base)
        except UserError as error:
            logger.info("%s is passed over: %s", adapter_id, error.message)
            return False
        return True

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process changes anything at a time. What the disk answers is said in plain words."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            with exclusive_lock(self.folder / LOCK):
                yield
        except LockHeldError as error:
            raise UserError(
                tr("Another copy of Cowrite is changing the adapters right now."),
                tr("Try again in a moment."),
            ) from error
        except OSError as error:
            logger.warning("changing the adapters failed", exc_info=True)
            if error.errno == errno.ENOSPC:
                raise UserError(
                    tr("The disk is full. The adapter in use was not changed."),
                    tr("Free up disk space."),
                ) from error
            raise UserError(
                tr(
                    "The adapters could not be changed ({reason}). The one in use was not changed.",
                    reason=reason_of(error),
                )
            ) from error


def _is_adapter(folder: Path) -> bool:
    try:
        return (folder / "manifest.json").is_file()
    except PermissionError:
        return True  # it is one, and damaged as far as anybody can tell


def _copy_private(source: Path, target: Path) -> None:
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    with source.open("rb") as read, os.fdopen(handle, "wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())


def _is_made_by_the_living(staging: Path) -> bool:
    """Whether the process that made a staging folder is still there; its name says which."""
    number = staging.name.removeprefix(STAGING_PREFIX).partition("-")[0]
    if not staging.name.startswith(STAGING_PREFIX) or not number.isdigit():
        return False
    import psutil

    return bool(psutil.pid_exists(int(number)))
