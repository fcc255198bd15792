from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provenance_maker import flat, run_lists

from cowrite.provenance.ranges import MOST, Origin, Ranges, Run, join

EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60), run_lists(6)), max_size=12)


@given(runs=run_lists(40), edits=EDITS)
def test_edits_are_those_of_a_list_of_characters(runs: list[Run], edits: list) -> None:
    ranges, model = Ranges(runs), flat(runs)
    for offset, removed, inserted in edits:
        offset = min(offset, ranges.length)
        removed = min(removed, ranges.length - offset)
        before, kept = ranges, flat(ranges.runs)
        ranges = ranges.replaced(offset, removed, inserted)
        model[offset : offset + removed] = flat(inserted)
        assert flat(ranges.runs) == model
        assert ranges.length == len(model)
        assert [*ranges.runs] == join(ranges.runs)
        assert flat(before.runs) == kept, "the ranges before an edit stay what they were"


@settings(max_examples=10)
@given(data=st.data())
def test_long_ranges_share_their_blocks(data: st.DataObject) -> None:
    runs = [Run(1 + n % 5, Origin.TYPED if n % 2 else Origin.PASTED) for n in range(3_000)]
    ranges, model = Ranges(runs), flat(runs)
    for _ in range(4):
        offset = data.draw(st.integers(0, len(model)))
        removed = data.draw(st.sampled_from([0, 1, 7, 900])) if offset < len(model) else 0
        removed = min(removed, len(model) - offset)
        inserted = data.draw(run_lists(MOST + 50))
        old = ranges
        ranges = ranges.replaced(offset, removed, inserted)
        model[offset : offset + removed] = flat(inserted)
        assert flat(ranges.runs) == model
        assert [*ranges.runs] == join(ranges.runs)
        shared = {id(block) for block in old._blocks} & {id(block) for block in ranges._blocks}
        assert len(old._blocks) - len(shared) <= removed // 128 + 3


@given(runs=run_lists(30), start=st.integers(-5, 200), length=st.integers(0, 200))
def test_between_is_a_slice(runs: list[Run], start: int, length: int) -> None:
    ranges = Ranges(runs)
    found = [*ranges.between(start, start + length)]
    assert flat(run for _, run in found) == flat(runs)[max(0, start) : max(0, start + length)]
    at = max(0, start)
    for place, run in found:
        assert place == at
        at += run.length


def test_neighbours_join_only_where_they_follow_each_other() -> None:
    whole = Ranges([Run(3, Origin.ACCEPTED, "s", 0), Run(2, Origin.ACCEPTED, "s", 3)])
    assert [*whole.runs] == [Run(5, Origin.ACCEPTED, "s", 0)]
    holed = whole.replaced(1, 2)
    assert [*holed.runs] == [Run(1, Origin.ACCEPTED, "s", 0), Run(2, Origin.ACCEPTED, "s", 3)]
    assert [*holed.replaced(1, 0, [Run(2, Origin.ACCEPTED, "s", 1)]).runs] == [*whole.runs]


@pytest.mark.parametrize(("offset", "removed"), [(-1, 0), (6, 0), (3, 3), (2, -1)])
def test_an_edit_outside_the_text_is_refused(offset: int, removed: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        Ranges([Run(5, Origin.TYPED)]).replaced(offset, removed)
