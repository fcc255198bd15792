"""A manuscript made ready for a file that leaves the writer's hands.

Afterwards there are no comments in it, no HTML, no characters that XML forbids, no address that leads nowhere, no
picture without its bytes and no reference without a note; what went is counted in :class:`.losses.Losses`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from cowrite.base.errors import UserError
from cowrite.interchange.anchors import Anchors, headings_of
from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CodeBlock,
    Comment,
    CommentBlock,
    Heading,
    Inline,
    Inlines,
    Link,
    ListBlock,
    Manuscript,
    Metadata,
    NoteReference,
    Paragraph,
    Picture,
    Quotation,
    RawBlock,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.tidying.changes import has_changes, resolved
from cowrite.interchange.writers.common.addresses import written_address
from cowrite.interchange.writers.common.characters import allowed, in_one_line, name_in_xml
from cowrite.interchange.writers.common.images import Image, image_of
from cowrite.interchange.writers.common.losses import Losses
from cowrite.interchange.writers.common.plain import says_something
from cowrite.localization import tr

DEEPEST = 60
"""How far quotations and lists may stand in each other; nobody reads more, and some programs fail."""


@dataclass(frozen=True)
class Prepared:
    """``notes`` holds those that the text names, in the order in which it does. ``images``: by source.

    ``anchors``: of :class:`~cowrite.interchange.anchors.Anchors`, those that links in the text lead to.
    """

    blocks: Blocks
    notes: dict[str, Blocks]
    metadata: Metadata
    images: dict[str, Image]
    anchors: frozenset[str]


def prepared(manuscript: Manuscript, keep_changes: bool, losses: Losses) -> Prepared:
    """What is to be written of ``manuscript``. Raises UserError if it is nested too deeply."""
    for blocks in (manuscript.blocks, *manuscript.notes.values()):
        _refuse_too_deep(blocks)
    if not keep_changes and has_changes(manuscript):
        manuscript = resolved(manuscript, accept=True)
    maker = _Maker(manuscript, losses)
    maker.know_anchors()
    blocks = maker.made(manuscript.blocks)
    said = manuscript.metadata
    metadata = Metadata(name_in_xml(said.title), name_in_xml(said.author), said.language)
    notes = maker.notes_made()
    return Prepared(blocks, notes, metadata, maker.images, frozenset(maker.anchors))


def _refuse_too_deep(blocks: Blocks) -> None:
    level: list[Block] = list(blocks)
    for _ in range(DEEPEST):
        below: list[Block] = []
        for block in level:
            if isinstance(block, Quotation):
                below.extend(block.blocks)
            elif isinstance(block, ListBlock):
                below.extend(inner for item in block.items for inner in item)
        if not below:
            return
        level = below
    raise UserError(
        tr("Lists and quotations stand in each other too deeply in this text."),
        tr("Move the innermost of them out, then export again."),
    )


@dataclass
class _Maker:
    manuscript: Manuscript
    losses: Losses
    images: dict[str, Image] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)
    _known_anchors: dict[str, str] = field(default_factory=dict)
    _named: dict[str, None] = field(default_factory=dict)
    _pictures: dict[str, Image | None] = field(default_factory=dict)

    def know_anchors(self) -> None:
        anchors = Anchors()
        for name in map(anchors.name, headings_of(self.manuscript.blocks)):
            self._known_anchors.setdefault(name.casefold(), name)

    def made(self, blocks: Blocks) -> Blocks:
        return tuple(each for each in map(self._block, blocks) if each is not None)

    def notes_made(self) -> dict[str, Blocks]:
        """The notes that are named; making one may name more."""
        done: dict[str, Blocks] = {}
        while waiting := [label for label in self._named if label not in done]:
            for label in waiting:
                # Nothing is left of a note that was a picture without bytes; its number stays.
                done[label] = self.made(self.manuscript.notes[label]) or (Paragraph(()),)
        return done

    def _block(self, block: Block) -> Block | None:
        match block:
            case Paragraph():
                content = self._inlines(block.content)
                return replace(block, content=content) if content or block.end else None
            case Heading():
                return Heading(min(max(block.level, 1), 6), self._inlines(block.content))
            case SceneBreak():
                return SceneBreak(name_in_xml(block.text))
            case CodeBlock():
                text = allowed(block.text).replace("\r\n", "\n").replace("\r", "\n")
                return CodeBlock(text, block.language)
            case CommentBlock():
                self.losses.comments += 1
                return None
            case RawBlock():
                self.losses.html += 1
                return None
            case _:
                return self._around_others(block)

    def _around_others(self, block: Quotation | ListBlock | Table) -> Block | None:
        if isinstance(block, Quotation):
            inner = self.made(block.blocks)
            return Quotation(inner) if inner else None
        if isinstance(block, ListBlock):
            items = tuple(self.made(item) for item in block.items)
            return replace(block, items=items) if items else None
        width = max((len(row) for row in block.rows), default=0)
        if not width:
            return None
        rows = (tuple(map(self._inlines, row)) for row in block.rows)
        whole = tuple(row + ((),) * (width - len(row)) for row in rows)
        return replace(block, rows=whole)

    def _inlines(self, content: Inlines) -> Inlines:
        done: list[Inline] = []
        after_comment = False
        for inline in content:
            if isinstance(inline, Comment):
                self.losses.comments += 1
                after_comment = True
                continue
            made = self._inline(inline)
            if made is None:
                continue
            if after_comment and isinstance(made, Run):
                made = _without_second_blank(done, made)
            after_comment = False
            if not isinstance(made, Run) or made.text:
                done.append(made)
        if after_comment and done and isinstance(last := done[-1], Run):
            text = last.text.rstrip(" ")
            done[-1:] = [replace(last, text=text)] if text else []
        return tuple(done)

    def _inline(self, inline: Inline) -> Inline | None:
        match inline:
            case Run():
                text = in_one_line(inline.text)
                if text is inline.text and inline.link is None:
                    return inline
                return replace(inline, text=text, link=self._link(inline.link)) if text else None
            case NoteReference():
                if not says_something(self.manuscript.notes.get(inline.label, ())):
                    self.losses.missing_notes += 1
                    return None
                self._named[inline.label] = None
                return inline
            case Picture():
                return self._picture(inline)
            case _:
                return inline

    def _link(self, link: Link | None) -> Link | None:
        if link is None:
            return None
        address = written_address(in_one_line(link.address))
        if address is not None and address.startswith("#"):
            address = self._place(address)
        if address is None:
            self.losses.links += 1
            return None
        return Link(address, name_in_xml(link.title))

    def _place(self, address: str) -> str | None:
        """The address of a heading as it is written, or None if the text has no such heading."""
        name = self._known_anchors.get(unquote(address[1:]).casefold())
        if name is None:
            return None
        self.anchors.add(name)
        return f"#{name}"

    def _picture(self, picture: Picture) -> Picture | None:
        if picture.source not in self._pictures:
            data = self.manuscript.pictures.get(picture.source)
            self._pictures[picture.source] = image_of(data) if data is not None else None
        image = self._pictures[picture.source]
        if image is None:
            self.losses.pictures += 1
            return None
        self.images[picture.source] = image
        return replace(
            picture, description=name_in_xml(picture.description), link=self._link(picture.link)
        )


def _without_second_blank(before: list[Inline], run: Run) -> Run:
    """``run`` behind a comment: blanks on both sides of it are one too many now."""
    last = before[-1] if before else None
    if last is None or (isinstance(last, Run) and last.text.endswith(" ")):
        return replace(run, text=run.text.lstrip(" "))
    return run
