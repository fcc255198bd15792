"""Runs of unchanged lines are true, in order, and found without comparing everything with everything."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.diff import Match, unchanged_lines

LINES = st.lists(st.sampled_from("abcdef"), max_size=14)


def runs_between(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    return unchanged_lines(old, new)


def lines_in(runs: list[Match]) -> int:
    return sum(run.size for run in runs)


@given(LINES, LINES)
def test_runs_are_equal_in_order_and_apart(old: list[str], new: list[str]) -> None:
    old_at = new_at = 0
    for run in runs_between(old, new):
        assert run.size > 0
        assert run.old_start >= old_at
        assert run.new_start >= new_at
        old_at, new_at = run.old_start + run.size, run.new_start + run.size
        assert old[run.old_start : old_at] == new[run.new_start : new_at]


@given(LINES, LINES, LINES, LINES)
def test_around_one_edit_every_line_is_found(
    head: list[str], before: list[str], after: list[str], tail: list[str]
) -> None:
    found = lines_in(runs_between(head + before + tail, head + after + tail))
    assert found >= len(head) + len(tail)


@given(st.sets(st.integers(0, 29)))
def test_lines_that_occur_once_are_all_found(deleted: set[int]) -> None:
    old = [str(i) for i in range(30)]
    new = [line for i, line in enumerate(old) if i not in deleted]
    assert lines_in(runs_between(old, new)) == len(new)


def test_a_moved_line_does_not_lose_the_others() -> None:
    old = list("abcdefgh")
    assert lines_in(runs_between(old, list("habcdefg"))) == 7


def test_lines_that_all_repeat_are_found_where_they_were() -> None:
    old = [""] * 6
    assert lines_in(runs_between(old, ["x", *old[2:], "y"])) == 4


class Counted(str):
    """A line that counts how often it is compared."""

    __slots__ = ()
    comparisons = 0

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__eq__(self, other)  # type: ignore[arg-type]

    def __ne__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__ne__(self, other)  # type: ignore[arg-type]

    __hash__ = str.__hash__


def test_a_long_text_with_blank_lines_takes_linear_time() -> None:
    old = [Counted("" if i % 2 else f"line {i}") for i in range(20_000)]
    new = [Counted("first"), *old[1:10_000], Counted("new"), *old[10_000:-1], Counted("last")]
    Counted.comparisons = 0
    assert lines_in(runs_between(old, new)) == len(old) - 2
    assert Counted.comparisons < 20 * len(old)
