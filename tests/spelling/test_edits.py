"""Which words are one edit away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cowrite.spelling.edits import NearWords, distance, one_edit_away

LETTERS = "abc"
words = st.text(alphabet=LETTERS, min_size=1, max_size=6)


@given(words)
def test_each_is_one_edit_away(word: str) -> None:
    assert all(distance(word, each) <= 1 for each in one_edit_away(word, LETTERS))


@given(words, words)
def test_none_is_missed(word: str, other: str) -> None:
    assert (distance(word, other) == 1) <= (other in set(one_edit_away(word, LETTERS)))


@given(st.lists(words, max_size=12), st.lists(words, max_size=4), words)
def test_near_words_are_those_one_edit_away(known: list[str], gone: list[str], word: str) -> None:
    near = NearWords(known)
    for each in gone:
        near.discard(each)
    left = set(known) - set(gone)
    assert near.near(word) == {each for each in left if distance(each, word) == 1}
