"""The names of what there is in a text: what a piece of it is for, and how it is meant to look."""

from __future__ import annotations

from enum import Enum, IntEnum, auto
from pathlib import Path

_MARKDOWN_ENDINGS = frozenset(
    {".md", ".markdown", ".mkd", ".mkdn", ".mdown", ".mdwn", ".mdtxt", ".mdtext", ".rmd", ".qmd"}
)


def is_markdown(path: Path | None) -> bool:
    """Whether a document in that file is Markdown, as its ending says. One without a file is."""
    return path is None or path.suffix.lower() in _MARKDOWN_ENDINGS


class TextKind(IntEnum):
    """What a piece of a text is for. All but ``PROSE`` is machinery: not spelled, not counted, not made typographic."""

    PROSE = auto()  # what a reader reads, link texts, titles and notes with it
    MARK = auto()  # the syntax itself: asterisks, hashes, brackets, the beginnings of list items
    CODE = auto()  # a code span, a block of code
    ADDRESS = auto()  # a web or mail address, the destination of a link
    FRONT_MATTER = auto()  # what stands between two lines ``---`` at the very beginning
    COMMENT = auto()  # <!-- to oneself --> and %% to oneself %%
    TAG = auto()  # <span class="x">, &nbsp;
    LABEL = auto()  # what a reference, a note or the language of a block of code is called


class Style(Enum):
    """How a piece of a line is meant to look. They overlap: a link may stand in a heading."""

    HEADING = auto()
    STRONG = auto()
    EMPHASIS = auto()
    STRIKE = auto()
    CODE = auto()  # a code span
    LINK = auto()  # the text of a link
    QUOTE = auto()
    CODE_BLOCK = auto()
    TABLE = auto()
    BREAK = auto()  # a line that parts scenes
    LIST_MARK = auto()  # the bullet or the number of a list item
    SYNTAX = auto()  # marks that a reader never sees and that can be hidden


MACHINERY = frozenset(TextKind) - {TextKind.PROSE}
