"""What the window of the GPU pack shows of this computer; looked at beside the window's thread."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import has_nvidia_driver, nvidia_card
from cowrite.localization import sentences, tr
from cowrite.packs.cards import require_usable
from cowrite.packs.sources import bundled_source
from cowrite.packs.store import InstalledPack, PackStore, trouble_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class PackState:
    """``card`` says in a sentence whether there is one, ``known_bytes`` how large the pack is that the program
    knows of. ``unfinished_source`` is where a pack comes from of which a part was downloaded; empty for the known one.
    """

    card: str
    installed: tuple[InstalledPack, ...]
    has_previous: bool
    trouble: str
    has_downloads: bool
    known_bytes: int
    unfinished_source: str = ""

    @property
    def used(self) -> InstalledPack | None:
        """The pack that is switched on."""
        return next((pack for pack in self.installed if pack.is_used), None)

    @property
    def sentence(self) -> str:
        """What is installed, and whether it is used."""
        if self.used is not None:
            what = tr("{name} is switched on.", name=self.used.folder.name)
            return sentences(what, self.used.problem)
        if self.installed:
            newest = self.installed[-1]
            what = tr("{name} is installed and switched off.", name=newest.folder.name)
            return sentences(what, self.trouble, newest.problem)
        if self.has_downloads:
            return tr("Part of a pack was downloaded. Installing goes on from there.")
        return tr("No pack is installed.")


def look(store: PackStore) -> PackState:
    """Look at the computer and at the packs. Takes a moment, and longer where the driver does."""
    source, pointer = bundled_source(), store.pointer
    installed = tuple(store.installed())
    manifest = source.manifest if source else installed[-1].manifest if installed else None
    card = nvidia_card()
    said = _without_card()
    if manifest is not None:
        try:
            require_usable(card, manifest, has_driver=has_nvidia_driver())
            said = tr("The graphics card {name} can be used.", name=card.name if card else "")
        except UserError as error:
            said = str(error)
    elif card is not None:
        said = tr("The graphics card {name} was found.", name=card.name)
    return PackState(
        card=sentences(said, "" if source else _of_system()),
        installed=installed,
        has_previous=any(pack.is_previous for pack in installed),
        trouble=trouble_sentence(pointer),
        has_downloads=store.has_downloads(),
        unfinished_source=store.unfinished_source() if store.has_downloads() else "",
        known_bytes=source.manifest.download_bytes if source else 0,
    )


def _without_card() -> str:
    """What to say where no card of NVIDIA's was found."""
    if sys.platform == "darwin":
        return tr(
            "On a Mac, Cowrite uses the processor: the pack is for NVIDIA graphics cards only."
        )
    return tr("No NVIDIA graphics card was found.")


def _of_system() -> str:
    """What to say of this system where the program knows of no pack for it."""
    return tr("Nobody has made a pack for Windows yet.") if sys.platform == "win32" else ""
