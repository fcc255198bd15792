"""The bare words of a text."""

from __future__ import annotations

from collections.abc import Iterator

from cowrite.interchange.anchors import words_of
from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CodeBlock,
    Comment,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    ListBlock,
    Paragraph,
    Quotation,
    Run,
    SceneBreak,
    Table,
)


def lines_of(blocks: Blocks) -> Iterator[str]:
    """The text of each paragraph, heading and cell, in order; no comments."""
    for block in blocks:
        yield from _lines(block)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph() | Heading():
            yield words_of(block.content)
        case CodeBlock():
            yield block.text
        case Quotation():
            yield from lines_of(block.blocks)
        case ListBlock():
            for item in block.items:
                yield from lines_of(item)
        case Table():
            for row in block.rows:
                yield from map(words_of, row)
        case _:
            return


def says_something(blocks: Blocks) -> bool:
    """Whether anything of ``blocks`` is seen: not only comments, and no empty paragraphs."""
    return any(map(_is_seen, blocks))


def _is_seen(block: Block) -> bool:
    match block:
        case Paragraph() | Heading():
            return _is_content(block.content)
        case CodeBlock():
            return bool(block.text)
        case Quotation():
            return says_something(block.blocks)
        case ListBlock():
            return any(map(says_something, block.items))
        case Table():
            return any(_is_content(cell) for row in block.rows for cell in row)
        case _:
            return isinstance(block, SceneBreak)


def _is_content(content: Inlines) -> bool:
    return any(not isinstance(each, Comment | LineBreak) for each in content)


def plain_text(blocks: Blocks, most: int) -> str:
    """The lines of ``blocks`` until there are ``most`` characters of them."""
    gathered, length = [], 0
    for line in lines_of(blocks):
        gathered.append(line)
        length += len(line)
        if length >= most:
            break
    return "\n".join(gathered)[:most]


def joined(cells: tuple[Inlines, ...]) -> Inlines:
    """A row of a table as a line, for where there is no table."""
    done: list[Inline] = []
    for number, cell in enumerate(cells):
        if number:
            done.append(Run(" | "))
        done.extend(cell)
    return tuple(done)
