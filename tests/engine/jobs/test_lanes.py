"""Which job comes first: whatever is asked for and cancelled, in whatever order."""

from __future__ import annotations

import itertools

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cowrite.engine.jobs.lanes import Lanes, Work
from cowrite.engine.messages import CompletionRequest, Job, Lane

TEXTS = st.sampled_from(["The old", "The new", "She"])
INLINE, PASSAGE, BACKGROUND = Lane


def steps_of_nothing():  # type: ignore[no-untyped-def]
    yield None


class LanesMachine(RuleBasedStateMachine):
    """Beside the lanes, a plain list of what was asked for and not ended yet."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes = Lanes()
        self.ids = itertools.count(1)
        self.alive: list[Job] = []
        self.prefetches: list[Job] = []
        self.begun: list[Work] = []
        self.ended: list[Work] = []

    def job(self, text: str, lane: Lane) -> Job:
        return Job(id=next(self.ids), lane=lane, task=CompletionRequest(before=text))

    @rule(text=TEXTS, lane=st.sampled_from(Lane))
    def is_asked(self, text: str, lane: Lane) -> None:
        job = self.job(text, lane)
        if lane is INLINE:
            self.alive = [each for each in self.alive if each.lane is not INLINE]
            coming = {work.job.id for work in self.begun}
            self.prefetches = [
                each for each in self.prefetches if each.id in coming and each.task == job.task
            ]
        self.lanes.add(job)
        self.alive.append(job)

    @rule(texts=st.lists(TEXTS, unique=True))
    def are_to_be_prefetched(self, texts: list[str]) -> None:
        jobs = [self.job(text, INLINE) for text in texts]
        coming = {work.job.id for work in self.begun}
        begun = [each for each in self.prefetches if each.id in coming]
        kept = [next((old for old in begun if old.task == job.task), job) for job in jobs]
        self.prefetches = sorted(kept, key=lambda job: job not in begun)
        self.lanes.prefetch(jobs)

    @rule(number=st.integers(0, 9))
    def is_cancelled(self, number: int) -> None:
        known = [*self.alive, *self.prefetches]
        if number < len(known):
            self.lanes.cancel(known[number].id)
            self.alive = [each for each in self.alive if each is not known[number]]
            self.prefetches = [each for each in self.prefetches if each is not known[number]]

    @precondition(lambda self: self.lanes.first() is not None)
    @rule(is_last=st.booleans())
    def a_step_is_taken(self, is_last: bool) -> None:
        work = self.lanes.first()
        assert work is not None
        if not work.is_begun:
            work.steps = steps_of_nothing()
            self.begun.append(work)
        if is_last:
            work.has_ended = True
            self.lanes.remove(work)
            self.alive = [each for each in self.alive if each is not work.job]
            self.prefetches = [each for each in self.prefetches if each is not work.job]

    @rule()
    def what_was_dropped_is_ended(self) -> None:
        for work in self.lanes.take_cancelled():
            assert work.is_cancelled
            assert work.is_begun
            assert work not in self.ended
            self.ended.append(work)

    @invariant()
    def the_first_is_of_the_highest_lane_and_the_oldest_there(self) -> None:
        work = self.lanes.first()
        waiting = sorted(self.alive, key=lambda job: job.lane)
        if work is None:
            assert not waiting
            assert not self.prefetches
        elif work.is_prefetch:
            assert work.job is self.prefetches[0]
            # Before an inline job only what that job asks for.
            assert not waiting or waiting[0].lane is not INLINE or waiting[0].task == work.job.task
        else:
            assert work.job is waiting[0]
            assert not work.is_cancelled
            assert work.job.lane is INLINE or not self.prefetches

    @invariant()
    def nothing_that_was_begun_is_lost(self) -> None:
        """It is still in a lane, or it ended by itself, or it is handed out once to be ended."""
        alive = {id(job) for job in [*self.alive, *self.prefetches]}
        for work in self.begun:
            assert work.has_ended or work.is_cancelled or id(work.job) in alive
        if not self.lanes.has_work:
            assert all(work.has_ended or work in self.ended for work in self.begun)


TestLanes = LanesMachine.TestCase
TestLanes.settings = settings(max_examples=80, stateful_step_count=30)


def test_a_newer_inline_job_ends_the_one_before_and_nothing_else() -> None:
    lanes = Lanes()
    for number, lane in enumerate([PASSAGE, BACKGROUND, INLINE], start=1):
        lanes.add(Job(id=number, lane=lane, task=CompletionRequest(before="a")))
    first = lanes.first()
    assert first is not None
    first.steps = steps_of_nothing()
    lanes.add(Job(id=4, task=CompletionRequest(before="b")))
    assert [work.job.id for work in lanes.take_cancelled()] == [3]
    order = []
    while (work := lanes.first()) is not None:
        order.append(work.job.id)
        lanes.remove(work)
    assert order == [4, 1, 2]
