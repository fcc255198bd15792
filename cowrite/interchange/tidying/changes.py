"""A manuscript as if all its tracked changes had been accepted, or rejected."""

from __future__ import annotations

from dataclasses import replace

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    ChangeKind,
    Heading,
    Inline,
    ListBlock,
    Manuscript,
    Paragraph,
    Picture,
    Quotation,
)
from cowrite.interchange.manuscript import Comment as _Comment
from cowrite.interchange.tidying.notes import changed_blocks, contents, tidy


def resolved(manuscript: Manuscript, *, accept: bool) -> Manuscript:
    """Tidied and without changes."""
    gone = ChangeKind.DELETED if accept else ChangeKind.INSERTED

    def settle(each: Inline) -> Inline | None:
        if isinstance(each, (Picture, _Comment)) or each.change is None:
            return each
        return None if each.change.kind is gone else replace(each, change=None)

    def of(blocks: Blocks) -> Blocks:
        return _ends_settled(changed_blocks(blocks, settle), gone)

    return tidy(
        replace(
            manuscript,
            blocks=of(manuscript.blocks),
            notes={label: of(note) for label, note in manuscript.notes.items()},
        )
    )


def has_changes(manuscript: Manuscript) -> bool:
    """Whether there is a tracked change in it."""
    parts = (manuscript.blocks, *manuscript.notes.values())
    return any(
        getattr(each, "change", None) is not None
        for part in parts
        for content in contents(part)
        for each in content
    ) or any(map(_has_changed_end, parts))


def _has_changed_end(blocks: Blocks) -> bool:
    for block in blocks:
        match block:
            case Paragraph():
                found = block.end is not None
            case Quotation():
                found = _has_changed_end(block.blocks)
            case ListBlock():
                found = any(map(_has_changed_end, block.items))
            case _:
                found = False
        if found:
            return True
    return False


def _ends_settled(blocks: Blocks, gone: ChangeKind) -> Blocks:
    """A paragraph whose end is gone goes on with the next one."""
    found: list[Block] = []
    for block in blocks:
        match block:
            case Quotation():
                found.append(Quotation(_ends_settled(block.blocks, gone)))
                continue
            case ListBlock():
                items = tuple(_ends_settled(item, gone) for item in block.items)
                found.append(ListBlock(items, block.first))
                continue
            case Paragraph():
                before = found[-1] if found else None
                if isinstance(before, Paragraph) and before.end is not None:
                    found[-1] = Paragraph((*before.content, *block.content), block.end)
                else:
                    found.append(block)
                last = found[-1]
                if isinstance(last, Paragraph) and last.end and last.end.kind is not gone:
                    found[-1] = Paragraph(last.content)
                continue
            case Heading():
                before = found[-1] if found else None
                if isinstance(before, Paragraph) and before.end is not None:
                    found[-1] = Heading(block.level, (*before.content, *block.content))
                    continue
        found.append(block)
    return tuple(
        Paragraph(each.content) if isinstance(each, Paragraph) and each.end else each
        for each in found
    )
