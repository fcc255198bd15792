"""What a reader or a writer may be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.report import Report


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``keep_changes``: tracked changes stay changes (CriticMarkup in Markdown) instead of being accepted.

    ``is_fragment``: a piece of a page from the clipboard, not a whole file. ``read_other``: reads a document of another
    kind that stands within a document; without it such a one is left out.
    """

    keep_changes: bool = False
    is_fragment: bool = False
    read_other: ReadOther | None = None


ReadOther: TypeAlias = Callable[[str, bytes, ReadOptions, Report], Manuscript]
"""Reads the bytes of a file with that ending. Raises UserError."""


class Style(StrEnum):
    """How a document that is written looks."""

    BOOK = "book"
    MANUSCRIPT = "manuscript"  # double spaced, 12 points, the author, title and page in the header


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """``tracked_changes``: changes are written as such; otherwise as if they were accepted.

    ``author``: of the tracked changes. ``language``: of the text if it says none itself (BCP 47). ``title_page`` is
    for the kinds that have pages. ``is_fragment``: a piece for the clipboard, without head and title. ``when``: the
    time that a file says it was made at; without one the same text always makes the same bytes.
    """

    style: Style = Style.BOOK
    tracked_changes: bool = False
    author: str = ""
    language: str = ""
    title_page: bool = True
    is_fragment: bool = False
    when: datetime | None = None
