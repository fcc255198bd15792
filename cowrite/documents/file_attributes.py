"""What a file carries beside its bytes: owner, group, mode, access control list, extended attributes and flags.

Python sees all of that on Linux only; where it does not, a file is written into rather than replaced.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "linux":
    import fcntl

logger = logging.getLogger(__name__)

ACL = "system.posix_acl_access"
# Hashes of the content, which the system makes itself: of other content they would be wrong.
_OF_THE_CONTENT = {"security.ima", "security.evm"}
_NONE_HERE = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOTTY, errno.EINVAL}

# ``FS_IOC_GETFLAGS`` and ``FS_IOC_SETFLAGS`` of linux/fs.h, whose numbers name the size of a C long.
_LONG = struct.calcsize("l")
_GET_FLAGS = 2 << 30 | _LONG << 16 | ord("f") << 8 | 1
_SET_FLAGS = 1 << 30 | _LONG << 16 | ord("f") << 8 | 2
# Those a person sets with chattr: s u c S d A C j t P x; the others belong to the file system.
_CHOSEN_FLAGS = 0x1 | 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x4000 | 0x8000 | 0x800000 | 0x2000000


@dataclass(frozen=True, slots=True)
class FileAttributes:
    """All of it; ``extended`` by name, access control lists among them; ``flags`` is 0 where there are none."""

    mode: int
    owner: int
    group: int
    extended: Mapping[str, bytes]
    flags: int


def are_visible() -> bool:
    """Whether this system shows everything that a file carries."""
    return sys.platform == "linux" and hasattr(os, "listxattr")


def read_attributes(file: Path | int) -> FileAttributes:
    """What the file ``file`` carries, a path or a handle. Raises OSError where some of it cannot be read."""
    if not isinstance(file, Path):
        return _read(file)
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    except PermissionError:
        return _read(file)  # it may be written but not read
    try:
        return _read(handle)
    finally:
        os.close(handle)


def carry_over(old: FileAttributes, handle: int) -> bool:
    """Let the open new file carry what the ``old`` one did; whether it does.

    The new file must be private (mode 0600), and may be anything if this was in vain. At no moment may anybody read
    or write it who could not read or write the old one: what the folder gave it goes first, then comes the owner, and
    the rights last.
    """
    try:
        for name in read_attributes(handle).extended.keys() - old.extended.keys():
            _remove(handle, name)
        _change_owner(handle, old)
        if read_attributes(handle).flags != old.flags:
            _set_flags(handle, old.flags)
        rights = {name for name in old.extended if name.startswith("system.")}
        for name in (*sorted(old.extended.keys() - rights), *sorted(rights)):
            _set(handle, name, old.extended[name])
        if stat.S_IMODE(os.fstat(handle).st_mode) != old.mode:
            os.fchmod(handle, old.mode)
        return read_attributes(handle) == old
    except OSError as error:
        logger.info("a new file cannot carry what the old one does (%s)", error.strerror)
        return False


def _read(file: Path | int) -> FileAttributes:
    status = os.stat(file)  # noqa: PTH116 - of a handle too
    return FileAttributes(
        mode=stat.S_IMODE(status.st_mode),
        owner=status.st_uid,
        group=status.st_gid,
        extended=_extended(file),
        flags=_flags(file) if isinstance(file, int) else 0,
    )


def _change_owner(handle: int, old: FileAttributes) -> None:
    """Raises OSError if somebody else would own the file: its rights would then be those of other people."""
    new = os.fstat(handle)
    if new.st_gid != old.group:
        os.fchown(handle, -1, old.group)
    if new.st_uid != old.owner:
        os.fchown(handle, old.owner, -1)


def _extended(file: Path | int) -> dict[str, bytes]:
    try:
        names = os.listxattr(file)
    except OSError as error:
        if error.errno in _NONE_HERE:
            return {}
        raise
    found = {}
    for name in names:
        if name in _OF_THE_CONTENT:
            continue
        try:
            found[name] = os.getxattr(file, name)
        except OSError as error:
            if error.errno not in {errno.ENODATA, *_NONE_HERE}:
                raise
    return found


def _set(handle: int, name: str, value: bytes) -> None:
    try:
        if os.getxattr(handle, name) == value:
            return
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
    os.setxattr(handle, name, value)


def _remove(handle: int, name: str) -> None:
    os.removexattr(handle, name)


def _flags(handle: int) -> int:
    try:
        answer = fcntl.ioctl(handle, _GET_FLAGS, bytes(_LONG))
    except OSError as error:
        if error.errno in _NONE_HERE:
            return 0
        raise
    return int.from_bytes(answer[:4], sys.byteorder) & _CHOSEN_FLAGS


def _set_flags(handle: int, chosen: int) -> None:
    answer = fcntl.ioctl(handle, _GET_FLAGS, bytes(_LONG))
    others = int.from_bytes(answer[:4], sys.byteorder) & ~_CHOSEN_FLAGS
    value = (others | chosen).to_bytes(4, sys.byteorder).ljust(_LONG, b"\0")
    fcntl.ioctl(handle, _SET_FLAGS, value)
