"""Blocks as paragraphs and tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cowrite.interchange.anchors import Anchors
from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    Change,
    CodeBlock,
    Heading,
    Inlines,
    LineBreak,
    ListBlock,
    Paragraph,
    Picture,
    Quotation,
    SceneBreak,
    Table,
)
from cowrite.interchange.marks import code_mark, quotation_mark
from cowrite.interchange.options import Style
from cowrite.interchange.writers.common import directions
from cowrite.interchange.writers.common.plain import joined
from cowrite.interchange.writers.docx.names import XML_SPACE, Element, add, twips
from cowrite.interchange.writers.docx.numbering import DEEPEST
from cowrite.interchange.writers.docx.parts import Relationships, Shared, bookmark_name
from cowrite.interchange.writers.docx.runs import Runs
from cowrite.interchange.writers.docx.styles import STEP
from cowrite.interchange.writers.docx.tables import MOST_COLUMNS, add_table


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand. ``indent``: of their text, in points. ``style``: of plain paragraphs there.

    ``quotations``: how many they stand in.
    """

    style: str
    indent: float = 0.0
    list_level: int = -1
    quotations: int = 0


@dataclass(frozen=True, slots=True)
class _Number:
    """The number that the next paragraph bears: its list, and the style of its items."""

    of_list: int
    level: int
    style: str


