"""Replacing in files that are not open: read, changed and written whole on a thread, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.documents.files import (
    FileStamp,
    LoadedFile,
    changed_on_disk,
    read_bytes,
    save_atomically,
)
from cowrite.documents.text_codec import encode
from cowrite.localization import tr
from cowrite.search.line_hits import applied, edits
from cowrite.search.pattern import Pattern
from cowrite.search.replacement import Replacement

HitPlace = tuple[int, int, int]
"""Line, start and end of a hit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedFile:
    """A file that was changed in ``count`` places: what was in it before, and its stamp since."""

    path: Path
    count: int
    before: bytes
    stamp: FileStamp


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReplacement:
    """Replaces the ``chosen`` hits in the file ``path``, which had the ``stamp`` when it was searched."""

    path: Path
    stamp: FileStamp
    chosen: Collection[HitPlace]
    pattern: Pattern
    replacement: Replacement
    read: Callable[[Path], LoadedFile]
    keep_in: Path | None

    def run(self) -> ReplacedFile:
        """Write the file. Raises UserError with a plain sentence; it is then unchanged unless that says otherwise."""
        name = self.path.name
        before, stamp = read_bytes(self.path)
        loaded = self.read(self.path)
        if not stamp.sha256 == loaded.stamp.sha256 == self.stamp.sha256:
            raise UserError(
                tr("{name} has been changed since it was searched.", name=name), tr("Search again.")
            )
        if loaded.read_only_reason:
            raise UserError(
                tr("{name} can only be read.", name=name), tr("Save a copy, and replace there.")
            )
        if loaded.format.certainty.is_guess:
            raise UserError(
                tr("It is not certain in which encoding {name} is written.", name=name),
                tr("Open it, and replace there."),
            )
        lines = loaded.text.split("\n")
        wanted = [
            each
            for each in edits(self.pattern, lines, self.replacement)
            if (each.line, each.start, each.end) in self.chosen
        ]
        data = encode(applied(lines, wanted), loaded.format)
        return ReplacedFile(
            path=self.path,
            count=len(wanted),
            before=before,
            stamp=save_atomically(self.path, data, keep_in=self.keep_in),
        )


def take_back(replaced: ReplacedFile, keep_in: Path | None) -> None:
    """Write what was in the file before. Raises UserError, also if it has been changed since."""
    if changed_on_disk(replaced.path, replaced.stamp):
        raise UserError(
            tr("{name} has been changed since, and was left as it is.", name=replaced.path.name),
            tr("Open it, and replace there."),
        )
    save_atomically(replaced.path, replaced.before, keep_in=keep_in)
