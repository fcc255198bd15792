"""Heights of paragraphs, against a list that is simply summed up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.editor.page.large import heights as module
from cowrite.editor.page.large.heights import Heights

COUNTS = st.integers(1, 40)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("measure"), st.integers(0, 99), st.integers(1, 500), st.just(0)),
        st.tuples(st.just("replace"), st.integers(0, 99), st.integers(1, 60), st.integers(1, 60)),
        st.tuples(st.just("reset"), COUNTS, st.integers(1, 90), st.just(0)),
    ),
    max_size=25,
)


class Model:
    def __init__(self, count: int, estimate: float) -> None:
        self.known: list[float | None] = [None] * count
        self.estimate = estimate

    def all(self) -> list[float]:
        return [self.estimate if each is None else each for each in self.known]

    def at(self, y: float) -> int:
        bottom = 0.0
        for number, height in enumerate(self.all()):
            bottom += height
            if bottom > y:
                return number
        return len(self.known) - 1


def change(heights: Heights, model: Model, step: tuple[str, int, int, int]) -> None:
    name, where, first, second = step
    where %= len(model.known)
    if name == "measure":
        higher = first - model.all()[where]
        assert heights.measure(where, float(first)) == higher
        model.known[where] = float(first)
    elif name == "replace":
        old = min(first, len(model.known) - where)
        heights.replace(where, old, second)
        model.known[where : where + old] = [None] * second
    else:
        model.known, model.estimate = [None] * step[1], float(first)
        heights.reset(step[1], float(first))


@given(count=COUNTS, estimate=st.integers(1, 90), changes=CHANGES)
def test_they_are_those_of_a_list(
    count: int, estimate: int, changes: list[tuple[str, int, int, int]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", 4)  # so that short lists have several
        heights, model = Heights(count, float(estimate)), Model(count, float(estimate))
        for step in changes:
            change(heights, model, step)
            expected = model.all()
            assert heights.count == len(expected)
            assert heights.total == sum(expected)
            for number, height in enumerate(expected):
                top = sum(expected[:number])
                assert heights.height(number) == height
                assert heights.is_measured(number) == (model.known[number] is not None)
                assert heights.top(number) == top
                assert heights.at(top) == number == heights.at(top + height / 2)
            for y in (-1.0, sum(expected), sum(expected) + 7):
                assert heights.at(y) == model.at(y)


def test_there_is_no_other_paragraph() -> None:
    heights = Heights(3, 10.0)
    for number in (-1, 3):
        with pytest.raises(IndexError):
            heights.top(number)