class Body:
    """Writes blocks into a body, a cell or a note."""

    def __init__(self, shared: Shared, relationships: Relationships, is_note: bool = False) -> None:
        self._shared = shared
        self._runs = Runs(shared, relationships, is_note)
        self._anchors = Anchors()
        self._number: _Number | None = None
        self._begins_note = is_note
        self._follows_break = True

    def add(self, parent: Element, blocks: Blocks, place: Place) -> None:
        """Write ``blocks`` at the end of ``parent``."""
        for at, block in enumerate(blocks):
            self._add_block(parent, block, place)
            following = blocks[at + 1] if at + 1 < len(blocks) else None
            if isinstance(block, CodeBlock) and isinstance(following, CodeBlock):
                add(parent, "p")  # or they would be read as one
            # Word joins tables that nothing parts, and wants a paragraph behind the last.
            if isinstance(block, Table) and isinstance(following, Table | None):
                add(parent, "p")
            self._follows_break = isinstance(block, Heading | SceneBreak)

    def _add_block(self, parent: Element, block: Block, place: Place) -> None:
        if self._number is not None and isinstance(block, Heading | ListBlock | Table):
            self._paragraph(parent, (), place, place.style)  # bears the number of the item
        elif self._begins_note and not isinstance(block, Paragraph):
            self._paragraph(parent, (), place, place.style)  # bears the number of the note
        match block:
            case Paragraph():
                self._add_prose(parent, block, place)
            case Heading():
                self._add_heading(parent, block, place)
            case SceneBreak():
                text = block.text or self._shared.look.scene_break
                if self._shared.options.style is Style.MANUSCRIPT:
                    text = self._shared.look.scene_break
                self._add_break(parent, text, place)
            case CodeBlock():
                self._add_code(parent, block, place)
            case Quotation():
                inner = replace(
                    place,
                    style="Quote",
                    indent=place.indent + STEP,
                    quotations=place.quotations + 1,
                )
                self.add(parent, block.blocks, inner)
            case ListBlock():
                self._add_list(parent, block, place)
            case Table():
                self._add_table(parent, block, place)

    def _add_prose(self, parent: Element, block: Paragraph, place: Place) -> None:
        style = place.style
        if style == "BodyText":
            if len(block.content) == 1 and isinstance(block.content[0], Picture):
                style = "Figure"
            elif self._follows_break:
                style = "FirstParagraph"
        self._paragraph(parent, block.content, place, style, block.end)

    def _add_heading(self, parent: Element, block: Heading, place: Place) -> None:
        name = self._anchors.name(block)
        paragraph, properties = self._begin(parent, f"Heading{block.level}")
        self._finish(properties, block.content, {"left": place.indent} if place.indent else None)
        self._mark(paragraph, quotation_mark(place.quotations))
        if name in self._shared.prepared.anchors:
            number = self._shared.new_number()
            add(paragraph, "bookmarkStart", id=number, name=bookmark_name(name))
            self._runs.add(paragraph, block.content)
            add(paragraph, "bookmarkEnd", id=number)
        else:
            self._runs.add(paragraph, block.content)

    def _paragraph(
        self,
        parent: Element,
        content: Inlines,
        place: Place,
        style: str,
        end: Change | None = None,
    ) -> None:
        number = self._number
        style = number.style if number is not None and style == "ListContinue" else style
        paragraph, properties = self._begin(parent, style)
        own = STEP if style in ("Quote", "ListContinue") else 0.0
        self._finish(properties, content, self._take_number(properties, place, own))
        if self._begins_note:
            self._begins_note = False
            _add_note_sign(paragraph)
        if end is not None:
            self._runs.mark_end(properties, end)
        if style != "Quote":
            self._mark(paragraph, quotation_mark(place.quotations))
        self._runs.add(paragraph, content)

    def _mark(self, paragraph: Element, name: str) -> None:
        """Say in a hidden bookmark what Word has no word for, so that the text comes home as it went."""
        if name:
            number = self._shared.new_number()
            add(paragraph, "bookmarkStart", id=number, name=f"{name}_{number}")
            add(paragraph, "bookmarkEnd", id=number)

    def _take_number(
        self, properties: Element, place: Place, own_indent: float
    ) -> dict[str, float] | None:
        """Let a paragraph bear the number of its item, if that waits; how far it is to be set in.

        ``own_indent``: of the paragraph's style.
        """
        number, self._number = self._number, None
        if number is None:
            return None if place.indent == own_indent else {"left": place.indent}
        numbering = add(properties, "numPr")
        add(numbering, "ilvl", number.level)
        add(numbering, "numId", number.of_list)
        is_usual = place.indent == STEP * (number.level + 1)
        return None if is_usual else {"left": place.indent, "hanging": STEP}

    def _add_break(self, parent: Element, text: str, place: Place) -> None:
        is_quoted = place.style == "Quote"
        paragraph, properties = self._begin(parent, "Quote" if is_quoted else "SceneBreak")
        own = STEP if is_quoted else 0.0
        inner = place if is_quoted or self._number is not None else replace(place, indent=0.0)
        indent = self._take_number(properties, inner, own)
        if indent is not None:
            _set_in(properties, indent)
        if is_quoted:
            add(properties, "jc", "center")
        add_words(paragraph, text)

    def _add_code(self, parent: Element, block: CodeBlock, place: Place) -> None:
        paragraph, properties = self._begin(parent, "SourceCode")
        indent = self._take_number(properties, place, 0.0)
        if indent is not None:
            _set_in(properties, indent)
        self._mark(paragraph, quotation_mark(place.quotations))
        self._mark(paragraph, code_mark(block.language))
        run = add(paragraph, "r")
        for number, line in enumerate(block.text.split("\n")):
            if number:
                add(run, "br")
            for column, piece in enumerate(line.split("\t")):
                if column:
                    add(run, "tab")
                if piece:
                    _set_text(add(run, "t"), piece)

    def _add_list(self, parent: Element, block: ListBlock, place: Place) -> None:
        level = min(place.list_level + 1, DEEPEST)
        of_list = self._shared.numbering.add_list(block.first, level)
        style = "ListBullet" if block.first is None else "ListNumber"
        inner = Place("ListContinue", place.indent + STEP, level, place.quotations)
        for item in block.items:
            self._number = _Number(of_list, level, style)
            self.add(parent, item, inner)
            if self._number is not None:
                self._paragraph(parent, (), inner, style)  # an empty item

    def _add_table(self, parent: Element, block: Table, place: Place) -> None:
        if len(block.rows[0]) > MOST_COLUMNS:
            for row in block.rows:
                self._paragraph(parent, joined(row), place, place.style)
            return
        cells = add_table(parent, block, self._shared, place.indent)
        for cell, content in cells:
            paragraph = add(cell, "p")
            if content:
                self._finish(add(paragraph, "pPr"), content, None)
                self._runs.add(paragraph, content)

    def _begin(self, parent: Element, style: str) -> tuple[Element, Element]:
        paragraph = add(parent, "p")
        properties = add(paragraph, "pPr")
        add(properties, "pStyle", style)
        return paragraph, properties

    def _finish(
        self, properties: Element, content: Inlines, indent: dict[str, float] | None
    ) -> None:
        """Direction and indent, which stand behind everything else but a change of the end."""
        if directions.paragraph_runs_left(content, self._shared.language.is_right_to_left):
            add(properties, "bidi")
        if indent is not None:
            _set_in(properties, indent)
        if self._shared.look.is_justified and any(isinstance(each, LineBreak) for each in content):
            # Verse; else each of its lines is drawn out to the margin.
            add(properties, "jc", "left")


def _set_in(properties: Element, indent: dict[str, float]) -> None:
    add(properties, "ind", **{side: twips(points) for side, points in indent.items()})


def add_words(paragraph: Element, text: str) -> None:
    """A run without any look of its own, if there are words."""
    if text:
        _set_text(add(add(paragraph, "r"), "t"), text)


def _set_text(element: Element, text: str) -> None:
    element.text = text
    if text.strip() != text or "  " in text:
        element.set(XML_SPACE, "preserve")


def _add_note_sign(paragraph: Element) -> None:
    run = add(paragraph, "r")
    add(add(run, "rPr"), "rStyle", "FootnoteReference")
    add(run, "footnoteRef")
    add_words(paragraph, " ")
