"""What is written as HTML or ODT is read as the same text: blocks, emphasis, links, notes, lists, tables."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given, note
from interchange.readers.read_lines import lines
from support.manuscripts import manuscripts

from cowrite.interchange import formats
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CodeBlock,
    Comment,
    CommentBlock,
    Inline,
    Inlines,
    LineBreak,
    ListBlock,
    Manuscript,
    NoteReference,
    Paragraph,
    Picture,
    Quotation,
    RawBlock,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.marks import code_mark
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import tidy
from cowrite.interchange.tidying.notes import changed_blocks


@pytest.mark.parametrize("kind", [Kind.HTML, Kind.ODT])
@given(manuscript=manuscripts())
def test_a_text_comes_back(kind: Kind, manuscript: Manuscript) -> None:
    sent = _carried(tidy(manuscript), kind)
    data = formats.write(kind, sent, WriteOptions(title_page=False), Report())
    back = formats.read(kind, data, ReadOptions(), Report())
    note("\n".join(_lines(sent)))
    assert _lines(back) == _lines(sent)


def _lines(manuscript: Manuscript) -> list[str]:
    """With labels by the order of the notes, and addresses in one spelling."""
    return [unquote(unquote(line)) for line in lines(_numbered(manuscript))]


def _numbered(manuscript: Manuscript) -> Manuscript:
    labels: dict[str, str] = {}

    def numbered(each: Inline) -> Inline:
        if not isinstance(each, NoteReference):
            return each
        return replace(each, label=labels.setdefault(each.label, str(len(labels) + 1)))

    blocks = changed_blocks(manuscript.blocks, numbered)
    notes: dict[str, Blocks] = {}
    while waiting := [label for label in labels if labels[label] not in notes]:
        notes[labels[waiting[0]]] = changed_blocks(manuscript.notes[waiting[0]], numbered)
    return Manuscript(blocks, notes)


def _carried(manuscript: Manuscript, kind: Kind) -> Manuscript:
    """Without what has no place in those files, which the writers say: comments, pictures that are not there."""
    is_odt = kind is Kind.ODT
    notes: dict[str, Blocks] = {}

    def kept(each: Inline) -> Inline | None:
        if isinstance(each, (Comment, Picture)):
            return None
        if isinstance(each, Run) and each.link and each.link.address.startswith("#"):
            return replace(each, link=None)
        return each

    def in_note(each: Inline) -> Inline | None:
        return None if is_odt and isinstance(each, NoteReference) else kept(each)

    def in_text(each: Inline) -> Inline | None:
        """In ODT a note that is named twice is two notes."""
        if not is_odt or not isinstance(each, NoteReference):
            return kept(each)
        label = str(len(notes) + 1)
        notes[label] = note_of(each.label)
        return replace(each, label=label)

    def note_of(label: str) -> Blocks:
        return _blocks(changed_blocks(manuscript.notes[label], in_note), is_odt, in_list=True)

    blocks = _blocks(changed_blocks(manuscript.blocks, in_text), is_odt)
    return tidy(
        Manuscript(blocks, notes if is_odt else {each: note_of(each) for each in manuscript.notes})
    )


def _without_empty_lines(content: Inlines) -> Inlines:
    """A second line break begins a paragraph, in a page."""
    found: list[Inline] = []
    follows_break = False
    for each in content:
        if isinstance(each, LineBreak) and follows_break:
            continue
        is_blank = isinstance(each, Run) and each.text.isspace()
        follows_break = isinstance(each, LineBreak) or (follows_break and is_blank)
        found.append(each)
    return tuple(found)


def _blocks(blocks: Blocks, is_odt: bool, *, in_list: bool = False) -> Blocks:
    """ODT knows no tables in lists and notes; a break in a quotation is one outside; code has plain names."""
    found: list[Block] = []
    for block in blocks:
        match block:
            case RawBlock() | CommentBlock():
                continue
            case Table() if is_odt and in_list:
                continue
            case CodeBlock() if is_odt:
                found.append(
                    CodeBlock(block.text, block.language if code_mark(block.language) else "")
                )
            case Paragraph():
                found.append(Paragraph(_without_empty_lines(block.content)))
            case Quotation():
                inner = _blocks(block.blocks, is_odt, in_list=in_list)
                kept = (each for each in inner if not (is_odt and isinstance(each, SceneBreak)))
                found.append(Quotation(tuple(kept)))
            case ListBlock():
                items = tuple(_blocks(item, is_odt, in_list=True) for item in block.items)
                found.append(ListBlock(items, block.first))
            case _:
                found.append(block)
    return tuple(found)
