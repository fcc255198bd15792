"""A ZIP archive in memory: its parts are unpacked by what comes out, never by what its directory says."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from cowrite.base.errors import UserError
from cowrite.interchange.archives import refusals

MOST_PARTS = 10_000
MOST_IN_PART = 40 << 20
MOST_IN_ALL = 120 << 20
# Text that repeats itself packs well; a part that is large as well as packed like nothing that was written is a trap.
SUSPICIOUS_SIZE = 16 << 20
SUSPICIOUS_RATIO = 400
_CHUNK = 1 << 16

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_FAULTS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    OverflowError,
    struct.error,
)


class Archive:
    """The parts of a file of ``kind`` (“DOCX”, as it is named to a person). Raises UserError if it is none.

    Part names are keys and nothing else: they are looked up without regard to case, to a stroke in front and to
    which stroke parts them, as writers differ there. A name that two different parts have is refused when it is asked
    for: each program would read another text.
    """

    def __init__(self, data: bytes, kind: str) -> None:
        self.kind = kind
        self._left = MOST_IN_ALL
        _check_head(data, kind)
        if data.count(_ENTRY) > MOST_PARTS:
            raise refusals.too_large(kind)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except _FAULTS as error:
            raise refusals.damaged(kind) from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._ambiguous: set[str] = set()
        for each in members:
            key = _key(each.filename)
            other = self._members.setdefault(key, each)
            if (other.CRC, other.file_size) != (each.CRC, each.file_size):
                self._ambiguous.add(key)

    @property
    def names(self) -> list[str]:
        """The names of all parts as they are written in the archive."""
        return [each.filename for each in self._members.values()]

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._members

    def read(self, name: str, most: int = MOST_IN_PART) -> bytes | None:
        """A part's bytes, or None if there is no such part. Raises UserError if it is damaged or too large."""
        member = self._members.get(_key(name))
        if member is None or member.is_dir():
            return None
        if _key(name) in self._ambiguous:
            raise refusals.damaged(self.kind)
        if member.flag_bits & 1:
            raise refusals.protected(self.kind)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusals.damaged(self.kind)
        try:
            return self._unpacked(member, min(most, self._left))
        except _FAULTS as error:
            raise refusals.damaged(self.kind) from error

    def _unpacked(self, member: zipfile.ZipInfo, most: int) -> bytes:
        data = bytearray()
        packed = max(1, member.compress_size)
        with self._zip.open(member) as file:
            while chunk := file.read(_CHUNK):
                data += chunk
                self._left -= len(
                    chunk
                )  # also of what is refused, or a thousand traps take an hour
                trap = len(data) > SUSPICIOUS_SIZE and len(data) > packed * SUSPICIOUS_RATIO
                if trap or len(data) > most:
                    raise refusals.too_large(self.kind)
        return bytes(data)

    def read_if_whole(self, name: str, most: int = MOST_IN_PART) -> bytes | None:
        """As :meth:`read`, for a part without which the text can do: None also if it is damaged or too large."""
        try:
            return self.read(name, most)
        except UserError:
            return None


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _check_head(data: bytes, kind: str) -> None:
    if not data:
        raise refusals.empty(kind)
    if data.startswith(_COMPOUND_FILE):
        # A document with a password is a packet inside of an old container, whose directory is in UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refusals.protected(kind)
        if "WordDocument".encode("utf-16-le") in data:
            raise refusals.old_word()
        raise refusals.of_another_kind(kind)
    if not data.startswith((_LOCAL, b"PK\x05\x06", b"PK\x07\x08")):
        raise refusals.of_another_kind(kind)
