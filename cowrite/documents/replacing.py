"""A file replaced as a whole by a new one that carries everything the old one did."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from cowrite.documents.file_attributes import (
    FileAttributes,
    are_visible,
    carry_over,
    read_attributes,
)
from cowrite.settings.overwriting import may_be_written_in_place, not_regular, sync_file, write_all

PRIVATE, AS_UMASK_ALLOWS = 0o600, 0o666
NEW_SUFFIX = ".cowrite-new"


class CannotReplaceError(Exception):
    """The file there has to be written into; it is as it was."""


class ChangedMeanwhileError(OSError):
    """Another program changed, removed or made the file while this one was about to write it."""


def replace_file(target: Path, data: bytes, old: os.stat_result | None, mode: int) -> int:
    """Put a new file with ``data`` where ``target`` is; the time of its last change, in nanoseconds.

    ``old`` is the status of the file that is there, ``mode`` that of a file that was not. Raises CannotReplaceError,
    ChangedMeanwhileError or another OSError; what is there is then untouched.
    """
    carried = _to_carry(target, old) if old is not None else None
    try:
        temporary, handle = _new_file_beside(target, PRIVATE if old is not None else mode)
    except OSError as error:
        raise _or_in_place(error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if carried is not None and not carry_over(carried, file.fileno()):
                raise CannotReplaceError
            sync_file(file.fileno())
            mtime_ns = os.fstat(file.fileno()).st_mtime_ns
        require_unchanged(target, old)
        try:
            temporary.replace(target)
        except OSError as error:
            raise _or_in_place(error) from error
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return mtime_ns


def create_file(target: Path, data: bytes, mode: int) -> int:
    """Make the file ``target``, where nothing can be renamed; as above. Raises OSError; there is then no file."""
    handle = _create(target, mode)
    try:
        try:
            write_all(handle, data)
            sync_file(handle)
            return os.fstat(handle).st_mtime_ns
        finally:
            os.close(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            target.unlink()
        raise


def require_unchanged(target: Path, old: os.stat_result | None) -> None:
    """Raises ChangedMeanwhileError unless ``target`` is still what had the status ``old`` (None: nothing)."""
    try:
        now = target.lstat()
    except FileNotFoundError:
        now = None
    if _told_by(now) != _told_by(old):
        raise ChangedMeanwhileError


def require_same(old: os.stat_result, opened: os.stat_result) -> os.stat_result:
    """The status of a file that was opened to be written. Raises ChangedMeanwhileError if it is no longer as ``old``.

    In an overlay, opening makes a copy in another layer, with another inode.
    """
    if (old.st_size, old.st_mtime_ns, old.st_mode) != (
        opened.st_size,
        opened.st_mtime_ns,
        opened.st_mode,
    ):
        raise ChangedMeanwhileError
    return opened


def _told_by(status: os.stat_result | None) -> tuple[int, ...]:
    if status is None:
        return ()
    who = (status.st_dev, status.st_ino, status.st_mode, status.st_uid, status.st_gid)
    return (*who, status.st_size, status.st_mtime_ns)


def _to_carry(target: Path, old: os.stat_result) -> FileAttributes:
    """Raises CannotReplaceError where a new file would lack something: other names, or what is not seen."""
    if old.st_nlink > 1 or not are_visible():
        raise CannotReplaceError
    try:
        return read_attributes(target)
    except OSError as error:
        raise CannotReplaceError from error


def _or_in_place(error: OSError) -> Exception:
    return CannotReplaceError() if may_be_written_in_place(error) else error


def _new_file_beside(target: Path, mode: int) -> tuple[Path, int]:
    temporary = beside(target, NEW_SUFFIX)
    return temporary, _create(temporary, mode)


def _create(path: Path, mode: int) -> int:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, mode)


def beside(target: Path, suffix: str) -> Path:
    """A hidden name that is not taken, in the folder of ``target``."""
    return target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}{suffix}")


def require_writable(target: Path) -> os.stat_result | None:
    """The status of the file that is there, None if there is none. Raises OSError if it must not be written."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not stat.S_ISREG(status.st_mode):
        raise not_regular(target)
    # A rename needs no permission of the file itself; its owner took the permission away for a reason.
    if not os.access(target, os.W_OK):
        code = errno.EROFS if _is_on_read_only_disk(target) else errno.EACCES
        raise OSError(code, os.strerror(code), str(target))
    return status


def _is_on_read_only_disk(target: Path) -> bool:
    if not hasattr(os, "statvfs"):
        return False
    try:
        return bool(os.statvfs(target).f_flag & os.ST_RDONLY)
    except OSError:
        return False
