"""An engine in simulated time: an answer arrives so long after the question, and a newer question replaces it.

Works ahead as the real worker does (``engine/jobs/lanes.py``, ``ready_answers.py``): when nothing is asked it works out
the prefetched tasks one after the other, each for as long as an answer takes, and hands a ready answer over at the
moment it is asked for. A question drops what is left to prefetch, unless just that is being worked out. Nothing is
computed for real before somebody asks for it, unless real times are wanted.
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

MOST_READY = 64
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
        self._wanted_ahead: tuple[CompletionRequest, ...] = ()
        self._working_ahead: _Work | None = None
        self._idle_until_ms = 0.0
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
        self._asked = (job, listener)
        ahead = self._working_ahead
        left_ms = self._idle_until_ms - self._clock.now_ms
        self._drop_ahead()
        self._wanted_ahead = ()
        if task in self._ready:
            self._ready.move_to_end(task)
            result = self._ready[task]
            self._inline.start(0.0, lambda: self._deliver(_Work(task, result), waited_ms=0.0))
        elif ahead is not None and ahead.task == task:
            self._inline.start(left_ms, lambda: self._deliver(ahead, waited_ms=left_ms))
        else:
            work, cost_ms = self._begin(task)
            self._inline.start(cost_ms, lambda: self._deliver(work, waited_ms=cost_ms))

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Have these answers ready, the first one first, and no others any more."""
        self._wanted_ahead = tuple(dict.fromkeys(_completion(job) for job in jobs))
        ahead = self._working_ahead
        if ahead is not None and ahead.task in self._wanted_ahead:
            self._ahead = deque(task for task in self._wanted_ahead if task != ahead.task)
        else:
            self._drop_ahead()
            self._ahead = deque(self._wanted_ahead)
        self._go_on_ahead()

    def cancel(self, job_id: JobId) -> None:
        """Nothing is asked any more, if that was it."""
        if self._asked is not None and self._asked[0].id == job_id:
            self._asked = None
            self._inline.stop()
            self._go_on_ahead()

    def words_learned(self) -> None:
        """What was worked out is of no use any more, for the answers are others now; it is worked out again."""
        self._ready.clear()
        self._drop_ahead()
        self._ahead = deque(self._wanted_ahead)
        self._go_on_ahead()

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
        if waited_ms:
            self.computed_at_ms = self._clock.now_ms
        self._go_on_ahead()
        listener(replace(result, job_id=job.id, timings=Timings(total=waited_ms)))

    # --- Ahead of the hands -----------------------------------------------------------------------------------------

    def _drop_ahead(self) -> None:
        self._ahead.clear()
        self._working_ahead = None
        self._idle.stop()

    def _go_on_ahead(self) -> None:
        if self._asked is not None or self._working_ahead is not None:
            return
        while self._ahead:
            task = self._ahead.popleft()
            if task in self._ready:
                self._ready.move_to_end(task)
                continue
            self._working_ahead, cost_ms = self._begin(task)
            self._idle_until_ms = self._clock.now_ms + cost_ms
            self._idle.start(cost_ms, self._is_ready)
            return

    def _is_ready(self) -> None:
        work, self._working_ahead = self._working_ahead, None
        if work is None:
            return
        self._ready[work.task] = work.result
        while len(self._ready) > MOST_READY:
            self._ready.popitem(last=False)
        self._go_on_ahead()


def _completion(job: Job) -> CompletionRequest:
    if not isinstance(job.task, CompletionRequest):
        raise TypeError("a page asks for nothing but completions")
    return job.task
