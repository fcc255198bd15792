"""Which kinds of files there are, and which module reads or writes each. They are imported when they are needed.

A module of :mod:`cowrite.interchange.readers` has ``read(data, options, report) -> Manuscript``; one of
:mod:`cowrite.interchange.writers` has ``write(manuscript, options, report) -> bytes``. Both raise UserError for what a
person can do something about, and nothing else for any bytes whatever.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, cast

from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.report import Report


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


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``keep_changes``: tracked changes stay changes (CriticMarkup in Markdown) instead of being accepted.

    ``is_fragment``: a piece of a page from the clipboard, not a whole file.
    """

    keep_changes: bool = False
    is_fragment: bool = False


class Style(StrEnum):
    """How a document that is written looks."""

    BOOK = "book"
    MANUSCRIPT = "manuscript"  # double spaced, 12 points, the author, title and page in the header


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """``tracked_changes``: changes are written as such; otherwise as if they were accepted.

    ``author``: of the tracked changes. ``language``: of the text if it says none itself (BCP 47). ``title_page`` is
    for the kinds that have pages. ``is_fragment``: a piece for the clipboard, without head and title.
    """

    style: Style = Style.BOOK
    tracked_changes: bool = False
    author: str = ""
    language: str = ""
    title_page: bool = True
    is_fragment: bool = False


class Reader(Protocol):
    """What a module of readers offers."""

    def read(self, data: bytes, options: ReadOptions, report: Report) -> Manuscript:
        """A file's bytes as a tidied manuscript. Raises UserError if they are not of this kind, or too much."""
        ...


class Writer(Protocol):
    """What a module of writers offers."""

    def write(self, manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
        """The file's bytes. Raises UserError."""
        ...


def read(kind: Kind, data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    """Read a file of that kind. Raises UserError."""
    module = importlib.import_module(f"cowrite.interchange.readers.{kind.name.lower()}")
    return cast(Reader, module).read(data, options, report)


def write(kind: Kind, manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
    """Write a file of that kind. Raises UserError."""
    module = importlib.import_module(f"cowrite.interchange.writers.{kind.name.lower()}")
    return cast(Writer, module).write(manuscript, options, report)
