"""How Markdown looks that is written: nothing is escaped without need, and emphasis is where it can be."""

from __future__ import annotations

import pytest

from cowrite.interchange.manuscript import (
    Block,
    Comment,
    CommentBlock,
    Heading,
    Inline,
    LineBreak,
    ListBlock,
    Manuscript,
    Mark,
    Metadata,
    NoteReference,
    Paragraph,
    Quotation,
    Run,
    Table,
)
from cowrite.interchange.options import WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import tidy
from cowrite.interchange.writers import markdown

EMPHASIS, STRONG = frozenset({Mark.EMPHASIS}), frozenset({Mark.STRONG})


def i(text: str) -> Run:
    return Run(text, EMPHASIS)


def b(text: str) -> Run:
    return Run(text, STRONG)


def text(*content: Inline | str) -> Paragraph:
    return Paragraph(tuple(Run(each) if isinstance(each, str) else each for each in content))


def written(*blocks: Block, report: Report | None = None) -> str:
    manuscript = tidy(Manuscript(blocks))
    return markdown.write(manuscript, WriteOptions(), report or Report()).decode().rstrip("\n")


@pytest.mark.parametrize(
    "plain",
    [
        "5 * 6 [sic] AT&T, #tag a_b (see [1]) x~y 5% <3 a < b. “So!”",
        "The end. 1986 was a year; C# and + - = > | are signs.",
        "这是「重点」内容。",
        "https://example.org/a_b_c",
    ],
)
def test_nothing_is_escaped_without_need(plain: str) -> None:
    assert written(text(plain)) == plain


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("* not a list", "\\* not a list"),
        ("1986. What a year.", "1986\\. What a year."),
        ("# not", "\\# not"),
        ("> not", "\\> not"),
        ("She wrote _dear_ and `x`.", "She wrote \\_dear\\_ and \\`x\\`."),
        ("[a](b) &amp; <em>", "[a\\](b) \\&amp; \\<em>"),
        ("%% not %%", "\\%\\% not \\%\\%"),
        ("[^1] no note", "\\[^1] no note"),
        ("ends with \\", "ends with \\\\"),
    ],
)
def test_what_would_be_no_text_is_escaped(plain: str, escaped: str) -> None:
    assert written(text(plain)) == escaped


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        (text("un", i("believ"), "able"), "un*believ*able"),
        (text("这是", b("「重点」"), "内容。"), "这是**「重点」**内容。"),
        (text(b("Note:"), " nothing"), "**Note:** nothing"),
        (text(i("What"), Run("ever", EMPHASIS | STRONG), i(" so")), "*What**ever** so*"),
        (text("a", LineBreak(), "- b"), "a\\\n\\- b"),
        (text("a ", Comment("c"), " b"), "a <!-- c --> b"),
        (text(Comment("c"), "b"), "%% c %% b"),
    ],
)
def test_emphasis_and_breaks(paragraph: Paragraph, expected: str) -> None:
    report = Report()
    assert written(paragraph, report=report) == expected
    assert report.left_out == []


def test_a_sign_moves_where_emphasis_could_not_end() -> None:
    report = Report()
    assert written(text(i("Wait—"), "what?"), report=report) == "*Wait*—what?"
    assert [each.what for each in report.left_out] == ["emphasis of a sign beside a word"]


def test_tags_say_what_no_sign_can() -> None:
    assert written(text("a", i("—"), "b")) == "a<em>—</em>b"


def test_lists_go_on_with_their_numbers() -> None:
    a, c = (text("a"), ListBlock(((text("b"),),))), (text("c"),)
    assert written(ListBlock((a, c), 3)) == "3. a\n   - b\n4. c"
    assert written(ListBlock((c,), 1), text("x"), ListBlock((c,), 2)) == "1. c\n\nx\n\n2. c"
    assert written(ListBlock((c,), 1), ListBlock((c,), 5)) == "1. c\n\n5) c"


def test_blocks_in_blocks() -> None:
    assert written(Quotation((text("a"), Quotation((text("b"),))))) == "> a\n>\n> > b"
    cell = (Run("a|b"),)
    assert written(Table(((cell, ()),))) == "| a\\|b |  |\n| --- | --- |"
    assert written(Table(((cell,), (cell,)), has_head=False)).startswith("|  |\n| --- |\n")
    assert written(CommentBlock("a\nb", "Ann")) == "<!--\nAnn: a\nb\n-->"
    assert written(Heading(2, (Run("a #"),))) == "## a \\#"


def test_notes_and_what_is_known() -> None:
    note = (text("One."), text("Two."))
    metadata = Metadata("1984: a tale", 'A "B"', "en", ("status: x",))
    manuscript = tidy(Manuscript((text("a", NoteReference("x")),), {"x": note}, metadata))
    assert markdown.write(manuscript, WriteOptions(), Report()).decode() == (
        '---\ntitle: "1984: a tale"\nauthor: A "B"\nlang: en\nstatus: x\n---\n\n'
        "a[^x]\n\n[^x]: One.\n\n    Two.\n"
    )
