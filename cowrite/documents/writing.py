"""How a document or an export is written: the file is replaced where nothing is lost by that, or written into."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from cowrite.base.system_reasons import reason_of
from cowrite.documents.kept_bytes import keeping
from cowrite.documents.replacing import (
    AS_UMASK_ALLOWS,
    PRIVATE,
    CannotReplaceError,
    ChangedMeanwhileError,
    create_file,
    replace_file,
    require_same,
    require_unchanged,
    require_writable,
)
from cowrite.localization import tr, tr_noop
from cowrite.settings.overwriting import NotRestoredError, open_to_overwrite, overwrite, read_all
from cowrite.settings.private_file import sync_folder

LARGEST_KEPT_BYTES = 2_000_000_000
_REASONS = {
    errno.ENOSPC: tr_noop("the disk is full"),
    errno.EDQUOT: tr_noop("your disk quota is used up"),
    errno.EACCES: tr_noop("you do not have permission to write there"),
    errno.EPERM: tr_noop("you do not have permission to write there"),
    errno.EROFS: tr_noop("the disk is read-only"),
    errno.ENOENT: tr_noop("its folder does not exist"),
    errno.EISDIR: tr_noop("there is a folder with that name"),
}


class NotSyncedError(OSError):
    """The new file is there, but the disk failed at making its name durable."""


class DamagedError(OSError):
    """The file holds neither the old bytes nor the new. ``kept``: where the old ones are, None if there were none."""

    def __init__(self, error: OSError, kept: Path | None) -> None:
        super().__init__(error.errno, error.strerror)
        self.kept = kept


def write_whole(
    path: Path,
    data: bytes,
    *,
    keep_in: Path | None = None,
    private: bool = False,
    may_replace: Callable[[], bool] = lambda: True,
) -> int:
    """Write ``data`` to the regular file ``path``; the time of its last change, in nanoseconds.

    Follows symbolic links. At any moment the old bytes or the new are there: a new file takes the place of the old
    one, with all that it carried; where that cannot be done (other names of the file, a mount point, a folder in which
    no file may be made), the file is written into, and until that is done the old bytes lie beside it or in the
    private folder ``keep_in``. A new file has the rights that the umask allows, or is ``private``.

    ``may_replace`` looks at what is there after its status was noted, so that nothing that changes in between goes
    unnoticed; where it says no, ChangedMeanwhileError is raised. Raises OSError; what is there is then untouched,
    unless it is a DamagedError or NotSyncedError.
    """
    target = Path(os.path.realpath(path))
    old = require_writable(target)
    if not may_replace():
        raise ChangedMeanwhileError
    mode = PRIVATE if private else AS_UMASK_ALLOWS
    try:
        mtime_ns = replace_file(target, data, old, mode)
    except CannotReplaceError:
        if old is not None:
            return _write_in_place(target, data, old, keep_in)
        mtime_ns = create_file(target, data, mode)
    try:
        sync_folder(target.parent)
    except OSError as error:
        raise NotSyncedError(error.errno, error.strerror) from error
    return mtime_ns


def why_not_written(error: OSError) -> str:
    """Why a file could not be written, to stand after “because”."""
    known = _REASONS.get(error.errno or 0)
    return tr(known) if known else reason_of(error)


def is_for_want_of_room(error: OSError) -> bool:
    """Whether there would be no such error if there was more room on the disk."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def _write_in_place(target: Path, data: bytes, old: os.stat_result, keep_in: Path | None) -> int:
    if old.st_size > LARGEST_KEPT_BYTES:
        raise OSError(
            errno.EFBIG, tr_noop("what is in it is too large to be kept meanwhile"), str(target)
        )
    handle = open_to_overwrite(target)
    kept: Path | None = None
    try:
        old = require_same(old, os.fstat(handle))
        before = read_all(handle)
        for only_private in (False, True):
            try:
                with keeping(target, before, data, keep_in, only_private=only_private) as kept:
                    require_unchanged(target, old)
                    overwrite(handle, data, before)
                break
            except NotRestoredError:
                raise
            except OSError as error:
                # The old bytes beside the file may have taken the room that the new ones need.
                if only_private or keep_in is None or not is_for_want_of_room(error):
                    raise
                old = os.fstat(handle)
        return os.fstat(handle).st_mtime_ns
    except NotRestoredError as error:
        raise DamagedError(error, kept) from error
    finally:
        os.close(handle)
