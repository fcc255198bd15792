"""Which texts and folders stand in a folder; read on any thread. What is hidden or no text by its name is left out.

Files of other programs that can be opened as new texts are among them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cowrite.documents.importing import is_imported

TEXT_ENDINGS = frozenset(
    {".md", ".markdown", ".mkd", ".mdown", ".txt", ".text", ".rst", ".org", ".tex", ".fountain", ".csv", ""}
)  # fmt: skip
MOST_ENTRIES = 5_000
"""More of one folder are not shown: nobody finds anything in them by looking."""
MOST_FOUND = 500
MOST_LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A file or a folder."""

    path: Path
    is_folder: bool


def is_text(path: Path) -> bool:
    """Whether the name is one of a text."""
    return path.suffix.lower() in TEXT_ENDINGS


def texts_below(folder: Path) -> list[Path]:
    """All texts in a folder and below it, of the first MOST_LOOKED_AT entries; none below a file."""
    entries = islice(_all_below(folder), MOST_LOOKED_AT) if folder.is_dir() else ()
    return [each.path for each in entries if not each.is_folder and is_text(each.path)]


def listed(folder: Path) -> list[FolderEntry]:
    """Folders first, then files, each by name. Raises OSError."""
    found: list[FolderEntry] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or len(found) >= MOST_ENTRIES:
                continue
            path, is_folder = Path(entry.path), entry.is_dir()
            if is_folder or is_text(path) or is_imported(path):
                found.append(FolderEntry(path, is_folder))
    return sorted(found, key=lambda each: (not each.is_folder, _natural(each.path.name)))


def found_by_name(folder: Path, typed: str) -> list[FolderEntry]:
    """The texts in ``folder`` and below it whose names have all the words of ``typed``, where they can be read."""
    wanted = typed.casefold().split()
    found: list[FolderEntry] = []
    for number, entry in enumerate(_all_below(folder)):
        if len(found) >= MOST_FOUND or number >= MOST_LOOKED_AT:
            break
        name = entry.path.name.casefold()
        if not entry.is_folder and all(word in name for word in wanted):
            found.append(entry)
    return found


def _all_below(folder: Path) -> Iterator[FolderEntry]:
    waiting = [folder]
    while waiting:
        try:
            entries = listed(waiting.pop(0))
        except OSError:
            continue
        for entry in entries:
            yield entry
            if entry.is_folder and not entry.path.is_symlink():  # a link may lead round in a circle
                waiting.append(entry.path)


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Chapter 2 before chapter 10."""
    parts: list[tuple[int, int | str]] = []
    digits = ""
    for letter in name.casefold() + "\0":
        if letter.isdecimal():
            digits += letter
            continue
        if digits:
            parts.append((0, int(digits)))
            digits = ""
        parts.append((1, letter))
    return parts
