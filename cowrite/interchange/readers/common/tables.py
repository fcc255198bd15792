"""Tables: cells that cover others, and blocks that have to fit into a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cowrite.interchange.manuscript import (
    Block,
    Change,
    CodeBlock,
    Comment,
    CommentBlock,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    ListBlock,
    Mark,
    Paragraph,
    Quotation,
    Run,
    SceneBreak,
    Table,
)
from cowrite.localization import tr_noop

MERGED = tr_noop("merged cells; their text stands in the first one")
MOST_COLUMNS = 200
MOST_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds, and how many columns and rows it covers."""

    content: Inlines
    columns: int = 1
    rows: int = 1


def table(rows: Iterable[Sequence[Cell]], *, has_head: bool) -> Table:
    """A table in which every cell has its place; what a cell covers beside its first place is blank."""
    covered: dict[int, int] = {}  # column -> how many more rows are covered
    found: list[list[Inlines]] = []
    cells = 0
    for row in rows:
        line: list[Inlines] = []
        for cell in row:
            _skip_covered(line, covered)
            if len(line) >= MOST_COLUMNS:
                break
            span = min(max(cell.columns, 1), MOST_COLUMNS - len(line))
            for column in range(len(line), len(line) + span):
                if cell.rows > 1:
                    covered[column] = cell.rows - 1
            line.extend([cell.content, *[()] * (span - 1)])
        _skip_covered(line, covered)
        found.append(line)
        cells += len(line)
        if cells > MOST_CELLS:
            break
    width = max(map(len, found), default=0)
    full = tuple((*line, *[()] * (width - len(line))) for line in found)
    return Table(full, has_head)


def _skip_covered(line: list[Inlines], covered: dict[int, int]) -> None:
    while left := covered.get(len(line)):
        if left == 1:
            del covered[len(line)]
        else:
            covered[len(line)] = left - 1
        line.append(())


def cell_content(blocks: Iterable[Block]) -> Inlines:
    """Blocks as the one paragraph that a cell holds, with line breaks between them.

    A paragraph's end that was inserted or deleted becomes a line break that was. Behind the last one nothing follows
    in the cell, so there is nothing to be kept.
    """
    found: list[Inline] = []
    change: Change | None = None
    for line in _lines(blocks, ""):
        if found:
            found.append(LineBreak(change))
        found.extend(line.content)
        change = line.end
    return tuple(found)


def plain_text(blocks: Iterable[Block]) -> str:
    """The words of blocks, a line for each."""
    lines = (
        "".join(each.text if isinstance(each, Run) else " " for each in line.content)
        for line in _lines(blocks, "")
    )
    return "\n".join(lines).strip()


def _lines(blocks: Iterable[Block], before: str) -> Iterable[Paragraph]:
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                content = (Run(before), *block.content) if before else block.content
                yield Paragraph(content, block.end)
            case CodeBlock():
                for text in block.text.split("\n"):
                    if text.strip():
                        yield Paragraph((Run(text, frozenset({Mark.CODE})),))
            case Quotation():
                yield from _lines(block.blocks, before)
            case ListBlock():
                for at, item in enumerate(block.items):
                    mark = "• " if block.first is None else f"{block.first + at}. "
                    for number, line in enumerate(_lines(item, "")):
                        content = line.content if number else (Run(mark), *line.content)
                        yield Paragraph(content, line.end)
            case Table():
                for row in block.rows:
                    yield Paragraph(tuple(each for cell in row for each in (*cell, Run(" "))))
            case CommentBlock():
                yield Paragraph((Comment(block.text, block.author),))
            case SceneBreak():
                yield Paragraph((Run(block.text or "* * *"),))
