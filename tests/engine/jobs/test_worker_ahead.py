"""What the worker does before it is asked, and while its adapter changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_adapter import write_adapter
from worker_parts import FailingRuntime, Inbox, ask, is_ready, some_result, worker_on

from cowrite.engine.decoding.step_control import StepControl, Steps
from cowrite.engine.jobs.worker import WITHOUT_ADAPTER, EngineWorker
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    JobFailure,
    Timings,
)


def test_what_was_prefetched_is_answered_at_once_and_is_the_same(
    started: EngineWorker, inbox: Inbox
) -> None:
    inbox.until(is_ready)
    started.submit(ask(1, "The old lighthouse"))
    expected = _result_in(inbox.until(is_ready))
    started.submit(ask(2, "Something else"))
    inbox.until(is_ready)
    started.prefetch([ask(3, "The old lighthouse")])
    _until(lambda: not started._lanes.has_work)
    started.submit(ask(4, "The old lighthouse"))
    answer = _result_in(inbox.until(is_ready))
    assert answer.job_id == 4
    assert [c.text for c in answer.candidates] == [c.text for c in expected.candidates]
    assert answer.timings == Timings()
    assert answer.cached_tokens == answer.prompt_tokens


def test_something_else_is_answered_as_if_nothing_had_been_prefetched(
    started: EngineWorker, inbox: Inbox
) -> None:
    inbox.until(is_ready)
    started.prefetch([ask(1, "The old lighthouse")])
    started.submit(ask(2, "The old light"))
    answer = _result_in(inbox.until(is_ready))
    assert answer.job_id == 2
    started.prefetch([ask(3, "The old lighthouse")])
    _until(lambda: not started._lanes.has_work)
    started.submit(ask(4, "The old lighthouse", max_tokens=2))
    answer = _result_in(inbox.until(is_ready))
    assert answer.job_id == 4
    assert answer.timings.total > 0


@pytest.mark.expects_warnings
def test_what_fails_ahead_is_not_heard_of(inbox: Inbox) -> None:
    runtime = FailingRuntime()
    worker = worker_on(runtime)
    worker.start(inbox)
    inbox.until(is_ready)
    worker.prefetch([ask(1)])
    _until(lambda: runtime.asked == 1)
    worker.submit(ask(2))
    seen = inbox.until(lambda m: isinstance(m, JobFailure))
    assert isinstance(seen[-1], JobFailure)
    assert seen[-1].job_id == 2
    assert not any(isinstance(m, JobFailure) for m in seen[:-1])
    worker.stop()


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
    inbox.until(is_ready)
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
        return some_result()


def test_an_adapter_is_swapped_in_while_requests_flow(
    started: EngineWorker, inbox: Inbox, tmp_path: Path
) -> None:
    folder = write_adapter(tmp_path / "mine")
    inbox.until(is_ready)
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
    inbox.until(is_ready)
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
    inbox.until(is_ready)
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

    inbox.until(is_ready)
    started.use_adapter(broken)
    assert WITHOUT_ADAPTER in inbox.until_state(EngineState.READY).announcement
    started.submit(ask(2))
    inbox.until(lambda m: isinstance(m, CompletionResult))


def test_all_that_may_be_asked_is_ready_and_stays_so(started: EngineWorker, inbox: Inbox) -> None:
    inbox.until(is_ready)
    started.prefetch([ask(1, "The old light"), ask(2, "The old lighth"), ask(3, "The old lig")])
    _until(lambda: not started._lanes.has_work)
    for number, text in enumerate(["The old lighth", "The old lig", "The old lighth"], start=4):
        started.submit(ask(number, text))
        answer = _result_in(inbox.until(is_ready))
        assert answer.job_id == number
        assert answer.timings == Timings()
