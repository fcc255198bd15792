"""Installs a pack: asked of the machine, downloaded, unpacked beside the old one, tried out, switched on."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import GraphicsCard, has_nvidia_driver, nvidia_card
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.download import Download, arrived_bytes
from cowrite.downloads.network import Network
from cowrite.downloads.parts import Part
from cowrite.downloads.progress import DownloadProgress
from cowrite.localization import sentences, tr
from cowrite.packs.cards import require_usable
from cowrite.packs.manifest import FILE, PackManifest, program_torch, require_fitting
from cowrite.packs.progress import OnPackProgress, PackPhase, PackProgress
from cowrite.packs.sources import PackSource
from cowrite.packs.store import DOWNLOADS, NEW_SUFFIX, PackStore
from cowrite.packs.trial import Trial, try_out
from cowrite.packs.unpack import Room, unpack_wheel
from cowrite.settings.private_file import PRIVATE_FOLDER, sync_folder, write_private

logger = logging.getLogger(__name__)

SPARE_BYTES = 200_000_000


def _find_card() -> tuple[GraphicsCard | None, bool]:
    return nvidia_card(), has_nvidia_driver()


def _free_disk_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTools:
    """What an installation needs of the machine; replaced in tests.

    ``trial_command`` is the command line that tries out the pack in a folder.
    """

    trial_command: Callable[[Path], Sequence[str]]
    network: Network
    mirror: str = ""
    find_card: Callable[[], tuple[GraphicsCard | None, bool]] = _find_card
    torch: Callable[[], str] = program_torch
    free_bytes: Callable[[Path], int] = _free_disk_bytes


class PackInstallation:
    """One pack from a source, into a store. ``needs_card``: refuse a machine that has none that could be used."""

    def __init__(
        self,
        store: PackStore,
        source: PackSource,
        tools: PackTools,
        on_progress: OnPackProgress,
        cancellation: Cancellation,
        *,
        needs_card: bool = True,
    ) -> None:
        self._store, self._source, self._tools = store, source, tools
        self._on_progress, self._cancellation = on_progress, cancellation
        self._needs_card = needs_card

    @property
    def _manifest(self) -> PackManifest:
        return self._source.manifest

    @property
    def _downloads(self) -> Path:
        return self._store.folder / DOWNLOADS / self._manifest.folder_name

    def run(self) -> Trial:
        """Do it, going on from what is there; what was found when it was tried out.

        Raises UserError, or DownloadCancelledError when it was cancelled: then what is used is what was used before,
        and what was downloaded is kept.
        """
        with self._store.only_one():
            try:
                return self._run()
            except OSError as error:
                logger.warning("a pack could not be installed", exc_info=True)
                raise self._store.refused(error) from error

    def _run(self) -> Trial:
        self._on_progress(PackProgress(phase=PackPhase.CHECKING))
        require_fitting(self._manifest, self._tools.torch())
        if self._needs_card:
            card, has_driver = self._tools.find_card()
            require_usable(card, self._manifest, has_driver=has_driver)
        self._require_room()
        self._store.note_source(self._source.where)
        wheels = self._download()
        new = self._store.folder / (self._manifest.folder_name + NEW_SUFFIX)
        try:
            self._unpack(wheels, new)
            self._on_progress(PackProgress(phase=PackPhase.TRYING))
            trial = try_out(self._tools.trial_command(new), new)
            self._put_in_place(new)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        self._store.use(self._manifest.folder_name)
        shutil.rmtree(self._downloads, ignore_errors=True)
        self._store.forget_source()
        said = sentences(
            tr("The pack is installed and switched on."),
            "" if trial.card else tr("No graphics card was found; the processor is used."),
        )
        again = tr("Close Cowrite and start it again to use it.")
        self._on_progress(PackProgress(phase=PackPhase.DONE, message=said, advice=again))
        return trial

    def _require_room(self) -> None:
        missing = max(self._manifest.download_bytes - arrived_bytes(self._downloads), 0)
        needed = missing + self._manifest.unpacked_bytes + SPARE_BYTES
        free = self._tools.free_bytes(self._store.folder)
        if free < needed:
            raise UserError(
                tr(
                    "The pack needs {needed:.1f} GB of disk space during installation, and {free:.1f} GB are free.",
                    needed=needed / 1e9,
                    free=free / 1e9,
                ),
                tr("Free up disk space and try again."),
            )

    def _download(self) -> list[Path]:
        parts = []
        for file in self._manifest.files:
            sources = self._source.addresses(file, self._tools.mirror)
            if not sources:
                raise UserError(
                    tr("The description of the pack does not say where {name} is.", name=file.name),
                    tr("Get it again from where it came from."),
                )
            parts.append(Part(name=file.name, sources=sources, size=file.size, sha256=file.sha256))
        return Download(
            parts,
            self._downloads,
            network=self._tools.network,
            on_progress=self._tell_download,
            cancellation=self._cancellation,
        ).run()

    def _tell_download(self, progress: DownloadProgress) -> None:
        self._on_progress(
            PackProgress(
                phase=PackPhase.DOWNLOADING,
                bytes_done=progress.bytes_done,
                bytes_total=progress.bytes_total or self._manifest.download_bytes,
                bytes_per_s=progress.bytes_per_s,
                seconds_left=progress.seconds_left or 0.0,
                note=progress.note,
            )
        )

    def _unpack(self, wheels: Sequence[Path], new: Path) -> None:
        total, done, told = self._manifest.unpacked_bytes, 0, -1

        def on_bytes(count: int) -> None:
            nonlocal done, told
            self._cancellation.require_going_on()
            done += count
            if done * 200 // max(total, 1) != told:
                told = done * 200 // max(total, 1)
                self._on_progress(
                    PackProgress(phase=PackPhase.UNPACKING, bytes_done=done, bytes_total=total)
                )

        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=PRIVATE_FOLDER)
        room = Room(
            bytes_left=total,
            files_left=self._manifest.unpacked_files,
            left_out=self._manifest.left_out,
        )
        for wheel in wheels:
            unpack_wheel(wheel, new, room, on_bytes)
        write_private(new / FILE, self._source.data)

    def _put_in_place(self, new: Path) -> None:
        """Only a folder whose bytes are on the disk gets the name of an installed pack."""
        if hasattr(os, "sync"):
            os.sync()  # of ten thousand files one by one it would take minutes
        target = self._store.folder / self._manifest.folder_name
        if target.exists():
            self._store.make_room_for(target)
        new.rename(target)
        with contextlib.suppress(OSError):
            sync_folder(target.parent)
