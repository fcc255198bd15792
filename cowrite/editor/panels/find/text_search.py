"""Searching all that is open and a folder, on a thread of its own: what is searched, and what is told of each text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.documents.files import FileStamp, LoadedFile
from cowrite.search.folder import text_files
from cowrite.search.found_texts import FoundHits, found_hits
from cowrite.search.line_hits import Cancelled
from cowrite.search.pattern import Pattern
from cowrite.search.replacement import Replacement

MOST_HITS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenText:
    """The text of an open document; ``number`` is which of them, ``revision`` that of the text."""

    number: int
    name: str
    path: Path | None
    lines: tuple[str, ...]
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundText:
    """A text with hits: an open one with its ``number`` and ``revision``, or a file with its ``stamp``."""

    name: str
    path: Path | None
    found: FoundHits
    number: int = -1
    revision: int = 0
    stamp: FileStamp | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is an open document."""
        return self.number >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearch:
    """What to search: open texts, and the files of ``folder`` except those that some document ``holds``.

    ``read`` reads a file and raises UserError.
    """

    pattern: Pattern
    replacement: Replacement | None
    open_texts: tuple[OpenText, ...]
    folder: Path | None
    held: tuple[Path, ...]
    read: Callable[[Path], LoadedFile]

    def run(self, tell: Callable[[FoundText], None], is_cancelled: Cancelled) -> bool:
        """Tell each text with hits; whether all was searched. Raises PatternError."""
        count = 0
        for text in self._texts(is_cancelled):
            tell(text)
            count += len(text.found.hits)
            if count >= MOST_HITS:
                return False
        return True

    def _texts(self, is_cancelled: Cancelled) -> Iterable[FoundText]:
        for each in self.open_texts:
            found = self._found(each.lines, is_cancelled)
            if found.hits or found.problem:
                yield FoundText(
                    name=each.name,
                    path=each.path,
                    found=found,
                    number=each.number,
                    revision=each.revision,
                )
        if self.folder is None:
            return
        held = {key for path in self.held if (key := _file_key(path)) is not None}
        for path in text_files(self.folder, is_cancelled):
            if _file_key(path) in held:
                continue
            try:
                loaded = self.read(path)
            except UserError:
                continue  # what cannot be read as text has no hits
            found = self._found(loaded.text.split("\n"), is_cancelled)
            if found.hits or found.problem:
                name = str(path.relative_to(self.folder))
                yield FoundText(name=name, path=path, found=found, stamp=loaded.stamp)

    def _found(self, lines: Iterable[str], is_cancelled: Cancelled) -> FoundHits:
        return found_hits(self.pattern, list(lines), self.replacement, is_cancelled)


def _file_key(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - as few steps as can be, for each of many files
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
