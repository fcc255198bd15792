"""An engine in simulated time: an answer arrives so long after the question, and a newer question replaces it.

Keeps what it was told to have ready, as the real worker does (:class:`cowrite.suggest.ports.EngineJobs`): when nothing
is asked it works out the prefetched tasks one after the other, each for as long as an answer takes, and hands a ready
answer over at the moment it is asked for. Nothing is computed for real before somebody asks for it, unless real
times are wanted.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    Job,
    JobId,
    JobListener,
    Timings,
)
from cowrite.suggest.simulation.simulated_clock import SimulatedClock

READY_ANSWERS = 32
Answer = Callable[[CompletionRequest], CompletionResult]


@dataclass(frozen=True, slots=True)
class _Work:
    task: CompletionRequest
    result: CompletionResult | None


class SimulatedEngine:
    """Answers with ``answer``, each time after ``engine_ms``; None: after the time that it really took."""

    def __init__(self, clock: SimulatedClock, answer: Answer, engine_ms: float | None) -> None:
        self._clock = clock
        self._answer = answer
        self._engine_ms = engine_ms
        self._ids = itertools.count(1)
        self._asked: tuple[Job, JobListener] | None = None
        self._inline = clock.timer()
        self._idle = clock.timer()
        self._ahead: deque[CompletionRequest] = deque()
        self._working_ahead: CompletionRequest | None = None
        self._ready: OrderedDict[CompletionRequest, CompletionResult | None] = OrderedDict()
        self.computed_at_ms: float | None = None
        """When the last answer arrived for which the page had to wait."""
        self.latencies_ms: list[float] = []
        """Real milliseconds of every answer that was computed."""

    def next_job_id(self) -> JobId:
        """A number no other job has."""
        return next(self._ids)

    def submit(self, job: Job, listener: JobListener) -> None:
        """Answer it when its time has passed; what was asked before gets no answer."""
        task = _completion(job)
        self._pause_ahead()
        self._asked = (job, listener)
        if task in self._ready:
            result = self._ready[task]
            self._inline.start(0.0, lambda: self._deliver(_Work(task, result), waited_ms=0.0))
            return
        work, cost_ms = self._begin(task)
        self._inline.start(cost_ms, lambda: self._deliver(work, waited_ms=cost_ms))

    def prefetch(self, jobs: Job | Sequence[Job]) -> None:
        """Have these answers ready, the first one first; what was to be made ready before is not begun any more."""
        tasks = [_completion(job) for job in ([jobs] if isinstance(jobs, Job) else jobs)]
        self._ahead = deque(dict.fromkeys(task for task in tasks if task not in self._ready))
        if self._working_ahead is not None and self._working_ahead in self._ahead:
            self._ahead.remove(self._working_ahead)
        else:
            self._working_ahead = None
            self._idle.stop()
        self._go_on_ahead()

    def cancel(self, job_id: JobId) -> None:
        """Nothing is asked any more, if that was it."""
        if self._asked is not None and self._asked[0].id == job_id:
            self._asked = None
            self._inline.stop()
            self._go_on_ahead()

    def forget_ready(self) -> None:
        """What was worked out is of no use any more: the answers would be others now."""
        self._ready.clear()
        self._ahead.clear()
        self._working_ahead = None
        self._idle.stop()

    def _begin(self, task: CompletionRequest) -> tuple[_Work, float]:
        """The work on ``task``, and how long it takes."""
        if self._engine_ms is not None:
            return _Work(task, None), self._engine_ms
        result = self._compute(task)
        return _Work(task, result), result.timings.total

    def _compute(self, task: CompletionRequest) -> CompletionResult:
        result = self._answer(task)
        self.latencies_ms.append(result.timings.total)
        return result

    def _deliver(self, work: _Work, *, waited_ms: float) -> None:
        if self._asked is None:
            return
        (job, listener), self._asked = self._asked, None
        result = work.result or self._compute(work.task)
        self._keep(work.task, result)
        if waited_ms:
            self.computed_at_ms = self._clock.now_ms
        self._go_on_ahead()
        listener(replace(result, job_id=job.id, timings=Timings(total=waited_ms)))

    def _keep(self, task: CompletionRequest, result: CompletionResult | None) -> None:
        self._ready[task] = result
        self._ready.move_to_end(task)
        while len(self._ready) > READY_ANSWERS:
            self._ready.popitem(last=False)

    # --- Ahead of the hands -----------------------------------------------------------------------------------------

    def _pause_ahead(self) -> None:
        """A question comes first; what was begun begins again."""
        if self._working_ahead is not None:
            self._ahead.appendleft(self._working_ahead)
            self._working_ahead = None
            self._idle.stop()

    def _go_on_ahead(self) -> None:
        if self._asked is not None or self._working_ahead is not None or not self._ahead:
            return
        task = self._ahead.popleft()
        self._working_ahead = task
        work, cost_ms = self._begin(task)
        self._idle.start(cost_ms, lambda: self._is_ready(work))

    def _is_ready(self, work: _Work) -> None:
        self._working_ahead = None
        self._keep(work.task, work.result)
        self._go_on_ahead()


def _completion(job: Job) -> CompletionRequest:
    if not isinstance(job.task, CompletionRequest):
        raise TypeError("a page asks for nothing but completions")
    return job.task
