"""Whether a pack could be of use on this machine, asked of the driver before anything is downloaded."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import GraphicsCard, require_new_enough
from cowrite.localization import tr
from cowrite.packs.manifest import PackManifest


def require_usable(
    card: GraphicsCard | None, manifest: PackManifest, *, has_driver: bool
) -> GraphicsCard:
    """The card that the pack would compute on. Raises UserError that says why there is none."""
    goes_on = tr("Cowrite goes on using the processor.")
    if card is None:
        said = (
            tr("An NVIDIA driver is installed, but it finds no graphics card that it can use.")
            if has_driver
            else tr("This computer has no NVIDIA graphics card, or no driver for it.")
        )
        raise UserError(said, goes_on)
    require_new_enough(card, manifest.capability, manifest.driver)
    return card
