"""The canonical form of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CodeBlock,
    Comment,
    CommentBlock,
    Heading,
    Inlines,
    ListBlock,
    Mark,
    NoteReference,
    Paragraph,
    Picture,
    Quotation,
    RawBlock,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.tidying.characters import (
    cleaned_lines,
    code_language,
    comment_text,
    phrase,
)
from cowrite.interchange.tidying.inlines import tidy_inlines, without_breaks, without_mark

DEEPEST = 12
"""Quotations and lists within each other beyond which what they hold belongs to the one around."""
_RULE = re.compile(r"[*⁎∗＊](?:\s*[*⁎∗＊])*|-(?:\s*-){2,}|_(?:\s*_){2,}")
_SIGNS = re.compile(r"([#~⁂❦❧☙◆◇★☆✦✻❖※•])(?:\s*\1)*|([—–·○●=+])(?:\s*\2){2,}")
_LAST_NUMBER = 999_999_999


def tidy_blocks(blocks: Iterable[Block], depth: int = 0) -> Blocks:
    """The canonical form of blocks that stand in ``depth`` lists and quotations."""
    found: list[Block] = []
    for block in blocks:
        for each in _tidied(block, depth):
            last = found[-1] if found else None
            joined = None if last is None else _joined(last, each)
            if joined is None:
                found.append(each)
            else:
                found[-1] = joined
    return tuple(_with_ends(found))


def _with_ends(blocks: list[Block]) -> Iterable[Block]:
    """Only between two paragraphs can a paragraph's end be changed."""
    for block, following in zip_longest(blocks, blocks[1:]):
        if isinstance(block, Paragraph) and block.end and not isinstance(following, Paragraph):
            yield Paragraph(block.content)
        else:
            yield block


def _tidied(block: Block, depth: int) -> Iterable[Block]:
    match block:
        case Paragraph():
            return _paragraph(block)
        case Heading():
            return _heading(block)
        case SceneBreak():
            return (_scene_break(phrase(block.text)),)
        case CodeBlock():
            text = cleaned_lines(block.text)
            return (CodeBlock(text, code_language(block.language)),) if text.strip() else ()
        case Quotation():
            inner = tidy_blocks(block.blocks, depth + 1)
            if depth >= DEEPEST:
                return inner
            return (Quotation(inner),) if inner else ()
        case ListBlock():
            return _list(block, depth)
        case Table():
            return _table(block)
        case CommentBlock():
            text = comment_text(block.text, one_line=False)
            return (CommentBlock(text, phrase(block.author)),) if text else ()
        case RawBlock():
            text = cleaned_lines(block.text)
            return (RawBlock(text),) if text.strip() else ()


def _scene_break(text: str) -> SceneBreak:
    return SceneBreak(text if _SIGNS.fullmatch(text) else "")


def _paragraph(paragraph: Paragraph) -> Iterable[Block]:
    content = tidy_inlines(paragraph.content)
    if not _has_content(content):
        return _comments(content)
    if len(content) == 1 and isinstance(only := content[0], Run) and only.change is None:
        text = only.text.strip()
        if Mark.CODE not in only.marks and (_SIGNS.fullmatch(text) or _RULE.fullmatch(text)):
            return (_scene_break(phrase(text)),)
    return (Paragraph(content, paragraph.end),)


def _heading(heading: Heading) -> Iterable[Block]:
    content = tidy_inlines(without_breaks(heading.content), on_one_line=True)
    if not _has_content(content):
        return _comments(content)
    runs = [each for each in content if isinstance(each, Run) and not each.text.isspace()]
    if all(Mark.STRONG in run.marks for run in runs):
        content = tidy_inlines(without_mark(content, Mark.STRONG), on_one_line=True)
    return (Heading(min(max(heading.level, 1), 6), content),)


def _has_content(content: Inlines) -> bool:
    return any(
        isinstance(each, (Picture, NoteReference))
        or (isinstance(each, Run) and not each.text.isspace())
        for each in content
    )


def _comments(content: Inlines) -> Iterable[Block]:
    return tuple(
        CommentBlock(each.text, each.author) for each in content if isinstance(each, Comment)
    )


def _list(block: ListBlock, depth: int) -> Iterable[Block]:
    """Lists with the items that hold something; a number that nothing stands behind is left out of the count."""
    items = [tidy_blocks(item, depth + 1) for item in block.items]
    if depth >= DEEPEST:
        return tuple(each for item in items for each in item)
    if block.first is None:
        filled = tuple(item for item in items if item)
        return (ListBlock(filled),) if filled else ()
    found: list[Block] = []
    number, current = block.first, list[Blocks]()
    for item in (*items, ()):
        if item:
            current.append(item)
        elif current:
            first = min(max(number - len(current), 0), _LAST_NUMBER - len(current))
            found.append(ListBlock(tuple(current), first))
            current = []
        number += 1
    return found


def _table(table: Table) -> Iterable[Block]:
    rows = [[tidy_inlines(cell, on_one_line=True) for cell in row] for row in table.rows]
    width = max((len(row) for row in rows), default=0)
    full = tuple((*row, *[()] * (width - len(row))) for row in rows)
    has_head = table.has_head
    if has_head and full and not any(_has_content(cell) for cell in full[0]):
        full, has_head = full[1:], False
    if not any(cell for row in full for cell in row):
        return ()
    return (Table(full, has_head),)


def _joined(one: Block, other: Block) -> Block | None:
    """Two neighbours as one block, if that is what a reader sees."""
    match one, other:
        case Quotation(), Quotation():
            return Quotation(tidy_blocks((*one.blocks, *other.blocks)))
        case ListBlock(), ListBlock():
            goes_on = one.first is not None and one.first + len(one.items) == other.first
            if goes_on or one.first is other.first is None:
                return ListBlock((*one.items, *other.items), one.first)
    return None
