"""Blocks as paragraphs, lists and tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cowrite.interchange.anchors import Anchors
from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    Change,
    CodeBlock,
    Heading,
    LineBreak,
    ListBlock,
    Paragraph,
    Picture,
    Quotation,
    SceneBreak,
    Table,
)
from cowrite.interchange.marks import code_mark
from cowrite.interchange.options import Style
from cowrite.interchange.writers.common import directions
from cowrite.interchange.writers.common.plain import joined as joined_cells
from cowrite.interchange.writers.odt.automatic import Variation
from cowrite.interchange.writers.odt.changes import ChangeWriter, DeletedEnd, Joined, joined
from cowrite.interchange.writers.odt.inlines import Inlines
from cowrite.interchange.writers.odt.names import Element, add, name
from cowrite.interchange.writers.odt.parts import Shared
from cowrite.interchange.writers.odt.styles import STEP, TEXT_MASTER

_LAST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand. ``style``: of plain paragraphs there; ``indent``: of all text, in points.

    ``level``: how many lists are around.
    """

    style: str
    indent: float = 0.0
    level: int = 0

    @property
    def is_quotation(self) -> bool:
        """Whether what stands there is quoted."""
        return self.style == "Quotations"


class Body:
    """Writes blocks into a text, an item or a note. ``begins_pages``: the first begins the pages of the text."""

    def __init__(self, shared: Shared, is_note: bool = False, begins_pages: bool = False) -> None:
        self._shared = shared
        self._is_note = is_note
        self._begins_pages = begins_pages
        self._anchors = Anchors()
        self._follows_break = True
        self._inserted_end = ""

    def add(self, parent: Element, blocks: Blocks, place: Place) -> None:
        """Write ``blocks`` at the end of ``parent``."""
        units = joined(blocks)
        for at, unit in enumerate(units):
            following = units[at + 1] if at + 1 < len(units) else None
            if isinstance(unit, Joined):
                end = unit.inserted_end if isinstance(following, Joined) else None
                self._add_text(parent, replace(unit, inserted_end=end), place)
            else:
                self._add_block(parent, unit, place)
            if isinstance(unit, CodeBlock) and isinstance(following, CodeBlock):
                add(parent, "text:p")  # or they would be read as one
            shown = unit.block if isinstance(unit, Joined) else unit
            self._follows_break = isinstance(shown, Heading | SceneBreak)

    def _add_block(self, parent: Element, block: Block, place: Place) -> None:
        match block:
            case SceneBreak():
                is_manuscript = self._shared.options.style is Style.MANUSCRIPT
                usual = self._shared.look.scene_break
                text = usual if is_manuscript else block.text or usual
                style = self._style(_of_break(place))
                add(parent, "text:p", style).text = text
            case CodeBlock():
                indent = place.indent if place.is_quotation else None
                style = self._style(Variation("Source_20_Code", indent))
                paragraph = add(parent, "text:p", style)
                if mark := code_mark(block.language):
                    place_name = f"{mark}_{self._shared.new_place()}"
                    add(paragraph, "text:bookmark", {"text:name": place_name})
                self._inlines(paragraph).add_code(block.text)
            case Quotation():
                inner = replace(place, style="Quotations", indent=place.indent + STEP)
                self.add(parent, block.blocks, inner)
            case ListBlock():
                self._add_list(parent, block, place)
            case Table():
                self._add_table(parent, block, place)

    # paragraphs and headings

    def _add_text(self, parent: Element, unit: Joined, place: Place) -> None:
        block = unit.block
        style = self._variation(unit, place)
        attributes = self._style(style)
        if isinstance(block, Heading):
            attributes["text:outline-level"] = str(block.level)
            paragraph = add(parent, "text:h", attributes)
            anchor = self._anchors.name(block)
            is_place = anchor in self._shared.prepared.anchors
            if is_place:
                add(paragraph, "text:bookmark-start", {"text:name": anchor})
            self._write(paragraph, unit, place.style)
            if is_place:
                add(paragraph, "text:bookmark-end", {"text:name": anchor})
        else:
            self._write(add(parent, "text:p", attributes), unit, place.style)

    def _write(self, paragraph: Element, unit: Joined, style: str) -> None:
        if self._inserted_end:
            add(paragraph, "text:change-end", {"text:change-id": self._inserted_end})
            self._inserted_end = ""
        ChangeWriter(self._shared, self._inlines, style).add(paragraph, unit.pieces)
        if unit.inserted_end is not None:
            self._inserted_end = self._begin_insertion(paragraph, unit.inserted_end)

    def _begin_insertion(self, paragraph: Element, change: Change) -> str:
        number, _ = self._shared.add_change(change)
        add(paragraph, "text:change-start", {"text:change-id": number})
        return number

    def _variation(self, unit: Joined, place: Place) -> Variation:
        pieces = tuple(each for each in unit.pieces if not isinstance(each, DeletedEnd))
        leftwards = directions.paragraph_runs_left(pieces, self._shared.language.is_right_to_left)
        direction = leftwards if leftwards != self._shared.language.is_right_to_left else None
        if isinstance(unit.block, Heading):
            indent = place.indent if place.is_quotation else None
            return Variation(f"Heading_20_{unit.block.level}", indent, leftwards=direction)
        style, indent = place.style, None
        if style == "Text_20_body":
            if len(pieces) == 1 and isinstance(pieces[0], Picture):
                style = "Figure"
            elif self._follows_break:
                style = "First_20_paragraph"
        elif place.is_quotation and place.indent != STEP:
            indent = place.indent
        is_verse = any(isinstance(each, LineBreak) for each in pieces)
        is_ragged = is_verse and self._shared.look.is_justified
        return Variation(style, indent, "start" if is_ragged else "", direction)

    def _style(self, variation: Variation) -> dict[str, str]:
        if self._begins_pages:
            self._begins_pages = False
            variation = replace(variation, begins=TEXT_MASTER)
        return {"text:style-name": self._shared.styles.paragraph(variation)}

    def _inlines(self, paragraph: Element) -> Inlines:
        return Inlines(self._shared, paragraph, None if self._is_note else self._add_note)

    def _add_note(self, body: Element, label: str) -> None:
        blocks = self._shared.prepared.notes[label]
        Body(self._shared, is_note=True).add(body, blocks, Place("Footnote"))

    # lists and tables

    def _add_list(self, parent: Element, block: ListBlock, place: Place) -> None:
        base = place.indent - STEP * place.level
        style = self._shared.styles.of_list(block.first is not None, base)
        element = add(parent, "text:list", {"text:style-name": style})
        inner = Place("List_20_item", place.indent + STEP, place.level + 1)
        for number, item in enumerate(block.items):
            entry = add(element, "text:list-item")
            if block.first is not None and number == 0:
                start = min(max(block.first, 0), _LAST_NUMBER)
                entry.set(name("text:start-value"), str(start))
            self.add(entry, item, inner)
            if not len(entry):
                add(entry, "text:p", self._style(Variation("List_20_item")))

    def _add_table(self, parent: Element, block: Table, place: Place) -> None:
        if self._is_note or place.level:
            # OpenDocument has no tables there.
            for row in block.rows:
                unit = Joined(Paragraph(()), joined_cells(row))
                self._add_text(parent, unit, place)
            return
        columns = len(block.rows[0])
        width = self._shared.look.text_width - place.indent
        self._shared.styles.cells()
        begins, self._begins_pages = self._begins_pages, False
        style = self._shared.styles.table(
            width, place.indent, begins, self._shared.language.is_right_to_left
        )
        table = add(parent, "table:table", {"table:style-name": style})
        add(table, "table:table-column", {"table:number-columns-repeated": str(columns)})
        for number, row in enumerate(block.rows):
            is_head = number == 0 and block.has_head
            holder = add(table, "table:table-header-rows") if is_head else table
            line = add(holder, "table:table-row")
            look = {"table:style-name": "Head" if is_head else "Cell"}
            for content in row:
                cell = add(line, "table:table-cell", {**look, "office:value-type": "string"})
                unit = Joined(Paragraph(content), content)
                self._add_text(cell, unit, Place("Table_20_Contents"))


def _of_break(place: Place) -> Variation:
    if not place.is_quotation:
        return Variation("Scene_20_Break")
    indent = place.indent if place.indent != STEP else None
    return Variation(place.style, indent, side="center")
