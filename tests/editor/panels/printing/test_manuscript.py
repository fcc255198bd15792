"""A text as it is to be read: what is a paragraph, and what is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.editor.panels.printing.manuscript import (
    Block,
    BlockKind,
    own_title,
    read_manuscript,
    title_of,
)


def read(text: str) -> list[Block]:
    return read_manuscript(text, markdown=True)


def shown(text: str) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in read(text)]


def test_marks_become_looks() -> None:
    (block,) = read("She *never* came, **ever**, ~~not~~ `once`.")
    assert block.text == "She never came, ever, not once."
    looks = {run.text: run for run in block.runs}
    assert looks["never"].emphasis
    assert looks["ever"].strong
    assert looks["not"].strike
    assert looks["once"].code
    assert not looks["She "].emphasis


def test_headings_scene_breaks_quotations_lists_and_tables() -> None:
    text = "# One\n\nText.\n\n***\n\n> Dear Sir\n\n- a\n  1. b\n\n| x | y |\n|--|--|\n| 1 | 2 |\n\n#\n\nEnd.\n"
    assert shown(text) == [
        ("heading", "One"),
        ("paragraph", "Text."),
        ("scene break", "* * *"),
        ("quote", "Dear Sir"),
        ("item", "a"),
        ("item", "b"),
        ("row of a table", "x\ty"),
        ("row of a table", "1\t2"),
        ("scene break", "* * *"),
        ("paragraph", "End."),
    ]
    assert [block.marker for block in read("- a\n- b\n\n3. c\n4. d")] == ["•", "•", "3.", "4."]


def test_what_is_noted_for_oneself_is_left_out() -> None:
    text = (
        "---\ntitle: A *Lamp*\nkey: secret\n---\nShe came%% secret %%.\n%% secret %%\nStill here.\n\n"
        "<!-- secret\n\nsecret -->\n\nEnd<!-- secret -->.\n"
    )
    assert "secret" not in " ".join(block.text for block in read(text))
    assert shown(text) == [
        ("paragraph", "She came."),
        ("paragraph", "Still here."),
        ("paragraph", "End."),
    ]
    assert title_of(text, markdown=True) == "A *Lamp*"
    assert title_of("title: no\n", markdown=True) == ""
    assert title_of(text, markdown=False) == ""


def test_notes_are_numbered_as_they_are_met_and_stand_at_the_end() -> None:
    blocks = read("One[^b] two[^a] one[^b].\n\n[^a]: The second.\n\n[^b]: The first.\n\nLast.")
    assert blocks[0].text == "One1 two2 one1."
    assert [run.text for run in blocks[0].runs if run.raised] == ["1", "2", "1"]
    assert [block.text for block in blocks[1:3]] == ["Last.", "Notes"]
    assert {block.marker: block.text for block in blocks[3:]} == {
        "2.": "The second.",
        "1.": "The first.",
    }


def test_a_break_of_the_writer_stays_and_one_of_a_program_goes() -> None:
    assert [text for _, text in shown("Roses are red\nviolets are blue")] == [
        "Roses are red",
        "violets are blue",
    ]
    wrapped = "It was late in the afternoon when the letter came, and nobody\nin the house was willing to open it."
    assert [text for _, text in shown(wrapped)] == [wrapped.replace("\n", " ")]
    chinese = "一" * 60 + "\n" + "二" * 10
    assert [text for _, text in shown(chinese)] == [chinese.replace("\n", "")]


def test_emphasis_in_a_script_without_spaces() -> None:
    (block,) = read("这是**「重点」**内容")
    assert [run.text for run in block.runs if run.strong] == ["「重点」"]


def test_plain_text_is_what_it_is() -> None:
    blocks = read_manuscript("*One*\nTwo\n\n  # Three\n***\nFour", markdown=False)
    assert [(block.kind, block.text, block.gap) for block in blocks] == [
        (BlockKind.PARAGRAPH, "*One*", False),
        (BlockKind.PARAGRAPH, "Two", False),
        (BlockKind.PARAGRAPH, "  # Three", True),
        (BlockKind.SCENE_BREAK, "***", False),
        (BlockKind.PARAGRAPH, "Four", False),
    ]


@pytest.mark.parametrize(
    ("text", "is_title"),
    [("# My book\n\nText", True), ("# One\n\n# Two", False), ("Text\n\n# One", False), ("", False)],
)
def test_a_text_may_have_its_title_in_itself(text: str, is_title: bool) -> None:
    assert own_title(read(text)) is is_title


WORDS = st.text("abc *_`#>-[]()|%<!é中\n", max_size=80)


@given(WORDS)
def test_no_text_breaks_it_and_no_block_holds_two_lines(text: str) -> None:
    for markdown in (True, False):
        for block in read_manuscript(text, markdown=markdown):
            assert "\n" not in block.text
            assert block.text.strip() or block.kind is BlockKind.CODE
            assert "\0" not in block.text


@given(st.lists(st.text("abcdé中 ", min_size=1).filter(str.strip), min_size=1, max_size=8))
def test_every_word_of_prose_is_there_once(paragraphs: list[str]) -> None:
    words = [f"w{number}x {text.strip()}" for number, text in enumerate(paragraphs)]
    blocks = read("\n\n".join(words))
    assert [block.text for block in blocks] == words
