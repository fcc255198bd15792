"""Takes the steps of jobs on the engine's thread, and says what comes of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError, whereabouts
from cowrite.engine.decoding.step_control import StepControl, TaskRefusedError
from cowrite.engine.jobs.lanes import Work
from cowrite.engine.jobs.ready_answers import ReadyAnswers
from cowrite.engine.messages import (
    AnyResult,
    CompletionRequest,
    EngineMessage,
    EngineState,
    Job,
    JobFailure,
    JobUpdate,
    Lane,
)
from cowrite.engine.networks.steps import Cancelled
from cowrite.localization import sentences, tr, tr_noop

if TYPE_CHECKING:
    from cowrite.engine.jobs.runtime import Runtime

logger = logging.getLogger(__name__)

# A text that differs in no more than so many of its last characters is still worth reading.
SAME_BUT_FOR_CHARACTERS = 64
# One job may fail for what stands in it; so many in a row fail for what answers them.
FAILURES_TO_TELL = 3
FAILED_ONCE = tr_noop("This suggestion failed. Your text is safe.")
FAILS_AGAIN = tr_noop(
    "The last {number} suggestions failed, so Cowrite stopped asking for them. Your text is safe; "
    "the log file has the details."
)


class Step(Enum):
    """What became of a job in one step."""

    MORE = "more to do"
    ENDED = "ended"
    # The engine itself is in trouble, and said so.
    PROBLEM = "problem"


class JobRunner:
    """``send`` gets the messages of jobs, ``tell`` the states of the engine with a sentence each.

    ``newest_inline`` is the inline job that was asked for last, and ``is_stopping`` ends everything.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        send: Callable[[EngineMessage], None],
        tell: Callable[[EngineState, str], None],
        newest_inline: Callable[[], Job | None],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._runtime = runtime
        self._send = send
        self._tell = tell
        self._newest_inline = newest_inline
        self._is_stopping = is_stopping
        self._ready = ReadyAnswers()
        self._failures = 0

    def forget_prefetched(self) -> None:
        """What was worked out ahead holds no more."""
        self._ready.forget()

    def forget_what_words_change(self) -> None:
        """What was worked out ahead holds no more where the writer's own words have a part in it."""
        self._ready.forget_what_words_change()

    def step(self, work: Work) -> Step:
        """Take one step of ``work``, the first one if it was not begun. Raises nothing."""
        try:
            if work.steps is None:
                if self._is_answered_ahead(work):
                    return Step.ENDED
                work.steps = self._runtime.steps(
                    work.job.task, self._control(work), self._say_of(work)
                )
            candidate = next(work.steps)
        except StopIteration as end:
            self._answer(work, end.value)
            return Step.ENDED
        except Cancelled:
            return Step.ENDED
        except Exception as error:
            return self._fail(work, error)
        if candidate is not None and not work.is_prefetch and len(candidate.text) >= work.said:
            work.said = len(candidate.text)
            self._send(JobUpdate(job_id=work.job.id, candidate=candidate))
        return Step.MORE

    def _say_of(self, work: Work) -> Callable[[str], None]:
        def say(message: str) -> None:
            work.has_said_state = True
            self._tell(EngineState.THINKING, message)

        return say

    def _control(self, work: Work) -> StepControl:
        def cancelled() -> bool:
            return work.is_cancelled or self._is_stopping()

        def useless() -> bool:
            newest = self._newest_inline()
            # Every key cancels first, so that says nothing yet; what the next job asks does.
            return self._is_stopping() or (
                newest is not None and newest is not work.job and not _goes_on(newest, work.job)
            )

        if work.job.lane is not Lane.INLINE:
            return StepControl(cancelled=cancelled, gives_way=True)
        return StepControl(cancelled=cancelled, useless=None if work.is_prefetch else useless)

    def _is_answered_ahead(self, work: Work) -> bool:
        """Answer at once if just this was worked out ahead; True also where nobody waits for it."""
        if work.is_prefetch:
            return work.job in self._ready
        answer = self._ready.answer_to(work.job) if work.job.lane is Lane.INLINE else None
        if answer is None:
            return False
        self._failures = 0
        self._send(answer)
        return True

    def _answer(self, work: Work, result: AnyResult) -> None:
        if work.is_prefetch:
            self._ready.put(work.job, result)
        elif not work.is_cancelled:
            self._failures = 0
            self._send(replace(result, job_id=work.job.id))

    def _fail(self, work: Work, error: Exception) -> Step:
        if work.is_prefetch:
            # If it is asked in earnest it fails again, and is told then.
            logger.error("prefetching failed\n%s", whereabouts(error))
            return Step.ENDED
        if isinstance(error, TaskRefusedError):
            message = sentences(error.message, error.advice)
            return self._tell_failure(work, message, problem="")
        if isinstance(error, UserError):  # of the engine, not of this job: no memory, no card
            message = sentences(error.message, error.advice)
            return self._tell_failure(work, message, problem=message)
        logger.error("a suggestion failed\n%s", whereabouts(error))
        self._failures += 1
        fails_again = self._failures >= FAILURES_TO_TELL
        problem = tr(FAILS_AGAIN, number=FAILURES_TO_TELL) if fails_again else ""
        return self._tell_failure(work, tr(FAILED_ONCE), problem=problem)

    def _tell_failure(self, work: Work, message: str, *, problem: str) -> Step:
        self._send(JobFailure(job_id=work.job.id, message=message))
        if not problem:
            return Step.ENDED
        self._tell(EngineState.PROBLEM, problem)
        return Step.PROBLEM


def _goes_on(newer: Job, older: Job) -> bool:
    """Whether the text of a job begins as that of an older one does, but for its last few words."""
    if not isinstance(newer.task, CompletionRequest) or not isinstance(
        older.task, CompletionRequest
    ):
        return False
    return newer.task.before.startswith(older.task.before[:-SAME_BUT_FOR_CHARACTERS])
