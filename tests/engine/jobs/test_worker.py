"""The engine's thread: the newest wins, trouble is said plainly, and it ends."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from made_up_adapter import write_adapter

from cowrite.base.errors import UserError
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.step_control import StepControl, Steps
from cowrite.engine.jobs.runner import FAILED_ONCE, FAILS_AGAIN
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.jobs.worker import WITHOUT_ADAPTER, EngineWorker
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobUpdate,
    Timings,
)
from cowrite.engine.networks.steps import Cancelled


class Inbox:
    """Receives on the engine's thread, is read on the test's."""

    def __init__(self) -> None:
        self._queue: queue.Queue[EngineMessage] = queue.Queue()

    def __call__(self, message: EngineMessage) -> None:
        self._queue.put(message)

    def until(self, wanted: Callable[[EngineMessage], bool]) -> list[EngineMessage]:
        seen = []
        while True:
            seen.append(self._queue.get(timeout=60))
            if wanted(seen[-1]):
                return seen

    def until_state(self, state: EngineState) -> EngineStatus:
        last = self.until(lambda m: isinstance(m, EngineStatus) and m.state is state)[-1]
        assert isinstance(last, EngineStatus)
        return last


def ask(job_id: int, before: str = "The old light", **wishes: object) -> Job:
    task = CompletionRequest(before=before, **wishes)  # type: ignore[arg-type]
    return Job(id=job_id, document_id="d", task=task)


def worker_on(runtime: GatedRuntime | FailingRuntime) -> EngineWorker:
    """A worker whose runtime is not loaded but given."""
    return EngineWorker(
        model_dir=Path(),
        model_id="given",
        quantizations={},
        open_runtime=lambda *_: runtime,  # type: ignore[arg-type,return-value]
    )


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def started(tiny_model_dir: Path, inbox: Inbox) -> Iterator[EngineWorker]:
    worker = EngineWorker(
        model_dir=tiny_model_dir, model_id="tiny", device="cpu", quantizations={"cpu": "bf16"}
    )
    worker.start(inbox)
    yield worker
    worker.stop()


def test_loads_says_so_and_answers(started: EngineWorker, inbox: Inbox) -> None:
    states = [m.state for m in inbox.until(_is_ready) if isinstance(m, EngineStatus)]
    assert states == [EngineState.LOADING, EngineState.READY]
    started.submit(ask(7))
    seen = inbox.until(_is_ready)
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
    seen = inbox.until(_is_ready)
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
    seen = inbox.until(_is_ready)
    failures = [m for m in seen if isinstance(m, JobFailure)]
    assert [(m.job_id, m.message) for m in failures] == [(1, FAILED_ONCE)]
    assert not any(isinstance(m, EngineStatus) and m.state is EngineState.PROBLEM for m in seen)
    worker.submit(ask(2))
    assert any(isinstance(m, CompletionResult) for m in inbox.until(_is_ready))
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


class GatedRuntime:
    """A runtime that works until it is cancelled."""

    device = "cpu"
    notice = ""
    adapter_id = ""
    unused_card = None

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.ngrams = PersonalNgrams()

    def optimize(self) -> bool:
        return False

    def steps(
        self, task: CompletionRequest, control: StepControl, *_: object
    ) -> Steps[CompletionResult]:
        self.entered.set()
        while not control.cancelled():
            yield None
        raise Cancelled

    def close(self) -> None:
        pass


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


def _result() -> CompletionResult:
    return CompletionResult(
        candidates=(),
        model="x",
        adapter="",
        device="cpu",
        quantization="int8",
        timings=Timings(),
    )


def _is_ready(message: EngineMessage) -> bool:
    return isinstance(message, EngineStatus) and message.state is EngineState.READY


def test_what_was_prefetched_is_answered_at_once_and_is_the_same(
    started: EngineWorker, inbox: Inbox
) -> None:
    inbox.until(_is_ready)
    started.submit(ask(1, "The old lighthouse"))
    expected = _result_in(inbox.until(_is_ready))
    started.submit(ask(2, "Something else"))
    inbox.until(_is_ready)
    started.prefetch([ask(3, "The old lighthouse")])
    _until(lambda: not started._lanes.has_work)
    started.submit(ask(4, "The old lighthouse"))
    answer = _result_in(inbox.until(_is_ready))
    assert answer.job_id == 4
    assert [c.text for c in answer.candidates] == [c.text for c in expected.candidates]
    assert answer.timings == Timings()
    assert answer.cached_tokens == answer.prompt_tokens


def test_something_else_is_answered_as_if_nothing_had_been_prefetched(
    started: EngineWorker, inbox: Inbox
) -> None:
    inbox.until(_is_ready)
    started.prefetch([ask(1, "The old lighthouse")])
    started.submit(ask(2, "The old light"))
    answer = _result_in(inbox.until(_is_ready))
    assert answer.job_id == 2
    started.prefetch([ask(3, "The old lighthouse")])
    _until(lambda: not started._lanes.has_work)
    started.submit(ask(4, "The old lighthouse", max_tokens=2))
    answer = _result_in(inbox.until(_is_ready))
    assert answer.job_id == 4
    assert answer.timings.total > 0


@pytest.mark.expects_warnings
def test_what_fails_ahead_is_not_heard_of(inbox: Inbox) -> None:
    runtime = FailingRuntime()
    worker = worker_on(runtime)
    worker.start(inbox)
    inbox.until(_is_ready)
    worker.prefetch([ask(1)])
    _until(lambda: runtime.asked == 1)
    worker.submit(ask(2))
    seen = inbox.until(lambda m: isinstance(m, JobFailure))
    assert isinstance(seen[-1], JobFailure)
    assert seen[-1].job_id == 2
    assert not any(isinstance(m, JobFailure) for m in seen[:-1])
    worker.stop()


class FailingRuntime:
    """Has no answer to the n-th request if ``fails_at`` names it, or to any."""

    device, notice, adapter_id = "cpu", "", ""
    unused_card = None

    def __init__(self, fails_at: set[int] | None = None) -> None:
        self.ngrams = PersonalNgrams()
        self.asked = 0
        self._fails_at = fails_at

    def steps(
        self, task: CompletionRequest, control: StepControl, *_: object
    ) -> Steps[CompletionResult]:
        self.asked += 1
        yield None
        if self._fails_at is None or self.asked in self._fails_at:
            self.no_answer_to_this(task.before)
        return _result()

    def no_answer_to_this(self, before: str) -> None:
        raise RuntimeError(f"no answer to {before}")

    def optimize(self) -> bool:
        return False

    def close(self) -> None:
        pass


def _result_in(messages: list[EngineMessage]) -> CompletionResult:
    return next(m for m in messages if isinstance(m, CompletionResult))


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        ("word " * 40 + "and", False),
        ("word " * 40, False),
        ("word " * 38, False),
        ("word " * 20, True),
        ("other " * 40, True),
    ],
)
def test_reading_is_broken_off_only_for_another_text(
    inbox: Inbox, newer: str, expected: bool
) -> None:
    runtime = WaitingRuntime()
    worker = worker_on(runtime)
    worker.start(inbox)
    inbox.until(_is_ready)
    worker.submit(ask(1, "word " * 40 + "a"))
    _until(lambda: runtime.is_useless is not None)
    assert runtime.is_useless is not None
    assert not runtime.is_useless()
    worker.cancel(1)  # as every key does before it asks anew
    assert not runtime.is_useless()
    worker.submit(ask(2, newer))
    assert runtime.is_useless() is expected
    runtime.go_on.set()
    worker.stop()


class WaitingRuntime(FailingRuntime):
    """Works on a request until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.is_useless: Callable[[], bool] | None = None
        self.go_on = threading.Event()

    def steps(
        self, task: CompletionRequest, control: StepControl, *_: object
    ) -> Steps[CompletionResult]:
        if self.is_useless is None:
            self.is_useless = control.is_useless
            self.go_on.wait(30)
        yield None
        return _result()


