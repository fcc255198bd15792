"""Several engines as one: who gets which job, what never leaves, and who does what a helper failed at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scripted_engine import ScriptedEngine

from cowrite.engine.influence import Influence
from cowrite.engine.jobs.routing import Helper, RoutedEngine
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    InstructRequest,
    Job,
    JobFailure,
    JobUpdate,
    Lane,
    ScoreRequest,
    Task,
)

PASSAGES = frozenset({Lane.PASSAGE})
BOTH = frozenset({Lane.INLINE, Lane.PASSAGE})


class Pair:
    """A home and a helper, started, and all that their listener heard."""

    def __init__(
        self,
        lanes: frozenset[Lane] = PASSAGES,
        *,
        is_elsewhere: bool = True,
        takes: Callable[[Job], bool] = lambda _: True,
    ) -> None:
        self.home, self.helper = ScriptedEngine(), ScriptedEngine()
        self.heard: list[EngineMessage] = []
        self.engine = RoutedEngine(
            self.home,
            Helper(engine=self.helper, lanes=lambda: lanes, takes=takes, is_elsewhere=is_elsewhere),
        )
        self.engine.start(self.heard.append)

    def ask(
        self, number: int = 1, lane: Lane = Lane.PASSAGE, task: Task | None = None, **wishes: bool
    ) -> None:
        task = task or CompletionRequest(before="It was")
        self.engine.submit(Job(id=number, task=task, lane=lane, **{"may_leave": True, **wishes}))

    @property
    def status(self) -> EngineStatus:
        return [each for each in self.heard if isinstance(each, EngineStatus)][-1]

    @property
    def announced(self) -> list[str]:
        statuses = [each for each in self.heard if isinstance(each, EngineStatus)]
        return [each.announcement for each in statuses if each.announcement]

    @property
    def answers(self) -> list[EngineMessage]:
        return [each for each in self.heard if not isinstance(each, EngineStatus)]

    def helper_fails(self, message: str = "The server is gone.") -> None:
        job = self.helper.jobs[-1]
        assert self.helper._listener is not None
        self.helper._listener(JobFailure(job_id=job.id, message=message))


def test_passages_go_to_the_helper_and_ghosts_stay_at_home() -> None:
    pair = Pair()
    pair.ask(1, Lane.INLINE)
    pair.ask(2, Lane.PASSAGE)
    assert [job.id for job in pair.home.jobs] == [1]
    assert [job.id for job in pair.helper.jobs] == [2]


def test_ghosts_go_to_the_helper_too_where_it_has_that_lane() -> None:
    pair = Pair(BOTH)
    pair.ask(1, Lane.INLINE)
    assert not pair.home.jobs
    assert [job.id for job in pair.helper.jobs] == [1]


@pytest.mark.parametrize("lane", [Lane.INLINE, Lane.PASSAGE])
def test_what_may_not_leave_never_reaches_who_is_elsewhere(lane: Lane) -> None:
    pair = Pair(BOTH)
    pair.ask(1, lane, may_leave=False)
    assert not pair.helper.jobs
    assert [job.id for job in pair.home.jobs] == [1]


def test_a_job_that_says_nothing_may_not_leave() -> None:
    assert not Job(id=1, task=CompletionRequest(before="a")).may_leave


def test_a_second_model_here_gets_private_passages_too() -> None:
    pair = Pair(is_elsewhere=False)
    pair.ask(1, may_leave=False)
    assert [job.id for job in pair.helper.jobs] == [1]


def test_what_the_helper_cannot_do_is_done_at_home() -> None:
    pair = Pair(takes=lambda job: isinstance(job.task, InstructRequest))
    pair.ask(1, task=ScoreRequest(before="a", variants=("b",)))
    assert [job.id for job in pair.home.jobs] == [1]


def test_before_it_is_ready_everything_is_done_at_home() -> None:
    pair = Pair()
    pair.helper.tell(EngineState.LOADING)
    pair.ask(1)
    assert [job.id for job in pair.home.jobs] == [1]


def test_what_the_helper_fails_at_is_done_at_home_and_said_once() -> None:
    pair = Pair()
    for number in (1, 2):
        pair.ask(number)
        pair.helper_fails()
    assert [job.id for job in pair.home.jobs] == [1, 2]
    assert not pair.answers, "a failure that is made good is none"
    assert pair.announced == ["The server is gone. The model on this computer answers instead."]
    pair.home.answer("done", lane=Lane.PASSAGE)
    (answer,) = pair.answers
    assert isinstance(answer, CompletionResult)
    assert answer.job_id == 2


def test_what_was_begun_when_the_helper_goes_is_done_at_home() -> None:
    pair = Pair()
    pair.ask(7)
    pair.helper.stream("so far", lane=Lane.PASSAGE)
    pair.helper.tell(EngineState.PROBLEM, "The server is gone.")
    assert [job.id for job in pair.home.jobs] == [7]
    pair.ask(8)
    assert [job.id for job in pair.home.jobs] == [7, 8]
    pair.helper.answer("too late", lane=Lane.PASSAGE)
    assert all(isinstance(each, JobUpdate) for each in pair.answers)


def test_it_is_used_again_when_it_answers_again_and_its_failures_are_said_again() -> None:
    pair = Pair()
    pair.helper.tell(EngineState.PROBLEM, "The server is gone.")
    pair.helper.tell(EngineState.READY)
    pair.ask(1)
    assert [job.id for job in pair.helper.jobs] == [1]
    pair.helper.tell(EngineState.PROBLEM, "The server is gone.")
    assert len(pair.announced) == 2


def test_what_was_cancelled_is_not_begun_anew_at_home() -> None:
    pair = Pair()
    pair.ask(1)
    pair.engine.cancel(1)
    pair.helper_fails()
    assert not pair.home.jobs
    assert pair.helper.cancelled == [1]


def test_of_ghosts_only_the_newest_is_done_at_home() -> None:
    pair = Pair(BOTH)
    pair.ask(1, Lane.INLINE)
    pair.ask(2, Lane.INLINE)
    pair.helper.tell(EngineState.PROBLEM, "The server is gone.")
    assert [job.id for job in pair.home.jobs] == [2]


def test_a_ghost_elsewhere_ends_the_one_at_home_and_the_other_way_round() -> None:
    pair = Pair(BOTH)
    pair.ask(1, Lane.INLINE, may_leave=False)
    pair.ask(2, Lane.INLINE)
    pair.ask(3, Lane.INLINE, may_leave=False)
    assert pair.home.cancelled == [1]
    assert pair.helper.cancelled == [2]


def test_nothing_is_worked_out_ahead_elsewhere() -> None:
    pair = Pair(BOTH)
    job = Job(id=1, task=CompletionRequest(before="a"), may_leave=True)
    pair.engine.prefetch([job])
    assert not pair.helper.prefetched
    assert not pair.home.prefetched
    Pair(PASSAGES).engine.prefetch([job])


def test_ahead_is_worked_at_home_where_ghosts_are_made_there() -> None:
    pair = Pair(PASSAGES)
    pair.engine.prefetch([Job(id=1, task=CompletionRequest(before="a"), may_leave=True)])
    assert len(pair.home.prefetched) == 1


def test_who_is_elsewhere_learns_nothing() -> None:
    pair, near = Pair(), Pair(is_elsewhere=False)
    for each in (pair, near):
        each.engine.learn("d", "all of the text")
        each.engine.set_influence(Influence.OFF)
    assert pair.home.learned == near.helper.learned == {"d": "all of the text"}
    assert not pair.helper.learned
    assert pair.helper.influence is Influence.AS_TESTED
    assert near.helper.influence is Influence.OFF


def test_the_status_says_who_answers_what() -> None:
    pair = Pair()
    assert pair.status.passages is not None
    assert pair.status.of_passages.model == "scripted"
    pair.helper.tell(EngineState.THINKING)
    assert pair.status.state is EngineState.THINKING
    pair.helper.tell(EngineState.PROBLEM, "gone")
    assert pair.status.state is EngineState.READY
    assert pair.status.passages is None


def test_the_status_names_the_server_only_while_text_goes_there() -> None:
    pair = Pair(BOTH)

    def tell(state: EngineState) -> None:
        assert pair.helper._listener is not None
        pair.helper._listener(EngineStatus(state=state, model="big", server="attic"))

    tell(EngineState.READY)
    assert pair.status.servers == ("attic",)
    assert pair.status.model == "big"
    tell(EngineState.PROBLEM)
    assert pair.status.servers == ()
    assert pair.status.model == "scripted"


def test_a_second_model_here_is_loaded_after_the_first() -> None:
    home, helper = ScriptedEngine(states=(EngineState.LOADING,)), ScriptedEngine()
    engine = RoutedEngine(home, Helper(engine=helper, lanes=lambda: PASSAGES))
    heard: list[EngineMessage] = []
    engine.start(heard.append)
    assert helper._listener is None
    home.tell(EngineState.READY)
    assert helper._listener is not None
    engine.stop()
    assert home.is_stopped
    assert helper.is_stopped


def test_a_second_model_that_does_not_fit_leaves_passages_to_the_first() -> None:
    helper = ScriptedEngine(states=(EngineState.PROBLEM,), message="It needs 9 GB.")
    home = ScriptedEngine()
    heard: list[EngineMessage] = []
    engine = RoutedEngine(home, Helper(engine=helper, lanes=lambda: PASSAGES))
    engine.start(heard.append)
    engine.submit(Job(id=1, task=CompletionRequest(before="a"), lane=Lane.PASSAGE))
    assert [job.id for job in home.jobs] == [1]
    said = [each.announcement for each in heard if isinstance(each, EngineStatus)]
    assert "It needs 9 GB. The model that makes the suggestions answers instead." in said
