"""Whether a pack could be of use on this machine, asked of the driver before anything is downloaded."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import GraphicsCard
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
    if _number(card.capability, 10) < manifest.capability:
        least = divmod(manifest.capability, 10)
        raise UserError(
            tr(
                "The graphics card {name} is too old: it has compute capability {has}, and at least {needs} is needed.",
                name=card.name,
                has=_with_point(card.capability),
                needs=_with_point(least),
            ),
            goes_on,
        )
    if _number(card.driver_cuda, 100) * 10 < manifest.driver:
        least = (manifest.driver // 1000, manifest.driver % 1000 // 10)
        raise UserError(
            tr(
                "The NVIDIA driver is too old: it knows CUDA {has}, and CUDA {needs} is needed.",
                has=_with_point(card.driver_cuda),
                needs=_with_point(least),
            ),
            tr("Update the driver, and try again."),
        )
    return card


def _number(version: tuple[int, int], minors: int) -> int:
    return version[0] * minors + version[1]


def _with_point(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
