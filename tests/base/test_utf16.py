"""Offsets in UTF-16 units, also where a pair of surrogates is cut."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from cowrite.base.utf16 import (
    count_characters,
    from_units,
    half_pairs_replaced,
    in_units,
    utf16_decoded,
    utf16_encoded,
    utf16_index,
    utf16_length,
    utf16_slice,
    whole_pairs,
)

TEXTS = st.text(st.characters(exclude_categories=[]) | st.sampled_from("a\ud83d\ude00😀"))
PLAIN = st.text()


@given(st.text())
def test_utf16_length_counts_surrogate_pairs_twice(text: str) -> None:
    assert utf16_length(text) == sum(2 if ord(character) > 0xFFFF else 1 for character in text)


@given(TEXTS, st.integers(0, 12), st.integers(0, 12))
@example("a😀b", 2, 3)
def test_a_slice_is_that_of_the_units(text: str, start: int, end: int) -> None:
    assert in_units(utf16_slice(text, start, end)) == in_units(text)[start:end]


@given(TEXTS)
def test_units_and_back(text: str) -> None:
    units = in_units(text)
    assert len(units) == utf16_length(text)
    assert from_units(units) == from_units(text)
    assert utf16_decoded(utf16_encoded(text)) == from_units(text)
    assert count_characters(units) == len(from_units(text))


@given(PLAIN, st.integers(0, 40))
def test_an_index_is_where_so_many_units_end(text: str, index: int) -> None:
    index = min(index, len(text))
    assert utf16_index(text, utf16_length(text[:index])) == index


def test_a_cut_pair_counts_as_one_and_ends_are_kept() -> None:
    assert utf16_index("a😀b", 2) == 2
    assert utf16_index("abc", -1) == 0
    assert utf16_index("abc", 9) == 3


@given(TEXTS)
def test_halves_that_stand_alone_go_or_are_replaced(text: str) -> None:
    joined = from_units(text)
    assert whole_pairs(text) == "".join(c for c in joined if not "\ud800" <= c <= "\udfff")
    replaced = half_pairs_replaced(text)
    assert utf16_length(replaced) == utf16_length(text)
    replaced.encode()