def test_an_adapter_is_swapped_in_while_requests_flow(
    started: EngineWorker, inbox: Inbox, tmp_path: Path
) -> None:
    folder = write_adapter(tmp_path / "mine")
    inbox.until(_is_ready)
    adapters: list[str] = []
    answers: dict[str, str] = {}
    for number, source in enumerate([None, folder, None, folder], start=1):
        started.use_adapter(lambda source=source: source)
        for job_id in (2 * number, 2 * number + 1):
            started.submit(ask(job_id))
            answer = _result_in(inbox.until(lambda m: isinstance(m, CompletionResult)))
            adapters.append(answer.adapter)
            text = answer.candidates[0].text
            assert answers.setdefault(answer.adapter, text) == text
    assert adapters == ["", "", "mine", "mine", "", "", "mine", "mine"]
    assert answers[""] != answers["mine"]
    status = inbox.until_state(EngineState.READY)
    assert (status.adapter, status.announcement) == ("mine", "")


def test_an_adapter_given_before_the_start_is_there_with_the_first_answer(
    tiny_model_dir: Path, inbox: Inbox, tmp_path: Path
) -> None:
    worker = EngineWorker(
        model_dir=tiny_model_dir, model_id="tiny", device="cpu", quantizations={"cpu": "bf16"}
    )
    worker.use_adapter(lambda: write_adapter(tmp_path / "mine"))
    worker.start(inbox)
    assert inbox.until_state(EngineState.READY).adapter == "mine"
    worker.stop()


