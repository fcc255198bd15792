"""RECORD, the list in a wheel of its files with their hashes."""

from __future__ import annotations

import base64
import binascii
import csv
from collections.abc import Mapping

LARGEST_RECORD = 32 << 20
_SIGNATURES = ("RECORD", "RECORD.jws", "RECORD.p7s")


class RecordError(ValueError):
    """It is no list of files and hashes."""


def read_record(data: bytes) -> Mapping[str, bytes]:
    """The SHA-256 of each file by its name. Raises RecordError."""
    found: dict[str, bytes] = {}
    try:
        rows = list(csv.reader(data.decode("utf-8").splitlines()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordError(str(error)) from error
    for row in filter(None, rows):
        if len(row) != 3 or not row[0]:
            raise RecordError("a row has not three fields")
        name, hashed, _size = row
        if name in found:
            raise RecordError("a file is named twice")
        if is_not_listed(name):
            continue
        found[name] = _digest(hashed)
    return found


def is_not_listed(name: str) -> bool:
    """Whether ``name`` is the list itself, or a signature of it, which cannot have a hash in it."""
    folder, _, last = name.rpartition("/")
    return folder.endswith(".dist-info") and "/" not in folder and last in _SIGNATURES


def _digest(hashed: str) -> bytes:
    algorithm, _, encoded = hashed.partition("=")
    if algorithm != "sha256":
        raise RecordError("a file has no SHA-256")
    try:
        digest = base64.b64decode(
            encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True
        )
    except (ValueError, binascii.Error) as error:
        raise RecordError("a hash is not one") from error
    if len(digest) != 32:
        raise RecordError("a hash has another length")
    return digest
