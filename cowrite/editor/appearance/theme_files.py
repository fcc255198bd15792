"""Where the data files that ship with the program lie. Knows nothing of what is in them."""

from __future__ import annotations

from pathlib import Path

import cowrite


def resource_path(*parts: str) -> Path:
    """The path of a bundled data file, in a checkout as well as in an installed package.

    A wheel carries ``resources`` inside the package; in a checkout it stands beside it.
    """
    package = Path(cowrite.__file__).resolve().parent
    installed = package / "resources"
    root = installed if installed.is_dir() else package.parent / "resources"
    return root.joinpath(*parts)
