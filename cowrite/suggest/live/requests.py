"""What the engine is asked: the text around the caret, how much is wanted, and what is too improbable to be shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from cowrite.base.utf16 import utf16_length
from cowrite.engine.messages import CompletionRequest
from cowrite.suggest.filter.acceptance_model import AcceptanceModel
from cowrite.suggest.live.context import window_before
from cowrite.suggest.live.suggestion import Trigger
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings

# What is known of a writer may make a word that much more probable than the model says.
WIDER_BELIEF = 4


class Requests:
    """Makes requests, each with a number of its own."""

    def __init__(self, ids: Callable[[], int], belief: AcceptanceModel) -> None:
        self._ids = ids
        self._belief = belief

    def make(
        self,
        context: CaretContext,
        trigger: Trigger,
        settings: SuggestSettings,
        *,
        candidates: int = 1,
    ) -> CompletionRequest:
        """Ask for what follows at ``context``."""
        first_offset = context.offset - utf16_length(context.before)
        return CompletionRequest(
            request_id=self._ids(),
            document_id=context.document_id,
            revision=context.revision,
            before=window_before(context.before, first_offset),
            after=context.after,
            max_words=settings.most_words,
            max_tokens=settings.most_tokens,
            candidates=candidates,
            min_word_logprob=self._hopeless(trigger, settings),
        )

    def after(
        self, context: CaretContext, taken: str, settings: SuggestSettings
    ) -> CompletionRequest:
        """Ask what will be asked once ``taken`` was taken at ``context``."""
        context = replace(
            context,
            before=context.before + taken,
            offset=context.offset + utf16_length(taken),
        )
        return self.make(context, Trigger.ACCEPTED, settings)

    def _hopeless(self, trigger: Trigger, settings: SuggestSettings) -> float:
        """Words less probable than this need no end: the gate keeps them back. Asked by key, all are wanted."""
        if trigger is Trigger.KEY:
            return -math.inf
        least = min(settings.threshold, settings.next_threshold)
        return math.log(least / (WIDER_BELIEF if self._belief.is_fitted else 1))
