"""Only ordinary files are read: a pipe may wait for ever, and a device may never end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.localization import tr


def require_regular_file(path: Path) -> os.stat_result:
    """What the system says of the file, before it is opened: a pipe would wait for a writer then.

    Raises UserError if ``path`` is a folder, a pipe or a device; OSError if it cannot be looked at.
    """
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise UserError(
            tr("{path} is a folder, not a file.", path=path), tr("Choose a file in it.")
        )
    if not stat.S_ISREG(status.st_mode):
        raise UserError(
            tr("{path} is not a regular file.", path=path),
            tr("Copy what it holds into a file first."),
        )
    return status
