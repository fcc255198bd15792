"""Blocks as Markdown, an empty line between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    ChangeKind,
    CodeBlock,
    CommentBlock,
    Heading,
    ListBlock,
    Paragraph,
    Quotation,
    RawBlock,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.markup.blocks import MarkdownReading
from cowrite.interchange.tidying.blocks import tidy_blocks
from cowrite.interchange.writers.markdown import escaping
from cowrite.interchange.writers.markdown.inlines import InlineWriter, Where

_SIGNS = {ChangeKind.INSERTED: "++", ChangeKind.DELETED: "--"}
_RULE = "***"
_NOTE_INDENT = 4


class BlockWriter:
    """Writes blocks of one manuscript, whose notes have ``labels``."""

    def __init__(self, labels: frozenset[str], *, keep_changes: bool) -> None:
        self._inlines = InlineWriter(labels, keep_changes=keep_changes)
        self._keep_changes = keep_changes

    @property
    def moved(self) -> int:
        """Where a sign had to be moved out of emphasis."""
        return self._inlines.moved

    def text_of(self, blocks: Blocks, *, is_inside: bool = False) -> str:
        """Blocks that stand side by side. ``is_inside``: within a list, a quotation or a note."""
        parts: list[str] = []
        before: Block | None = None
        for block in blocks:
            if before is not None:
                parts.append(self._between(before, block, is_inside))
            parts.append(self._block(block, before, parts))
            before = block
        return "".join(parts)

    def note(self, label: str, blocks: Blocks) -> str:
        """A note where it is defined."""
        mark = f"[^{label}]: " if isinstance(blocks[0], Paragraph) else f"[^{label}]:\n"
        text = self.text_of(blocks, is_inside=True)
        return _hung(mark, text if mark.endswith(" ") else "\n" + text, _NOTE_INDENT)

    def _between(self, before: Block, after: Block, is_inside: bool) -> str:
        """What parts two blocks; between paragraphs, perhaps an end that is a change."""
        change = before.end if isinstance(before, Paragraph) and self._keep_changes else None
        if change is not None:
            sign = _SIGNS[change.kind]
            if is_inside:
                return "{" + sign + sign + "}\n\n"
            return "{" + sign + "\n\n" + sign + "}"
        if is_inside and isinstance(before, Paragraph) and isinstance(after, ListBlock):
            return "\n" if _is_tight(after) and after.first in (None, 1) else "\n\n"
        return "\n\n"

    def _block(self, block: Block, before: Block | None, parts: Sequence[str]) -> str:
        match block:
            case Paragraph():
                return self._inlines.write(block.content, Where.PARAGRAPH)
            case Heading():
                return "#" * block.level + " " + self._inlines.write(block.content, Where.HEADING)
            case SceneBreak():
                signs = escaping.escaped(block.text, escaping.Place())
                return escaping.at_line_start(signs) if block.text else _RULE
            case CodeBlock():
                fence = _fence(block.text)
                return f"{fence}{block.language}\n{block.text}\n{fence}"
            case Quotation():
                lines = self.text_of(block.blocks, is_inside=True).split("\n")
                return "\n".join(f"> {line}" if line else ">" for line in lines)
            case ListBlock():
                return self._list(block, before, parts)
            case Table():
                return self._table(block)
            case CommentBlock():
                text = f"{block.author}: {block.text}" if block.author else block.text
                return f"<!--\n{text}\n-->" if "\n" in text else f"<!-- {text} -->"
            case RawBlock():
                return self._raw(block)

    def _list(self, block: ListBlock, before: Block | None, parts: Sequence[str]) -> str:
        sign = "."
        if isinstance(before, ListBlock) and re.match(
            r"\d+\.", parts[-2] if len(parts) > 1 else ""
        ):
            sign = ")"  # or it would go on with the list before it
        items: list[str] = []
        for number, item in enumerate(block.items, block.first or 0):
            mark = "- " if block.first is None else f"{number}{sign} "
            items.append(_hung(mark, self.text_of(item, is_inside=True), len(mark)))
        return ("\n" if _is_tight(block) else "\n\n").join(items)

    def _table(self, table: Table) -> str:
        rows = [[self._inlines.write(cell, Where.CELL) for cell in row] for row in table.rows]
        width = len(rows[0])
        head, body = (rows[0], rows[1:]) if table.has_head else ([""] * width, rows)
        lines = [head, ["---"] * width, *body]
        return "\n".join("| " + " | ".join(row) + " |" for row in lines)

    def _raw(self, raw: RawBlock) -> str:
        """As it is; as code if it would take in what follows it."""
        follower = Paragraph((Run("x"),))
        found = MarkdownReading().read(raw.text + "\n\nx").blocks
        if tidy_blocks(found) == (raw, follower):
            return raw.text
        fence = _fence(raw.text)
        return f"{fence}html\n{raw.text}\n{fence}"


def _fence(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return fence


def _hung(mark: str, text: str, indent: int) -> str:
    """``text`` behind a mark, its further lines set in as far."""
    first, *others = text.split("\n")
    return "\n".join([mark + first, *(" " * indent + line if line else "" for line in others)])


def _is_tight(block: ListBlock) -> bool:
    """Whether its items are a line or two each, so that no empty lines are needed between them."""
    return all(
        isinstance(item[0], Paragraph)
        and all(isinstance(each, ListBlock) and _is_tight(each) for each in item[1:])
        and len(item) <= 2
        for item in block.items
    )
