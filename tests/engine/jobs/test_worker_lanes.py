"""The engine's thread between jobs: who comes first, what waits, and what each listener hears."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from worker_parts import Inbox, ask

from cowrite.base.errors import UserError
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.step_control import StepControl, Steps
from cowrite.engine.influence import Influence
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobUpdate,
    Lane,
    Timings,
)
from cowrite.engine.networks.steps import Cancelled

STEPS = 6


class ScriptedRuntime:
    """Each task takes STEPS steps. ``trace`` names the task of each; ``at`` has something happen within one."""

    device, notice, adapter_id = "cpu", "", ""
    unused_card = None

    def __init__(self) -> None:
        self.ngrams = PersonalNgrams()
        self.trace: list[str] = []
        self.at: dict[tuple[str, int], Callable[[], None]] = {}
        self.closed: list[str] = []
        self.gives_way: dict[str, bool] = {}
        self.say: dict[str, Callable[[str], None]] = {}

    def steps(
        self, task: CompletionRequest, control: StepControl, say: Callable[[str], None]
    ) -> Steps[CompletionResult]:
        name = task.before
        self.say[name] = say
        self.gives_way[name] = control.gives_way
        try:
            for number in range(STEPS):
                self.trace.append(name)
                self.at.get((name, number), lambda: None)()
                if control.cancelled():
                    raise Cancelled
                yield Candidate(text="x" * (number + 1), logprob=0.0)
        finally:
            self.closed.append(name)
        return CompletionResult(
            candidates=(),
            model="scripted",
            adapter=self.adapter_id,
            device="cpu",
            quantization="none",
            timings=Timings(total=1.0),
        )

    def use_adapter(self, folder: Path | None) -> None:
        self.trace.append("adapter")
        self.adapter_id = folder.name if folder else ""

    def set_influence(self, influence: Influence) -> None:
        self.trace.append(influence.value)

    def optimize(self) -> bool:
        return False

    def close(self) -> None:
        self.closed.append("runtime")


@pytest.fixture
def runtime() -> ScriptedRuntime:
    return ScriptedRuntime()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def worker(runtime: ScriptedRuntime, inbox: Inbox) -> Iterator[EngineWorker]:
    worker = EngineWorker(
        model_dir=Path(),
        model_id="given",
        quantizations={},
        open_runtime=lambda *_: runtime,  # type: ignore[arg-type,return-value]
    )
    worker.start(inbox)
    inbox.until_state(EngineState.READY)
    yield worker
    worker.stop()


def passage(job_id: int, name: str = "passage") -> Job:
    return Job(id=job_id, lane=Lane.PASSAGE, task=CompletionRequest(before=name))


def background(job_id: int, name: str = "background") -> Job:
    return Job(id=job_id, lane=Lane.BACKGROUND, task=CompletionRequest(before=name))


def results(messages: list[EngineMessage]) -> list[int]:
    return [each.job_id for each in messages if isinstance(each, CompletionResult)]


def until_result(inbox: Inbox, job_id: int) -> list[EngineMessage]:
    return inbox.until(lambda m: isinstance(m, CompletionResult) and m.job_id == job_id)


def test_an_inline_job_comes_with_the_next_step_and_the_passage_goes_on_after_it(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    runtime.at["passage", 2] = lambda: worker.submit(ask(2, "inline"))
    worker.submit(passage(1))
    seen = until_result(inbox, 1)
    assert runtime.trace == ["passage"] * 3 + ["inline"] * STEPS + ["passage"] * 3
    assert results(seen) == [2, 1]
    assert runtime.gives_way == {"passage": True, "inline": False}
    updates = [(m.job_id, len(m.candidate.text)) for m in seen if isinstance(m, JobUpdate)]
    assert [length for job_id, length in updates if job_id == 1] == [1, 2, 3, 4, 5, 6]
    assert [length for job_id, length in updates if job_id == 2] == [1, 2, 3, 4, 5, 6]


def test_typing_replaces_inline_jobs_and_cancels_no_passage(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    runtime.at["passage", 1] = lambda: worker.submit(ask(2, "a"))

    def types_on() -> None:
        worker.cancel(2)
        worker.submit(ask(3, "ab"))

    runtime.at["a", 2] = types_on
    worker.submit(passage(1))
    seen = until_result(inbox, 1)
    assert results(seen) == [3, 1]
    assert runtime.trace == (
        ["passage"] * 2 + ["a"] * 3 + ["ab"] * STEPS + ["passage"] * (STEPS - 2)
    )


def test_the_background_waits_for_everything_and_passages_for_their_turn(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    def all_at_once() -> None:
        for job in (background(2), passage(3, "one"), passage(4, "two"), ask(5, "inline")):
            worker.submit(job)

    runtime.at["first", 0] = all_at_once
    worker.submit(background(1, "first"))
    until_result(inbox, 2)
    assert runtime.trace == (
        ["first"]
        + ["inline"] * STEPS
        + ["one"] * STEPS
        + ["two"] * STEPS
        + ["first"] * (STEPS - 1)
        + ["background"] * STEPS
    )


def test_what_may_be_asked_next_is_worked_out_before_a_passage_goes_on(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    runtime.at["passage", 1] = lambda: worker.prefetch([ask(2, "next")])
    runtime.at["passage", 3] = lambda: worker.submit(ask(3, "next"))
    worker.submit(passage(1))
    seen = until_result(inbox, 1)
    assert runtime.trace == ["passage"] * 2 + ["next"] * STEPS + ["passage"] * (STEPS - 2)
    assert results(seen) == [3, 1]
    assert not any(isinstance(m, JobUpdate) and m.job_id in (2, 3) for m in seen)


def test_an_inline_job_waits_for_its_own_answer_that_is_half_done(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    runtime.at["next", 2] = lambda: worker.submit(ask(3, "next"))
    worker.prefetch([ask(2, "next")])
    seen = until_result(inbox, 3)
    assert runtime.trace == ["next"] * STEPS
    assert results(seen) == [3]


def test_what_may_be_asked_next_is_worked_out_in_the_order_wanted_and_another_job_ends_it(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    runtime.at["second", 2] = lambda: worker.submit(ask(9, "other"))
    worker.prefetch([ask(1, "first"), ask(2, "second"), ask(3, "third")])
    until_result(inbox, 9)
    assert runtime.trace == ["first"] * STEPS + ["second"] * 3 + ["other"] * STEPS
    worker.submit(ask(10, "first"))  # which was ready by then
    until_result(inbox, 10)
    assert "third" not in runtime.trace
    assert len(runtime.trace) == STEPS * 2 + 3


def test_nothing_is_worked_out_twice_and_what_is_begun_and_wanted_goes_on(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    wanted = [ask(3, "new"), ask(4, "first"), ask(5, "second")]
    runtime.at["second", 2] = lambda: worker.prefetch(wanted)
    runtime.at["new", 5] = lambda: worker.submit(background(9))
    worker.prefetch([ask(1, "first"), ask(2, "second")])
    until_result(inbox, 9)
    assert runtime.trace == (
        ["first"] * STEPS + ["second"] * STEPS + ["new"] * STEPS + ["background"] * STEPS
    )


def test_words_learned_in_a_pause_have_a_part_in_what_is_ready(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    def learns() -> None:
        worker.learn("d", "Zebulon met Zebulon.")
        worker.learn("e", "Of other days.")  # both first, and then what is ready once more

    runtime.at["next", 5] = learns
    again = threading.Event()
    worker.prefetch([ask(1, "next")])

    def ends_second_time() -> None:
        runtime.at["next", 5] = again.set

    runtime.at["next", 0] = lambda: None if len(runtime.trace) <= STEPS else ends_second_time()
    assert again.wait(60)
    assert runtime.trace == ["next"] * 2 * STEPS
    worker.submit(ask(2, "next"))
    until_result(inbox, 2)
    assert runtime.trace == ["next"] * 2 * STEPS


def test_a_passage_that_is_cancelled_while_it_stands_still_is_ended_and_says_nothing(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    runtime.at["passage", 1] = lambda: worker.submit(ask(2, "inline"))
    runtime.at["inline", 3] = lambda: worker.cancel(1)
    worker.submit(passage(1))
    seen = until_result(inbox, 2)
    seen += inbox.until(_is_ready)
    assert runtime.closed == ["passage", "inline"]
    assert runtime.trace == ["passage"] * 2 + ["inline"] * STEPS
    assert results(seen) == [2]
    worker.submit(ask(3, "again"))
    assert results(until_result(inbox, 3)) == [3]


def test_a_passage_that_was_begun_ends_with_the_adapter_it_began_with(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    """What it has read and written holds for that one only; the next job has the new one."""

    def changes() -> None:
        worker.use_adapter(lambda: Path("mine"))
        worker.submit(ask(2, "inline"))
        worker.submit(passage(3, "after"))

    runtime.at["passage", 2] = changes
    worker.submit(passage(1))
    seen = until_result(inbox, 3)
    adapters = {m.job_id: m.adapter for m in seen if isinstance(m, CompletionResult)}
    assert adapters == {2: "", 1: "", 3: "mine"}
    assert runtime.trace.index("adapter") == 2 * STEPS
    said = [m.adapter for m in seen if isinstance(m, EngineStatus) and m.adapter]
    assert said, "the change is said when it is made"


def test_influence_changes_between_jobs_and_what_was_worked_out_ahead_is_done_anew(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    def changes() -> None:
        worker.set_influence(Influence.GENTLE)
        worker.set_influence(Influence.STRONG)
        worker.submit(passage(2, "after"))

    runtime.at["passage", STEPS - 1] = changes
    runtime.at["after", 0] = lambda: worker.submit(ask(4, "next"))
    worker.prefetch([ask(3, "next")])
    worker.submit(passage(1))
    assert results(until_result(inbox, 2)) == [1, 4, 2]
    assert runtime.trace == (
        ["next"] * STEPS
        + ["passage"] * STEPS
        + [Influence.STRONG.value]
        + ["next"] * STEPS
        + ["after"] * STEPS
    )


def test_what_is_half_worked_out_under_another_influence_is_begun_anew(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    runtime.at["next", 2] = lambda: (
        worker.set_influence(Influence.OFF) if len(runtime.trace) <= STEPS else None
    )
    worker.prefetch([ask(1, "next")])
    worker.submit(passage(2))
    assert results(until_result(inbox, 2)) == [2]
    assert runtime.trace == (
        ["next"] * 3 + [Influence.OFF.value] + ["next"] * STEPS + ["passage"] * STEPS
    )


def test_a_new_adapter_is_used_also_where_the_influence_could_not_be_changed(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: Influence) -> None:
        raise UserError("The adapter “old” cannot be used: a file is missing.")

    monkeypatch.setattr(runtime, "set_influence", refuses)

    def changes() -> None:
        worker.set_influence(Influence.STRONG)
        worker.use_adapter(lambda: Path("new"))

    runtime.at["passage", 0] = changes
    worker.submit(passage(1))
    seen = inbox.until(lambda m: isinstance(m, EngineStatus) and m.adapter == "new")
    assert not any(m.announcement for m in seen if isinstance(m, EngineStatus))


def test_the_program_can_be_left_in_the_middle_of_everything(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    runtime.at["background", 1] = lambda: worker.submit(passage(2))
    runtime.at["passage", 1] = lambda: worker.submit(ask(3, "inline"))

    def quits() -> None:
        worker._stopping = True  # as stop() does, which would wait for this very thread

    runtime.at["inline", 1] = quits
    worker.submit(background(1))
    worker._thread.join(30)
    assert not worker._thread.is_alive()
    assert sorted(runtime.closed[:-1]) == ["background", "inline", "passage"]
    assert runtime.closed[-1] == "runtime"


@pytest.mark.expects_warnings
def test_a_passage_that_fails_is_told_and_the_next_one_is_done(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    def fails() -> None:
        raise RuntimeError("no answer")

    runtime.at["passage", 3] = fails
    worker.submit(passage(1))
    worker.submit(passage(2, "other"))
    seen = until_result(inbox, 2)
    assert [m.job_id for m in seen if isinstance(m, JobFailure)] == [1]
    assert results(seen) == [2]


def test_the_state_is_that_of_what_the_writer_waits_for(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox
) -> None:
    """Thinking until the passage is done, also after an inline job; nothing is said of the background."""
    runtime.at["passage", 1] = lambda: worker.submit(ask(2, "inline"))
    worker.submit(passage(1))
    worker.submit(background(3))
    seen = until_result(inbox, 3)
    states = [m.state for m in seen if isinstance(m, EngineStatus)]
    thinking, ready = EngineState.THINKING, EngineState.READY
    assert states == [thinking, thinking, ready]
    at = next(i for i, m in enumerate(seen) if isinstance(m, EngineStatus) and m.state is ready)
    assert results(seen[:at]) == [2, 1]


@pytest.mark.parametrize("ends", ["done", "cancelled"])
def test_what_a_job_in_the_background_said_of_memory_goes_with_it(
    worker: EngineWorker, runtime: ScriptedRuntime, inbox: Inbox, ends: str
) -> None:
    runtime.at["background", 2] = lambda: runtime.say["background"]("Memory was low.")
    if ends == "cancelled":
        runtime.at["background", 3] = lambda: worker.cancel(1)
    worker.submit(background(1))
    seen = inbox.until(_is_ready)
    states = [(m.state, m.message) for m in seen if isinstance(m, EngineStatus)]
    assert states == [(EngineState.THINKING, "Memory was low."), (EngineState.READY, "")]


def _is_ready(message: EngineMessage) -> bool:
    return isinstance(message, EngineStatus) and message.state is EngineState.READY
