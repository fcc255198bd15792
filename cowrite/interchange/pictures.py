"""What becomes of the pictures that came inside a file: files beside the text, or a word that they are left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import quote

from cowrite.interchange.manuscript import Inline, Manuscript, Picture
from cowrite.interchange.report import Report
from cowrite.interchange.tidying.notes import changed_blocks, tidy
from cowrite.localization import trn

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def beside_text(manuscript: Manuscript, stem: str) -> tuple[Manuscript, dict[PurePosixPath, bytes]]:
    """The manuscript with its pictures in the folder ``STEM-pictures``, and the files that are to lie there.

    Their names are numbers: no name out of a file becomes one on the disk. ``stem`` is that of the text's own file.
    """
    names: dict[str, PurePosixPath] = {}
    files: dict[PurePosixPath, bytes] = {}
    for number, (source, picture) in enumerate(manuscript.pictures.items(), start=1):
        ending = _ENDINGS.get(picture.media_type)
        if ending is not None:
            names[source] = PurePosixPath(f"{stem}-pictures") / f"{number}.{ending}"
            files[names[source]] = picture.data

    def renamed(each: Inline) -> Inline | None:
        if isinstance(each, Picture) and each.source in names:
            return replace(each, source=quote(str(names[each.source])))
        return each

    return _changed(manuscript, renamed), files


def without_pictures(manuscript: Manuscript, report: Report) -> Manuscript:
    """The manuscript without the pictures that came inside its file; those that lie elsewhere stay."""
    count = len(manuscript.pictures)
    if count == 0:
        return manuscript
    report.leave_out(trn("{count} picture", "{count} pictures", count))

    def kept(each: Inline) -> Inline | None:
        return None if isinstance(each, Picture) and each.source in manuscript.pictures else each

    return tidy(_changed(manuscript, kept))


def _changed(manuscript: Manuscript, change: Callable[[Inline], Inline | None]) -> Manuscript:
    return replace(
        manuscript,
        blocks=changed_blocks(manuscript.blocks, change),
        notes={label: changed_blocks(note, change) for label, note in manuscript.notes.items()},
        pictures={},
    )
