"""Tracked changes that were written come back: accepting or rejecting them makes of both texts the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.manuscripts import manuscript
from support.small_manuscripts import with_changes

from cowrite.interchange.formats import read, write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import (
    Blocks,
    Comment,
    Heading,
    Inline,
    Manuscript,
    Mark,
    NoteReference,
    Paragraph,
    Picture,
    Run,
)
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import tidy
from cowrite.interchange.tidying.changes import resolved
from cowrite.interchange.tidying.notes import changed_blocks

KINDS = pytest.mark.parametrize("kind", [Kind.DOCX, Kind.ODT])
TRACKED = WriteOptions(tracked_changes=True, author="Ed", title_page=False)


def there_and_back(kind: Kind, text: Manuscript) -> Manuscript:
    data = write(kind, text, TRACKED, Report())
    return read(kind, data, ReadOptions(keep_changes=True), Report())


def simple(text: Manuscript) -> Manuscript:
    """Its paragraphs and headings, without what is lost for other reasons: links, comments, pictures, bold headings."""

    def kept(each: Inline) -> Inline | None:
        if isinstance(each, Comment | Picture | NoteReference):
            return None
        return replace(each, link=None) if isinstance(each, Run) else each

    def plain(each: Inline) -> Inline:
        return replace(each, marks=each.marks - {Mark.STRONG}) if isinstance(each, Run) else each

    blocks: Blocks = ()
    for block in changed_blocks(text.blocks, kept):
        if isinstance(block, Heading):
            block = replace(block, content=tuple(map(plain, block.content)))
        if isinstance(block, Heading | Paragraph):
            blocks += (block,)
    return tidy(Manuscript(blocks))


@KINDS
@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_accepting_and_rejecting_make_the_same_text(kind: Kind, seed: int) -> None:
    text = simple(manuscript(seed, 5, has_changes=True))
    back = there_and_back(kind, text)
    for accept in (True, False):
        assert resolved(back, accept=accept).blocks == resolved(text, accept=accept).blocks, (
            f"accept={accept}"
        )


@KINDS
def test_authors_come_back(kind: Kind) -> None:
    back = there_and_back(kind, with_changes())
    first = back.blocks[0]
    assert isinstance(first, Paragraph)
    authors = [run.change.author for run in first.content if isinstance(run, Run) and run.change]
    assert authors == ["Ann", "Ed"]
