"""The engine's thread: the newest wins, trouble is said plainly, and it ends."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch
from worker_parts import FailingRuntime, GatedRuntime, Inbox, ask, is_ready, worker_on

from cowrite.base.errors import UserError
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.step_control import Steps
from cowrite.engine.jobs.runner import FAILED_ONCE, FAILS_AGAIN
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import (
    CompletionResult,
    EngineState,
    EngineStatus,
    JobFailure,
    JobUpdate,
)


def test_loads_says_so_and_answers(started: EngineWorker, inbox: Inbox) -> None:
    states = [m.state for m in inbox.until(is_ready) if isinstance(m, EngineStatus)]
    assert states == [EngineState.LOADING, EngineState.READY]
    started.submit(ask(7))
    seen = inbox.until(is_ready)
    result = next(m for m in seen if isinstance(m, CompletionResult))
    assert (result.job_id, result.model) == (7, "tiny")
    assert any(isinstance(m, JobUpdate) for m in seen)


def test_the_newest_request_wins(started: EngineWorker, inbox: Inbox) -> None:
    inbox.until_state(EngineState.READY)
    for job_id in range(1, 30):
        started.submit(ask(job_id, max_tokens=60, max_words=50))
    results = [
        m.job_id
        for m in inbox.until(lambda m: isinstance(m, CompletionResult) and m.job_id == 29)
        if isinstance(m, CompletionResult)
    ]
    assert results[-1] == 29
    assert results == sorted(results)


def test_a_cancelled_request_answers_nothing(inbox: Inbox) -> None:
    gate = GatedRuntime()
    worker = worker_on(gate)
    worker.start(inbox)
    worker.submit(ask(1))
    assert gate.entered.wait(30)
    worker.cancel(1)
    inbox.until_state(EngineState.THINKING)
    seen = inbox.until(is_ready)
    assert not any(isinstance(m, CompletionResult) for m in seen)
    worker.stop()


@pytest.mark.expects_warnings
def test_a_broken_model_is_a_problem_in_plain_words(tmp_path: Path, inbox: Inbox) -> None:
    worker = EngineWorker(model_dir=tmp_path, model_id="none", quantizations={"cpu": "int8"})
    worker.start(inbox)
    problem = inbox.until_state(EngineState.PROBLEM)
    assert "damaged" in problem.message
    worker.stop()


def test_a_failed_check_stops_before_loading(tiny_model_dir: Path, inbox: Inbox) -> None:
    def altered() -> None:
        raise UserError("The model was altered.", "Install it again.")

    worker = EngineWorker(
        model_dir=tiny_model_dir, model_id="tiny", quantizations={}, check=altered
    )
    worker.start(inbox)
    assert (
        inbox.until_state(EngineState.PROBLEM).message == "The model was altered. Install it again."
    )
    worker.stop()


def test_stopping_before_and_without_a_start() -> None:
    EngineWorker(model_dir=Path(), model_id="x", quantizations={}).stop()


def test_a_failed_request_is_not_a_failed_engine(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    worker = worker_on(FailingRuntime(fails_at={1}))
    worker.start(inbox)
    inbox.until_state(EngineState.READY)
    worker.submit(ask(1, "The secret manuscript"))
    seen = inbox.until(is_ready)
    failures = [m for m in seen if isinstance(m, JobFailure)]
    assert [(m.job_id, m.message) for m in failures] == [(1, FAILED_ONCE)]
    assert not any(isinstance(m, EngineStatus) and m.state is EngineState.PROBLEM for m in seen)
    worker.submit(ask(2))
    assert any(isinstance(m, CompletionResult) for m in inbox.until(is_ready))
    worker.stop()
    assert "no_answer_to_this" in caplog.text, "where it failed"
    assert "The secret manuscript" not in caplog.text


@pytest.mark.expects_warnings
def test_three_failures_in_a_row_are_a_problem_and_a_success_begins_anew(inbox: Inbox) -> None:
    worker = worker_on(FailingRuntime(fails_at={1, 2, 4, 5, 6}))
    worker.start(inbox)
    inbox.until_state(EngineState.READY)
    after: list[EngineState] = []
    for job_id in range(1, 7):
        worker.submit(ask(job_id))
        inbox.until_state(EngineState.THINKING)
        status = inbox.until(lambda m: isinstance(m, EngineStatus))[-1]
        assert isinstance(status, EngineStatus)
        after.append(status.state)
    assert after == [EngineState.READY] * 5 + [EngineState.PROBLEM]
    assert status.message == FAILS_AGAIN.format(number=3)
    worker.stop()


def test_what_the_engine_itself_lacks_is_a_problem_at_once(inbox: Inbox) -> None:
    class NoMemory(GatedRuntime):
        def steps(self, *_: object) -> Steps[CompletionResult]:
            raise UserError("Not enough memory.", "Close something.")

    worker = worker_on(NoMemory())
    worker.start(inbox)
    inbox.until_state(EngineState.READY)
    worker.submit(ask(1))
    seen = inbox.until(lambda m: isinstance(m, EngineStatus) and m.state is EngineState.PROBLEM)
    assert [m.message for m in seen if isinstance(m, JobFailure)] == [
        "Not enough memory. Close something."
    ]
    worker.stop()


@pytest.mark.expects_warnings
def test_a_document_that_cannot_be_learned_does_not_end_the_engine(inbox: Inbox) -> None:
    class Unteachable(PersonalNgrams):
        def learn(self, document_id: str, text: str) -> None:
            tried.set()
            raise ValueError(text)

    tried = threading.Event()
    runtime = FailingRuntime(fails_at=set())
    runtime.ngrams = Unteachable()
    worker = worker_on(runtime)
    worker.start(inbox)
    inbox.until_state(EngineState.READY)
    worker.learn("d", "words")
    assert tried.wait(30)
    worker.submit(ask(1))
    inbox.until(lambda m: isinstance(m, CompletionResult))
    worker.stop()


@pytest.mark.expects_warnings
def test_a_lost_device_is_a_plain_sentence(tiny_model_dir: Path) -> None:
    runtime = Runtime.open(
        tiny_model_dir, model_id="tiny", device="cpu", quantizations={"cpu": "bf16"}
    )

    def lost(*_: object, **__: object) -> object:
        raise torch.AcceleratorError("CUDA error: device-side assert triggered")

    runtime._loaded().model.network.forward = lost  # type: ignore[assignment]
    with pytest.raises(UserError, match="stopped answering"):
        runtime.complete(ask(1).task)
    runtime.close()


@pytest.mark.parametrize("failures", [1, 2, 3])
@pytest.mark.expects_warnings
def test_out_of_memory_is_met_step_by_step(tiny_model_dir: Path, failures: int) -> None:
    said: list[str] = []
    runtime = _runtime_that_runs_out(tiny_model_dir, failures)
    result = runtime.complete(ask(1).task, say=said.append)
    assert result is not None
    assert result.candidates
    assert len(said) == failures
    runtime.close()


@pytest.mark.expects_warnings
def test_out_of_memory_for_good_is_a_plain_sentence(tiny_model_dir: Path) -> None:
    runtime = _runtime_that_runs_out(tiny_model_dir, 99)
    with pytest.raises(UserError, match="your text is safe"):
        runtime.complete(ask(1).task)


def test_what_the_model_took_is_told_once(tiny_model_dir: Path) -> None:
    heard: list[tuple[str, str, int]] = []
    told = threading.Event()

    def settled(device: str, kind: str, taken: int) -> None:
        heard.append((device, kind, taken))
        told.set()

    worker = EngineWorker(
        model_dir=tiny_model_dir,
        model_id="tiny",
        device="cpu",
        quantizations={"cpu": "int8"},
        settled=settled,
    )
    worker.start(lambda _: None)
    assert told.wait(30)
    worker.stop()
    assert [each[:2] for each in heard] == [("cpu", "int8")]


def _runtime_that_runs_out(model_dir: Path, failures: int) -> Runtime:
    left = [failures]

    def open_limited() -> Runtime:
        return Runtime.open(model_dir, model_id="tiny", device="cpu", quantizations={"cpu": "bf16"})

    runtime = open_limited()

    def limit(completer):  # type: ignore[no-untyped-def]
        forward = completer.model.network.forward

        def failing(*args: object, **kwargs: object) -> object:
            if left[0] > 0:
                left[0] -= 1
                raise torch.OutOfMemoryError("CUDA out of memory")
            return forward(*args, **kwargs)

        completer.model.network.forward = failing
        return completer

    limit(runtime._completer)
    reload = runtime._reload_on_cpu
    runtime._reload_on_cpu = lambda: limit(reload())
    return runtime
