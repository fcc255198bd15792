"""Tables, whose cells hold one paragraph each in the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from cowrite.interchange.readers.common.tables import (
    MERGED,
    MOST_CELLS,
    MOST_COLUMNS,
    Cell,
    cell_content,
    table,
)
from cowrite.interchange.readers.odt.flow import Leave, TextFlow
from cowrite.interchange.readers.odt.names import TABLE, Element, number
from cowrite.interchange.readers.odt.quotations import Quotations, quoted
from cowrite.localization import tr

_MOST_REPEATED = 100


@dataclass
class _OpenTable:
    rows: list[list[Cell]] = field(default_factory=list)
    has_head: bool = False
    is_in_head: bool = False
    cells: int = 0


class TableReader:
    """Reads the elements of tables."""

    def __init__(self, flow: TextFlow, quotations: Quotations) -> None:
        self._quotations = quotations
        self._flow = flow
        self._open: list[_OpenTable] = []

    def part(self, element: Element) -> Leave | None:
        """An element of a table."""
        match element.tag.removeprefix(TABLE):
            case "table" | "sub-table":
                return self._table(element)
            case "table-header-rows" if self._open:
                self._open[-1].is_in_head = True
                return self._head_ends
            case "table-row" if self._open:
                return self._row(element)
            case "table-cell" | "covered-table-cell" if self._open and self._open[-1].rows:
                return self._cell(element)
            case "table-rows" | "table-row-group":
                return _nothing
        return None

    def _table(self, element: Element) -> Leave:
        flow, opened = self._flow, _OpenTable()
        depth = self._quotations.of_table(element.get(TABLE + "style-name"))
        if self._open:
            flow.report.leave_out(tr("table in a table; its text is kept"))
        flow.end_paragraph()
        self._open.append(opened)

        def end() -> None:
            flow.end_paragraph()
            self._open.pop()
            if opened.rows:
                flow.builder.add_block(quoted(table(opened.rows, has_head=opened.has_head), depth))

        return end

    def _head_ends(self) -> None:
        self._open[-1].is_in_head = False

    def _row(self, element: Element) -> Leave:
        opened = self._open[-1]
        if not opened.rows:
            # Few mark the first row, but that is what it is; only Cowrite says so if it is not.
            opened.has_head = opened.is_in_head or not self._quotations.is_own
        opened.rows.append([])
        repeated = number(element.get(TABLE + "number-rows-repeated"), 1, _MOST_REPEATED)

        def end() -> None:
            row = opened.rows[-1]
            left = (MOST_CELLS - opened.cells) // max(1, len(row))
            again = max(0, min(repeated - 1, left)) if any(cell.content for cell in row) else 0
            opened.rows.extend(list(row) for _ in range(again))
            opened.cells += len(row) * (1 + again)

        return end

    def _cell(self, element: Element) -> Leave | None:
        flow, row = self._flow, self._open[-1].rows[-1]
        repeated = number(element.get(TABLE + "number-columns-repeated"), 1, MOST_COLUMNS)
        if element.tag == TABLE + "covered-table-cell":
            flow.report.leave_out(tr(MERGED))
        if not flow.builder.open():
            return flow.end_paragraph

        def end() -> None:
            flow.end_paragraph()
            cell = Cell(cell_content(flow.builder.close()))
            most = min(MOST_COLUMNS - len(row), max(1, MOST_CELLS - self._open[-1].cells))
            row.extend([cell] * max(1, min(repeated, most)))

        return end


def _nothing() -> None:
    """An element that says nothing of its own ends."""
