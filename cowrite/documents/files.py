"""Files of the writer: read with plain words for what goes wrong, saved whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cowrite.documents.text_codec import TextFormat, decode
from cowrite.errors import UserError
from cowrite.settings.private_file import sync_folder

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
        raise UserError(f"{path} is not a text file.", error.advice) from error
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
        _refuse_what_is_no_file(path, path.stat())  # before opening: a pipe would wait for a writer
        return _read(path)
    except FileNotFoundError as error:
        raise UserError(f"There is no file {path}.", "Check its name.") from error
    except PermissionError as error:
        raise UserError(
            f"You do not have permission to read {path}.", "Ask its owner for access."
        ) from error
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror or error}).") from error


def changed_on_disk(path: Path, stamp: FileStamp | None, *, trust_mtime: bool = False) -> bool:
    """Whether the file is no longer what it was when ``stamp`` was taken (None: it did not exist).

    Compares contents, so that a file that was only touched has not changed. With ``trust_mtime`` an equal time
    and size are enough: for looking often, not before overwriting, as clocks of file systems can be coarse.
    """
    try:
        status = path.stat()
        if stamp is None or status.st_size != stamp.size:
            return True
        if trust_mtime and status.st_mtime_ns == stamp.mtime_ns:
            return False
        data, _ = _read(path)
    except FileNotFoundError:
        return stamp is not None
    except OSError:
        return True  # what cannot be looked at must be asked about
    return _digest(data) != stamp.sha256


def save_atomically(path: Path, data: bytes) -> FileStamp:
    """Replace the file by ``data``: at any moment the old bytes or the new are there.

    Follows symbolic links; keeps the mode and, where allowed, the group and owner. A hard link of the file keeps
    the old bytes. Raises UserError; the file is then unchanged unless the message says that it was written.
    """
    try:
        target = Path(os.path.realpath(path))
        mtime_ns = _replace(target, data)
    except OSError as error:
        raise UserError(_why(path, error), _advice(error)) from error
    try:
        sync_folder(target.parent)
    except OSError as error:
        raise UserError(
            f"{path.name} was written, but the disk reported an error ({error.strerror or error}).",
            "Save a copy on another disk as well.",
        ) from error
    return _stamp(data, mtime_ns)


def _refuse_what_is_no_file(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UserError(f"{path} is a folder, not a file.", "Choose a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise UserError(f"{path} is not a regular file.", "Choose a text file.")
    if status.st_size > LARGEST_FILE_BYTES:
        raise UserError(
            f"{path} is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.",
            "Split it into smaller files.",
        )


def _read(path: Path) -> tuple[bytes, int]:
    """The content and the time of its last change, of one and the same file. Raises OSError."""
    with path.open("rb") as file:
        mtime_ns = os.fstat(file.fileno()).st_mtime_ns
        return file.read(), mtime_ns


def _replace(target: Path, data: bytes) -> int:
    """Raises OSError; ``target`` is then unchanged. The time of the new file's last change, in nanoseconds."""
    old = _replaceable(target)
    temporary, handle = _new_file_beside(target, private=old is not None)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if old is not None:
                _take_over(temporary, old)
            os.fsync(file.fileno())
            mtime_ns = os.fstat(file.fileno()).st_mtime_ns
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return mtime_ns


def _replaceable(target: Path) -> os.stat_result | None:
    """The status of the file that is there, if any. Raises OSError if it must not be replaced."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(target))
    # A rename needs no permission of the file itself; its owner took the permission away for a reason.
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    return status


def _new_file_beside(target: Path, *, private: bool) -> tuple[Path, int]:
    """A new file in the same folder and its handle. A file that is not ``private`` gets what the umask allows."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    name = f".{target.name[:40]}.{secrets.token_hex(4)}.cowrite-new"
    temporary = target.with_name(name)
    return temporary, os.open(temporary, flags, 0o600 if private else 0o666)


def _take_over(temporary: Path, old: os.stat_result) -> None:
    new = temporary.stat()
    if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        # Only root may give a file away, but its group may be one of this person's. Neither is worth failing for.
        with contextlib.suppress(OSError):
            os.chown(temporary, -1, old.st_gid)
            os.chown(temporary, old.st_uid, -1)
    temporary.chmod(stat.S_IMODE(old.st_mode))


def _stamp(data: bytes, mtime_ns: int) -> FileStamp:
    return FileStamp(size=len(data), sha256=_digest(data), mtime_ns=mtime_ns)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _why(path: Path, error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your disk quota is used up",
        errno.EACCES: "you do not have permission to write there",
        errno.EPERM: "you do not have permission to write there",
        errno.EROFS: "the disk is read-only",
        errno.ENOENT: "its folder does not exist",
        errno.EISDIR: "there is a folder with that name",
    }
    reason = reasons.get(error.errno or 0) or error.strerror or str(error)
    return f"{path.name} could not be saved, because {reason}. The file on disk is unchanged."


def _advice(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "Your text is still here: free up disk space and save again, or save it somewhere else."
        )
    return "Your text is still here: save it somewhere else."
