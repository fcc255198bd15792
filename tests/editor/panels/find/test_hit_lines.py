"""Hits by line: their number, their order, and what an edit makes of them."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from cowrite.editor.panels.find.hit_lines import HitLines

SPANS = st.lists(st.integers(0, 9), max_size=3, unique=True).map(
    lambda starts: array("I", [place for start in sorted(starts) for place in (start, start + 1)])
)


@given(
    lines=st.lists(SPANS, max_size=6),
    new=st.lists(SPANS, max_size=3),
    first=st.integers(0, 6),
    count=st.integers(0, 3),
)
def test_number_and_order_are_those_of_the_lines(
    lines: list[array[int]], new: list[array[int]], first: int, count: int
) -> None:
    hits = HitLines()
    hits.reset(len(lines), {number: spans for number, spans in enumerate(lines) if spans})
    first = min(first, len(lines))
    hits.replace(first, count, new)
    lines[first : first + count] = new
    flat = [(n, s[i], s[i + 1]) for n, s in enumerate(lines) for i in range(0, len(s), 2)]
    assert hits.line_count == len(lines)
    assert hits.count == len(flat)
    assert list(hits.from_line(0)) == flat
    assert list(hits.back_from_line(len(lines))) == flat[::-1]
    for index, (line, start, _) in enumerate(flat):
        assert hits.count_before(line, start) == index


def test_what_is_found_in_lines_that_are_gone_is_left_out() -> None:
    hits = HitLines()
    hits.reset(1, {0: array("I", (0, 1)), 5: array("I", (0, 1))})
    assert hits.count == 1
