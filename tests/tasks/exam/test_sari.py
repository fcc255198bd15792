"""SARI: what is worked out by hand, what it is worth to copy, and its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.tasks.exam.sari import sari

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=1, max_size=8).map(" ".join)


def test_by_hand() -> None:
    # Single words: kept a of a, wanted a; deleted b, rightly; added c, rightly. Pairs: “a b” deleted rightly, “a c”
    # added rightly, nothing to keep. Of three and four words there is nothing on any side, which is perfect.
    assert sari("a b", "a c", ["a c"]) == pytest.approx(100)
    # Copied. Words: nothing added where c was wanted: 0; kept a and b, a wanted: F1 of 1/2 and 1; deleted nothing: 1.
    # Pairs: added 0, kept “a b” wrongly: 0, deleted nothing: 1. Longer ones are perfect again.
    f1 = 2 * 0.5 * 1 / 1.5
    recall_of_nothing = 1.0
    pair_keep = 2 * 0 * recall_of_nothing / (0 + recall_of_nothing)
    # Nothing was added, so that the precision of it is 1 and its recall 0: F1 of 0.
    copied = ((0 + f1 + 1) + (0 + pair_keep + 1) + 3 + 3) / 12
    assert sari("a b", "a b", ["a c"]) == pytest.approx(100 * copied)


def test_what_more_people_agree_on_counts_more() -> None:
    references = ["the cat sat", "the cat lay", "a cat lay"]
    assert sari("the cat reclined", "the cat lay", references) > sari(
        "the cat reclined", "a cat sat", references
    )


@given(source=TEXTS, answer=TEXTS, references=st.lists(TEXTS, min_size=1, max_size=3))
def test_it_is_from_0_to_100(source: str, answer: str, references: list[str]) -> None:
    assert 0 <= sari(source, answer, references) <= 100


@given(words=st.permutations(["a", "b", "c", "d", "e"]), cut=st.integers(1, 5))
def test_it_is_best_where_all_agree(words: list[str], cut: int) -> None:
    answer = " ".join(words[:cut])
    assert sari("a b c d e", answer, [answer]) == pytest.approx(100)


def test_capitals_and_spaces_do_not_count() -> None:
    assert sari("The  cat.", "the cat .", ["The cat."]) == pytest.approx(100)
    with pytest.raises(ValueError, match="reference"):
        sari("a", "a", [])
