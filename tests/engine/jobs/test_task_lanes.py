"""Each kind of task on a lane of its own, with a real model: typing comes first, and nothing else changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_passage_jobs import read_tokens
from test_task_steps import Prompts
from tiny_model import SENTENCES
from worker_parts import Inbox, ask

from cowrite.engine.decoding.prefix_cache import CachedText
from cowrite.engine.jobs.runner import JobRunner, Step
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import (
    CompletionResult,
    EngineMessage,
    EngineState,
    FillInRequest,
    InstructRequest,
    InstructResult,
    Job,
    JobFailure,
    Lane,
    ScoreRequest,
    ScoreResult,
    Task,
    TaskResult,
)

TEXT = " ".join(SENTENCES[:2] * 8)
TASKS: dict[str, tuple[Lane, Task]] = {
    "instruct": (Lane.PASSAGE, InstructRequest(user=f"I {TEXT}", max_tokens=24)),
    "fill in": (
        Lane.PASSAGE,
        FillInRequest(before=f"F {TEXT} It was ", after=" above the town.", max_tokens=20),
    ),
    "score": (
        Lane.BACKGROUND,
        ScoreRequest(before=f"S {TEXT}", variants=(" The old light.", " She had not been there.")),
    ),
}
ANSWERS = (CompletionResult, InstructResult, ScoreResult, JobFailure)


class Turns:
    """The ids of the jobs in the order of their steps; ``after`` has something happen once so many were taken."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.after: dict[tuple[int, int], Callable[[], None]] = {}

    def add(self, job_id: int) -> None:
        self.taken.append(job_id)
        self.after.pop((job_id, self.taken.count(job_id)), lambda: None)()


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    turns, step = Turns(), JobRunner.step

    def counted(self: JobRunner, work) -> Step:  # type: ignore[no-untyped-def]
        became = step(self, work)
        turns.add(work.job.id)
        return became

    monkeypatch.setattr(JobRunner, "step", counted)
    return turns


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def new_worker(model_dir: Path, inbox: Inbox) -> EngineWorker:
    worker = EngineWorker(
        model_dir=model_dir,
        model_id="tiny",
        quantizations={"cpu": "bf16"},
        device="cpu",
        open_runtime=lambda folder, model_id, device, kinds: Runtime.open(
            folder,
            model_id=model_id,
            device=device,
            quantizations=kinds,
            prompts_of=lambda *_: Prompts(goes_on=True),
        ),
    )
    worker.start(inbox)
    inbox.until_state(EngineState.READY)
    return worker


@pytest.fixture
def worker(tiny_model_dir: Path, inbox: Inbox) -> Iterator[EngineWorker]:
    worker = new_worker(tiny_model_dir, inbox)
    yield worker
    worker.stop()


def job(job_id: int, kind: str) -> Job:
    lane, task = TASKS[kind]
    return Job(id=job_id, lane=lane, task=task)


def answers(inbox: Inbox, last: int) -> list[TaskResult | JobFailure]:
    def is_last(message: EngineMessage) -> bool:
        return isinstance(message, ANSWERS) and message.job_id == last

    return [each for each in inbox.until(is_last) if isinstance(each, ANSWERS)]


def said(result: object) -> object:
    match result:
        case CompletionResult():
            return result.candidates
        case InstructResult():
            return result.candidate
        case ScoreResult():
            return result.scores
    raise AssertionError(result)


@pytest.mark.parametrize("kind", TASKS)
def test_typing_is_answered_with_the_next_step_and_the_task_as_if_undisturbed(
    tiny_model_dir: Path, inbox: Inbox, turns: Turns, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def read(during: dict[tuple[int, int], Callable[[], None]]) -> dict[CachedText, list[int]]:
        turns.after = during
        with read_tokens(monkeypatch) as begun:
            worker.submit(job(1, kind))
            found.append(answers(inbox, 1))
        return begun

    found: list[list[TaskResult | JobFailure]] = []
    worker = new_worker(tiny_model_dir, inbox)
    alone = sorted(map(tuple, read({}).values()))
    worker.stop()
    turns.taken.clear()
    worker = new_worker(tiny_model_dir, inbox)
    disturbed = read({(1, 3): lambda: worker.submit(ask(2, "Something else"))})
    worker.stop()
    assert [each.job_id for each in found[1]] == [2, 1]
    first, typed = turns.taken.index(2), turns.taken.count(2)
    assert turns.taken[:first] == [1] * 3
    assert turns.taken[first : first + typed] == [2] * typed
    assert said(found[1][1]) == said(found[0][0])
    for tokens in alone:
        assert tokens in map(tuple, disturbed.values()), "read once, in one text"
    assert len(disturbed) == len(alone) + 1, "and beside it only what was typed"


@pytest.mark.parametrize("kind", TASKS)
def test_cancelled_in_the_middle_it_says_nothing_and_the_next_one_is_done(
    worker: EngineWorker, inbox: Inbox, turns: Turns, kind: str
) -> None:
    turns.after[1, 3] = lambda: worker.cancel(1)
    worker.submit(job(1, kind))
    worker.submit(job(2, kind))
    assert [each.job_id for each in answers(inbox, 2)] == [2]
    assert turns.taken.count(1) == 3


def test_a_refused_task_fails_alone(worker: EngineWorker, inbox: Inbox, turns: Turns) -> None:
    too_long = ScoreRequest(before="", variants=("The old lighthouse. " * 300,))
    turns.after[1, 3] = lambda: worker.submit(Job(id=2, lane=Lane.PASSAGE, task=too_long))
    worker.submit(job(1, "score"))
    refused, scored = answers(inbox, 1)
    assert isinstance(refused, JobFailure)
    assert refused.job_id == 2
    assert "too long" in refused.message
    assert isinstance(scored, ScoreResult)


def test_the_program_can_be_left_while_all_lanes_are_busy(
    worker: EngineWorker, inbox: Inbox, turns: Turns
) -> None:
    is_busy, may_go_on = threading.Event(), threading.Event()

    def holds() -> None:
        is_busy.set()
        assert may_go_on.wait(60)

    turns.after[1, 3] = lambda: worker.submit(job(2, "instruct"))
    turns.after[2, 3] = lambda: worker.submit(ask(3))
    turns.after[3, 1] = holds
    worker.submit(job(1, "score"))
    assert is_busy.wait(60)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    may_go_on.set()
    stopping.join(60)
    assert "cowrite-engine" not in [each.name for each in threading.enumerate()]
