"""A file or a folder gets another name or another place. Nothing that is there is replaced."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr


def move(source: Path, target: Path) -> None:
    """Make ``target`` of ``source``. Raises UserError; nothing is then changed."""
    try:
        if os.path.lexists(target) and not _differs_in_case_only(source, target):
            raise FileExistsError
        if not _moved_by_link(source, target):
            source.rename(target)
    except FileExistsError as error:
        raise UserError(
            tr("There is a “{name}” already.", name=target.name),
            tr("Choose another name; nothing was changed."),
        ) from error
    except FileNotFoundError as error:
        raise UserError(
            tr("“{name}” is not there any more.", name=source.name),
            tr("Look where it was moved to."),
        ) from error
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else tr("the name is not allowed")
        raise UserError(
            tr("“{name}” cannot be renamed ({reason}).", name=source.name, reason=reason),
            tr("See whether you may change the folder, and whether the name is allowed there."),
        ) from error


def _differs_in_case_only(source: Path, target: Path) -> bool:
    """Whether a file system that does not tell case apart finds the same file under both names."""
    is_same_name = source.parent == target.parent and (
        source.name.casefold() == target.name.casefold()
    )
    return is_same_name and source.samefile(target)


def _moved_by_link(source: Path, target: Path) -> bool:
    """Move a file so that nothing written to ``target`` in this moment is replaced, where the disk can do that.

    POSIX has no renaming that refuses to replace a file; a second name for it does. Raises FileExistsError.
    """
    if os.name != "posix" or not stat.S_ISREG(source.lstat().st_mode):
        return False
    if os.path.lexists(target):  # the same file in another case
        return False
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        return False
    try:
        source.unlink()
    except OSError:
        with contextlib.suppress(OSError):
            target.unlink()
        raise
    return True
