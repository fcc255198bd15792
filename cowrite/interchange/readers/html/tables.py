"""Tables of a page: which of them are tables and which only put things in their places, and the cells of the former."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from cowrite.interchange.manuscript import Blocks, Table
from cowrite.interchange.readers.common.tables import MERGED, Cell, cell_content, table
from cowrite.interchange.readers.html import tags
from cowrite.interchange.readers.html.flow import Leave, PageFlow
from cowrite.localization import tr

_NO_TABLE_WITHIN = frozenset(
    {"table", "pre", "blockquote", "hr", "article", "section", "form", *tags.HEADINGS}
)
_PARAGRAPHS = frozenset({"p", "div", "ul", "ol", "dl", "figure"})


@dataclass
class OpenTable:
    """A table whose rows are being read."""

    rows: list[list[Cell]] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)
    needs_sign: bool = False

    def begin_row(self, *, is_head: bool) -> None:
        """The next cells stand in a row of their own."""
        self.rows.append([])
        self.heads.append(is_head)

    def add(self, element: Any, blocks: Blocks) -> bool:
        """A cell of the last row; whether it covers others."""
        if not self.rows:
            self.begin_row(is_head=False)
        content = cell_content(blocks)
        columns, rows = _count(element.get("colspan")), _count(element.get("rowspan"))
        self.rows[-1].append(Cell(content, columns, rows))
        return columns > 1 or rows > 1

    def finished(self) -> Table:
        """The table. Its first row is the head; only Cowrite writes tables that say so if they have none."""
        has_head = not self.needs_sign or bool(self.heads and self.heads[0])
        return table(self.rows, has_head=has_head)


def _count(value: str | None) -> int:
    text = (value or "").strip()
    return min(int(text), 1000) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _is_in_head(element: Any) -> bool:
    row = element.getparent()
    above = row.getparent() if row is not None else None
    return above is not None and above.tag == "thead"


def layout_tables(root: Any) -> set[Any]:
    """The tables that hold what no table holds, as headings, or paragraphs in one column without a head."""
    found: set[Any] = set()
    open_tables: list[Any] = []
    with_paragraphs: set[Any] = set()
    widest: dict[Any, int] = {}
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "end":
            if tag == "table":
                open_tables.pop()
                is_column = widest.pop(element, 0) <= 1 and element in with_paragraphs
                if is_column and element.find(".//th") is None:
                    found.add(element)
            continue
        if tag in _NO_TABLE_WITHIN and open_tables:
            found.add(open_tables[-1])
        if tag in _PARAGRAPHS and open_tables:
            with_paragraphs.add(open_tables[-1])
        if tag == "tr" and open_tables:
            cells = sum(1 for each in element if each.tag in ("td", "th"))
            widest[open_tables[-1]] = max(cells, widest.get(open_tables[-1], 0))
        if tag == "table":
            open_tables.append(element)
            if element.get("role") in ("presentation", "none"):
                found.add(element)
    return found


class TableReader:
    """Reads the tables that are tables, and lets the others fall apart."""

    def __init__(self, flow: PageFlow, root: Any, *, is_own: bool) -> None:
        self._is_own = is_own
        self._flow = flow
        self._layout = layout_tables(root)
        self._open: list[OpenTable | None] = []

    def part(self, element: Any) -> Leave:
        """``table``, ``tr``, ``td`` or ``th``."""
        self._flow.flush()
        if element.tag == "table":
            return self._table(element)
        current = self._open[-1] if self._open else None
        if current is None:
            return self._flow.flush
        if element.tag == "tr":
            cells = [each for each in element if each.tag in ("td", "th")]
            is_head = bool(cells) and all(each.tag == "th" or _is_in_head(each) for each in cells)
            current.begin_row(is_head=is_head)
            return self._flow.flush
        return self._cell(element, current)

    def _table(self, element: Any) -> Leave:
        current = None if element in self._layout else OpenTable(needs_sign=self._is_own)
        self._open.append(current)

        def end() -> None:
            self._flow.flush()
            self._open.pop()
            if current is not None and current.rows:
                self._flow.builder.add_block(current.finished())

        return end

    def _cell(self, element: Any, current: OpenTable) -> Leave:
        if not self._flow.builder.open():
            return self._flow.flush
        self._flow.open_cells += 1

        def end() -> None:
            self._flow.flush()
            self._flow.open_cells -= 1
            if current.add(element, self._flow.builder.close()):
                self._flow.report.leave_out(tr(MERGED))

        return end
