"""Unpacks a wheel: only what its own list names, nothing outside the folder, no more than was said beforehand."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.packs.record import LARGEST_RECORD, is_not_listed, read_record
from cowrite.settings.file_names import is_device
from cowrite.settings.private_file import PRIVATE_FILE, PRIVATE_FOLDER

CHUNK = 1 << 20
LONGEST_PATH = 400
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_UNSAFE = re.compile(r'[\x00-\x1f\\:*?"<>|\x7f]')
_DATA = re.compile(r"[^/]+\.data/(purelib|platlib)/(.+)")
_LEFT_OUT = re.compile(r"[^/]+\.data/(scripts|headers|data)/.+")
# What the person reads is the same for each; which it was is for the log.
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError)


class WheelError(ValueError):
    """A wheel that is not unpacked, and why, for the log."""


@dataclass(slots=True, kw_only=True)
class Room:
    """What all wheels of a pack may still take, and the files that are there, by their names in small letters.

    ``left_out`` are patterns of files that nobody needs, see :class:`PackManifest`.
    """

    bytes_left: int
    files_left: int
    left_out: tuple[str, ...] = ()
    there: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def unpack_wheel(wheel: Path, folder: Path, room: Room, on_bytes: Callable[[int], None]) -> None:
    """Write the files of ``wheel`` into ``folder``. Raises UserError if it is not what it should be, or OSError.

    ``on_bytes`` is told how much was written each time, and may raise to stop.
    """
    try:
        with ZipFile(wheel) as archive:
            members = _members(archive)
            listed = read_record(_record(archive, members))
            for name in members:
                if not is_not_listed(name) and name not in listed:
                    raise WheelError(f"{name} is not in the list")
            if missing := listed.keys() - members.keys():
                raise WheelError(f"{min(missing)} is missing")
            for name, member in members.items():
                place = _place(name)
                if place is not None and not is_left_out(place, room.left_out):
                    _unpack(archive, member, folder, place, listed, room, on_bytes)
    except _BROKEN as error:
        raise UserError(
            tr("The file {name} of the pack is not what it should be.", name=wheel.name),
            tr("Get the pack again from where it came from."),
        ) from error


def _members(archive: ZipFile) -> Mapping[str, ZipInfo]:
    """The files of the archive by their names, each of which is a plain path. Raises WheelError."""
    found: dict[str, ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename
        kind = stat.S_IFMT(member.external_attr >> 16)
        if member.is_dir():
            _require_plain(name.removesuffix("/"))
            continue
        _require_plain(name)
        if kind not in (0, stat.S_IFREG):
            raise WheelError(f"{name} is no regular file")
        if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
            raise WheelError(f"{name} is packed in another way")
        if name in found:
            raise WheelError(f"{name} is there twice")
        found[name] = member
    return found


def _require_plain(name: str) -> None:
    parts = name.split("/")
    if len(name) > LONGEST_PATH or _UNSAFE.search(name) or not name.isascii():
        raise WheelError(f"{name!r} is no name of a file here")
    if any(
        part in ("", ".", "..") or part.endswith((".", " ")) or is_device(part) for part in parts
    ):
        raise WheelError(f"{name!r} leads elsewhere")


def _record(archive: ZipFile, members: Mapping[str, ZipInfo]) -> bytes:
    lists = [name for name in members if is_not_listed(name) and name.endswith("/RECORD")]
    if len(lists) != 1 or members[lists[0]].file_size > LARGEST_RECORD:
        raise WheelError("it has no list of its files, or several")
    return archive.read(members[lists[0]])


def _place(name: str) -> str | None:
    """Where a file of the wheel goes; None if the program has no use for it."""
    if found := _DATA.fullmatch(name):
        return found[2]
    return None if _LEFT_OUT.fullmatch(name) else name


def is_left_out(place: str, patterns: Iterable[str]) -> bool:
    """Whether one of the ``patterns`` names the file."""
    return any(fnmatchcase(place, each) for each in patterns)


def _unpack(
    archive: ZipFile,
    member: ZipInfo,
    folder: Path,
    place: str,
    listed: Mapping[str, bytes],
    room: Room,
    on_bytes: Callable[[int], None],
) -> None:
    wanted = listed.get(member.filename, b"")
    before = room.there.get(place.casefold())
    if before is not None:
        # Some wheels of one maker share files.
        if not wanted or before != (place, wanted):
            raise WheelError(f"{place} is in another wheel too, and differs")
        return
    room.there[place.casefold()] = place, wanted
    room.files_left -= 1
    room.bytes_left -= member.file_size
    if room.files_left < 0 or room.bytes_left < 0:
        raise WheelError("the pack is larger than it says")
    target = folder / PurePosixPath(place)
    target.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    written = _write(archive, member, target, on_bytes)
    if wanted and written != wanted:
        raise WheelError(f"{place} has another hash")


def _write(
    archive: ZipFile, member: ZipInfo, target: Path, on_bytes: Callable[[int], None]
) -> bytes:
    """The SHA-256 of what was written, which is never more than the archive says. zipfile checks the CRC."""
    digest = hashlib.sha256()
    is_program = member.external_attr >> 16 & stat.S_IXUSR
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(target, how, PRIVATE_FOLDER if is_program else PRIVATE_FILE)
    with archive.open(member) as source, os.fdopen(handle, "wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
            on_bytes(len(chunk))
        if os.name != "posix":  # elsewhere everything is synced at once, at the end
            file.flush()
            os.fsync(file.fileno())
    return digest.digest()
