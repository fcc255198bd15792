"""What the engine is asked, when, and what of its answer is offered."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.events import EventKind
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    Job,
    JobFailure,
    JobMessage,
    JobUpdate,
)
from cowrite.suggest.filter.show_filter import FilterDecision, SilenceReason, judge, why_not_ask
from cowrite.suggest.live.context import window_before
from cowrite.suggest.live.memory import RejectedWords
from cowrite.suggest.live.stage import SuggestionStage, SuggestionState
from cowrite.suggest.live.suggestion import Suggestion, Trigger
from cowrite.suggest.ports import CaretContext, EngineJobs
from cowrite.suggest.settings import SuggestSettings

# Enough candidates to turn through, few enough to be generated in one batch.
MORE_CANDIDATES = 5
# What is known of a writer may make a word that much more probable than the model says.
FITTED_FACTOR = 4


class Asking:
    """Asks ``jobs`` for what follows on the page, and gives the stage what of the answers is worth showing."""

    def __init__(
        self,
        stage: SuggestionStage,
        jobs: EngineJobs,
        settings: SuggestSettings,
        is_private: Callable[[], bool],
        on_asked_in_vain: Callable[[SilenceReason], None],
    ) -> None:
        self._stage = stage
        self._jobs = jobs
        self._is_private = is_private
        self._on_asked_in_vain = on_asked_in_vain
        self.settings = settings
        self.rejected = RejectedWords()
        stage.on_readable = self._prefetch

    # --- Asking -----------------------------------------------------------------------------------------------------

    def ask_after(self, change: TextChange, interval_ms: float | None) -> None:
        """Ask soon, if ``change`` is one after which a suggestion may be welcome."""
        stage = self._stage
        context = stage.page.caret_context()
        match change.kind:
            case ChangeKind.TYPED | ChangeKind.PASTED:
                reason = why_not_ask(context, stage.timing.longest_document)
            case ChangeKind.DELETED:
                reason = SilenceReason.AFTER_DELETION
            case ChangeKind.UNDO | ChangeKind.REDO:
                reason = SilenceReason.AFTER_UNDO
            case _:
                return
        if reason is not None:
            stage.log.not_asked(context, reason)
            return
        stage.enter(SuggestionState.QUEUED)
        timing, saves = stage.timing, self.settings.saves_power
        wait_ms = timing.queue_ms_saving_power if saves else timing.queue_ms
        stage.timer.start(wait_ms, lambda: self.ask(Trigger.TYPED, interval_ms))

    def ask(
        self, trigger: Trigger, interval_ms: float | None = None, *, candidates: int = 1
    ) -> None:
        """Ask now, unless this is no place for it."""
        stage = self._stage
        context = stage.page.caret_context()
        by_key = trigger is Trigger.KEY
        reason = why_not_ask(context, stage.timing.longest_document, asked_for=by_key)
        if reason is not None:
            stage.enter(SuggestionState.IDLE)
            if by_key:
                self._on_asked_in_vain(reason)
            return
        job = self._job(context, trigger, candidates)
        now_ms = stage.clock.monotonic_ms()
        suggestion = Suggestion(
            job_id=job.id,
            candidates=candidates,
            context=context,
            trigger=trigger,
            asked_ms=now_ms,
            typing_interval_ms=interval_ms,
            offset=context.offset,
            revision=context.revision,
            last_key_ms=stage.last_key_ms or now_ms,
        )
        stage.suggestion = suggestion
        stage.enter(SuggestionState.PREDICTING)
        stage.log.requested(suggestion)
        self._jobs.submit(job, self.received)

    def ask_for_more(self) -> None:
        """Ask for several candidates, as by key."""
        self.ask(Trigger.KEY, candidates=MORE_CANDIDATES)

    def _prefetch(self, suggestion: Suggestion) -> None:
        """Let the engine work out what follows the ghost, for when it is taken."""
        if self.settings.saves_power or suggestion.prefetched == suggestion.remaining:
            return
        suggestion.prefetched = suggestion.remaining
        context, taken = self._stage.page.caret_context(), suggestion.remaining
        context = replace(
            context,
            before=context.before + taken,
            offset=context.offset + utf16_length(taken),
        )
        self._jobs.prefetch([self._job(context, Trigger.ACCEPTED, candidates=1)])

    def _job(self, context: CaretContext, trigger: Trigger, candidates: int) -> Job:
        """What follows at ``context``."""
        first_offset = context.offset - utf16_length(context.before)
        task = CompletionRequest(
            before=window_before(context.before, first_offset),
            after=context.after,
            max_words=self.settings.most_words,
            max_tokens=self.settings.most_tokens,
            candidates=candidates,
            min_word_logprob=self._hopeless(trigger),
            is_private=self._is_private(),
        )
        return Job(id=self._jobs.next_job_id(), document_id=context.document_id, task=task)

    def _hopeless(self, trigger: Trigger) -> float:
        """Words less probable than this need no end: the show filter keeps them back. Asked by key, all are wanted."""
        if trigger is Trigger.KEY:
            return -math.inf
        least = min(self.settings.threshold, self.settings.next_threshold)
        return math.log(least / (FITTED_FACTOR if self._stage.acceptance.is_fitted else 1))

    # --- Answers ----------------------------------------------------------------------------------------------------

    def received(self, message: JobMessage) -> None:
        """An answer of the engine; one for an older job or an older text is dropped."""
        stage, suggestion = self._stage, self._stage.suggestion
        if (
            suggestion is None
            or suggestion.ended
            or suggestion.result is not None
            or message.job_id != suggestion.job_id
            or stage.page.caret_context().revision != suggestion.revision
        ):
            return
        match message:
            case JobUpdate():
                self._offer_growing(suggestion, message)
            case CompletionResult():
                if (
                    message.timings.total
                ):  # an answer that was prefetched tells nothing of the others
                    stage.pacing.generated(message.timings.total)
                stage.log.generated(suggestion, message)
                self._offer_finished(suggestion, message)
            case JobFailure():
                stage.drop(EventKind.SUPERSEDED)
                self.answer_key(suggestion, SilenceReason.FAILED)
            case _:
                raise TypeError(f"{type(message).__name__} answers no completion")

    def answer_key(self, suggestion: Suggestion, reason: SilenceReason) -> None:
        """If the writer asked by key, this is why there is nothing to show."""
        if suggestion.trigger is Trigger.KEY and suggestion.shown_ms is None:
            self._on_asked_in_vain(reason)

    def end_typed_through(self, suggestion: Suggestion) -> None:
        """The writer has typed all of it; ask what comes next."""
        stage = self._stage
        if suggestion.is_visible:
            stage.log.outcome(
                suggestion,
                EventKind.TYPED_THROUGH,
                stage.clock.monotonic_ms(),
                text=suggestion.taken,
                characters=len(suggestion.taken),
            )
        stage.finish(suggestion)
        self.ask(Trigger.TYPED)

    def _offer_growing(self, suggestion: Suggestion, update: JobUpdate) -> None:
        decision = self._judge(suggestion, update.candidate, complete=False)
        if decision.reason is None and decision.text.startswith(suggestion.taken):
            suggestion.offer((decision.text,))
            self._stage.show_when_due(suggestion, decision.confidence)

    def _offer_finished(self, suggestion: Suggestion, result: CompletionResult) -> None:
        decisions = [self._judge(suggestion, candidate) for candidate in result.candidates]
        first = decisions[0] if decisions else FilterDecision(text="", confidence=0.0)
        texts = _distinct([v.text for v in decisions if v.text.startswith(suggestion.taken)])
        if suggestion.is_visible and not (texts and texts[0].startswith(suggestion.texts[0])):
            # A ghost that is already being read may grow, never change.
            texts = _distinct([suggestion.texts[0], *texts])
        if not texts:
            self._withhold(suggestion, first)
            return
        # The first is what was on screen, or it was withheld, and then the first of the others is the best.
        wants_another = suggestion.candidates > 1 and len(texts) > 1 and texts[0] == first.text
        suggestion.offer(texts, index=1 if wants_another else 0)
        if suggestion.remaining.strip():
            self._stage.show_when_due(suggestion, first.confidence)
        else:
            self.end_typed_through(suggestion)

    def _withhold(self, suggestion: Suggestion, best: FilterDecision) -> None:
        """Nothing of the answer may be shown."""
        reason = best.reason or SilenceReason.EMPTY
        self._stage.log.not_shown(suggestion, reason.value, best.confidence)
        self._stage.finish(suggestion)
        if suggestion.trigger is Trigger.KEY and suggestion.candidates == 1:
            # What the model thinks of first cannot be right here; what it thinks of next may be.
            self.ask_for_more()
        else:
            self.answer_key(suggestion, reason)

    def _judge(
        self, suggestion: Suggestion, candidate: Candidate, *, complete: bool = True
    ) -> FilterDecision:
        decision = judge(
            candidate,
            suggestion.context,
            self.settings,
            asked_for=suggestion.trigger is Trigger.KEY,
            complete=complete,
            acceptance=self._stage.acceptance,
        )
        if decision.text and self.rejected.hold(suggestion, decision.text):
            return FilterDecision(
                text="", confidence=decision.confidence, reason=SilenceReason.REJECTED_BEFORE
            )
        return decision


def _distinct(texts: list[str]) -> tuple[str, ...]:
    """The texts without empty ones and repetitions, in the same order."""
    return tuple(dict.fromkeys(text for text in texts if text))
