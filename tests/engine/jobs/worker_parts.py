"""An inbox and models that do as a test says, for the tests of the worker."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.step_control import StepControl, Steps
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
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


def some_result() -> CompletionResult:
    return CompletionResult(
        candidates=(),
        model="x",
        adapter="",
        device="cpu",
        quantization="int8",
        timings=Timings(),
    )


def is_ready(message: EngineMessage) -> bool:
    return isinstance(message, EngineStatus) and message.state is EngineState.READY


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
        return some_result()

    def no_answer_to_this(self, before: str) -> None:
        raise RuntimeError(f"no answer to {before}")

    def optimize(self) -> bool:
        return False

    def close(self) -> None:
        pass
