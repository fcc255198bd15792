"""What the engine is asked at a place of the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from cowrite.base.utf16 import utf16_length
from cowrite.engine.messages import CompletionRequest, Job
from cowrite.suggest.live.context import window_before
from cowrite.suggest.live.stage import SuggestionStage
from cowrite.suggest.live.suggestion import Trigger
from cowrite.suggest.ports import CaretContext, EngineJobs

# What is known of a writer may make a word that much more probable than the model says.
FITTED_FACTOR = 4


class Questions:
    """Makes jobs for ``jobs``, by the settings of the stage. The text of a job ``is_private`` or not."""

    def __init__(
        self, stage: SuggestionStage, jobs: EngineJobs, is_private: Callable[[], bool]
    ) -> None:
        self._stage = stage
        self._jobs = jobs
        self._is_private = is_private

    def job(self, context: CaretContext, trigger: Trigger, candidates: int = 1) -> Job:
        """What follows at ``context``."""
        first_offset = context.offset - utf16_length(context.before)
        settings = self._stage.rule.settings
        task = CompletionRequest(
            before=window_before(context.before, first_offset),
            after=context.after,
            max_words=settings.most_words,
            max_tokens=settings.most_tokens,
            candidates=candidates,
            min_word_logprob=self._hopeless(trigger),
            is_private=self._is_private(),
        )
        return Job(
            id=self._jobs.next_job_id(),
            document_id=context.document_id,
            task=task,
            may_leave=not task.is_private,
        )

    def job_after(self, text: str) -> Job:
        """What will be asked once ``text`` stands at the caret."""
        return self.job(self.context_after(text), Trigger.TYPED)

    def context_after(self, text: str) -> CaretContext:
        """The caret as it will be when ``text`` stands there."""
        context = self._stage.page.caret_context()
        return replace(
            context,
            before=context.before + text,
            offset=context.offset + utf16_length(text),
        )

    def _hopeless(self, trigger: Trigger) -> float:
        """Words less probable than this need no end: the show filter keeps them back. Asked by key, all are wanted."""
        if trigger is Trigger.KEY:
            return -math.inf
        least = self._stage.rule.settings.hopeless
        return math.log(least / (FITTED_FACTOR if self._stage.acceptance.is_fitted else 1))
