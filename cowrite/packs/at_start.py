"""What each start of the program does about packs: nearly nothing where there is none."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

POINTER = "active.json"
_marker: Path | None = None
_used: Path | None = None


def is_one_chosen(data: Path) -> bool:
    """Whether a pack was ever switched on or off."""
    return (data / "packs" / POINTER).exists()


def use_active_pack(data: Path, *, watched: bool = True) -> None:
    """Put the pack that is switched on first on the path, so that its torch is the one that is imported.

    ``watched``: have it switched off if this process ends while it imports torch. Must not be called after that.
    """
    if not is_one_chosen(data):
        return
    from cowrite.packs.activation import activate_pointed

    activate_pointed(data / "packs", watched=watched)


def using(folder: Path) -> None:
    """The pack in ``folder`` is first on the path of this process."""
    global _used
    _used = folder


def used_folder() -> Path | None:
    """The folder of the pack that this process uses; None for none."""
    return _used


def importing(marker: Path | None) -> None:
    """Torch is being imported, and ``marker`` says so to later starts; None when that is over."""
    global _marker
    _marker = marker


def forget_import() -> None:
    """This process is about to end without waiting for its threads: one that imports torch is not to be blamed."""
    if _marker is not None:
        with suppress(OSError):
            _marker.unlink()
