"""Chapters that change places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.markdown.sections import place_above, place_below, section_end, swapped

BOOK = [1, 2, 2, 1, 2]  # One (a, b), Two (c)


@pytest.mark.parametrize(("index", "end"), [(0, 3), (1, 2), (2, 3), (3, 5), (4, 5)])
def test_where_a_section_ends(index: int, end: int) -> None:
    assert section_end(BOOK, index) == end


@pytest.mark.parametrize(
    ("index", "above", "below"),
    [(0, None, 5), (1, None, 3), (2, 1, 4), (3, 0, None), (4, 3, None)],
)
def test_where_it_goes(index: int, above: int | None, below: int | None) -> None:
    assert (place_above(BOOK, index), place_below(BOOK, index)) == (above, below)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=9), st.data())
def test_a_section_moves_whole_and_nothing_is_lost(levels: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(levels) - 1))
    own = list(range(index, section_end(levels, index)))
    for place in (place_above(levels, index), place_below(levels, index)):
        if place is None:
            continue
        pieces = swapped(levels, index, place)
        assert pieces is not None
        (start, middle), (same, end) = pieces
        assert same == middle
        numbers = list(range(len(levels)))
        after = numbers[:start] + numbers[middle:end] + numbers[start:middle] + numbers[end:]
        assert sorted(after) == numbers
        assert after != numbers
        at = after.index(index)
        assert after[at : at + len(own)] == own


def test_a_section_within_itself_stays() -> None:
    assert [swapped(BOOK, 0, place) for place in range(4)] == [None] * 4
