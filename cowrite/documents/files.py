"""Files of the writer: read with plain words for what goes wrong, saved whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cowrite.documents.text_codec import TextFormat, decode
from cowrite.errors import UserError
from cowrite.settings.private_file import sync_folder

LARGEST_FILE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """Tells one content of a file from another."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """A file as it was when it was read."""

    path: Path
    text: str
    format: TextFormat
    stamp: FileStamp
    read_only_reason: str = ""


def read_document(path: Path) -> LoadedFile:
    """Read ``path``. Raises UserError with one plain sentence if it cannot be opened as text."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserError(f"{path} is a folder, not a file.", "Choose a file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path} is not an ordinary file.", "Choose a text file.")
        if status.st_size > LARGEST_FILE_BYTES:
            raise UserError(
                f"{path} is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.",
                "Split it into smaller files.",
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"There is no file {path}.", "Check its name.") from error
    except PermissionError as error:
        raise UserError(f"{path} may not be read.", "Ask its owner, or copy it.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror or error}).") from error
    try:
        decoded = decode(data)
    except UserError as error:
        raise UserError(f"{path} is not a text file.", error.advice) from error
    return LoadedFile(
        path=path,
        text=decoded.text,
        format=decoded.format,
        stamp=_stamp(data),
        read_only_reason=decoded.read_only_reason,
    )


def changed_on_disk(path: Path, stamp: FileStamp | None) -> bool:
    """Whether the file is no longer what it was when ``stamp`` was taken (None: it did not exist)."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return stamp is not None
    except OSError:
        return True
    return stamp is None or stamp != _stamp(data)


def save_atomically(path: Path, data: bytes) -> FileStamp:
    """Replace the file by ``data``: at any moment the old bytes or the new are there.

    Follows symbolic links and keeps the mode. Raises UserError; the file is then unchanged.
    """
    try:
        target = Path(os.path.realpath(path))
        _replace(target, data)
    except OSError as error:
        raise UserError(_why(path, error), _advice(error)) from error
    return _stamp(data)


def _replace(target: Path, data: bytes) -> None:
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    except FileNotFoundError:
        mode = 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}-", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(target.parent)


def _umask() -> int:
    """The process's umask; there is no way to read it but to set it."""
    current = os.umask(0o077)
    os.umask(current)
    return current


def _stamp(data: bytes) -> FileStamp:
    return FileStamp(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def _why(path: Path, error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk space you may use is full",
        errno.EACCES: "you may not write there",
        errno.EPERM: "you may not write there",
        errno.EROFS: "that disk can only be read",
        errno.ENOENT: "its folder does not exist",
        errno.EISDIR: "there is a folder of that name",
    }
    reason = reasons.get(error.errno or 0) or error.strerror or str(error)
    return f"{path.name} could not be saved, because {reason}. The file on disk is unchanged."


def _advice(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Your text is still here: make room and save again, or save elsewhere."
    return "Your text is still here: save it in another place."
