"""What a person asks to have written somewhere: into a file, a pipe or a device. No document; those are saved."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import time
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.documents.replacing import ChangedMeanwhileError
from cowrite.documents.writing import (
    DamagedError,
    NotSyncedError,
    is_for_want_of_room,
    why_not_written,
    write_whole,
)
from cowrite.localization import sentences, tr, tr_noop
from cowrite.settings.overwriting import write_all

READER_PATIENCE_S = 10.0
_CHECK_EVERY_S = 0.05
_OWN_HANDLE = re.compile(r"/proc/(?P<process>\d+)/fd/(?P<handle>\d+)")


def write_export(
    path: Path,
    data: bytes,
    *,
    keep_in: Path | None = None,
    private: bool = False,
    must_be_new: bool = False,
    only_files: bool = False,
    reader_patience_s: float = READER_PATIENCE_S,
) -> None:
    """Write ``data`` to ``path``. A file is replaced as a whole; a pipe or a terminal is written into, and stays.

    ``private``: a new file is for this person only. ``must_be_new``: nothing may be there. ``only_files``: into no pipe
    and no device, for a window that must not wait for anybody. A pipe is refused if nobody begins to read it within
    ``reader_patience_s``. ``keep_in`` as for :func:`cowrite.documents.writing.write_whole`.

    Raises UserError; what was at ``path`` is then unchanged, unless the message says otherwise.
    """
    if must_be_new and os.path.lexists(path):
        raise UserError(tr("{path} already exists.", path=path), tr("Choose another name."))
    try:
        status = _status(path)
        own = None if status is None or stat.S_ISDIR(status.st_mode) else _own_handle(path)
        if own is not None:
            _write_into_own(own, data)
        elif status is None or stat.S_ISREG(status.st_mode):
            _require_name(path, status)
            write_whole(path, data, keep_in=keep_in, private=private)
        elif only_files or not _takes_bytes(status):
            raise UserError(_what_it_is(path, status), tr("Choose a file."))
        else:
            _write_into(path, data, status, reader_patience_s)
    except OSError as error:
        raise _in_words(path, error) from error


def _in_words(path: Path, error: OSError) -> UserError:
    match error:
        case BrokenPipeError():
            message = tr(
                "Not everything was written to {path}, because its reader stopped reading.",
                path=path,
            )
            advice = tr("Start the reader again, or choose a file.")
        case DamagedError(kept=kept):
            message = sentences(
                tr(
                    "{path} could not be written, because {reason}, and may be damaged.",
                    path=path,
                    reason=why_not_written(error),
                ),
                tr("What was in it before is kept as {kept}.", kept=kept) if kept else "",
            )
            advice = tr("Choose another name.")
        case NotSyncedError():
            message = tr(
                "{path} was written, but the disk reported an error ({reason}).",
                path=path,
                reason=reason_of(error),
            )
            advice = tr("Choose a name on another disk as well.")
        case ChangedMeanwhileError():
            message = tr(
                "{path} was not written, because another program changed it at that moment.",
                path=path,
            )
            advice = tr("Try again, or choose another name.")
        case _:
            message = tr(
                "{path} could not be written, because {reason}.",
                path=path,
                reason=why_not_written(error),
            )
            advice = (
                tr("Free up disk space, or choose another name.")
                if is_for_want_of_room(error)
                else tr("Check its folder, or choose another name.")
            )
    return UserError(message, advice)


def _status(path: Path) -> os.stat_result | None:
    """Of what is there, behind symbolic links; of an open file of this process too. Raises OSError."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _require_name(path: Path, status: os.stat_result | None) -> None:
    """Raises OSError for a file that is there but has no name any more, as one that another process has open."""
    if status is not None and not Path(os.path.realpath(path)).exists():
        raise OSError(errno.ENOENT, "the file has no name any more", str(path))


def _write_into_own(handle: int, data: bytes) -> None:
    """Write where the process stands in a file that it was given open, so that what it prints next does follow."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    write_all(handle, data)


def _own_handle(path: Path) -> int | None:
    """The number of the open file of this process that ``path`` stands for, as /dev/stdout and /dev/fd/1 do."""
    for _ in range(40):  # as many links as Linux follows
        whole = Path(os.path.realpath(path.parent)) / path.name
        found = _OWN_HANDLE.fullmatch(str(whole))
        if found is not None:
            return int(found["handle"]) if int(found["process"]) == os.getpid() else None
        if not whole.is_symlink():
            return None
        path = whole.parent / whole.readlink()
    return None


def _takes_bytes(status: os.stat_result) -> bool:
    return stat.S_ISFIFO(status.st_mode) or stat.S_ISCHR(status.st_mode)


def _what_it_is(path: Path, status: os.stat_result) -> str:
    for is_it, sentence in (
        (stat.S_ISDIR, tr_noop("{path} is a folder.")),
        (stat.S_ISFIFO, tr_noop("{path} is a pipe.")),
        (stat.S_ISSOCK, tr_noop("{path} is a socket.")),
    ):
        if is_it(status.st_mode):
            return tr(sentence, path=path)
    return tr("{path} is a device.", path=path)


def _write_into(path: Path, data: bytes, status: os.stat_result, patience_s: float) -> None:
    handle = _open_for_reader(path, patience_s)
    try:
        now = os.fstat(handle)
        if not _takes_bytes(now) or (now.st_dev, now.st_ino) != (status.st_dev, status.st_ino):
            raise ChangedMeanwhileError
        os.set_blocking(handle, True)
        write_all(handle, data)
    finally:
        os.close(handle)


def _open_for_reader(path: Path, patience_s: float) -> int:
    """Raises UserError if it is a pipe that nobody reads."""
    flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return os.open(path, flags)
        except OSError as error:
            if error.errno != errno.ENXIO or not path.is_fifo():
                raise
            if time.monotonic() >= deadline:
                raise UserError(
                    tr(
                        "Nothing was written to {path}, because no program is reading from it.",
                        path=path,
                    ),
                    tr("Start its reader first, or choose a file."),
                ) from error
        time.sleep(_CHECK_EVERY_S)
