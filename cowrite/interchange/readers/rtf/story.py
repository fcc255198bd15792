"""Paragraphs, lists and tables of the body, a note or a comment, as they are built."""

from __future__ import annotations

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    Change,
    Heading,
    Inline,
    LineBreak,
    Mark,
    NoteReference,
    Paragraph,
    Quotation,
    Run,
    SceneBreak,
)
from cowrite.interchange.readers.common.budget import Budget
from cowrite.interchange.readers.common.lists import ListEntry, nested
from cowrite.interchange.readers.common.tables import Cell, cell_content, table
from cowrite.interchange.readers.rtf.state import ParagraphLook

_MOST_CELLS = 300_000


class Story:
    """One text. Rows gather until a paragraph comes that is in none."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._blocks: list[Block | ListEntry] = []
        self._inlines: list[Inline] = []
        self._cell: list[Block | ListEntry] = []
        self._row: list[Cell] = []
        self._rows: list[list[Cell]] = []
        self._after: list[Block] = []
        self._cells = 0

    @property
    def has_text(self) -> bool:
        """Whether the paragraph that gathers has anything in it but blanks."""
        return any(
            not each.text.isspace() if isinstance(each, Run) else not isinstance(each, LineBreak)
            for each in self._inlines
        )

    @property
    def is_first(self) -> bool:
        """Whether no paragraph stands before the one that gathers."""
        return not (self._blocks or self._rows or self._row or self._cell)

    def add(self, inline: Inline) -> None:
        """A piece of the paragraph that gathers."""
        self._budget.spend(inline)
        last = self._inlines[-1] if self._inlines else None
        if isinstance(inline, Run) and isinstance(last, Run) and _look(last) == _look(inline):
            self._inlines[-1] = Run(last.text + inline.text, last.marks, last.link, last.change)
        else:
            self._inlines.append(inline)

    def begin_with(self, text: str) -> None:
        """What stands in front of all that has gathered."""
        self._inlines.insert(0, Run(text))

    def add_after(self, blocks: Blocks) -> None:
        """Blocks that stand behind the paragraph that gathers: a text box beside it."""
        self._after.extend(blocks)

    def take_text(self) -> str:
        """The words of the paragraph that gathers, which is none after all."""
        text = "".join(each.text for each in self._inlines if isinstance(each, Run))
        self._inlines.clear()
        return text

    def end_paragraph(
        self,
        look: ParagraphLook,
        *,
        level: int | None = None,
        without: frozenset[Mark] = frozenset(),
        entry: tuple[int, int | None] | None = None,
        end: Change | None = None,
        is_quote: bool = False,
    ) -> None:
        """The paragraph is complete. ``entry``: level and number of an item; ``without``: marks of the style."""
        self._budget.end_paragraph()
        has_text, content = self.has_text, tuple(self._inlines)
        self._inlines.clear()
        in_table = look.in_table or bool(self._row)
        if not in_table:
            self.end_table()
        target = self._cell if in_table else self._blocks
        if has_text or (end is not None and content):
            block = _block(content, level, without, entry, end)
            target.append(
                Quotation((block,)) if is_quote and isinstance(block, Paragraph) else block
            )
        if not has_text and look.has_line:
            target.append(SceneBreak())
        target.extend(self._after)
        self._after.clear()

    def end_cell(self) -> None:
        """A cell is complete."""
        self._cells += 1
        if self._cells <= _MOST_CELLS:
            self._row.append(Cell(cell_content(nested(self._cell))))
        self._cell = []

    def end_row(self) -> None:
        """A row is complete."""
        if not self._row:
            return
        self._rows.append(self._row)
        self._row = []

    def end_table(self) -> None:
        """What follows is in no table."""
        self.end_row()
        if self._rows:
            self._blocks.append(table(self._rows, has_head=True))
        self._rows = []
        if self._cell:
            self._blocks.extend(self._cell)
            self._cell = []

    def finish(self) -> Blocks:
        """All blocks."""
        self.end_table()
        self._blocks.extend(self._after)
        self._after.clear()
        return nested(self._blocks)


def _look(run: Run) -> tuple[object, ...]:
    return run.marks, run.link, run.change


def _block(
    content: tuple[Inline, ...],
    level: int | None,
    without: frozenset[Mark],
    entry: tuple[int, int | None] | None,
    end: Change | None,
) -> Block | ListEntry:
    if level is not None:
        return Heading(level, tuple(_without(each, without) for each in content), end)
    paragraph = Paragraph(content, end)
    return ListEntry(entry[0], entry[1], (paragraph,)) if entry else paragraph


def _without(inline: Inline, marks: frozenset[Mark]) -> Inline:
    if isinstance(inline, Run):
        return Run(inline.text, inline.marks - marks, inline.link, inline.change)
    if isinstance(inline, NoteReference):
        return NoteReference(inline.label, inline.marks - marks, inline.change)
    return inline
