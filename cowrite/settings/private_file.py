"""Small private files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cowrite.settings.overwriting import (
    may_be_written_in_place,
    not_regular,
    open_to_overwrite,
    overwrite,
    read_all,
    sync_file,
)

logger = logging.getLogger(__name__)

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

# What systems and file systems answer that cannot sync a folder, or where it may be written but not listed.
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM}


def write_private(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``, mode 0600. The old content or the new is there at any moment.

    Follows symbolic links, as people keep their settings in a folder of their own. A file that cannot be replaced,
    such as a mount point, is written into, and holds the old content again if that fails. A device, a pipe or a folder
    is neither replaced nor written into. Raises OSError.
    """
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    there = path.exists()
    if there and not path.is_file():
        raise not_regular(path)
    try:
        _replace(path, data)
    except OSError as error:
        if not there or not may_be_written_in_place(error):
            raise
        _write_into(path, data)


def _replace(path: Path, data: bytes) -> None:
    prefix = leftover_prefix(path)
    handle, name = tempfile.mkstemp(prefix=prefix, dir=path.parent)  # made with 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            sync_file(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def _write_into(path: Path, data: bytes) -> None:
    handle = open_to_overwrite(path)
    try:
        overwrite(handle, data, read_all(handle))
    finally:
        os.close(handle)


def leftover_prefix(path: Path) -> str:
    """What the name of a temporary file begins with that a killed :func:`write_private` of ``path`` leaves."""
    return f".{path.name}-"


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable, where the system can. Raises OSError if the disk fails at it."""
    if os.name != "posix":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
        logger.info("this folder cannot be synced (%s)", error.strerror)


def set_aside(path: Path, now: datetime | None = None) -> Path:
    """Rename a damaged file so that it is neither used nor lost; the new name. Raises OSError."""
    aside = _free_name(path, "damaged", now)
    path.rename(aside)
    return aside


def copy_aside(path: Path, label: str, now: datetime | None = None) -> Path:
    """Keep a copy of ``path`` beside it, never over another file; the copy's name. Raises OSError."""
    copy = _free_name(path, label, now)
    try:
        shutil.copy2(path, copy)
    except OSError:
        with contextlib.suppress(OSError):
            copy.unlink()  # half a copy is worse than none
        raise
    return copy


def set_aside_copies(path: Path) -> list[Path]:
    """The files that :func:`set_aside`, and :func:`copy_aside` before a repair, made of ``path``; no folders.

    A folder in the place of a file of ours is not ours, nor what is in it.
    """
    patterns = (f"{path.stem}.{label}-*{path.suffix}" for label in ("damaged", "before-repair"))
    found = (copy for pattern in patterns for copy in path.parent.glob(pattern))
    return [copy for copy in found if copy.is_symlink() or not copy.is_dir()]


def _free_name(path: Path, label: str, now: datetime | None) -> Path:
    moment = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    for attempt in range(1000):
        suffix = f"-{attempt}" if attempt else ""
        name = path.with_name(f"{path.stem}.{label}-{moment}{suffix}{path.suffix}")
        if not os.path.lexists(name):
            return name
    raise FileExistsError(errno.EEXIST, "there are too many files of this name", str(path))
