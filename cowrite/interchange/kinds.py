"""Which kinds of files there are. Imports nothing that reads or writes them: the start of the program asks it too."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """A kind of file; the value is its usual ending without the dot."""

    MARKDOWN = "md"
    HTML = "html"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    EPUB = "epub"
    PDF = "pdf"


_ENDINGS = {
    "md": Kind.MARKDOWN,
    "markdown": Kind.MARKDOWN,
    "html": Kind.HTML,
    "htm": Kind.HTML,
    "xhtml": Kind.HTML,
    "docx": Kind.DOCX,
    "odt": Kind.ODT,
    "rtf": Kind.RTF,
    "epub": Kind.EPUB,
    "pdf": Kind.PDF,
}
READABLE = (Kind.MARKDOWN, Kind.HTML, Kind.DOCX, Kind.ODT, Kind.RTF)
WRITABLE = (Kind.MARKDOWN, Kind.HTML, Kind.DOCX, Kind.ODT, Kind.EPUB)
"""What is written from the model alone; a PDF needs a typesetter, which knows Qt."""


def kind_of(path: Path) -> Kind | None:
    """The kind that a file's ending tells, or None."""
    return _ENDINGS.get(path.suffix.lower().removeprefix("."))
