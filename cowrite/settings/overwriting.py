"""Writing into a file that cannot be replaced: its bytes change, everything else it carries stays.

There is a moment in which such a file holds neither the old bytes nor the new. Whoever calls :func:`overwrite` keeps
the old ones somewhere else until it returns.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
from pathlib import Path

logger = logging.getLogger(__name__)

# What file systems answer that cannot sync a file, or cannot reserve room for one.
_UNSUPPORTED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
# What makes another way of writing pointless: there is no room, or the disk or the file is gone.
_HOPELESS = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE,
    errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ESTALE, errno.ENODEV, errno.ENXIO,
}  # fmt: skip
_PART = 1 << 24


class NotRestoredError(OSError):
    """Writing failed midway, and so did putting the old bytes back: the file is damaged."""


def may_be_written_in_place(error: OSError) -> bool:
    """Whether a file that could not be replaced because of ``error`` is worth an attempt to write into it."""
    return error.errno is not None and error.errno not in _HOPELESS


def open_to_overwrite(path: Path) -> int:
    """A handle for reading and writing the regular file that is there. Raises OSError."""
    flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise not_regular(path)
    return handle


def not_regular(path: Path) -> OSError:
    """The error for what can be neither replaced nor overwritten: a pipe, a device, a socket."""
    return OSError(errno.EINVAL, "it is not a regular file", str(path))


def read_all(handle: int) -> bytes:
    """Everything in the open file. Raises OSError."""
    os.lseek(handle, 0, os.SEEK_SET)
    parts = []
    while part := os.read(handle, _PART):
        parts.append(part)
    return b"".join(parts)


def write_all(handle: int, data: bytes) -> None:
    """Write all of ``data`` where the open file stands. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync_file(handle: int) -> None:
    """Make the bytes of the open file durable, where its file system can. Raises OSError if the disk fails at it."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        logger.info("this file cannot be synced (%s)", error.strerror)


def overwrite(handle: int, data: bytes, old: bytes) -> None:
    """Replace the content ``old`` of the open file by ``data``, synced.

    Raises OSError; the file then holds ``old`` again. Raises NotRestoredError if even that failed.
    """
    status = os.fstat(handle)
    _reserve(handle, len(data), status.st_size)
    try:
        _put(handle, data)
        _keep_mode(handle, status.st_mode)
    except BaseException as error:
        try:
            _put(handle, old)
            _keep_mode(handle, status.st_mode)
        except OSError as second:
            raise NotRestoredError(second.errno, second.strerror) from error
        with contextlib.suppress(OSError, NotImplementedError, TypeError):
            os.utime(handle, ns=(status.st_atime_ns, status.st_mtime_ns))
        raise


def _reserve(handle: int, size: int, old_size: int) -> None:
    """Have the room for ``size`` bytes before the first old one is gone, where the file system can."""
    if not hasattr(os, "posix_fallocate") or size <= old_size:
        return
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            os.ftruncate(handle, old_size)  # some of the room may have been added
            raise


def _put(handle: int, data: bytes) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    write_all(handle, data)
    os.ftruncate(handle, len(data))
    sync_file(handle)


def _keep_mode(handle: int, mode: int) -> None:
    """A write takes the setuid and setgid bits away; the file belongs to the same people as before."""
    if os.fstat(handle).st_mode != mode and hasattr(os, "fchmod"):
        with contextlib.suppress(OSError):
            os.fchmod(handle, stat.S_IMODE(mode))
