"""Why the system refused something, in the language in use: what it says itself is English, or its own language."""

from __future__ import annotations

import errno

from cowrite.localization import current, tr, tr_noop
from cowrite.localization.languages import ENGLISH

_REASONS = {
    errno.EACCES: tr_noop("Permission denied"),
    errno.EBADF: tr_noop("Bad file descriptor"),
    errno.EBUSY: tr_noop("Device or resource busy"),
    errno.ECONNREFUSED: tr_noop("Connection refused"),
    errno.ECONNRESET: tr_noop("Connection reset by peer"),
    errno.EDQUOT: tr_noop("Disk quota exceeded"),
    errno.EEXIST: tr_noop("File exists"),
    errno.EFBIG: tr_noop("File too large"),
    errno.EHOSTUNREACH: tr_noop("No route to host"),
    errno.EINVAL: tr_noop("Invalid argument"),
    errno.EIO: tr_noop("Input/output error"),
    errno.EISDIR: tr_noop("Is a directory"),
    errno.ELOOP: tr_noop("Too many levels of symbolic links"),
    errno.EMFILE: tr_noop("Too many open files"),
    errno.ENAMETOOLONG: tr_noop("File name too long"),
    errno.ENETUNREACH: tr_noop("Network is unreachable"),
    errno.ENODEV: tr_noop("No such device"),
    errno.ENOENT: tr_noop("No such file or directory"),
    errno.ENOMEM: tr_noop("Cannot allocate memory"),
    errno.ENOSPC: tr_noop("No space left on device"),
    errno.ENOTCONN: tr_noop("Transport endpoint is not connected"),
    errno.ENOTDIR: tr_noop("Not a directory"),
    errno.ENOTEMPTY: tr_noop("Directory not empty"),
    errno.ENXIO: tr_noop("No such device or address"),
    errno.EOPNOTSUPP: tr_noop("Operation not supported"),
    errno.EPERM: tr_noop("Operation not permitted"),
    errno.EPIPE: tr_noop("Broken pipe"),
    errno.EROFS: tr_noop("Read-only file system"),
    errno.ESTALE: tr_noop("Stale file handle"),
    errno.ETIMEDOUT: tr_noop("Connection timed out"),
    errno.EXDEV: tr_noop("Invalid cross-device link"),
}


def reason_of(error: OSError) -> str:
    """What stands in parentheses after what could not be done: “Permission denied”."""
    said = error.strerror or str(error) or type(error).__name__
    if current() == ENGLISH:
        return said
    # A reason of ours, which is a message, has the number of one of the system's that is less exact.
    own = tr(said)
    return own if own != said else tr(_REASONS.get(error.errno or 0, said))
