"""A text in chunks: put together it is the text, and a change in one place changes the chunks there only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.versions.chunks import LONGEST_CHARACTERS, chunks, packed, unpacked

BOOK = "".join(f"Paragraph {n} of a book.\n\n" for n in range(5_000))


@given(st.text())
def test_put_together_they_are_the_text(text: str) -> None:
    assert "".join(chunks(text)) == text
    assert "".join(unpacked(*packed(chunk)) for chunk in chunks(text)) == text


def test_a_change_at_the_beginning_leaves_the_rest_as_it_was() -> None:
    before = set(chunks(BOOK))
    after = set(chunks("A new first line.\n" + BOOK.replace("Paragraph 9 ", "Chapter 9 ")))
    assert len(before) > 50
    assert len(after - before) <= 3


def test_a_text_without_lines_is_cut_as_well() -> None:
    assert max(map(len, chunks("a" * 1_000_000))) == LONGEST_CHARACTERS


@pytest.mark.parametrize("data", [b"", b"nonsense", packed("another")[1]])
def test_what_was_altered_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="a chunk"):
        unpacked(packed("text")[0], data)
