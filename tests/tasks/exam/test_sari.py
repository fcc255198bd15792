"""SARI: what is worked out by hand, what it is worth to copy, and its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.tasks.exam.sari import sari

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=1, max_size=8).map(" ".join)


def test_by_hand() -> None:
    # Words: a kept and wanted, b deleted rightly, c added rightly. Pairs: nothing kept, “a b” deleted rightly, “a c”
    # added rightly. Of three and four words there is nothing.
    assert sari("a b", "a c", ["a c"]) == pytest.approx(100 * (3 + 2 + 0 + 0) / 12)
    # Copied, so that nothing was added or deleted. Words: a and b kept, a wanted: precision 1/2, recall 1.
    assert sari("a b", "a b", ["a c"]) == pytest.approx(100 * (2 / 3) / 12)
    # Two people of whom one keeps b: words kept with precision 3/4, pairs with 1/2, nothing missing.
    kept = 2 * 0.75 / 1.75 + 2 * 0.5 / 1.5
    assert sari("a b", "a b", ["a b", "a"]) == pytest.approx(100 * kept / 12)


def test_what_more_people_agree_on_counts_more() -> None:
    references = ["the cat sat", "the cat lay", "a cat lay"]
    assert sari("the cat reclined", "the cat lay", references) > sari(
        "the cat reclined", "a cat sat", references
    )


@given(source=TEXTS, answer=TEXTS, references=st.lists(TEXTS, min_size=1, max_size=3))
def test_it_is_from_0_to_100(source: str, answer: str, references: list[str]) -> None:
    assert 0 <= sari(source, answer, references) <= 100


def test_capitals_and_spaces_do_not_count() -> None:
    assert sari("The  cat.", "a cat .", ["A CAT!"]) == sari("the cat.", "A cat.", ["a  cat !"])
    with pytest.raises(ValueError, match="reference"):
        sari("a", "a", [])
