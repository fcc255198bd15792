"""Coroutines on the GUI thread: they go as far as they can, wait for an answer, and take turns."""

from __future__ import annotations

import pytest

from cowrite.base.errors import UserError
from cowrite.editor.common.disk import StateFiles
from cowrite.editor.common.flow import Flow, Later, Turns, begin


async def plus_one(later: Later[int]) -> int:
    return await later + 1


def test_it_goes_as_far_as_it_can_at_once() -> None:
    there = Later[int]()
    there.set(1)
    assert Flow(plus_one(there)).result == 2


def test_it_goes_on_when_the_answer_is_there() -> None:
    later, told = Later[int](), list[int]()
    flow = Flow(plus_one(later))
    flow.then(lambda: told.append(flow.result))
    assert not flow.is_done
    with pytest.raises(RuntimeError, match="not there yet"):
        assert flow.result
    later.set(1)
    later.set(5)  # only the first counts
    assert told == [flow.result] == [2]


def test_an_error_is_raised_for_whoever_awaits_it() -> None:
    later = Later[int]()

    async def careful() -> str:
        try:
            await Flow(plus_one(later))
        except UserError as error:
            return error.message
        return ""

    flow = Flow(careful())
    later.fail(UserError("The disk is gone."))
    assert flow.result == "The disk is gone."


def test_an_error_that_nobody_awaits_is_raised_where_it_happened() -> None:
    later = Later[int]()
    flow = Flow(plus_one(later))
    with pytest.raises(UserError):
        later.fail(UserError("The disk is gone."))
    assert isinstance(flow.error, UserError)


def test_what_is_under_way_can_be_found_from_within() -> None:
    later, found = Later[None](), list[bool]()

    async def look() -> None:
        found.append(later.is_done)

    begin(later, look())
    assert found == [False]
    assert later.is_done


def test_turns_are_taken_in_order_also_after_an_error() -> None:
    turns, first, done = Turns(), Later[None](), list[str]()

    async def fail() -> None:
        await first
        done.append("first")
        raise UserError("The disk is gone.")

    async def second() -> None:
        done.append("second")

    async def caught() -> None:
        with pytest.raises(UserError):
            await turns.take(fail)

    Flow(caught())
    Flow(turns.take(second))
    assert (done, turns.is_busy) == ([], True)
    first.set(None)
    assert (done, turns.is_busy) == (["first", "second"], False)


class HeldDisk:
    """Begins what it is given; a test says when it is done."""

    def __init__(self) -> None:
        self.begun: list[tuple[object, Later[object]]] = []

    def run(self, work: object) -> Later[object]:
        self.begun.append((work, Later[object]()))
        return self.begun[-1][1]


def test_of_several_versions_of_a_file_only_the_newest_is_written() -> None:
    disk, failed = HeldDisk(), list[str]()
    states = StateFiles(disk)  # type: ignore[arg-type]
    works = [lambda: None for _ in range(4)]
    states.write("session", works[0])
    states.write("session", works[1])
    states.write("preferences", works[2], lambda error: failed.append(error.message))
    states.write("session", works[3])
    assert [work for work, _ in disk.begun] == [works[0]]
    settled = states.settled()
    disk.begun[0][1].set(None)
    disk.begun[1][1].set(None)
    disk.begun[2][1].fail(UserError("The disk is full."))
    assert [work for work, _ in disk.begun] == [works[0], works[3], works[2]]
    assert failed == ["The disk is full."]
    assert settled.is_done
    assert states.settled().is_done
