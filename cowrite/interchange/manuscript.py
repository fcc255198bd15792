"""The one model of a manuscript between all kinds of files: blocks of inline pieces, notes, and what is known of it.

Emphasis is no tree here but a set of marks on each :class:`Run`, as a reader sees it: neighbours with the same marks
are one passage, whatever pieces the file had them in. :func:`cowrite.interchange.tidying.tidy` brings a manuscript that
a reader made into its one canonical form; writers may rely on that form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class Mark(StrEnum):
    """How a run looks. What Markdown has no sign for, a reader reports (:mod:`.report`) and leaves out."""

    STRONG = "strong"
    EMPHASIS = "emphasis"
    STRIKE = "strike"
    CODE = "code"


class ChangeKind(StrEnum):
    """What a tracked change does with the run that bears it."""

    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """A tracked change. Readers keep it only if they were asked to; otherwise it has been accepted."""

    kind: ChangeKind
    author: str = ""
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where a run leads. Only http, https, mailto and places in the text (``#name``): nothing alive."""

    address: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that look the same. Never empty; no line ends and no tabs, no control characters."""

    text: str
    marks: frozenset[Mark] = frozenset()
    link: Link | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A new line in the same paragraph, as in verse."""

    change: Change | None = None


@dataclass(frozen=True, slots=True)
class NoteReference:
    """Where a note belongs; its text is in :attr:`Manuscript.notes` under this label."""

    label: str
    marks: frozenset[Mark] = frozenset()
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture. Its bytes are in :attr:`Manuscript.pictures` under ``source``, or it lies where ``source`` says."""

    source: str
    description: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A note to oneself or to a colleague: in Markdown a comment, in no file that leaves the writer's hands."""

    text: str
    author: str = ""


Inline: TypeAlias = Run | LineBreak | NoteReference | Picture | Comment
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``end``: the tracked change of the paragraph's end itself; deleted, it joins the next one."""

    content: Inlines
    end: Change | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """``level``: 1 to 6, 1 the highest. The title of the whole is :attr:`Metadata.title`.

    ``end``: as of a :class:`Paragraph`, as a reader finds it; the canonical form has none.
    """

    level: int
    content: Inlines
    end: Change | None = None


@dataclass(frozen=True, slots=True)
class SceneBreak:
    """A line that parts scenes. ``text``: the signs it was written with, if they are part of the text (``#``)."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines that stay as they are, ``\\n`` between them."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """What is set in as someone else's words."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """``first``: the number of the first item as it is shown; None for bullets. An item is blocks, lists among them."""

    items: tuple[tuple[Block, ...], ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, all equally long; the first row is the head if ``has_head``."""

    rows: tuple[tuple[Inlines, ...], ...]
    has_head: bool = True


@dataclass(frozen=True, slots=True)
class CommentBlock:
    """A comment that stands for itself between paragraphs."""

    text: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A piece of HTML in a Markdown text that is none of the above: kept from Markdown to Markdown, said elsewhere."""

    text: str


Block: TypeAlias = (
    Paragraph
    | Heading
    | SceneBreak
    | CodeBlock
    | Quotation
    | ListBlock
    | Table
    | CommentBlock
    | RawBlock
)
Blocks: TypeAlias = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself. ``front_matter``: lines of a Markdown file's head that are none of the others."""

    title: str = ""
    author: str = ""
    language: str = ""  # BCP 47: en-GB, zh-CN
    front_matter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureData:
    """The bytes of a picture that came with a file. ``media_type``: image/png, image/jpeg, image/gif, image/webp."""

    data: bytes
    media_type: str


@dataclass(frozen=True)
class Manuscript:
    """A whole text. ``notes``: by label, in the order in which they are first named; the unnamed after them."""

    blocks: Blocks = ()
    notes: dict[str, Blocks] = field(default_factory=dict)
    metadata: Metadata = Metadata()
    pictures: dict[str, PictureData] = field(default_factory=dict)
