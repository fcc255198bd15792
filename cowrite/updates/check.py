"""Asks whether there is a newer version, and fetches its installer; installing is left to the writer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.download import Download, arrived_bytes, discard
from cowrite.downloads.network import INSECURE, Network, host_of, is_loopback
from cowrite.downloads.parts import Part, is_part_name
from cowrite.downloads.progress import DownloadProgress
from cowrite.downloads.small import fetch_small
from cowrite.localization import sentences, tr
from cowrite.settings.installation import Installation, installation
from cowrite.updates.metadata import (
    LARGEST,
    PackKind,
    UpdateMetadata,
    UpdatePack,
    read_signed,
    version_number,
)
from cowrite.updates.seen import Seen, read_seen, write_seen
from cowrite.updates.trust import Trust

NAME = "cowrite-updates.json"
DOWNLOADS = "updates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What an update must suit: this program, its package, its machine, and the packs and models in use."""

    version: str = __version__
    installation: Installation
    system: str
    used: tuple[str, ...] = ()
    """Names with versions of the runtime packs and models in use, such as “gpu-2.13.0-1”."""


def this_program_here(system: str, used: Sequence[str] = ()) -> Here:
    """What is running."""
    return Here(installation=installation(), system=system, used=tuple(used))


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What there is newer than what is here; ``is_newer`` says whether there is anything."""

    metadata: UpdateMetadata
    here: Here

    @property
    def is_newer(self) -> bool:
        """Whether the program is older than the newest version."""
        return version_number(self.metadata.version) > version_number(self.here.version)

    @property
    def packs(self) -> tuple[UpdatePack, ...]:
        """What would have to be downloaded here: the program, and what is used and has changed."""
        return tuple(pack for pack in self.metadata.packs if self._is_for_here(pack))

    @property
    def program(self) -> UpdatePack | None:
        """The installer for this kind of package; None where there is none, as for sources."""
        return next((pack for pack in self.packs if pack.kind is PackKind.PROGRAM), None)

    def _is_for_here(self, pack: UpdatePack) -> bool:
        if pack.system not in ("", self.here.system):
            return False
        if pack.kind is PackKind.PROGRAM:
            return pack.installation == self.here.installation.value
        name = f"{pack.name}-{pack.version}"
        is_used = any(each.startswith(f"{pack.name}-") for each in self.here.used)
        return is_used and name not in self.here.used


def address_of(trust: Trust, chosen: str = "") -> str:
    """Where to ask: as the writer chose, or as this build says. Empty for a build without keys, as from source."""
    return (chosen or trust.address) if trust.keys else ""


def cannot_ask() -> str:
    """What to say of a build that does not know whom to believe."""
    return sentences(
        tr("This build of Cowrite cannot check for newer versions by itself."),
        tr("Look where you got it from."),
    )


def check(
    address: str,
    trust: Trust,
    here: Here,
    data: Path,
    network: Network,
    cancellation: Cancellation,
    *,
    now_ms: int,
    today: date,
) -> Update:
    """Ask, believe only what is signed, holds today and is no older than what was seen. Raises UserError."""
    signed = fetch_small(address, NAME, LARGEST, network, cancellation)
    metadata = read_signed(signed, trust.keys, today)
    require_no_older(metadata, read_seen(data))
    seen = Seen(serial=metadata.serial, version=metadata.version, checked_ms=now_ms)
    write_seen(data, seen)
    return Update(metadata=metadata, here=here)


def require_no_older(metadata: UpdateMetadata, seen: Seen) -> None:
    """Raise UserError if ``metadata`` is older than what was ``seen``, as somebody may send who hides what is new."""
    before = seen.version or "0.0"
    if metadata.serial < seen.serial or version_number(metadata.version) < version_number(before):
        raise UserError(
            tr(
                "The server tells of an older version ({version}) than it did before ({before}).",
                version=metadata.version,
                before=seen.version,
            ),
            tr("Nothing was downloaded. Try again later, or from another network."),
        )


def note_failed_check(data: Path, now_ms: int) -> None:
    """Do not ask again right away, though it brought nothing."""
    write_seen(data, replace(read_seen(data), checked_ms=now_ms))


def arrived(update: Update, data: Path) -> int:
    """How much of the installer is here already; what was downloaded of other versions is deleted."""
    downloads = data / DOWNLOADS
    for folder in downloads.glob("*/"):
        if folder.name != update.metadata.version or not update.is_newer:
            with contextlib.suppress(UserError):  # another copy of the program is downloading it
                discard(folder)
    return arrived_bytes(downloads / update.metadata.version)


def fetch_installer(
    update: Update,
    data: Path,
    network: Network,
    on_progress: Callable[[DownloadProgress], None],
    cancellation: Cancellation,
) -> Path:
    """The installer, whole and with the hash that was signed; nothing is started. Raises UserError."""
    pack = update.program
    if pack is None or not update.is_newer:
        raise UserError(
            tr("There is no installer for this kind of installation."),
            tr("Get the newest version by hand, from where you got this one."),
        )
    is_open = pack.url.casefold().startswith(f"{INSECURE}:") and not is_loopback(host_of(pack.url))
    if not is_part_name(pack.name) or not pack.url or is_open:
        raise UserError(
            tr("The news about updates does not say where the installer is."),
            tr("Get the newest version by hand, from where you got this one."),
        )
    part = Part(name=pack.name, sources=(pack.url,), size=pack.size, sha256=pack.sha256)
    folder = data / DOWNLOADS / update.metadata.version
    return Download(
        [part], folder, network=network, on_progress=on_progress, cancellation=cancellation
    ).run()[0]
