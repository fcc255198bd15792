"""Only ordinary files are read: a pipe may wait for ever, and a device may never end."""

from __future__ import annotations

import stat
from pathlib import Path

from cowrite.errors import UserError


def require_regular_file(path: Path) -> None:
    """Raise UserError if ``path`` is a folder, a pipe or a device; OSError if it cannot be looked at."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise UserError(f"{path} is a folder, not a file.", "Choose a file in it.")
    if not stat.S_ISREG(mode):
        raise UserError(f"{path} is not a regular file.", "Copy what it holds into a file first.")
