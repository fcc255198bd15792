"""What of a Markdown text is counted."""

from __future__ import annotations

import pytest

from cowrite.base.text_counts import count_text
from cowrite.markdown.counted import counted_text


@pytest.mark.parametrize(
    "text", ["# word \nword ", "# word #\nword", "## word \n\nword", "word\n===\nword"]
)
def test_the_end_of_a_heading_parts_words(text: str) -> None:
    assert count_text(counted_text(text, markdown=True)).words == 2


def test_marks_within_a_word_part_nothing() -> None:
    assert count_text(counted_text("a*b*c", markdown=True)).words == 1
