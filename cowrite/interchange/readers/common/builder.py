"""Blocks as they come: text gathers in a paragraph, paragraphs in what is open around them.

What is read comes as a stream of starts and ends, so nothing here is recursive, however deep a file is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    Change,
    CodeBlock,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    Paragraph,
    Quotation,
    Run,
)
from cowrite.interchange.readers.common.budget import Budget
from cowrite.interchange.readers.common.lists import ListEntry, NumberedItem, lists_of, nested

MOST_OPEN = 60
"""Quotations, lists and cells in each other; what is deeper belongs to the last of them."""


@dataclass(slots=True)
class _Open:
    """Something that holds blocks and is not closed yet; ``items`` if it is a list."""

    is_list: bool = False
    blocks: list[Block | ListEntry] = field(default_factory=list)
    items: list[NumberedItem] = field(default_factory=list)


class BlockBuilder:
    """Gathers inline pieces into paragraphs, and blocks into what is open."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._open = [_Open()]
        self._inlines: list[Inline] = []

    @property
    def has_text(self) -> bool:
        """Whether the paragraph that gathers has anything in it but blanks and line breaks."""
        return any(
            not each.text.isspace() if isinstance(each, Run) else not isinstance(each, LineBreak)
            for each in self._inlines
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was built yet."""
        return len(self._open) == 1 and not self._open[0].blocks and not self.has_text

    @property
    def depth(self) -> int:
        """How many containers are open."""
        return len(self._open)

    def add(self, inline: Inline) -> None:
        """A piece of the paragraph that gathers. Raises UserError if there are too many."""
        self._budget.spend(inline)
        self._inlines.append(inline)

    def begin_with(self, text: str) -> None:
        """What stands in front of all that has gathered."""
        self._inlines.insert(0, Run(text))

    def take_inlines(self) -> Inlines:
        """What has gathered, for a block of another kind than a paragraph."""
        found = tuple(self._inlines)
        self._inlines.clear()
        return found

    def end_line_break(self) -> bool:
        """Take back a line break that came last, but for blanks; whether there was one."""
        for at in range(len(self._inlines) - 1, -1, -1):
            last = self._inlines[at]
            if isinstance(last, LineBreak):
                del self._inlines[at:]
                return True
            if not isinstance(last, Run) or not last.text.isspace():
                return False
        return False

    def end_paragraph(self, level: int | None = None, end: Change | None = None) -> None:
        """The paragraph is complete; ``level`` if it is a heading."""
        self._budget.end_paragraph()
        if end is None and not self.has_text:
            self._inlines.clear()
            return
        content = self.take_inlines()
        self.add_block(Heading(level, content, end) if level else Paragraph(content, end))

    def add_block(self, block: Block | ListEntry) -> None:
        """A block of its own. In a list it belongs to the last item."""
        top = self._open[-1]
        if not top.is_list:
            top.blocks.append(block)
            return
        if isinstance(block, ListEntry):
            top.items.append((block.number, list(block.blocks)))
        elif top.items:
            top.items[-1][1].append(block)
        else:
            top.items.append((None, [block]))

    def add_code(self, text: str, language: str = "", *, goes_on: bool) -> None:
        """Lines of code. ``goes_on``: they belong to those before them, if these came last."""
        blocks = self._open[-1].blocks
        if goes_on and blocks and isinstance(last := blocks[-1], CodeBlock):
            blocks[-1] = CodeBlock(f"{last.text}\n{text}", last.language)
        else:
            self.add_block(CodeBlock(text, language))

    def open(self, *, is_list: bool = False) -> bool:
        """Begin something that holds blocks. To be closed by the method for its kind if this returns True."""
        self.end_paragraph()
        if len(self._open) >= MOST_OPEN:
            return False
        self._open.append(_Open(is_list))
        return True

    def close(self) -> Blocks:
        """End what was opened last, and its blocks."""
        self.end_paragraph()
        return nested(self._open.pop().blocks)

    def close_item(self, number: int | None) -> None:
        """End an item of the list around it, or of none."""
        blocks = self.close()
        top = self._open[-1]
        if top.is_list:
            top.items.append((number, list(blocks)))
        elif blocks:
            top.blocks.append(ListEntry(1, number, blocks))

    def close_list(self, *, may_be_chapters: bool = False) -> bool:
        """End a list; its items become lists in which the numbers go on.

        ``may_be_chapters``: items that are headings are no items. Returns whether there were such.
        """
        self.end_paragraph()
        items = self._open.pop().items
        between: list[NumberedItem] = []
        found = False
        for number, blocks in items:
            if not (
                may_be_chapters and blocks and all(isinstance(each, Heading) for each in blocks)
            ):
                between.append((number, blocks))
                continue
            found = True
            self._add_lists(between)
            between = []
            for block in blocks:
                self.add_block(block)
        self._add_lists(between)
        return found

    def _add_lists(self, items: list[NumberedItem]) -> None:
        for block in lists_of(items):
            self.add_block(block)

    def close_quotation(self) -> None:
        """End a quotation."""
        blocks = self.close()
        if blocks:
            self.add_block(Quotation(blocks))

    def finish(self) -> Blocks:
        """All blocks; whatever is still open is closed."""
        while len(self._open) > 1:
            if self._open[-1].is_list:
                self.close_list()
            else:
                for block in self.close():
                    self.add_block(block)
        return self.close_root()

    def close_root(self) -> Blocks:
        """The blocks of the root, where only it is open."""
        self.end_paragraph()
        return nested(self._open[0].blocks)
