"""A manuscript as plain lines, to be compared with: ``p``, ``h2``, ``-``, ``3.``, ``row``, ``note 1``."""

from __future__ import annotations

from collections.abc import Iterable

from cowrite.interchange import formats
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import (
    Block,
    CodeBlock,
    Comment,
    CommentBlock,
    Heading,
    Inline,
    LineBreak,
    ListBlock,
    Manuscript,
    Mark,
    NoteReference,
    Paragraph,
    Picture,
    Quotation,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.report import Report

_SIGNS = {Mark.STRONG: "b", Mark.EMPHASIS: "i", Mark.STRIKE: "s", Mark.CODE: "c"}


def read_lines(kind: Kind, data: bytes, **options: bool) -> list[str]:
    """What is read, line by line."""
    return lines(formats.read(kind, data, ReadOptions(**options), Report()))


def read_and_said(kind: Kind, data: bytes, **options: bool) -> tuple[Manuscript, Report]:
    """What is read, and what is said of it."""
    report = Report()
    return formats.read(kind, data, ReadOptions(**options), report), report


def lines(manuscript: Manuscript) -> list[str]:
    """Blocks, then notes."""
    found = list(_blocks(manuscript.blocks, ""))
    for label, blocks in manuscript.notes.items():
        found.extend(f"note {label} {each}" for each in _blocks(blocks, ""))
    return found


def _blocks(blocks: Iterable[Block], indent: str) -> Iterable[str]:
    for block in blocks:
        match block:
            case Paragraph():
                yield f"{indent}p {_inlines(block.content)}"
            case Heading():
                yield f"{indent}h{block.level} {_inlines(block.content)}"
            case SceneBreak():
                yield f"{indent}break {block.text}".rstrip()
            case CodeBlock():
                yield f"{indent}code {block.language} {block.text!r}"
            case Quotation():
                yield from _blocks(block.blocks, f"{indent}> ")
            case ListBlock():
                for at, item in enumerate(block.items):
                    mark = "-" if block.first is None else f"{block.first + at}."
                    yield from _blocks(item, f"{indent}{mark} ")
            case Table():
                for at, row in enumerate(block.rows):
                    name = "head" if block.has_head and not at else "row"
                    yield f"{indent}{name} " + " | ".join(map(_inlines, row))
            case CommentBlock():
                yield f"{indent}comment {block.author}: {block.text}"
            case _:
                yield f"{indent}{block!r}"


def _inlines(content: Iterable[Inline]) -> str:
    return "".join(map(_inline, content))


def _inline(each: Inline) -> str:
    match each:
        case Run():
            signs = "".join(sorted(_SIGNS[mark] for mark in each.marks))
            text = f"{signs}{{{each.text}}}" if signs else each.text
            text = f"[{text}]({each.link.address})" if each.link else text
            if each.change:
                text = f"{each.change.kind}({each.change.author}){{{text}}}"
            return text
        case LineBreak():
            return "<br>"
        case NoteReference():
            return f"[^{each.label}]"
        case Picture():
            return f"![{each.description}]({each.source})"
        case Comment():
            return f"<!-- {each.author}: {each.text} -->"
