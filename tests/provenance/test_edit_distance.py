"""The distance between two texts is the textbook's."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from cowrite.provenance.retention_rate import MOST_EDITS, edit_distance

SHORT = st.text("abc😀\ud83d\ude00", max_size=14)


def table(one: str, other: str) -> int:
    """The distance by the textbook's table."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


@given(one=SHORT, other=SHORT)
@example(one="a\ud83d", other="a\ude00\ud83d")
def test_it_is_the_textbooks(one: str, other: str) -> None:
    assert edit_distance(one, other) == table(one, other)


def test_long_texts_get_a_bound() -> None:
    one, other = "x" + "a" * MOST_EDITS, "y" + "b" * (MOST_EDITS + 5)
    assert edit_distance(one, other) == MOST_EDITS + 6
    assert edit_distance(one, one + "z") == 1
    assert edit_distance("x" + one, one + "z") == 2
