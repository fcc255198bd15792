"""One process at a time: a lock that the system gives back when its holder ends, however it ends."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from cowrite.settings.private_file import PRIVATE_FILE

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

logger = logging.getLogger(__name__)

_HELD = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


class LockHeldError(Exception):
    """Another process holds the lock."""


@contextlib.contextmanager
def exclusive_lock(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock ``path``, a file that stays. Raises LockHeldError at once if it is taken, or OSError.

    ``shared``: beside others that hold it so (on Windows not at all). Where the file system knows no locks, as on some
    network drives, there is none to hold and none to wait for.
    """
    handle = os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE)  # not inherited by child processes
    try:
        try:
            _lock(handle, shared=shared)
        except OSError as error:
            if error.errno in _HELD:
                raise LockHeldError(path.name) from error
            logger.info("this folder cannot be locked (%s)", error.strerror)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, *, shared: bool) -> None:
    if sys.platform == "win32":
        if not shared:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
