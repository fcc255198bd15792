"""Where a sentence ends, and where a mark ends none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.sentences import ends_sentence, sentence_around


@pytest.mark.parametrize(
    "text",
    [
        "It rained.",
        "It rained. ",
        "“Did it rain?”",
        "“Did it rain?” ",
        "She said ‘no.’",
        "(It rained.)",
        "It was I.",
        "He waited…",
        "Bread, cheese, etc.",
        "下雨了。",
        "他说：“下雨了吗？”",
        "Run!",
    ],
)
def test_a_sentence_ends(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "It rained",
        "Mr.",
        "and Mrs. ",
        "at St.",
        "J.",
        "Dr. ",
        "i.e.",
        "a, b,",
        "他说：",
        "”",
    ],
)
def test_no_sentence_ends(text: str) -> None:
    assert not ends_sentence(text)


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        ("", 0, ""),
        ("One. Two. Three", 0, "One. "),
        ("One. Two. Three", 4, "One. "),
        ("One. Two. Three", 5, "Two. "),
        ("One. Two. ", 10, "Two. "),
        ("One. Two. T", 11, "T"),
        ("Mr. Brown came. He", 6, "Mr. Brown came. "),
        ("“Yes.” He said.", 8, "He said."),
        ("他走了。她来了。", 5, "她来了。"),
        ("at 3.5 or example.org it", 12, "at 3.5 or example.org it"),
    ],
)
def test_the_sentence_around_a_place(text: str, at: int, sentence: str) -> None:
    first, last = sentence_around(text, at)
    assert text[first:last] == sentence


@given(st.text(alphabet="ab. ”。!\n", max_size=40), st.integers(0, 40))
def test_a_place_is_within_its_sentence(text: str, at: int) -> None:
    at = min(at, len(text))
    first, last = sentence_around(text, at)
    assert 0 <= first <= at <= last <= len(text)
