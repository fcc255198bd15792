from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.edit_distance import LONGEST, levenshtein

SHORT = st.text("abc", max_size=14)


def table(one: str, other: str) -> int:
    """The distance by the textbook's table."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


@given(one=SHORT, other=SHORT)
def test_it_is_the_textbooks(one: str, other: str) -> None:
    assert levenshtein(one, other) == table(one, other)


def test_long_texts_get_a_bound() -> None:
    one, other = "x" + "a" * LONGEST, "y" + "b" * (LONGEST + 5)
    assert levenshtein(one, other) == LONGEST + 6
    assert levenshtein(one, one + "z") == 1
