"""The texts that the writer chose to be learned from beside what is written here: files, and folders of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cowrite.settings.exclusions import is_excluded

# In a folder only these; a file that was chosen by itself may be called anything.
SUFFIXES = (".txt", ".text", ".md", ".markdown")


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """``files`` that were chosen or lie in a folder that was, each once; ``missing`` are not there any more."""

    files: tuple[Path, ...]
    missing: tuple[str, ...]


def find_own_texts(chosen: Iterable[str]) -> OwnTexts:
    """Look up what was ``chosen``. Hidden files and folders are passed over, and links to folders are not followed."""
    files: dict[Path, None] = {}
    missing = []
    for entry in chosen:
        path = Path(entry)
        if path.is_dir():
            files.update(dict.fromkeys(_texts_below(path)))
        elif path.is_file():
            files[path] = None
        else:
            missing.append(entry)
    return OwnTexts(tuple(files), tuple(missing))


def is_own(path: str, chosen: Iterable[str]) -> bool:
    """Whether the file ``path`` was chosen, or lies in a folder that was."""
    return bool(path) and is_excluded(Path(path), chosen)


def _texts_below(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name.lower().endswith(SUFFIXES):
                yield Path(where) / name
