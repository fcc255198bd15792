"""A story: the paragraphs and tables of the text, of a note, of a box or of a cell, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cowrite.interchange.manuscript import Block, Blocks, Change, Table
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.changes import (
    DELETED,
    FORMATTED,
    INSERTED,
    change_of,
    marked_end,
)
from cowrite.interchange.readers.docx.chunks import read_chunk
from cowrite.interchange.readers.docx.drawings import chosen
from cowrite.interchange.readers.docx.inlines import InlineReader
from cowrite.interchange.readers.docx.names import (
    MC,
    A,
    Element,
    M,
    W,
    child,
    number,
    switch,
    value,
)
from cowrite.interchange.readers.docx.package import Part
from cowrite.interchange.readers.docx.paragraphs import Line, Meanings, line_of
from cowrite.interchange.readers.docx.source import Source, check_depth
from cowrite.interchange.readers.docx.tables import read_table

BLOCKS = (
    *(W + name for name in ("p", "tbl", "sdt", "customXml", "altChunk", "subDoc", "sectPr", "smartTag")),
    *INSERTED, *DELETED, MC + "AlternateContent", M + "oMathPara", M + "oMath", W + "r", W + "hyperlink",
)  # fmt: skip
"""What may stand in a story and holds something."""

_LOOSE = (W + "r", W + "hyperlink", M + "oMath", M + "oMathPara")
_THROUGH = (W + "sdtContent", W + "customXml", W + "smartTag")
_CONTENTS = "Table of Contents"


class Story:
    """Reads one story. ``depth``: in how many others it stands."""

    def __init__(self, source: Source, part: Part, depth: int = 0, sign: str = "") -> None:
        check_depth(depth)
        self._source = source
        self._part = part
        self._depth = depth
        self._inlines = InlineReader(source, part, sign)
        self._meanings = Meanings(source)
        self._held: Line | None = None

    def read(self, elements: Iterable[Element]) -> Blocks:
        """The blocks of all of it."""
        for element in elements:
            self._read(element, None)
        self._let_go()
        return self._meanings.finish()

    def _read(self, element: Element, change: Change | None) -> None:
        waiting: list[tuple[Iterator[Element], Change | None]] = [(iter((element,)), change)]
        while waiting:
            children, change = waiting[-1]
            inner = next(children, None)
            if inner is None:
                waiting.pop()
                continue
            more = self._one(inner, change)
            if more is not None:
                waiting.append(more)

    def _one(
        self, element: Element, change: Change | None
    ) -> tuple[Iterator[Element], Change | None] | None:
        """Read an element, or tell what is to be read in its place."""
        tag = element.tag
        if tag == W + "p":
            self._paragraph(element, change)
        elif tag == W + "tbl":
            self._table(element)
        elif tag == W + "sdt":
            return self._control(element, change)
        elif tag in _THROUGH:
            return iter(element), change
        elif tag in INSERTED or tag in DELETED:
            return self._changed(element, change)
        elif tag == MC + "AlternateContent":
            return chosen(element), change
        elif tag in _LOOSE:
            # Not in a paragraph, as some programs write it; nothing of it is to be lost.
            self._paragraph(_in_paragraph(element), change)
        elif tag == W + "altChunk":
            self._let_go()
            for block in read_chunk(element, self._source, self._part):
                self._meanings.add_block(block)
        elif tag == W + "subDoc":
            self._source.say.leave_out(sayings.OTHER_DOCUMENT)
        elif tag == W + "sectPr":
            self._section(element)
        return None

    def _control(
        self, element: Element, change: Change | None
    ) -> tuple[Iterator[Element], Change | None] | None:
        properties = element.find(W + "sdtPr")
        gallery = value(child(properties, W + "docPartObj"), W + "docPartGallery")
        if gallery == _CONTENTS:
            self._source.say.leave_out(sayings.CONTENTS)
            return None
        if switch(properties, W + "showingPlcHdr"):
            self._source.say.leave_out(sayings.PLACEHOLDER)
            return None
        content = element.find(W + "sdtContent")
        return None if content is None else (iter(content), change)

    def _changed(
        self, element: Element, change: Change | None
    ) -> tuple[Iterator[Element], Change | None] | None:
        if next(element.iterchildren(W + "r", W + "hyperlink"), None) is not None:
            self._paragraph(_in_paragraph(element), change)
            return None
        keeps = self._source.options.keep_changes
        names = INSERTED if element.tag in INSERTED else DELETED
        if keeps:
            self._source.say.keep(sayings.TRACKED_CHANGE)
            return iter(element), change_of(element)
        self._source.say.accept(names[element.tag])
        return None if element.tag in DELETED else (iter(element), change)

    # ---- paragraphs

    def _paragraph(self, element: Element, change: Change | None) -> None:
        properties = element.find(W + "pPr")
        line = line_of(properties, self._source)
        if properties is not None:
            self._end(properties, line)
            if (section := properties.find(W + "sectPr")) is not None:
                self._section(section)
        line.end = line.end or change
        line.pieces = self._inlines.read(element, line.style, change)
        line.places = self._inlines.places
        for piece in line.pieces:
            self._source.budget.spend(piece)
        self._source.budget.end_paragraph()
        held, self._held = self._held, None
        if held is not None:
            kept = line if line.has_content or not held.has_content else held
            line = replace(
                kept,
                pieces=held.pieces + line.pieces,
                end=line.end,
                joins=line.joins,
                places=held.places + line.places,
            )
        if line.joins:
            self._held = line
        else:
            self._add(line)

    def _end(self, properties: Element, line: Line) -> None:
        """What became of the end of the paragraph."""
        marked = marked_end(properties)
        if any(properties.find(tag) is not None for tag in FORMATTED):
            self._source.say.accept(sayings.FORMATTING)
        if marked is None:
            return
        if self._source.options.keep_changes:
            line.end = change_of(marked)
            return
        if marked.tag in DELETED:
            line.joins = True
            if marked.tag == W + "del":
                self._source.say.accept(sayings.DELETION)
        elif marked.tag == W + "ins":
            self._source.say.accept(sayings.INSERTION)

    def _let_go(self) -> None:
        """A paragraph that waits for one to go on with ends here."""
        held, self._held = self._held, None
        if held is not None:
            self._add(held)

    def _add(self, line: Line) -> None:
        for box in self._meanings.add(line):
            for block in self._box(box.element):
                self._meanings.add_block(block)

    def _box(self, element: Element) -> Blocks:
        if element.tag == A + "txBody":
            element = _drawn_paragraphs(element)
        blocks = Story(self._source, self._part, self._depth + 1).read(element)
        if blocks:
            self._source.say.keep(sayings.TEXT_BOX)
        return blocks

    # ---- tables, sections

    def _table(self, element: Element) -> None:
        self._let_go()
        indent = child(element.find(W + "tblPr"), W + "tblInd")
        left = None if indent is None else number(indent.get(W + "w"))
        found = read_table(element, self._source, self._cell)
        blocks: Iterable[Block] = (found,) if isinstance(found, Table) else found
        for block in blocks:
            self._meanings.add_block(block, left)

    def _cell(self, cell: Element) -> Blocks:
        return Story(self._source, self._part, self._depth + 1).read(cell)

    def _section(self, element: Element) -> None:
        """What is said on every page, and how pages look: it has no place in a text."""
        for reference in element.iterchildren(W + "headerReference", W + "footerReference"):
            self._source.note_page_part(self._part, reference)
        columns = child(element, W + "cols")
        many = columns is not None and (number(columns.get(W + "num")) or 1) > 1
        if many or any(element.find(W + name) is not None for name in ("lnNumType", "pgBorders")):
            self._source.say.leave_out(sayings.LAYOUT)


def _in_paragraph(element: Element) -> Element:
    paragraph = element.makeelement(W + "p")
    paragraph.append(_copied(element))
    return paragraph


def _copied(element: Element) -> Element:
    return element.__copy__()


def _drawn_paragraphs(body: Element) -> Element:
    """The paragraphs of a text that is drawn, as those of a text that is written."""
    story = body.makeelement(W + "txbxContent")
    for drawn in body.iterchildren(A + "p"):
        paragraph = story.makeelement(W + "p")
        run = paragraph.makeelement(W + "r")
        text = run.makeelement(W + "t")
        text.text = "".join(each.text or "" for each in drawn.iter(A + "t"))
        run.append(text)
        paragraph.append(run)
        story.append(paragraph)
    return story