def test_a_refused_adapter_is_said_once_and_the_model_answers_as_it_is(
    started: EngineWorker, inbox: Inbox, tmp_path: Path
) -> None:
    inbox.until(_is_ready)
    started.use_adapter(lambda: write_adapter(tmp_path / "mine"))
    assert inbox.until_state(EngineState.READY).adapter == "mine"
    started.use_adapter(lambda: write_adapter(tmp_path / "odd", r=9))
    status = inbox.until_state(EngineState.READY)
    assert status.adapter == ""
    assert "“odd” cannot be used" in status.announcement
    assert status.announcement.endswith(WITHOUT_ADAPTER)
    started.submit(ask(3))
    seen = inbox.until(lambda m: isinstance(m, CompletionResult))
    assert _result_in(seen).adapter == ""
    assert not any(m.announcement for m in seen if isinstance(m, EngineStatus))


def test_what_was_prefetched_without_an_adapter_is_not_its_answer(
    started: EngineWorker, inbox: Inbox, tmp_path: Path
) -> None:
    inbox.until(_is_ready)
    started.prefetch([ask(1)])
    _until(lambda: not started._lanes.has_work)
    started.use_adapter(lambda: write_adapter(tmp_path / "mine"))
    started.submit(ask(2))
    answer = _result_in(inbox.until(lambda m: isinstance(m, CompletionResult)))
    assert answer.adapter == "mine"
    assert answer.timings.total > 0


@pytest.mark.expects_warnings
def test_a_source_that_fails_does_not_end_the_engine(started: EngineWorker, inbox: Inbox) -> None:
    def broken() -> Path:
        raise RuntimeError("a mistake of ours")

    inbox.until(_is_ready)
    started.use_adapter(broken)
    assert WITHOUT_ADAPTER in inbox.until_state(EngineState.READY).announcement
    started.submit(ask(2))
    inbox.until(lambda m: isinstance(m, CompletionResult))


def test_all_that_may_be_asked_is_ready_and_stays_so(started: EngineWorker, inbox: Inbox) -> None:
    inbox.until(_is_ready)
    started.prefetch([ask(1, "The old light"), ask(2, "The old lighth"), ask(3, "The old lig")])
    _until(lambda: not started._lanes.has_work)
    for number, text in enumerate(["The old lighth", "The old lig", "The old lighth"], start=4):
        started.submit(ask(number, text))
        answer = _result_in(inbox.until(_is_ready))
        assert answer.job_id == number
        assert answer.timings == Timings()
