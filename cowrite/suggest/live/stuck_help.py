"""Help for a writer who is stuck: a phrase, then up to three different sentences to turn through.

Asks the engine and puts on the stage what comes of it. One candidate is asked for at a time, so that the first is there
soon and the next key has little to cancel. What is on the page stays while it grows: the first sentence begins with it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cowrite.base.sentences import ends_sentence
from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.events import EventKind
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    Job,
    JobId,
    JobMessage,
    JobUpdate,
)
from cowrite.suggest.filter.show_filter import SilenceReason, why_not_ask
from cowrite.suggest.live.asking import Asking
from cowrite.suggest.live.context import window_before
from cowrite.suggest.live.sentence_choice import (
    PHRASE_WORDS,
    SENTENCE_WORDS,
    are_alike,
    fits,
    phrase_of,
    sentence_of,
    up_to_clause,
)
from cowrite.suggest.live.stage import SuggestionStage, SuggestionState
from cowrite.suggest.live.stuck import StuckWatch
from cowrite.suggest.live.suggestion import Suggestion, Trigger
from cowrite.suggest.ports import CaretContext, EngineJobs, Timer
from cowrite.suggest.settings import WhenPaused

SENTENCES = 3
# What is asked for again is unlike what came before less and less often.
MOST_TRIES = 7
# The first is what the model thinks most probable; where it is sure of no two words, another beginning may do.
TRIES_FOR_PHRASE = 3
# After so many in vain the first is a sentence without an end, or what is on the page stays as it is.
TRIES_TO_GO_ON = 3
# At 1 a small model rambles, near 0 it says the same three times.
TEMPERATURE = 0.7
TOKENS_PER_WORD = 2
SEED_CHARACTERS = 64
_NOT_NOW = (SuggestionState.DISABLED, SuggestionState.COMPOSING, SuggestionState.COOLDOWN)


@dataclass(slots=True)
class _Search:
    """Sentences being looked for at ``context``. The first begins with ``base``, which is on the page already.

    ``unlike`` are those the writer has seen here. ``unfinished`` is a sentence without an end, for want of a whole one.
    """

    suggestion: Suggestion
    context: CaretContext
    seed: int
    base: str = ""
    unlike: tuple[str, ...] = ()
    found: list[str] = field(default_factory=list)
    unfinished: str = ""
    tries: int = 0
    job_id: JobId | None = None
    step: int = 0
    """How the writer turned before there was another one."""

    @property
    def is_phrase(self) -> bool:
        return self.suggestion.candidates == 1

    @property
    def is_over(self) -> bool:
        wanted = self.suggestion.candidates
        most = TRIES_FOR_PHRASE if self.is_phrase else MOST_TRIES
        return len(self.found) >= wanted or self.tries >= most

    @property
    def begins(self) -> str:
        """What the next candidate begins with."""
        return "" if self.found else self.base


class StuckHelp:
    """What a pause or the key for it brings. Without a ``timer`` only the key does."""

    def __init__(
        self,
        stage: SuggestionStage,
        jobs: EngineJobs,
        timer: Timer | None,
        asking: Asking,
        is_private: Callable[[], bool],
        on_asked_in_vain: Callable[[SilenceReason], None],
    ) -> None:
        self._stage = stage
        self._jobs = jobs
        self._asking = asking
        self._is_private = is_private
        self._on_asked_in_vain = on_asked_in_vain
        self._search: _Search | None = None
        # What was offered here already, and not what the writer looks for.
        self._seen: tuple[str, ...] = ()
        self._watch = StuckWatch(
            timer,
            stage.timing,
            on_stuck=self._offer_phrase,
            on_still_stuck=lambda: self._offer_sentences(Trigger.PAUSE),
        )

    # --- What the writer does ---------------------------------------------------------------------------------------

    def changed(self, kind: ChangeKind) -> None:
        """The text changed: what is still looked for is not wanted any more.

        Whoever pastes, deletes or takes back is looking at what is there; a pause after that says nothing.
        """
        if kind not in (ChangeKind.TYPED, ChangeKind.ACCEPTED):
            self.interrupted()
            return
        self._cancel()
        self._seen = ()
        wanted, stage = self._wanted, self._stage
        if wanted is WhenPaused.NOTHING:
            self._watch.interrupted()
        else:
            context, now_ms = stage.page.caret_context(), stage.clock.monotonic_ms()
            self._watch.wrote(context, wanted, now_ms)

    @property
    def _wanted(self) -> WhenPaused:
        """What a pause may bring now: nothing where power is saved."""
        settings = self._asking.settings
        return WhenPaused.NOTHING if settings.saves_power else settings.when_paused

    def _may_offer(self, wanted: WhenPaused) -> bool:
        """Whether that may still come by itself: the settings may have changed in the pause."""
        return self._wanted in (wanted, WhenPaused.SENTENCES) and self._stage.state not in _NOT_NOW

    def interrupted(self) -> None:
        """Something else happened than writing."""
        self._cancel()
        self._seen = ()
        self._watch.interrupted()

    def refused(self) -> None:
        """The writer dismissed what was on the page."""
        self._cancel()
        self._watch.refused(self._stage.page.caret_context())

    def turned(self, step: int) -> None:
        """The writer wants to see another one; if there is none yet, it is shown as soon as there is."""
        self._watch.interrupted()
        if self._search is not None and len(self._search.found) == 1:
            self._search.step = step

    def ask(self) -> None:
        """Offer sentences now, as the key says: the rest of this one, or a next one; other ones if some are there."""
        self._cancel()
        self._watch.interrupted()
        self._offer_sentences(Trigger.PAUSE_KEY)

    # --- Asking -----------------------------------------------------------------------------------------------------

    def _offer_phrase(self) -> None:
        if self._may_offer(WhenPaused.PHRASE) and self._stage.visible() is None:
            self._begin(Trigger.PAUSE, candidates=1)

    def _offer_sentences(self, trigger: Trigger) -> None:
        if trigger is Trigger.PAUSE and not self._may_offer(WhenPaused.SENTENCES):
            return
        visible = self._stage.visible()
        if visible is None:
            self._begin(trigger, candidates=SENTENCES)
        elif trigger is Trigger.PAUSE_KEY and _has_sentences(visible):  # none of those
            self._seen += visible.texts
            self._begin(trigger, candidates=SENTENCES)
        elif trigger is Trigger.PAUSE_KEY or not (visible.taken or visible.turnable > 1):
            self._begin(trigger, candidates=SENTENCES, base=visible.remaining)

    def _begin(self, trigger: Trigger, *, candidates: int, base: str = "") -> None:
        self._cancel()
        stage = self._stage
        context = stage.page.caret_context()
        by_key = trigger is Trigger.PAUSE_KEY
        reason = why_not_ask(context, stage.timing.longest_document, asked_for=by_key)
        if not base or reason is not None:
            stage.drop(EventKind.SUPERSEDED)
        if reason is not None:
            self._in_vain(trigger, reason)
            return
        now_ms = stage.clock.monotonic_ms()
        suggestion = Suggestion(
            job_id=self._jobs.next_job_id(),
            candidates=candidates,
            context=context,
            trigger=trigger,
            asked_ms=now_ms,
            typing_interval_ms=None,
            offset=context.offset,
            revision=context.revision,
            last_key_ms=stage.last_key_ms or now_ms,
        )
        if not base:
            stage.suggestion = suggestion
            stage.enter(SuggestionState.PREDICTING)
        stage.log.requested(suggestion)
        seed = zlib.crc32(context.before[-SEED_CHARACTERS:].encode(errors="replace"))
        seed += MOST_TRIES * len(self._seen)
        self._search = _Search(suggestion, context, seed, base=base, unlike=self._seen)
        if base and ends_sentence(base):
            self._take(self._search, base)
        self._look_on(self._search)

    def _look_on(self, search: _Search) -> None:
        """Ask for the next candidate, or end where there are enough."""
        if search.is_over:
            self._end(search)
            return
        search.job_id = search.suggestion.job_id if not search.tries else self._jobs.next_job_id()
        task = self._task(search)
        job = Job(
            id=search.job_id,
            document_id=search.context.document_id,
            task=task,
            may_leave=not task.is_private,
        )
        self._jobs.submit(job, self._on_answer)

    def _task(self, search: _Search) -> CompletionRequest:
        """Without what follows the caret: to read that after each word would take longer than the sentence."""
        context = search.context
        first_offset = context.offset - utf16_length(context.before)
        most_words = PHRASE_WORDS if search.is_phrase else SENTENCE_WORDS
        return CompletionRequest(
            before=window_before(context.before, first_offset) + search.begins,
            max_words=most_words - len(search.begins.split()),
            max_tokens=4 + TOKENS_PER_WORD * most_words,
            one_sentence=True,
            temperature=0.0 if search.is_phrase and not search.tries else TEMPERATURE,
            seed=search.seed + search.tries,
            is_private=self._is_private(),
        )

    # --- Answers ----------------------------------------------------------------------------------------------------

    def received(self, message: JobMessage) -> bool:
        """An answer of the engine; False if it is none to what is asked here."""
        search = self._search
        if search is None or message.job_id != search.job_id:
            return False
        match message:
            case JobUpdate():
                pass  # half a sentence may turn out to be like another
            case CompletionResult():
                self._hear(search, message)
            case _:
                search.job_id = None
                self._end(search, SilenceReason.FAILED)
        return True

    def _on_answer(self, message: JobMessage) -> None:
        self.received(message)

    def _hear(self, search: _Search, result: CompletionResult) -> None:
        search.job_id = None
        if self._stage.page.caret_context().revision != search.context.revision:
            self._cancel()
            return
        self._stage.log.generated(search.suggestion, result)
        begins = search.begins
        search.tries += 1
        text = self._text_of(search, result, begins)
        if text and (search.is_phrase or ends_sentence(text)):
            self._take(search, text)
        else:
            search.unfinished = search.unfinished or up_to_clause(text)
            start = search.unfinished or begins
            if start and not search.found and search.tries >= TRIES_TO_GO_ON:
                self._take(search, start)
        if self._search is search:
            self._look_on(search)

    def _text_of(self, search: _Search, result: CompletionResult, begins: str) -> str:
        """What of the answer is worth a look; empty if nothing is."""
        if not result.candidates:
            return ""
        candidate, context = result.candidates[0], search.context
        if search.is_phrase:
            text = phrase_of(candidate, context, self._asking.settings)
            unwanted = self._asking.rejected.hold(search.suggestion, text)
            return "" if unwanted or self._stage.is_repetition(text, context) else text
        at = replace(
            context,
            before=context.before + begins,
            offset=context.offset + utf16_length(begins),
        )
        more = sentence_of(candidate, at, self._asking.settings)
        text = begins + more
        known = [*search.found, *search.unlike]
        is_new = not any(are_alike(text, each) for each in known)
        is_new = is_new and not self._stage.is_repetition(text, context)
        return text if more and is_new and fits(text, context) else ""

    # --- On the page ------------------------------------------------------------------------------------------------

    def _take(self, search: _Search, text: str) -> None:
        """Show ``text``, or let the writer turn to it if another one is shown."""
        stage, suggestion = self._stage, search.suggestion
        search.found.append(text)
        if len(search.found) == 1:
            suggestion.offer((text,))
            stage.show_in_place(suggestion)
        elif stage.suggestion is suggestion and not suggestion.taken:
            suggestion.texts = tuple(search.found)
            stage.draw(suggestion)
        if search.step and len(search.found) > 1:
            suggestion.offer(suggestion.texts, search.step % len(suggestion.texts))
            search.step = 0
            stage.draw(suggestion)
            stage.log.turned(suggestion)

    def _end(self, search: _Search, reason: SilenceReason = SilenceReason.EMPTY) -> None:
        """There are enough, or no more are to be had."""
        stage, suggestion = self._stage, search.suggestion
        self._search = None
        if search.found:
            suggestion.candidates = len(search.found)
            if suggestion.is_visible and not suggestion.taken:
                stage.on_readable(suggestion)
            return
        stage.log.not_shown(suggestion, reason.value, 0.0)
        if stage.suggestion is suggestion:
            stage.finish(suggestion)
        self._in_vain(suggestion.trigger, reason)

    def _in_vain(self, trigger: Trigger, reason: SilenceReason) -> None:
        if trigger is Trigger.PAUSE_KEY:
            self._on_asked_in_vain(reason)

    def _cancel(self) -> None:
        """Look for no more; what is on the page stays."""
        search, self._search = self._search, None
        if search is None:
            return
        if search.job_id is not None:
            self._jobs.cancel(search.job_id)
        if search.found:
            search.suggestion.candidates = len(search.found)
        elif self._stage.suggestion is search.suggestion:
            self._stage.finish(search.suggestion)


def _has_sentences(visible: Suggestion) -> bool:
    return visible.trigger.is_for_stuck and (
        visible.candidates > 1 or ends_sentence(visible.remaining)
    )
