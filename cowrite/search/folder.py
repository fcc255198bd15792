"""Which files of a folder are worth searching: text, not hidden, not huge. Reads no more than their beginnings."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from cowrite.search.line_hits import Cancelled, never

LARGEST_FILE_BYTES = 20_000_000
MOST_FILES = 20_000
_HEAD_BYTES = 4_096
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Some of these are text to the disk, but not to the writer: web pages and RTF open as new texts, so a place in them
# leads nowhere, and nothing is ever replaced in them.
# fmt: off
_NO_TEXT = frozenset((
    ".7z", ".avi", ".bin", ".bmp", ".bz2", ".class", ".db", ".dll", ".doc", ".docx", ".epub",
    ".exe", ".flac", ".gguf", ".gif", ".gz", ".heic", ".htm", ".html", ".ico", ".iso", ".jar",
    ".jpeg", ".jpg", ".m4a", ".mkv", ".mobi", ".mov", ".mp3", ".mp4", ".o", ".odp", ".ods",
    ".odt", ".ogg", ".otf", ".pdf", ".png", ".ppt", ".pptx", ".psd", ".pyc", ".rar", ".rtf",
    ".safetensors", ".so", ".sqlite", ".tar", ".tif", ".tiff", ".ttf", ".wav", ".webm", ".webp",
    ".woff", ".woff2", ".xhtml", ".xls", ".xlsx", ".xz", ".zip", ".zst",
))
# fmt: on


def text_files(folder: Path, is_cancelled: Cancelled = never) -> Iterator[Path]:
    """The text files in ``folder`` and the folders in it, in the order of their names; ``MOST_FILES`` at most.

    What is hidden or cannot be read is left out, and no link to a folder is followed.
    """
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if is_cancelled() or count == MOST_FILES:
                return
            path = Path(place, name)
            if not name.startswith(".") and _is_text(path):
                count += 1
                yield path


def _is_text(path: Path) -> bool:
    if path.suffix.lower() in _NO_TEXT:
        return False
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or not 0 < status.st_size <= LARGEST_FILE_BYTES:
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except (OSError, ValueError):
        return False
    return b"\0" not in head or head.startswith(_WIDE_MARKS)
