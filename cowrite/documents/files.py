"""Documents in files: read and saved, with plain words for what goes wrong."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.documents.replacing import ChangedMeanwhileError
from cowrite.documents.text_codec import TextFormat, decode
from cowrite.documents.writing import (
    DamagedError,
    NotSyncedError,
    is_for_want_of_room,
    why_not_written,
    write_whole,
)
from cowrite.localization import sentences, tr
from cowrite.settings.regular_file import require_regular_file

LARGEST_FILE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """Tells one content of a file from another. ``mtime_ns`` is 0 where it is unknown."""

    size: int
    sha256: str
    mtime_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """A file as it was when it was read."""

    path: Path
    text: str
    format: TextFormat
    stamp: FileStamp
    read_only_reason: str = ""


def read_document(path: Path, encoding: str = "", *, remembered: str = "") -> LoadedFile:
    """Read ``path``. Raises UserError with one plain sentence if it cannot be opened as text.

    It is read in ``encoding`` if one is given, and in ``remembered``, which the writer chose once, where its own is
    only a guess.
    """
    data, mtime_ns = _content(path)
    try:
        decoded = decode(data, encoding, remembered=remembered)
    except UserError as error:
        raise UserError(tr("{path} is not a text file.", path=path), error.advice) from error
    return LoadedFile(
        path=path,
        text=decoded.text,
        format=decoded.format,
        stamp=_stamp(data, mtime_ns),
        read_only_reason=decoded.read_only_reason,
    )


def read_bytes(path: Path) -> tuple[bytes, FileStamp]:
    """What is in ``path``, and its stamp. Raises UserError."""
    data, mtime_ns = _content(path)
    return data, _stamp(data, mtime_ns)


def _content(path: Path) -> tuple[bytes, int]:
    """What is in ``path`` and the time of its last change in nanoseconds. Raises UserError with one plain sentence."""
    try:
        if require_regular_file(path).st_size > LARGEST_FILE_BYTES:
            raise UserError(
                tr(
                    "{path} is larger than {most} MB.",
                    path=path,
                    most=LARGEST_FILE_BYTES // 1_000_000,
                ),
                tr("Split it into smaller files."),
            )
        return _read(path)
    except FileNotFoundError as error:
        raise UserError(tr("There is no file {path}.", path=path), tr("Check its name.")) from error
    except PermissionError as error:
        raise UserError(
            tr("You do not have permission to read {path}.", path=path),
            tr("Ask its owner for access."),
        ) from error
    except OSError as error:
        raise UserError(
            tr("{path} cannot be read ({reason}).", path=path, reason=reason_of(error))
        ) from error


def changed_on_disk(path: Path, stamp: FileStamp | None, *, trust_mtime: bool = False) -> bool:
    """Whether the file is no longer what it was when ``stamp`` was taken (None: it did not exist).

    Compares contents, so that a file that was only touched has not changed. With ``trust_mtime`` an equal time
    and size are enough: for looking often, not before overwriting, as clocks of file systems can be coarse.
    """
    try:
        status = path.stat()
        if stamp is None or status.st_size != stamp.size or not stat.S_ISREG(status.st_mode):
            return True  # not opened if it is no file any more: a pipe would wait for a writer
        if trust_mtime and status.st_mtime_ns == stamp.mtime_ns:
            return False
        data, _ = _read(path)
    except FileNotFoundError:
        return stamp is not None
    except OSError:
        return True  # what cannot be looked at must be asked about
    return _digest(data) != stamp.sha256


def save_atomically(
    path: Path,
    data: bytes,
    *,
    keep_in: Path | None = None,
    may_replace: Callable[[], bool] = lambda: True,
) -> FileStamp:
    """Write the document ``data``: see :func:`cowrite.documents.writing.write_whole`. The file's new stamp.

    Raises UserError; the file is then unchanged unless the message says otherwise.
    """
    try:
        mtime_ns = write_whole(path, data, keep_in=keep_in, may_replace=may_replace)
    except ChangedMeanwhileError as error:
        raise UserError(
            tr(
                "{name} was not saved, because another program changed it at that moment.",
                name=path.name,
            ),
            tr("Your text is still here: save again, and choose which of the two to keep."),
        ) from error
    except DamagedError as error:
        message = tr(
            "{name} could not be saved, because {reason}, and the file may be damaged.",
            name=path.name,
            reason=why_not_written(error),
        )
        before = (
            tr("What was in it before is kept as {kept}.", kept=error.kept) if error.kept else ""
        )
        raise UserError(
            sentences(message, before),
            tr("Your text is still here: save it somewhere else."),
        ) from error
    except NotSyncedError as error:
        raise UserError(
            tr(
                "{name} was written, but the disk reported an error ({reason}).",
                name=path.name,
                reason=reason_of(error),
            ),
            tr("Save a copy on another disk as well."),
        ) from error
    except OSError as error:
        raise UserError(
            tr(
                "{name} could not be saved, because {reason}. The file on disk is unchanged.",
                name=path.name,
                reason=why_not_written(error),
            ),
            _advice(error),
        ) from error
    return _stamp(data, mtime_ns)


def _read(path: Path) -> tuple[bytes, int]:
    """The content and the time of its last change, of one and the same file. Raises OSError."""
    with path.open("rb") as file:
        mtime_ns = os.fstat(file.fileno()).st_mtime_ns
        return file.read(), mtime_ns


def _stamp(data: bytes, mtime_ns: int) -> FileStamp:
    return FileStamp(size=len(data), sha256=_digest(data), mtime_ns=mtime_ns)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _advice(error: OSError) -> str:
    if is_for_want_of_room(error):
        return tr(
            "Your text is still here: free up disk space and save again, or save it somewhere else."
        )
    return tr("Your text is still here: save it somewhere else.")
