"""Tables: rows and cells through all that may stand around them, and cells that cover others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cowrite.interchange.manuscript import Blocks, Paragraph, Table
from cowrite.interchange.readers.common.tables import MERGED, Cell, cell_content, table
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.changes import FORMATTED
from cowrite.interchange.readers.docx.names import Element, W, child, number, switch, value
from cowrite.interchange.readers.docx.source import Source

_WRAPPERS = (W + "sdt", W + "sdtContent", W + "customXml", W + "ins", W + "moveTo")
_MOST_SPAN = 60
ReadCell = Callable[[Element], Blocks]


@dataclass(frozen=True, slots=True)
class _Covered:
    """How a cell lies: over how many columns, and whether it goes on with the one above or before."""

    columns: int
    goes_on: bool


def read_table(element: Element, source: Source, read_cell: ReadCell) -> Table | Blocks:
    """A table; or what stands in its only cell, which is but a frame around several paragraphs."""
    rows = list(_rows(element, source))
    cells = [list(_through(row, W + "tc")) for row in rows]
    if len(cells) == 1 and len(cells[0]) == 1:
        blocks = read_cell(cells[0][0])
        is_frame = len(blocks) > 1 or any(not isinstance(block, Paragraph) for block in blocks)
        return blocks if is_frame else Table(((cell_content(blocks),),))
    found = [
        [*_blank(row, "gridBefore"), *(_cell(cell, source, read_cell) for cell in line if not _is_gone(cell, source))]
        for row, line in zip(rows, cells, strict=True)
    ]  # fmt: skip
    return table(found, has_head=True)


def _cell(cell: Element, source: Source, read_cell: ReadCell) -> Cell:
    covered = _covered(cell)
    if covered.columns > 1 or covered.goes_on:
        source.say.leave_out(MERGED)
    blocks = read_cell(cell)
    if any(isinstance(block, Table) for block in blocks):
        source.say.leave_out(sayings.NESTED_TABLE)
    return Cell(cell_content(blocks), covered.columns)


def _covered(cell: Element) -> _Covered:
    properties = cell.find(W + "tcPr")
    span = number(value(properties, W + "gridSpan")) or 1
    goes_on = False
    for name in ("vMerge", "hMerge"):
        merge = child(properties, W + name)
        if merge is not None and (merge.get(W + "val") or "continue") == "continue":
            goes_on = True
    return _Covered(min(max(span, 1), _MOST_SPAN), goes_on)


def _blank(row: Element, name: str) -> list[Cell]:
    count = number(value(row.find(W + "trPr"), W + name)) or 0
    return [Cell(())] * min(max(count, 0), _MOST_SPAN)


def _rows(element: Element, source: Source) -> Iterator[Element]:
    for row in _through(element, W + "tr"):
        properties = row.find(W + "trPr")
        if properties is not None and not source.options.keep_changes:
            if properties.find(W + "del") is not None:
                source.say.accept(sayings.DELETION)
                continue
            if properties.find(W + "ins") is not None:
                source.say.accept(sayings.INSERTION)
        if properties is not None and any(properties.find(tag) is not None for tag in FORMATTED):
            source.say.accept(sayings.FORMATTING)
        if not switch(properties, W + "hidden"):
            yield row


def _is_gone(cell: Element, source: Source) -> bool:
    is_deleted = child(cell.find(W + "tcPr"), W + "cellDel") is not None
    return is_deleted and not source.options.keep_changes


def _through(element: Element, tag: str) -> Iterator[Element]:
    """The children of that name, through what may stand around them."""
    waiting = [iter(element)]
    while waiting:
        inner = next(waiting[-1], None)
        if inner is None:
            waiting.pop()
        elif inner.tag == tag:
            yield inner
        elif inner.tag in _WRAPPERS:
            waiting.append(iter(inner))
