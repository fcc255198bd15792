"""What a writer's own Markdown is as a manuscript."""

from __future__ import annotations

import pytest

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import (
    Block,
    Change,
    ChangeKind,
    Comment,
    CommentBlock,
    Heading,
    Inline,
    LineBreak,
    Manuscript,
    Mark,
    Metadata,
    NoteReference,
    Paragraph,
    RawBlock,
    Run,
    SceneBreak,
)
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers import markdown
from cowrite.interchange.report import Report

EMPHASIS = frozenset({Mark.EMPHASIS})


def read(text: str, report: Report | None = None, *, changes: bool = False) -> Manuscript:
    options = ReadOptions(keep_changes=changes)
    return markdown.read(text.encode(), options, report or Report())


def content(text: str, *, changes: bool = False) -> tuple[Inline, ...]:
    (block,) = read(text, changes=changes).blocks
    assert isinstance(block, Paragraph)
    return block.content


def test_front_matter() -> None:
    text = '---\nTitle: \'It\'\'s "so"\'\nauthor: "A \\"B\\" C" # whose\nlang: en-GB\ntags:\n  - a\n---\n\nText.'
    assert read(text).metadata == Metadata('It\'s "so"', 'A "B" C', "en-GB", ("tags:", "  - a"))


def test_values_of_several_lines_stay_lines() -> None:
    lines = ("title: >", "  One", "author: {name: A}")
    assert read("\n".join(["---", *lines, "---"])).metadata == Metadata(front_matter=lines)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("%% one line %%", (CommentBlock("one line"),)),
        ("%%\nmore\n\nlines\n%%\n\nText", (CommentBlock("more\nlines"), Paragraph((Run("Text"),)))),
        ("<!-- a -->\n<!-- b -->", (CommentBlock("a"), CommentBlock("b"))),
        ("#\n\n\\#", (SceneBreak("#"), SceneBreak("#"))),
        ("---", (SceneBreak(),)),
        ("<div class=x>", (RawBlock("<div class=x>"),)),
        ("    code %% <!-- x -->", None),
    ],
)
def test_blocks(text: str, blocks: tuple[Block, ...] | None) -> None:
    found = read(text).blocks
    assert len(found) == 1 if blocks is None else found == blocks


def test_html_between_paragraphs_keeps_its_words() -> None:
    report = Report()
    text = "<div align=center>\nThe *end* <em>of</em> it<br>all\n</div>"
    (block,) = read(text, report).blocks
    assert isinstance(block, Paragraph)
    words = "".join(each.text for each in block.content if isinstance(each, Run))
    assert words == "The *end* of itall"
    assert any(isinstance(each, LineBreak) for each in block.content)
    assert "HTML tag <div>" in [each.what for each in report.left_out]


def test_tags_in_a_line() -> None:
    report = Report()
    (block,) = read("a <u>b</u> <i>c</i><br/>d <!-- e --> `<!-- f -->`", report).blocks
    assert isinstance(block, Paragraph)
    assert block.content == (
        Run("a b "),
        Run("c", EMPHASIS),
        LineBreak(),
        Run("d "),
        Comment("e"),
        Run("<!-- f -->", frozenset({Mark.CODE})),
    )
    assert [each.what for each in report.left_out] == ["HTML tag <u>"]


def test_lines_of_one_paragraph_are_one() -> None:
    assert content("one\ntwo  \nthree\\\nfour") == (
        Run("one two"),
        LineBreak(),
        Run("three"),
        LineBreak(),
        Run("four"),
    )
    assert content("第一\n第二") == (Run("第一第二"),)


def test_notes() -> None:
    found = read("a[^x] b^[so *it* is] c[^none]\n\n[^x]: One.\n\n    Two.\n\n[^y]: Unnamed.")
    assert found.blocks == (
        Paragraph(
            (
                Run("a"),
                NoteReference("x"),
                Run(" b"),
                NoteReference("note-2"),
                Run(" c[^none]"),
            )
        ),
    )
    assert list(found.notes) == ["x", "note-2", "y"]
    assert len(found.notes["x"]) == 2


def test_reference_links_and_links_that_lead_nowhere() -> None:
    report = Report()
    found = read("[a][1] [b](javascript:x) [c](other.md)\n\n[1]: https://e.org", report)
    assert len(found.blocks) == 1
    assert [each.where for each in report.left_out] == ["javascript:x", "other.md"]


def test_critic_markup() -> None:
    new, old = (Change(kind) for kind in (ChangeKind.INSERTED, ChangeKind.DELETED))
    assert content("a {~~b~>*c*~~}{>>why<<} {==d==} \\{++e++}", changes=True) == (
        Run("a "),
        Run("b", change=old),
        Run("c", EMPHASIS, change=new),
        Comment("why"),
        Run(" d {++e++}"),
    )
    assert content("a {++b++}") == (Run("a {++b++}"),)


def test_changes_over_paragraphs() -> None:
    new = Change(ChangeKind.INSERTED)
    assert read("a {++b\n\nc++} d", changes=True).blocks == (
        Paragraph((Run("a "), Run("b", change=new)), new),
        Paragraph((Run("c", change=new), Run(" d"))),
    )


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfea", ("> " * 60 + "a").encode(), b"[" * 5000, b"a" * 16_000_001],
    ids=["no UTF-8", "deep", "brackets", "large"],
)
def test_what_it_refuses(data: bytes) -> None:
    with pytest.raises(UserError):
        markdown.read(data, ReadOptions(), Report())


def test_a_heading_of_a_chapter() -> None:
    assert read("## **Bold** #").blocks == (Heading(2, (Run("Bold"),)),)


@pytest.mark.parametrize(
    ("lines", "author", "others"),
    [
        (["author:", "  - Anna & Co", '  - "B: ob"', "date: x"], "Anna & Co, B: ob", ("date: x",)),
        (["authors:", "- A", "- 'B'"], "A, B", ()),
        (['author: [A, "B, jun."]'], "A, B, jun.", ()),
        (["author: X", "authors:", "  - Y"], "X", ("authors:", "  - Y")),
        (["author:", "  - name: A"], "", ("author:", "  - name: A")),
        (["author:", "  - A", "  more: x"], "", ("author:", "  - A", "  more: x")),
        (["author: []"], "", ("author: []",)),
    ],
)
def test_a_list_of_authors(lines: list[str], author: str, others: tuple[str, ...]) -> None:
    found = read("\n".join(["---", *lines, "---", "Text."])).metadata
    assert (found.author, found.front_matter) == (author, others)
