"""The canonical form: by examples, and for whatever a reader may make."""

from __future__ import annotations

import pytest
from hypothesis import given
from support.manuscripts import manuscripts

from cowrite.interchange.manuscript import (
    Blocks,
    Change,
    ChangeKind,
    CodeBlock,
    Comment,
    CommentBlock,
    Heading,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Manuscript,
    Mark,
    NoteReference,
    Paragraph,
    Quotation,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.tidying import is_safe_address, tidy
from cowrite.interchange.tidying.notes import contents

STRONG, EMPHASIS, CODE = (frozenset({each}) for each in (Mark.STRONG, Mark.EMPHASIS, Mark.CODE))


def paragraph(*content: Inline) -> tuple[Inline, ...]:
    (block,) = tidy(Manuscript((Paragraph(content),))).blocks
    assert isinstance(block, Paragraph)
    return block.content


def blocks_of(*blocks: object) -> Blocks:
    return tidy(Manuscript(blocks)).blocks  # type: ignore[arg-type]


def words(manuscript: Manuscript) -> str:
    parts = [manuscript.blocks, *manuscript.notes.values()]
    texts = (
        each.text
        for part in parts
        for content in contents(part)
        for each in content
        if isinstance(each, Run)
    )
    return "".join(letter for text in texts for letter in text if letter.isalnum())


@given(manuscripts(has_changes=True))
def test_tidying_twice_changes_nothing(manuscript: Manuscript) -> None:
    once = tidy(manuscript)
    assert tidy(once) == once


@given(manuscripts().filter(lambda each: not each.notes))
def test_the_words_stay(manuscript: Manuscript) -> None:
    after = words(tidy(manuscript))
    signs = words(Manuscript(tuple(b for b in manuscript.blocks)))
    for letter in set(after):
        assert after.count(letter) >= signs.count(letter)


def test_one_passage_in_pieces_is_one_run() -> None:
    pieces = [Run("very", EMPHASIS), Run(" "), Run("late", EMPHASIS), Run("."), Run("")]
    assert paragraph(*pieces) == (Run("very late", EMPHASIS), Run("."))


def test_blanks_at_the_edges_bear_no_marks() -> None:
    assert paragraph(Run("He "), Run(" stop ", STRONG), Run(" and")) == (
        Run("He "),
        Run("stop", STRONG),
        Run(" and"),
    )
    assert paragraph(Run("a"), Run(" \u00a0", EMPHASIS), Run("b")) == (Run("a \u00a0b"),)


def test_two_pieces_of_code_stay_two() -> None:
    keys = (Run("Ctrl", CODE), Run(" "), Run("C", CODE))
    assert paragraph(*keys) == keys
    assert paragraph(Run("a  b", CODE)) == (Run("a  b", CODE),)


def test_a_reference_bears_what_stands_around_it() -> None:
    note: Blocks = (Paragraph((Run("Oil."),)),)
    content = (Run("lamp", EMPHASIS), NoteReference("1"), Run(" "), Run("went", EMPHASIS))
    tidied = tidy(Manuscript((Paragraph(content),), {"1": note}))
    assert tidied.blocks == (
        Paragraph((content[0], NoteReference("1", EMPHASIS), Run(" went", EMPHASIS))),
    )


def test_blanks_and_breaks_at_the_ends_go() -> None:
    assert paragraph(LineBreak(), Run(" a "), LineBreak(), Run(" b "), LineBreak(), Run("\t")) == (
        Run("a"),
        LineBreak(),
        Run("b"),
    )
    assert paragraph(Run("\u3000　天")) == (Run("\u3000　天"),)
    assert blocks_of(Paragraph((Run("\u00a0"), LineBreak())), Heading(1, ())) == ()


def test_a_comment_takes_no_place() -> None:
    assert paragraph(Run("Before "), Comment("a --> b %% c"), Run(" after.")) == (
        Run("Before "),
        Comment("a -- > b % % c"),
        Run("after."),
    )
    assert blocks_of(Paragraph((Comment("x"), Run(" ")))) == (CommentBlock("x"),)


def test_characters_that_xml_forbids() -> None:
    text = "bell\x07, tab\there, form\x0cfeed, \ufffe, soft\u00adhyphen, \ue000"
    assert paragraph(Run(text)) == (Run("bell, tab here, form feed, , soft\u00adhyphen, \ue000"),)
    assert blocks_of(CodeBlock("\n a\tb\x00\r\nc\n")) == (CodeBlock(" a\tb\nc"),)


def test_headings() -> None:
    content = (Run("One", STRONG), LineBreak(), Run("Two", STRONG | EMPHASIS))
    assert blocks_of(Heading(9, content)) == (Heading(6, (Run("One "), Run("Two", EMPHASIS))),)


@pytest.mark.parametrize(("text", "sign"), [("* * *", ""), ("***", ""), ("#", "#"), ("⁂", "⁂")])
def test_scene_breaks(text: str, sign: str) -> None:
    assert blocks_of(Paragraph((Run(text),))) == (SceneBreak(sign),)


def test_lists_and_quotations() -> None:
    a, b = ((Paragraph((Run(each),)),) for each in "ab")
    assert blocks_of(ListBlock((a, ())), ListBlock((b,))) == (ListBlock((a, b)),)
    assert blocks_of(ListBlock((a,), 3), ListBlock((b,), 4)) == (ListBlock((a, b), 3),)
    assert blocks_of(ListBlock((a, (), b), 1)) == (ListBlock((a,), 1), ListBlock((b,), 3))
    assert blocks_of(Quotation(a), Quotation(()), Quotation(b)) == (Quotation((*a, *b)),)


def test_tables_are_rectangular() -> None:
    a = (Run("a"),)
    assert blocks_of(Table(((), (a, a), (a,)))) == (Table(((a, a), (a, ())), has_head=False),)


def test_notes() -> None:
    note: Blocks = (Paragraph((Run("A note."),)),)
    content = tuple(NoteReference(label) for label in ("b", "lost", "empty", "a"))
    tidied = tidy(
        Manuscript((Paragraph(content),), {"a": note, "empty": (), "unnamed": note, "b": note})
    )
    assert list(tidied.notes) == ["b", "a", "unnamed"]
    assert tidied.blocks == (Paragraph((NoteReference("b"), NoteReference("a"))),)


def test_links_lead_to_safe_places() -> None:
    assert paragraph(Run("x", link=Link("javascript:alert(1)"))) == (Run("x"),)
    assert paragraph(Run("x", link=Link(" https://e.org/a b"))) == (
        Run("x", link=Link("https://e.org/a%20b")),
    )
    assert [is_safe_address(each) for each in ("#a", "mailto:a@b.c", "#", "file:///etc")] == [
        True,
        True,
        False,
        False,
    ]


def test_neighbouring_changes_are_one() -> None:
    one, other = (Change(ChangeKind.INSERTED, "Ann", when=None) for _ in range(2))
    assert paragraph(Run("a", change=one), Run("b", change=other)) == (Run("ab", change=one),)
