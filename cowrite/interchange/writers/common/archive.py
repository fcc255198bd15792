"""The ZIP file that a document is: the same parts make the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

# The earliest time that a ZIP file can say; a real one would make two equal exports different.
_TIME = (1980, 1, 1, 0, 0, 0)
_COMPRESSED_ALREADY = (".png", ".jpg", ".gif")


def packed(parts: Iterable[tuple[str, bytes]], kind: str = "") -> bytes:
    """``parts`` as a ZIP file. ``kind``: a media type that stands uncompressed before everything else."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        if kind:
            archive.writestr(_entry("mimetype", zipfile.ZIP_STORED), kind.encode("ascii"))
        for name, data in parts:
            is_small = name.endswith(_COMPRESSED_ALREADY)
            method = zipfile.ZIP_STORED if is_small else zipfile.ZIP_DEFLATED
            archive.writestr(_entry(name, method), data)
    return buffer.getvalue()


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type = method
    entry.external_attr = 0o644 << 16
    return entry
