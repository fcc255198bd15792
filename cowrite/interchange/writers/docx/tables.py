"""The frame of a table; its cells are filled by whoever writes paragraphs."""

from __future__ import annotations

from cowrite.interchange.manuscript import Inlines, Table
from cowrite.interchange.writers.docx.names import Element, add, twips
from cowrite.interchange.writers.docx.parts import Shared

MOST_COLUMNS = 63
"""Word opens no table with more."""


def add_table(
    parent: Element, table: Table, shared: Shared, indent: float
) -> list[tuple[Element, Inlines]]:
    """Begin ``table`` at the end of ``parent``; its cells, each with what belongs into it."""
    columns = len(table.rows[0])
    width = twips((shared.look.text_width - indent) / columns)
    element = add(parent, "tbl")
    properties = add(element, "tblPr")
    add(properties, "tblStyle", "TableGrid")
    if shared.language.is_right_to_left:
        add(properties, "bidiVisual")
    add(properties, "tblW", w=0, type="auto")
    if indent:
        add(properties, "tblInd", w=twips(indent), type="dxa")
    has_head = "1" if table.has_head else "0"
    add(
        properties,
        "tblLook",
        "0020" if table.has_head else "0000",
        firstRow=has_head,
        lastRow="0",
        firstColumn="0",
        lastColumn="0",
        noHBand="1",
        noVBand="1",
    )
    grid = add(element, "tblGrid")
    for _ in range(columns):
        add(grid, "gridCol", w=width)
    cells: list[tuple[Element, Inlines]] = []
    for number, row in enumerate(table.rows):
        line = add(element, "tr")
        described = add(line, "trPr")
        add(described, "cantSplit")
        if table.has_head and number == 0:
            add(described, "tblHeader")
        for content in row:
            cell = add(line, "tc")
            add(add(cell, "tcPr"), "tcW", w=width, type="dxa")
            cells.append((cell, content))
    return cells
