"""A helper elsewhere without a model at home: it answers alone, and what it fails at has failed in a sentence."""

from __future__ import annotations

import pytest
from scripted_engine import ScriptedEngine

from cowrite.engine.influence import Influence
from cowrite.engine.jobs.absent import AbsentEngine
from cowrite.engine.jobs.routing import Helper, RoutedEngine
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    Lane,
    ScoreRequest,
    Task,
)

PASSAGES = frozenset({Lane.PASSAGE})
BOTH = frozenset({Lane.INLINE, Lane.PASSAGE})


class Alone:
    """A server that answers alone, and all that its listener heard."""

    def __init__(self, lanes: frozenset[Lane] = BOTH) -> None:
        self.server = ScriptedEngine()
        self.heard: list[EngineMessage] = []
        helper = Helper(
            engine=self.server,
            lanes=lambda: lanes,
            takes=lambda job: isinstance(job.task, CompletionRequest),
            is_elsewhere=True,
        )
        self.engine = RoutedEngine(AbsentEngine(), helper)
        self.engine.start(self.heard.append)

    def tell(self, state: EngineState, message: str = "") -> None:
        assert self.server._listener is not None
        self.server._listener(EngineStatus(state=state, message=message, model="m", server="attic"))

    def ask(self, lane: Lane, task: Task | None = None, *, may_leave: bool = True) -> None:
        task = task or CompletionRequest(before="It was")
        self.engine.submit(Job(id=1, task=task, lane=lane, may_leave=may_leave))

    def fail(self, message: str) -> None:
        assert self.server._listener is not None
        self.server._listener(JobFailure(job_id=1, message=message))

    @property
    def status(self) -> EngineStatus:
        return [each for each in self.heard if isinstance(each, EngineStatus)][-1]

    @property
    def answers(self) -> list[EngineMessage]:
        return [each for each in self.heard if not isinstance(each, EngineStatus)]

    @property
    def announced(self) -> list[str]:
        statuses = [each for each in self.heard if isinstance(each, EngineStatus)]
        return [each.announcement for each in statuses if each.announcement]


@pytest.mark.parametrize("lane", [Lane.INLINE, Lane.PASSAGE])
def test_the_server_answers_alone(lane: Lane) -> None:
    alone = Alone()
    alone.tell(EngineState.READY)
    assert alone.status.state is EngineState.READY
    assert alone.status.servers == ("attic",)
    assert not alone.status.scores
    alone.ask(lane)
    alone.server.answer(" the best", lane=lane)
    assert isinstance(alone.answers[0], CompletionResult)


def test_until_the_server_answers_its_state_is_what_is_shown_and_nothing_goes_there() -> None:
    alone = Alone()
    alone.tell(EngineState.LOADING)
    assert alone.status.state is EngineState.LOADING
    alone.tell(EngineState.PROBLEM, "The server is gone.")
    assert (alone.status.state, alone.status.message) == (
        EngineState.PROBLEM,
        "The server is gone.",
    )
    assert not alone.status.servers
    assert "answers instead" not in " ".join(alone.announced)


def test_a_server_for_passages_leaves_suggestions_without_a_model() -> None:
    alone = Alone(PASSAGES)
    alone.tell(EngineState.READY)
    assert alone.status.state is EngineState.MISSING
    assert alone.status.of_passages.state is EngineState.READY
    assert alone.status.servers == ("attic",)


@pytest.mark.parametrize(
    ("task", "may_leave"), [(None, False), (ScoreRequest(before="a", variants=("b",)), True)]
)
def test_what_the_server_may_not_have_or_cannot_do_fails_in_a_sentence(
    task: Task | None, may_leave: bool
) -> None:
    alone = Alone()
    alone.tell(EngineState.READY)
    alone.ask(Lane.PASSAGE, task, may_leave=may_leave)
    (failure,) = alone.answers
    assert isinstance(failure, JobFailure)
    assert "needs a model on this computer" in failure.message
    assert not alone.server.jobs


@pytest.mark.parametrize(("lane", "said"), [(Lane.INLINE, ["Too slow."]), (Lane.PASSAGE, [])])
def test_what_the_server_fails_at_has_failed(lane: Lane, said: list[str]) -> None:
    alone = Alone()
    alone.tell(EngineState.READY)
    alone.ask(lane)
    alone.fail("Too slow.")
    assert alone.answers == [JobFailure(job_id=1, message="Too slow.")]
    assert alone.announced == said


def test_what_was_begun_when_the_server_goes_fails() -> None:
    alone = Alone()
    alone.tell(EngineState.READY)
    alone.ask(Lane.PASSAGE)
    alone.tell(EngineState.PROBLEM, "The server is gone.")
    (failure,) = alone.answers
    assert isinstance(failure, JobFailure)
    assert alone.announced == ["The server is gone."]


def test_what_is_for_a_model_here_is_no_trouble() -> None:
    alone = Alone()
    alone.engine.prefetch([])
    alone.engine.learn("d", "text")
    alone.engine.use_adapter(lambda: None)
    alone.engine.set_influence(Influence.OFF)
    alone.engine.cancel(3)
    alone.engine.stop()
    assert alone.server.is_stopped
