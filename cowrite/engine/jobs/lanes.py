"""Which job is worked on next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cowrite.engine.decoding.step_control import Steps
from cowrite.engine.messages import AnyResult, Job, JobId, Lane


@dataclass(slots=True, eq=False)
class Work:
    """A job and how far it has come. ``said`` counts the characters of the last update.

    ``has_said_state``: it told of a state of the engine, such as that memory is short, which does not hold for ever.
    """

    job: Job
    steps: Steps[AnyResult] | None = None
    is_prefetch: bool = False
    is_cancelled: bool = False
    said: int = 0
    has_said_state: bool = False
    has_ended: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether some of it is done."""
        return self.steps is not None

    def close(self) -> None:
        """Give back what it holds."""
        if self.steps is not None:
            self.steps.close()


class Lanes:
    """The jobs that wait or are begun, by lane, the oldest first. Not for two threads at once.

    What is to be prefetched comes after the inline jobs and before all others, one after the other.
    """

    def __init__(self) -> None:
        self._works: dict[Lane, list[Work]] = {lane: [] for lane in Lane}
        self._prefetches: list[Work] = []
        self._wanted_ahead: Sequence[Job] = ()
        self._cancelled: list[Work] = []
        self.newest_inline: Job | None = None

    def add(self, job: Job) -> None:
        """Put ``job`` at the end of its lane; an inline one takes the place of those before it."""
        if job.lane is Lane.INLINE:
            for work in list(self._works[Lane.INLINE]):
                self._drop(work)
            self.newest_inline = job
            self._wanted_ahead = ()
            for prefetch in list(self._prefetches):
                if not (prefetch.is_begun and prefetch.job.asks_the_same_as(job)):
                    self._drop(prefetch)
        self._works[job.lane].append(Work(job))

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Let ``jobs`` be those that are done ahead, in this order; what is begun of them is ended first."""
        self._wanted_ahead = tuple(jobs)
        before, begun, others = self._prefetches, list[Work](), list[Work]()
        for job in jobs:
            same = next((each for each in before if each.job.asks_the_same_as(job)), None)
            if same is not None and same.is_begun:
                before.remove(same)
                begun.append(same)
            else:
                others.append(Work(job, is_prefetch=True))
        for work in list(before):
            self._drop(work)
        self._prefetches = begun + others

    def prefetch_again(self) -> None:
        """Do ahead from the beginning what is still wanted: what came of it so far holds no more."""
        for work in list(self._prefetches):
            self._drop(work)
        self.prefetch(self._wanted_ahead)

    def cancel(self, job_id: JobId) -> None:
        """Drop the job, if it is not done."""
        for work in self._all():
            if work.job.id == job_id:
                self._drop(work)

    def first(self) -> Work | None:
        """What the next step belongs to."""
        inline, prefetch = self._works[Lane.INLINE], next(iter(self._prefetches), None)
        if inline:
            is_coming = prefetch is not None and prefetch.is_begun
            # It was not dropped when the job was added, so that is what it asks.
            return prefetch if is_coming else inline[0]
        rest = [*self._works[Lane.PASSAGE], *self._works[Lane.BACKGROUND]]
        return prefetch or next(iter(rest), None)

    @property
    def has_work(self) -> bool:
        """Whether there is a step to take, or something dropped to be ended."""
        return self.first() is not None or bool(self._cancelled)

    def remove(self, work: Work) -> None:
        """It has ended."""
        if work in self._prefetches:
            self._prefetches.remove(work)
        elif work in self._works[work.job.lane]:
            self._works[work.job.lane].remove(work)

    def take_cancelled(self) -> list[Work]:
        """Those that were begun and then dropped, once; whoever began them ends them."""
        cancelled, self._cancelled = self._cancelled, []
        return cancelled

    def begun(self, *lanes: Lane) -> list[Work]:
        """The jobs of ``lanes`` of which some is done."""
        return [work for lane in lanes for work in self._works[lane] if work.is_begun]

    def clear(self) -> None:
        """Drop everything."""
        for work in self._all():
            self._drop(work)

    def _all(self) -> list[Work]:
        works = [work for lane in Lane for work in self._works[lane]]
        return works + self._prefetches

    def _drop(self, work: Work) -> None:
        work.is_cancelled = True
        if work.is_begun:
            self._cancelled.append(work)
        self.remove(work)
