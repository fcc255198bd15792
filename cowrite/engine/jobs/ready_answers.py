"""Answers that were worked out before anybody asked, until one of them is asked for."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from cowrite.engine.messages import (
    AnyResult,
    CompletionRequest,
    FillInRequest,
    Job,
    Task,
    Timings,
)

# What may come next at a few places of a text; an answer with its question takes some 10 kB.
MOST_ANSWERS = 64


class ReadyAnswers:
    """At most MOST_ANSWERS, those that were put in or asked for last. Not for two threads at once."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, Task], AnyResult] = OrderedDict()

    def put(self, job: Job, answer: AnyResult) -> None:
        """``answer`` is what ``job`` asks for."""
        self._answers[job.document_id, job.task] = answer
        self._answers.move_to_end((job.document_id, job.task))
        if len(self._answers) > MOST_ANSWERS:
            self._answers.popitem(last=False)

    def __contains__(self, job: Job) -> bool:
        """Whether what ``job`` asks for is there; it is kept from now on as if it had been put in again."""
        found = (job.document_id, job.task) in self._answers
        if found:
            self._answers.move_to_end((job.document_id, job.task))
        return found

    def answer_to(self, job: Job) -> AnyResult | None:
        """The answer to ``job``, which took no time, or None if it is not there."""
        if job not in self:
            return None
        answer = self._answers[job.document_id, job.task]
        return replace(answer, job_id=job.id, timings=Timings(), cached_tokens=answer.prompt_tokens)

    def forget(self) -> None:
        """Another model, or the same one with another adapter, would answer otherwise."""
        self._answers.clear()

    def forget_what_words_change(self) -> None:
        """The writer's own words are others, and have a part in every answer but a private one."""
        for key in list(self._answers):
            task = key[1]
            if isinstance(task, CompletionRequest | FillInRequest) and not task.is_private:
                del self._answers[key]
