"""The packs of this person: which are installed, which is used, and how that changes."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Integer, Prose, decode
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr, tr_noop
from cowrite.packs.activation import in_use_file
from cowrite.packs.manifest import (
    FILE,
    PackManifest,
    program_torch,
    read_installed,
    require_fitting,
)
from cowrite.packs.pointer import Pointer, Trouble, read_pointer, write_pointer
from cowrite.settings.folder_lock import LockHeldError, exclusive_lock
from cowrite.settings.newer_data import write_unless_newer
from cowrite.settings.private_file import PRIVATE_FOLDER

logger = logging.getLogger(__name__)

LOCK = ".lock"
NEW_SUFFIX = ".new"
DOWNLOADS = "downloads"
REMOVED_PREFIX = ".removed-"
UNFINISHED = "source.json"
"""In the folder of downloads: where the pack comes from that is being downloaded."""
UNFINISHED_FORMAT = 1
_LARGEST_SOURCE = 1 << 16
_NEWER = tr_noop("What is kept of a download was written by a newer version of Cowrite.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledPack:
    """``problem`` says why it cannot be used; empty if it can."""

    manifest: PackManifest
    folder: Path
    digest: str
    is_used: bool
    is_previous: bool
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unfinished:
    """``source`` is an address or a path; empty for the pack that the program knows of."""

    format: Integer = UNFINISHED_FORMAT
    source: Prose = ""


class PackStore:
    """Everything in the folder ``packs``. Methods raise UserError."""

    def __init__(self, packs: Path) -> None:
        self.folder = packs

    @classmethod
    def of(cls, data: Path) -> PackStore:
        """Of a person with the folder ``data``."""
        return cls(data / "packs")

    @property
    def pointer(self) -> Pointer:
        """What is used."""
        return read_pointer(self.folder)

    def installed(self) -> list[InstalledPack]:
        """By name and version. What is half done is none."""
        pointer, torch = self.pointer, program_torch()
        found = []
        for path in sorted(self.folder.glob(f"*/{FILE}")):
            folder = path.parent
            if folder.name.startswith(".") or folder.name in (DOWNLOADS,) or _is_new(folder):
                continue
            with contextlib.suppress(OSError, UserError):
                manifest, digest = read_installed(folder)
                found.append(
                    InstalledPack(
                        manifest=manifest,
                        folder=folder,
                        digest=digest,
                        is_used=folder.name == pointer.active,
                        is_previous=folder.name == pointer.previous,
                        problem=_problem_with(manifest, torch),
                    )
                )
        return found

    def get(self, name: str) -> InstalledPack:
        """The pack in the folder ``name``, such as “gpu-2.13.0-1”."""
        found = next((each for each in self.installed() if each.folder.name == name), None)
        if found is None:
            raise UserError(
                tr("No pack “{name}” is installed.", name=name),
                tr("“cowrite packs list” shows which are."),
            )
        return found

    def use(self, name: str) -> None:
        """Switch a pack on, from the next start."""
        pack = self.get(name)
        require_fitting(pack.manifest, program_torch())
        self._point(self.pointer.using(pack.folder.name, pack.digest))

    def off(self) -> None:
        """Use none, from the next start."""
        if self.pointer.active:
            self._point(self.pointer.off())

    def back(self) -> str:
        """Use the pack that was used before again; its name."""
        previous = self.pointer.previous
        if not previous:
            raise UserError(
                tr("There is no earlier pack to go back to."),
                tr("“cowrite packs list” shows which are installed."),
            )
        self.use(previous)
        return previous

    def told(self) -> None:
        """The writer was told why a pack was switched off."""
        self._point(self.pointer.told())

    def remove(self, name: str) -> None:
        """Delete a pack, and switch it off before. Not while a running Cowrite uses it."""
        pack = self.get(name)
        if pack.is_used:
            self.off()
        with self.only_one():
            self.make_room_for(pack.folder)

    def make_room_for(self, folder: Path) -> None:
        """Delete the pack in ``folder``. Only within :meth:`only_one`. Raises UserError if it is in use."""
        try:
            with exclusive_lock(in_use_file(folder)):
                removed = self.folder / f"{REMOVED_PREFIX}{uuid.uuid4().hex[:8]}"
                folder.rename(removed)
        except LockHeldError as error:
            raise UserError(
                tr("A running Cowrite has the files of {name} open.", name=folder.name),
                tr("Switch the pack off, start Cowrite again, and try again then.")
                if self.pointer.active == folder.name
                else tr(
                    "From the next start it is not used: start Cowrite again, and try again then."
                ),
            ) from error
        except OSError as error:
            raise self.refused(error) from error
        shutil.rmtree(removed, ignore_errors=True)
        with contextlib.suppress(OSError):
            in_use_file(folder).unlink()

    def discard_downloads(self) -> None:
        """Delete what was downloaded of packs that are not installed."""
        with self.only_one():
            shutil.rmtree(self.folder / DOWNLOADS, ignore_errors=True)

    def has_downloads(self) -> bool:
        """Whether part of a pack was downloaded, and the rest was not yet."""
        return any((self.folder / DOWNLOADS).glob("*/*"))

    def note_source(self, source: str) -> None:
        """A download from ``source`` begins: it can be gone on with after another start. Raises OSError."""
        data = json.dumps(asdict(_Unfinished(source=source))).encode()
        write_unless_newer(self.folder / DOWNLOADS / UNFINISHED, data, UNFINISHED_FORMAT, _NEWER)

    def forget_source(self) -> None:
        """The download is finished. Raises OSError."""
        (self.folder / DOWNLOADS / UNFINISHED).unlink(missing_ok=True)

    def unfinished_source(self) -> str:
        """Where the pack comes from of which a part was downloaded; empty if nobody said."""
        file = self.folder / DOWNLOADS / UNFINISHED
        try:
            return decode(read_json_file(file, _LARGEST_SOURCE), _Unfinished).source
        except (OSError, SchemaError):
            return ""

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        """Let no other process change packs meanwhile, and clear away what one that was killed has left."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            with exclusive_lock(self.folder / LOCK):
                for path in (
                    *self.folder.glob(f"*{NEW_SUFFIX}"),
                    *self.folder.glob(f"{REMOVED_PREFIX}*"),
                ):
                    shutil.rmtree(path, ignore_errors=True)
                yield
        except LockHeldError as error:
            raise UserError(
                tr("Another copy of Cowrite is installing or removing a pack right now."),
                tr("Wait until it has finished."),
            ) from error

    def refused(self, error: OSError) -> UserError:
        """What to say of what the disk refuses."""
        return UserError(
            tr(
                "The packs in {folder} could not be changed ({reason}).",
                folder=self.folder,
                reason=reason_of(error),
            ),
            tr("Check the disk, and try again."),
        )

    def _point(self, pointer: Pointer) -> None:
        try:
            write_pointer(self.folder, pointer)
        except OSError as error:
            raise self.refused(error) from error


def trouble_sentence(pointer: Pointer) -> str:
    """Why a pack was switched off by itself; empty if none was."""
    match pointer.trouble:
        case Trouble.ENDED:
            return tr(
                "Cowrite ended while it was loading the pack {name}, so the pack was switched off.",
                name=pointer.previous,
            )
        case Trouble.FAILED:
            return tr(
                "The pack {name} could not be loaded, so it was switched off.",
                name=pointer.previous,
            )
    return ""


def _is_new(folder: Path) -> bool:
    return folder.name.endswith(NEW_SUFFIX)


def _problem_with(manifest: PackManifest, torch: str) -> str:
    try:
        require_fitting(manifest, torch)
    except UserError as error:
        return error.message
    return ""
