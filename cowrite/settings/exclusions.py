"""Which documents are left alone: files, and folders with everything in them.

Looks at names on the disk to follow links; reads no file.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

_IGNORES_CASE = ("win32", "darwin")


def is_excluded(path: Path | None, excluded: Iterable[str], *, system: str = sys.platform) -> bool:
    """Whether ``path`` is one of ``excluded`` or lies in one of them; a document without a file never is.

    A link counts both by its own name and by what it leads to. What is no absolute path excludes nothing.
    """
    return excluding_entry(path, excluded, system=system) is not None


def excluding_entry(
    path: Path | None, excluded: Iterable[str], *, system: str = sys.platform
) -> str | None:
    """The first of ``excluded`` that is ``path`` or a folder above it."""
    if path is None:
        return None
    names = _names(str(path), system)
    for entry in excluded:
        for above in _names(entry, system):
            if any(name[: len(above)] == above for name in names):
                return entry
    return None


def same_place(one: str, other: str, *, system: str = sys.platform) -> bool:
    """Whether two absolute paths are the same file or folder, perhaps by a link."""
    return not _names(one, system).isdisjoint(_names(other, system))


def _names(path: str, system: str) -> set[tuple[str, ...]]:
    """The parts of a path as it is written and as it is without links; nothing for what is no absolute path."""
    if not Path(path).is_absolute():
        return set()
    try:
        return {_parts(os.path.normpath(path), system), _parts(os.path.realpath(path), system)}
    except ValueError:  # no path can hold a NUL, or half a character
        return set()


def _parts(path: str, system: str) -> tuple[str, ...]:
    if system in _IGNORES_CASE:
        path = unicodedata.normalize("NFC", path).casefold()
    return Path(path).parts
