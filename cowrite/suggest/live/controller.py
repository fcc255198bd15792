"""The suggestion's life as a state machine.

Told of every change of the page and every answer of the engine, it decides when to ask, what to show, and what the
writer's next key means for it. One controller serves one page. Everything runs on the thread that calls it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.base.words import next_word
from cowrite.decisions.events import EventKind, EventSink
from cowrite.engine.messages import (
    Candidate,
    CompletionFailure,
    CompletionRequest,
    CompletionResult,
    CompletionUpdate,
)
from cowrite.suggest.filter.acceptance_model import AcceptanceModel
from cowrite.suggest.filter.show_filter import SilenceReason, Verdict, judge, why_not_ask
from cowrite.suggest.live.memory import RejectedWords, UndoableAccepts
from cowrite.suggest.live.pacing import Pacing
from cowrite.suggest.live.requests import Requests
from cowrite.suggest.live.suggestion import Suggestion, SuggestionLog, Trigger, again
from cowrite.suggest.ports import Page, Timer
from cowrite.suggest.settings import SuggestSettings, Timing

# Enough candidates to turn through, few enough to be generated in one batch.
MORE_CANDIDATES = 5


class SuggestionState(Enum):
    """Where the controller stands; see the interaction design."""

    DISABLED = "disabled"
    IDLE = "idle"
    COMPOSING = "composing"
    QUEUED = "queued"
    PREDICTING = "predicting"
    SUGGESTING = "suggesting"
    COOLDOWN = "cooldown"


class SuggestionController:
    """Implements :class:`~cowrite.suggest.ports.GhostKeys` for the page's keys."""

    def __init__(
        self,
        *,
        page: Page,
        submit: Callable[[CompletionRequest], None],
        cancel: Callable[[], None],
        prefetch: Callable[[CompletionRequest], None] = lambda _: None,
        timer: Timer,
        sink: EventSink,
        clock: Clock,
        session_id: str,
        settings: SuggestSettings,
        request_ids: Callable[[], int],
        timing: Timing | None = None,
        belief: AcceptanceModel | None = None,
        on_state: Callable[[SuggestionState], None] = lambda _: None,
        on_asked_in_vain: Callable[[SilenceReason], None] = lambda _: None,
    ) -> None:
        self._page = page
        self._submit = submit
        self._cancel = cancel
        self._anticipate = prefetch
        self._timer = timer
        self._clock = clock
        self._settings = settings
        self._timing = timing or Timing()
        self._on_state = on_state
        self._on_asked_in_vain = on_asked_in_vain
        self._log = SuggestionLog(sink, clock, session_id)
        self._pacing = Pacing(self._timing)
        self._state = SuggestionState.DISABLED
        self._engine_available = False
        self._suggestion: Suggestion | None = None
        self._accepting = False
        self._undoable = UndoableAccepts()
        self._belief = belief or AcceptanceModel(clock)
        self._requests = Requests(request_ids, self._belief)
        self._rejected = RejectedWords()
        self._last_key_ms: float | None = None

    @property
    def state(self) -> SuggestionState:
        """Where it stands now."""
        return self._state

    @property
    def taking(self) -> Suggestion | None:
        """The suggestion of which some is being inserted at this moment."""
        return self._suggestion if self._accepting else None

    # --- What the outside tells -------------------------------------------------------------------------------------

    def engine_available(self, available: bool, *, model: str = "", adapter: str = "") -> None:
        """The engine became ready with this model and adapter, or went away."""
        self._engine_available = available
        self._log.engine_is(model, adapter)
        self._enable_or_disable()

    def set_enabled(self, enabled: bool) -> None:
        """The writer switched suggestions on or off."""
        self.apply_settings(replace(self._settings, enabled=enabled))

    def apply_settings(self, settings: SuggestSettings) -> None:
        """Use other settings from the next suggestion on."""
        self._settings = settings
        self._enable_or_disable()

    def text_changed(self, change: TextChange) -> None:
        """The document changed. Called after the change, before it is painted."""
        if self._accepting:
            return
        now = self._clock.monotonic_ms()
        interval = None if self._last_key_ms is None else now - self._last_key_ms
        self._last_key_ms = now
        self._belief.key_pressed(now, interval)
        if change.kind is ChangeKind.TYPED and self._type_through(change):
            return
        if change.kind is ChangeKind.UNDO and self._show_again(change):
            return
        self._drop(self._outcome_of(change, now), typed=change.inserted)
        if self._state is SuggestionState.IDLE:
            self._ask_after(change, interval)

    def caret_moved(self) -> None:
        """The caret went elsewhere without a change of the text, or a selection was made."""
        if not self._accepting:
            self._drop(EventKind.SUPERSEDED)

    def focus_changed(self, has_focus: bool) -> None:
        """The page got or lost the keyboard."""
        if not has_focus:
            self._drop(EventKind.SUPERSEDED)

    def composing_changed(self, composing: bool) -> None:
        """An input method began or ended composing."""
        if composing:
            self._drop(EventKind.SUPERSEDED)
            if self._state is SuggestionState.IDLE:
                self._enter(SuggestionState.COMPOSING)
        elif self._state is SuggestionState.COMPOSING:
            self._enter(SuggestionState.IDLE)

    def received(self, message: CompletionUpdate | CompletionResult | CompletionFailure) -> None:
        """An answer of the engine; one for an older request or an older text is dropped."""
        suggestion = self._suggestion
        if (
            suggestion is None
            or suggestion.ended
            or suggestion.result is not None
            or message.request_id != suggestion.request.request_id
            or self._page.caret_context().revision != suggestion.revision
        ):
            return
        match message:
            case CompletionUpdate():
                self._offer_growing(suggestion, message)
            case CompletionResult():
                if message.timings.total:  # an answer that was foreseen tells nothing of the others
                    self._pacing.generated(message.timings.total)
                self._log.generated(suggestion, message)
                self._offer_finished(suggestion, message)
            case CompletionFailure():
                self._drop(EventKind.SUPERSEDED)
                self._answer_key(suggestion, SilenceReason.FAILED)

    def close(self) -> None:
        """The page is going away; what is on it ends here."""
        self._drop(EventKind.SUPERSEDED)
        self._enter(SuggestionState.DISABLED)

    # --- The keys ---------------------------------------------------------------------------------------------------

    def accept_word(self) -> bool:
        """Take the next word of the ghost."""
        suggestion = self._readable()
        return suggestion is not None and self._accept(suggestion, next_word(suggestion.remaining))

    def accept_all(self) -> bool:
        """Take the whole ghost."""
        suggestion = self._readable()
        return suggestion is not None and self._accept(suggestion, suggestion.remaining)

    def reject(self) -> bool:
        """Say no to the ghost."""
        suggestion = self._visible()
        if suggestion is None:
            return False
        self._rejected.add(suggestion)
        self._drop(EventKind.REJECTED)
        if self._pacing.rejected():
            self._enter(SuggestionState.COOLDOWN)
            self._timer.start(self._timing.pause_ms, self._end_cooldown)
        return True

    def turn(self, step: int) -> bool:
        """Show another candidate; with only one there, ask for more."""
        suggestion = self._visible()
        if suggestion is None:
            return False
        if len(suggestion.texts) > 1 and not suggestion.taken:
            suggestion.offer(suggestion.texts, (suggestion.index + step) % len(suggestion.texts))
            self._show(suggestion, 0.0)
            self._log.turned(suggestion)
        elif suggestion.request.candidates == 1:
            self._drop(EventKind.SUPERSEDED)
            self._ask(Trigger.KEY, None, candidates=MORE_CANDIDATES)
        return True

    def ask_now(self) -> bool:
        """Ask without waiting, and show even what is uncertain; the writer is told why if there is nothing to show."""
        if self._state is SuggestionState.COOLDOWN:
            self._end_cooldown()
        if self._state in (SuggestionState.DISABLED, SuggestionState.COMPOSING):
            composing = self._state is SuggestionState.COMPOSING
            self._on_asked_in_vain(SilenceReason.COMPOSING if composing else SilenceReason.OFF)
            return True
        self._drop(EventKind.SUPERSEDED)
        self._ask(Trigger.KEY, None)
        return True

    # --- Asking -----------------------------------------------------------------------------------------------------

    def _ask_after(self, change: TextChange, interval_ms: float | None) -> None:
        context = self._page.caret_context()
        match change.kind:
            case ChangeKind.TYPED | ChangeKind.PASTED:
                reason = why_not_ask(context, self._timing.longest_document)
            case ChangeKind.DELETED:
                reason = SilenceReason.AFTER_DELETION
            case ChangeKind.UNDO | ChangeKind.REDO:
                reason = SilenceReason.AFTER_UNDO
            case _:
                return
        if reason is not None:
            self._log.not_asked(context, reason)
            return
        self._enter(SuggestionState.QUEUED)
        timing, saves = self._timing, self._settings.saves_power
        wait_ms = timing.queue_ms_saving_power if saves else timing.queue_ms
        self._timer.start(wait_ms, lambda: self._ask(Trigger.TYPED, interval_ms))

    def _ask(self, trigger: Trigger, interval_ms: float | None, candidates: int = 1) -> None:
        context = self._page.caret_context()
        by_key = trigger is Trigger.KEY
        reason = why_not_ask(context, self._timing.longest_document, asked_for=by_key)
        if reason is not None:
            self._enter(SuggestionState.IDLE)
            if by_key:
                self._on_asked_in_vain(reason)
            return
        request = self._requests.make(context, trigger, self._settings, candidates=candidates)
        self._suggestion = Suggestion(
            request=request,
            context=context,
            trigger=trigger,
            asked_ms=self._clock.monotonic_ms(),
            typing_interval_ms=interval_ms,
            offset=context.offset,
            revision=context.revision,
            last_key_ms=self._last_key_ms or self._clock.monotonic_ms(),
        )
        self._enter(SuggestionState.PREDICTING)
        self._log.requested(self._suggestion)
        self._submit(request)

    def _look_ahead(self, suggestion: Suggestion) -> None:
        """Let the engine work out what follows the ghost, for when it is taken."""
        if self._settings.saves_power or suggestion.foretold == suggestion.remaining:
            return
        suggestion.foretold = suggestion.remaining
        context = self._page.caret_context()
        self._anticipate(self._requests.after(context, suggestion.remaining, self._settings))

    # --- Showing ----------------------------------------------------------------------------------------------------

    def _offer_growing(self, suggestion: Suggestion, update: CompletionUpdate) -> None:
        verdict = self._judge(suggestion, update.candidate, complete=False)
        if verdict.reason is None and verdict.text.startswith(suggestion.taken):
            suggestion.offer((verdict.text,))
            self._show_when_due(suggestion, verdict.confidence)

    def _offer_finished(self, suggestion: Suggestion, result: CompletionResult) -> None:
        verdicts = [self._judge(suggestion, candidate) for candidate in result.candidates]
        first = verdicts[0] if verdicts else Verdict(text="", confidence=0.0)
        texts = _distinct([v.text for v in verdicts if v.text.startswith(suggestion.taken)])
        if suggestion.is_visible and not (texts and texts[0].startswith(suggestion.texts[0])):
            # A ghost that is already being read may grow, never change.
            texts = _distinct([suggestion.texts[0], *texts])
        if not texts:
            reason = first.reason or SilenceReason.EMPTY
            self._log.not_shown(suggestion, reason.value, first.confidence)
            self._finish(suggestion)
            if suggestion.trigger is Trigger.KEY and suggestion.request.candidates == 1:
                # What the model thinks of first cannot be right here; what it thinks of next may be.
                self._ask(Trigger.KEY, None, candidates=MORE_CANDIDATES)
            else:
                self._answer_key(suggestion, reason)
            return
        # The first is what was on screen, or it was withheld, and then the first of the others is the best.
        wants_another = (
            suggestion.request.candidates > 1 and len(texts) > 1 and texts[0] == first.text
        )
        suggestion.offer(texts, index=1 if wants_another else 0)
        if suggestion.remaining.strip():
            self._show_when_due(suggestion, first.confidence)
        else:
            self._end_typed_through(suggestion)

    def _answer_key(self, suggestion: Suggestion, reason: SilenceReason) -> None:
        """The writer asked by key, and this is why there is nothing to show."""
        if suggestion.trigger is Trigger.KEY and suggestion.shown_ms is None:
            self._on_asked_in_vain(reason)

    def _judge(
        self, suggestion: Suggestion, candidate: Candidate, *, complete: bool = True
    ) -> Verdict:
        verdict = judge(
            candidate,
            suggestion.context,
            self._settings,
            asked_for=suggestion.trigger is Trigger.KEY,
            complete=complete,
            belief=self._belief,
        )
        if verdict.text and self._rejected.hold(suggestion, verdict.text):
            return Verdict(
                text="", confidence=verdict.confidence, reason=SilenceReason.REJECTED_BEFORE
            )
        return verdict

    def _show_when_due(self, suggestion: Suggestion, confidence: float) -> None:
        """Show now, or when the pause after the last key is long enough."""
        waited = self._clock.monotonic_ms() - suggestion.last_key_ms
        patience = self._pacing.delay_ms if suggestion.trigger is Trigger.TYPED else 0.0
        if suggestion.is_visible or waited >= patience:
            self._show(suggestion, confidence)
        else:
            self._timer.start(
                round(patience - waited) + 1, lambda: self._show(suggestion, confidence)
            )

    def _show(self, suggestion: Suggestion, confidence: float) -> None:
        gone = suggestion.ended or suggestion is not self._suggestion
        if gone or not suggestion.remaining.strip():
            return
        first_time = suggestion.shown_ms is None
        if first_time:
            suggestion.shown_ms = self._clock.monotonic_ms()
        self._page.show_ghost(
            suggestion.remaining, index=suggestion.index, count=suggestion.turnable
        )
        if first_time:
            self._belief.shown(suggestion.remaining)
            self._log.shown(suggestion, confidence, self._belief.features)
        if suggestion.result is not None and not suggestion.taken:
            self._look_ahead(suggestion)
        self._enter(SuggestionState.SUGGESTING)

    # --- Taking -----------------------------------------------------------------------------------------------------

    def _type_through(self, change: TextChange) -> bool:
        """Consume what was typed if it is how the suggestion goes on."""
        suggestion = self._suggestion
        if (
            suggestion is None
            or change.removed
            or not change.inserted
            or change.offset != suggestion.offset
            or not suggestion.remaining.startswith(change.inserted)
        ):
            return False
        self._advance(suggestion, change.inserted)
        suggestion.last_key_ms = self._clock.monotonic_ms()
        if not suggestion.remaining.strip():
            if suggestion.result is None:
                self._page.hide_ghost()  # the rest is still being generated
            else:
                self._end_typed_through(suggestion)
        elif suggestion.is_visible:
            self._page.show_ghost(
                suggestion.remaining, index=suggestion.index, count=suggestion.turnable
            )
        else:
            self._show_when_due(suggestion, 0.0)
        return True

    def _end_typed_through(self, suggestion: Suggestion) -> None:
        if suggestion.is_visible:
            self._log.outcome(
                suggestion,
                EventKind.TYPED_THROUGH,
                self._clock.monotonic_ms(),
                text=suggestion.taken,
                characters=len(suggestion.taken),
            )
        self._finish(suggestion)
        self._ask(Trigger.TYPED, None)

    def _accept(self, suggestion: Suggestion, text: str) -> bool:
        self._undoable.add(suggestion, text)
        self._accepting = True
        try:
            self._page.insert_accepted(text)
        finally:
            self._accepting = False
        start = suggestion.offset
        self._advance(suggestion, text)
        self._pacing.accepted()
        is_part = bool(suggestion.remaining.strip())
        kind = EventKind.ACCEPTED_PARTIAL if is_part else EventKind.ACCEPTED
        self._log.outcome(
            suggestion,
            kind,
            self._clock.monotonic_ms(),
            start=start,
            text=text,
            characters=len(text),
        )
        if is_part:
            self._show(suggestion, 0.0)
        else:
            self._finish(suggestion)
            self._ask(Trigger.ACCEPTED, None)
        return True

    def _advance(self, suggestion: Suggestion, text: str) -> None:
        """The page now holds ``text`` of the suggestion more than before."""
        suggestion.remaining = suggestion.remaining[len(text) :]
        suggestion.taken += text
        suggestion.offset += utf16_length(text)
        suggestion.revision = self._page.caret_context().revision

    def _show_again(self, change: TextChange) -> bool:
        """After an accept was undone: the ghost as it stood before."""
        if self._state in (SuggestionState.DISABLED, SuggestionState.COMPOSING):
            return False
        accept = self._undoable.taken_back_by(change)
        if accept is None:
            return False
        suggestion = accept.suggestion
        if suggestion is not self._suggestion:
            self._drop(EventKind.SUPERSEDED)
            suggestion = again(suggestion)
            self._suggestion = suggestion
        suggestion.remaining, suggestion.taken = accept.remaining, accept.taken
        suggestion.offset = accept.offset
        suggestion.revision = self._page.caret_context().revision
        self._show(suggestion, 0.0)
        return True

    # --- Ending -----------------------------------------------------------------------------------------------------

    def _visible(self) -> Suggestion | None:
        suggestion = self._suggestion
        return suggestion if suggestion is not None and suggestion.is_visible else None

    def _readable(self) -> Suggestion | None:
        """The suggestion on screen, if it has been there long enough for a key to be meant for it."""
        suggestion = self._visible()
        if suggestion is None or not suggestion.remaining:
            return None
        shown_for = suggestion.visible_for_ms(self._clock.monotonic_ms())
        return suggestion if shown_for >= self._timing.readable_ms else None

    def _outcome_of(self, change: TextChange, now_ms: float) -> EventKind:
        """A change that is not the suggestion: a decision if it could be read and was typed over."""
        suggestion = self._visible()
        could_read = (
            suggestion is not None and suggestion.visible_for_ms(now_ms) >= self._timing.readable_ms
        )
        if could_read and change.kind in (ChangeKind.TYPED, ChangeKind.DELETED):
            return EventKind.IGNORED
        return EventKind.SUPERSEDED

    def _drop(self, kind: EventKind, *, typed: str = "") -> None:
        """End the suggestion, on screen or on its way, with outcome ``kind`` if it was on screen."""
        if self._state is not SuggestionState.COOLDOWN:
            self._timer.stop()
        suggestion = self._suggestion
        if suggestion is not None:
            if suggestion.is_visible:
                self._log.outcome(
                    suggestion,
                    kind,
                    self._clock.monotonic_ms(),
                    text=suggestion.remaining,
                    taken=suggestion.taken,
                    typed=typed,
                )
            if suggestion.result is None:
                self._cancel()
            self._finish(suggestion)
        elif self._state is SuggestionState.QUEUED:
            self._enter(SuggestionState.IDLE)

    def _finish(self, suggestion: Suggestion) -> None:
        if suggestion.visible_for_ms(self._clock.monotonic_ms()) >= self._timing.readable_ms:
            self._belief.ended(suggestion.context, wanted=bool(suggestion.taken))
        suggestion.ended = True
        self._suggestion = None
        self._timer.stop()
        if suggestion.shown_ms is not None:
            self._page.hide_ghost()
        self._enter(SuggestionState.IDLE)

    def _enable_or_disable(self) -> None:
        wanted = self._settings.enabled and self._engine_available
        if wanted and self._state is SuggestionState.DISABLED:
            self._enter(SuggestionState.IDLE)
        elif not wanted and self._state is not SuggestionState.DISABLED:
            suggestion = self._suggestion
            self._drop(EventKind.SUPERSEDED)
            self._timer.stop()
            self._enter(SuggestionState.DISABLED)
            if suggestion is not None:
                self._answer_key(suggestion, SilenceReason.OFF)

    def _end_cooldown(self) -> None:
        self._timer.stop()
        self._enter(SuggestionState.IDLE)

    def _enter(self, state: SuggestionState) -> None:
        if state is not self._state:
            self._state = state
            self._on_state(state)


def _distinct(texts: list[str]) -> tuple[str, ...]:
    """The texts without empty ones and repetitions, in the same order."""
    return tuple(dict.fromkeys(text for text in texts if text))
