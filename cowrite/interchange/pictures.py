"""What becomes of the pictures that came inside a file: files beside the text, or a word that they are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from cowrite.interchange.manuscript import Inline, Manuscript, Picture, PictureData
from cowrite.interchange.report import Report
from cowrite.interchange.tidying.notes import changed_blocks, contents, tidy
from cowrite.localization import trn

MOST_BYTES = 100_000_000
"""So much of pictures that lie beside a text is taken into a file."""
_BEGINNINGS = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
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


class NearbyPictures:
    """Pictures that lie in ``folder`` or below it; other files are not looked at, and no more is read than is allowed.

    ``held``: pictures that will lie beside the text, and are in memory until then.
    """

    def __init__(self, folder: Path | None, held: Mapping[PurePosixPath, bytes]) -> None:
        self._folder = folder.resolve() if folder is not None else None
        self._held = held
        self._left = MOST_BYTES

    def find(self, source: str) -> PictureData | None:
        """The picture that a text names so; None if it is none of these."""
        if "://" in source:
            return None
        name = unquote(source)
        picture = _held(self._held.get(PurePosixPath(name)), self._left)
        if picture is None and self._folder is not None:
            picture = _picture(self._folder / name, self._folder, self._left)
        if picture is not None:
            self._left -= len(picture.data)
        return picture


def within_text(
    manuscript: Manuscript, folder: Path | None, held: Mapping[PurePosixPath, bytes]
) -> Manuscript:
    """The manuscript with those of its pictures that are near; see :class:`NearbyPictures`."""
    found = dict(manuscript.pictures)
    nearby = NearbyPictures(folder, held)
    for part in (manuscript.blocks, *manuscript.notes.values()):
        for each in (piece for content in contents(part) for piece in content):
            if isinstance(each, Picture) and each.source not in found:
                picture = nearby.find(each.source)
                if picture is not None:
                    found[each.source] = picture
    return replace(manuscript, pictures=found)


def _picture(path: Path, folder: Path, most: int) -> PictureData | None:
    try:
        path = path.resolve()
        if not path.is_relative_to(folder) or not path.is_file() or path.stat().st_size > most:
            return None
        return _held(path.read_bytes(), most)
    except (OSError, ValueError):
        return None


def _held(data: bytes | None, most: int) -> PictureData | None:
    if data is None or len(data) > most:
        return None
    kind = next((kind for begin, kind in _BEGINNINGS if data.startswith(begin)), None)
    if kind is None and data[8:12] == b"WEBP":
        kind = "image/webp"
    return PictureData(data, kind) if kind else None


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
