"""Where the files that come with the program are: in a checkout, in an installed package, in a frozen build."""

from __future__ import annotations

import sys
from pathlib import Path

from cowrite.base.errors import BugError

_PACKAGE = Path(__file__).resolve().parent.parent


def resource_path(relative: str) -> Path:
    """The file or folder ``relative`` of the resources. Raises BugError if it is missing."""
    found = optional_resource(relative)
    if found is None:
        raise BugError(f"The program's file {relative} is missing.")
    return found


def optional_resource(relative: str) -> Path | None:
    """The same for what only a package has; None where it is not there."""
    frozen = getattr(sys, "_MEIPASS", None)
    places = [Path(frozen) / "resources"] if frozen else []
    places += [_PACKAGE / "resources", _PACKAGE.parent / "resources"]
    for place in places:
        if (place / relative).exists():
            return place / relative
    return None


def bundled_models() -> Path | None:
    """The folder of the models that come with the program, read-only; None where there is none, as in a checkout."""
    folder = Path(getattr(sys, "_MEIPASS", "")) / "resources" / "models"
    return folder if folder.is_absolute() and folder.is_dir() else None
