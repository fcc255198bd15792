"""Markdown from elsewhere in the line where it is pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.markdown.pasted import fitted

BLOCKS = "## Head\n\nWords.\n\n- a\n- b"
PARAGRAPHS = "One.\n\nTwo."


@pytest.mark.parametrize(
    ("markdown", "before", "after", "line"),
    [
        ("**word**", "He was ", " too.", "He was **word** too."),
        (BLOCKS, "", "", BLOCKS),
        (PARAGRAPHS, "He was. ", " Then.", "He was. One.\n\nTwo. Then."),
        (BLOCKS, "He was.", "", f"He was.\n\n{BLOCKS}"),
        (BLOCKS, "", "Then.", f"{BLOCKS}\n\nThen."),
        (BLOCKS, "> He", " was.", "> He\n>\n> ## Head\n>\n> Words.\n>\n> - a\n> - b\n>\n>  was."),
        (PARAGRAPHS, "> ", "", "> One.\n>\n> Two."),
        (PARAGRAPHS, "- ", "", "- One.\n\n  Two."),
        ("- a\n- b", "- ", "", "- a\n- b"),
        ("- a\n- b", "  1. ", "", "  1. a\n  - b"),
        ("- a\n- b", "- x", "", "- x\n- a\n- b"),
        ("- a\n- b", "> - ", "", "> - a\n> - b"),
        ("## Head", "# Ch", "apter", "# ChHeadapter"),
        ("## Head", "### ", "", "### Head"),
        ("## Head\n\nWords.", "### ", "", "### Head\n\nWords."),
        ("- a", "- ", "", "- a"),
        ("```\nx\n```", "He", "", "He\n\n```\nx\n```"),
        ("```\nx\n\ny\n```", "", "was", "```\nx\n\ny\n```\n\nwas"),
    ],
)
def test_it_fits_the_line(markdown: str, before: str, after: str, line: str) -> None:
    assert before + fitted(markdown, before, after) + after == line


@given(st.text("ab #->*\n`1.|", max_size=30), st.text("a >-*#1. ", max_size=12), st.text("a "))
def test_no_letter_is_lost(markdown: str, before: str, after: str) -> None:
    found = fitted(markdown, before, after)
    assert [x for x in found if x in "ab"] == [x for x in markdown if x in "ab"]
