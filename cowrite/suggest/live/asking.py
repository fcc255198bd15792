"""What the engine is asked, when, and what of its answer is offered."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.base.text_changes import ChangeKind, TextChange
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
from cowrite.suggest.filter.show_filter import (
    FilterDecision,
    SilenceReason,
    judge,
    why_not_ask,
)
from cowrite.suggest.live.ahead import Ahead
from cowrite.suggest.live.growth import GhostGrowth
from cowrite.suggest.live.memory import RejectedWords
from cowrite.suggest.live.questions import Questions
from cowrite.suggest.live.stage import SuggestionStage, SuggestionState
from cowrite.suggest.live.suggestion import Suggestion, Trigger
from cowrite.suggest.ports import CaretContext, EngineJobs
from cowrite.suggest.settings import SuggestSettings

# Enough candidates to turn through, few enough to be generated in one batch.
MORE_CANDIDATES = 5


class Asking:
    """Asks ``jobs`` for what follows on the page, and gives the stage what of the answers is worth showing."""

    def __init__(
        self,
        stage: SuggestionStage,
        jobs: EngineJobs,
        is_private: Callable[[], bool],
        on_asked_in_vain: Callable[[SilenceReason], None],
    ) -> None:
        self._stage = stage
        self._jobs = jobs
        self._on_asked_in_vain = on_asked_in_vain
        self.rejected = RejectedWords()
        self._last_typed = ""
        self._questions = Questions(stage, jobs, is_private)
        self._growth = GhostGrowth(stage, jobs, self._questions)
        self.ahead = Ahead(jobs, self._questions.job_after)
        self._works_ahead = False  # since the answer that was received last
        stage.on_readable = lambda _: self._work_ahead()

    @property
    def settings(self) -> SuggestSettings:
        """Those that are in use."""
        return self._stage.rule.settings

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
        wait_ms = self._wait_ms(change, interval_ms)
        if wait_ms:
            stage.enter(SuggestionState.QUEUED)
            stage.timer.start(wait_ms, lambda: self.ask(Trigger.TYPED, interval_ms))
        else:
            self.ask(Trigger.TYPED, interval_ms)

    def _wait_ms(self, change: TextChange, interval_ms: float | None) -> int:
        """How long to wait for the next key: not at all, but for a key that is held, and where power is saved."""
        timing = self._stage.timing
        same, self._last_typed = change.inserted == self._last_typed, change.inserted
        if self.settings.saves_power:
            return timing.pause_saving_power_ms
        held = same and interval_ms is not None and interval_ms < timing.held_key_ms
        return timing.held_key_ms if held else 0

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
        job = self._questions.job(context, trigger, candidates)
        stage.suggestion = self._requested(job, context, trigger, interval_ms)
        stage.enter(SuggestionState.PREDICTING)
        self._jobs.submit(job, self.received)

    def ask_beside(self, interval_ms: float | None) -> None:
        """Ask anew while the answer before is remembered: it agrees with what was typed, a fresh one knows more."""
        stage = self._stage
        stage.forget_fresh()
        context = stage.page.caret_context()
        if self.settings.saves_power or why_not_ask(context, stage.timing.longest_document):
            return
        job = self._questions.job(context, Trigger.TYPED)
        stage.fresh = self._requested(job, context, Trigger.TYPED, interval_ms)
        self._jobs.submit(job, self.received)

    def ask_how_it_goes_on(self, suggestion: Suggestion) -> None:
        """Ask what follows a ghost of which about a word is left, to let it grow."""
        self._growth.ask(suggestion, self.received)

    def _requested(
        self, job: Job, context: CaretContext, trigger: Trigger, interval_ms: float | None
    ) -> Suggestion:
        now_ms = self._stage.clock.monotonic_ms()
        task = job.task
        suggestion = Suggestion(
            job_id=job.id,
            candidates=task.candidates if isinstance(task, CompletionRequest) else 1,
            context=context,
            trigger=trigger,
            asked_ms=now_ms,
            typing_interval_ms=interval_ms,
            offset=context.offset,
            revision=context.revision,
            last_key_ms=self._stage.last_key_ms or now_ms,
        )
        self._stage.log.requested(suggestion)
        return suggestion

    def ask_for_more(self) -> None:
        """Ask for several candidates, as by key."""
        self.ask(Trigger.KEY, candidates=MORE_CANDIDATES)

    def _work_ahead(self) -> None:
        """Let the engine work out what may be asked after the next key."""
        self._works_ahead = True
        if not self.settings.saves_power:
            ghost = self._stage.visible()
            self.ahead.work(ghost.remaining if ghost else "")

    # --- Answers ----------------------------------------------------------------------------------------------------

    def received(self, message: JobMessage) -> None:
        """An answer of the engine; one for an older job or an older text is dropped."""
        stage, suggestion = self._stage, self._stage.suggestion
        if suggestion is not None and message.job_id == suggestion.growth_job_id:
            if not isinstance(message, JobUpdate):
                self._growth.received(suggestion, message)
                self.ahead.again()
            return
        if stage.fresh is not None and message.job_id == stage.fresh.job_id:
            if suggestion is not None and suggestion.is_visible:
                self._received_beside_ghost(suggestion, stage.fresh, message)
                return
            suggestion = self._take_fresh()
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
                stage.log.generated(suggestion, message)
                self.ahead.expect(message.likely_next)
                self._works_ahead = False
                self._offer_finished(suggestion, message)
                if not self._works_ahead:  # nothing of it was shown
                    self._work_ahead()
            case JobFailure():
                stage.drop(EventKind.SUPERSEDED)
                self.answer_key(suggestion, SilenceReason.FAILED)
            case _:
                raise TypeError(f"{type(message).__name__} answers no completion")

    def _take_fresh(self) -> Suggestion | None:
        """The fresh answer takes the place of the one that was remembered."""
        stage = self._stage
        fresh, stage.fresh = stage.fresh, None
        if stage.suggestion is not None:
            stage.finish(stage.suggestion)
        stage.suggestion = fresh
        stage.enter(SuggestionState.PREDICTING)
        return fresh

    def _received_beside_ghost(
        self, suggestion: Suggestion, fresh: Suggestion, message: JobMessage
    ) -> None:
        """What the model now thinks of the place of a ghost that stands: it may only make it longer."""
        stage = self._stage
        if isinstance(message, JobUpdate):
            return
        stage.fresh, fresh.ended = None, True
        if not isinstance(message, CompletionResult) or not message.candidates:
            return
        stage.log.generated(fresh, message)
        if fresh.revision != stage.page.caret_context().revision:
            return
        self.ahead.expect(message.likely_next)
        self._work_ahead()
        self._growth.agree(suggestion, self._judge(fresh, message.candidates[0]))

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
        text, before = decision.text, suggestion.whole
        if decision.reason is None and text.startswith(suggestion.taken):
            if suggestion.is_visible and not text.startswith(before):
                return
            suggestion.confidence = decision.confidence
            suggestion.offer((text,), words=decision.words)
            self._stage.show_when_worth(suggestion)

    def _offer_finished(self, suggestion: Suggestion, result: CompletionResult) -> None:
        decisions = [self._judge(suggestion, candidate) for candidate in result.candidates]
        first = decisions[0] if decisions else FilterDecision(text="", confidence=0.0)
        suggestion.confidence = first.confidence
        texts = _distinct([v.text for v in decisions if v.text.startswith(suggestion.taken)])
        words = first.words
        if suggestion.is_visible and not (texts and texts[0].startswith(suggestion.texts[0])):
            # A ghost that is already being read may grow, never change.
            texts = _distinct([suggestion.texts[0], *texts])
            words = ()
        if not texts:
            self._withhold(suggestion, first)
            return
        # The first is what was on screen, or it was withheld, and then the first of the others is the best.
        wants_another = suggestion.candidates > 1 and len(texts) > 1 and texts[0] == first.text
        suggestion.offer(texts, index=1 if wants_another else 0, words=words)
        if suggestion.remaining.strip():
            self._stage.show_when_worth(suggestion)
            if suggestion.is_visible:
                self._stage.draw(suggestion)
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
        reason = None
        if decision.text and self.rejected.hold(suggestion, decision.text):
            reason = SilenceReason.REJECTED_BEFORE
        elif self._stage.is_repetition(decision.text, suggestion.context):
            reason = SilenceReason.REPEATS_ELSEWHERE
        if reason is not None:
            return FilterDecision(text="", confidence=decision.confidence, reason=reason)
        return decision


def _distinct(texts: list[str]) -> tuple[str, ...]:
    """The texts without empty ones and repetitions, in the same order."""
    return tuple(dict.fromkeys(text for text in texts if text))
