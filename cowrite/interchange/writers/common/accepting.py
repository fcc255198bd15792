"""A text as if all its tracked changes had been accepted."""

from __future__ import annotations

from dataclasses import replace

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    Change,
    ChangeKind,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    ListBlock,
    NoteReference,
    Paragraph,
    Quotation,
    Run,
    Table,
)


def accepted_inlines(content: Inlines) -> Inlines:
    """What is left of ``content``: nothing deleted, and what was inserted as any other text."""
    return tuple(each for each in map(_accepted, content) if each is not None)


def _accepted(inline: Inline) -> Inline | None:
    if not isinstance(inline, Run | LineBreak | NoteReference) or inline.change is None:
        return inline
    return None if is_deleted(inline.change) else replace(inline, change=None)


def is_deleted(change: Change | None) -> bool:
    """Whether that change takes away what bears it."""
    return change is not None and change.kind is ChangeKind.DELETED


def accepted_blocks(blocks: Blocks) -> Blocks:
    """``blocks`` with all changes accepted: a deleted end joins two paragraphs, a deleted paragraph is gone."""
    done: list[Block] = []
    waiting: Inlines = ()
    for block in blocks:
        if isinstance(block, Paragraph):
            content = waiting + accepted_inlines(block.content)
            if is_deleted(block.end):
                waiting = content
                continue
            if content or not (block.content or waiting):
                done.append(Paragraph(content))
        elif isinstance(block, Heading):
            done.append(Heading(block.level, waiting + accepted_inlines(block.content)))
        else:
            if waiting:
                done.append(Paragraph(waiting))
            done.append(_inside(block))
        waiting = ()
    if waiting:
        done.append(Paragraph(waiting))
    return tuple(done)


def _inside(block: Block) -> Block:
    match block:
        case Quotation():
            return Quotation(accepted_blocks(block.blocks))
        case ListBlock():
            return replace(block, items=tuple(accepted_blocks(item) for item in block.items))
        case Table():
            rows = tuple(tuple(map(accepted_inlines, row)) for row in block.rows)
            return replace(block, rows=rows)
        case _:
            return block
