"""Where a sentence ends, and where a mark ends none."""

from __future__ import annotations

import pytest

from cowrite.base.sentences import ends_sentence


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
