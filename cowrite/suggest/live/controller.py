"""The suggestion's life as a state machine.

Told of every change of the page and every key, it decides what they mean for the suggestion. One controller serves one
page. Everything runs on the thread that calls it.
"""

from __future__ import annotations

from collections.abc import Callable

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.words import next_word
from cowrite.decisions.events import EventKind, EventSink
from cowrite.engine.messages import JobMessage
from cowrite.suggest.filter.acceptance_model import AcceptanceModel
from cowrite.suggest.filter.repetition import KnownTexts
from cowrite.suggest.filter.show_filter import SilenceReason
from cowrite.suggest.live.asking import Asking
from cowrite.suggest.live.memory import UndoableAccepts
from cowrite.suggest.live.pauses import TypingPauses
from cowrite.suggest.live.stage import SuggestionStage, SuggestionState
from cowrite.suggest.live.stuck_help import StuckHelp
from cowrite.suggest.live.suggestion import Suggestion, SuggestionLog, Trigger, again
from cowrite.suggest.ports import EngineJobs, Page, Timer
from cowrite.suggest.settings import SuggestSettings, Timing

_NOT_NOW = {
    SuggestionState.DISABLED: SilenceReason.OFF,
    SuggestionState.COMPOSING: SilenceReason.COMPOSING,
}


class SuggestionController:
    """Implements :class:`~cowrite.suggest.ports.GhostKeys` for the page's keys."""

    def __init__(
        self,
        *,
        page: Page,
        jobs: EngineJobs,
        timer: Timer,
        stuck_timer: Timer | None = None,
        sink: EventSink,
        clock: Clock,
        session_id: str,
        settings: SuggestSettings,
        timing: Timing | None = None,
        acceptance: AcceptanceModel | None = None,
        pauses: TypingPauses | None = None,
        is_private: Callable[[], bool] = lambda: False,
        on_state: Callable[[SuggestionState], None] = lambda _: None,
        on_asked_in_vain: Callable[[SilenceReason], None] = lambda _: None,
        known_texts: KnownTexts = dict,
    ) -> None:
        self._stage = SuggestionStage(
            page=page,
            cancel=jobs.cancel,
            timer=timer,
            clock=clock,
            timing=timing or Timing(),
            log=SuggestionLog(sink, clock, session_id),
            acceptance=acceptance or AcceptanceModel(clock),
            pauses=pauses or TypingPauses(),
            settings=settings,
            on_state=on_state,
            known_texts=known_texts,
        )
        self._asking = Asking(self._stage, jobs, is_private, on_asked_in_vain)
        self._stuck = StuckHelp(
            self._stage, jobs, stuck_timer, self._asking, is_private, on_asked_in_vain
        )
        self._on_asked_in_vain = on_asked_in_vain
        self._engine_available = False
        self._accepting = False
        self._undoable = UndoableAccepts()
        self._is_private = is_private

    @property
    def state(self) -> SuggestionState:
        """Where it stands now."""
        return self._stage.state

    @property
    def taking(self) -> Suggestion | None:
        """The suggestion of which some is being inserted at this moment."""
        return self._stage.suggestion if self._accepting else None

    # --- What the outside tells -------------------------------------------------------------------------------------

    def engine_available(self, available: bool, *, model: str = "", adapter: str = "") -> None:
        """The engine became ready with this model and adapter, or went away."""
        self._engine_available = available
        self._stage.log.engine_is(model, adapter)
        self._enable_or_disable()

    def apply_settings(self, settings: SuggestSettings) -> None:
        """Use other settings from the next suggestion on."""
        self._stage.rule.settings = settings
        if settings.saves_power:
            self._asking.ahead.stop()
        self._enable_or_disable()

    def text_changed(self, change: TextChange) -> None:
        """The document changed. Called after the change, before it is painted."""
        self._asking.ahead.text_changed(change)
        if self._accepting:
            self._stage.rule.interrupted()
            return
        stage = self._stage
        now = stage.clock.monotonic_ms()
        interval = None if stage.last_key_ms is None else now - stage.last_key_ms
        stage.last_key_ms = now
        stage.acceptance.key_pressed(now, interval)
        self._stuck.changed(change.kind)
        if not self._is_private():
            stage.rule.learn_pause(change, interval, stage.page.caret_context)
        if change.kind is ChangeKind.TYPED and self._type_through(change, interval):
            return
        if change.kind is ChangeKind.UNDO and self._show_again(change):
            return
        stage.drop(stage.outcome_of(change, now), typed=change.inserted)
        if stage.state is SuggestionState.IDLE:
            self._asking.ask_after(change, interval)

    def caret_moved(self) -> None:
        """The caret went elsewhere without a change of the text, or a selection was made."""
        if not self._accepting:
            self._stage.rule.interrupted()
            self._leave()

    def focus_changed(self, has_focus: bool) -> None:
        """The page got or lost the keyboard."""
        if not has_focus:
            self._stage.rule.interrupted()
            self._leave()

    def composing_changed(self, composing: bool) -> None:
        """An input method began or ended composing."""
        stage = self._stage
        if composing:
            self._leave()
            if stage.state is SuggestionState.IDLE:
                stage.enter(SuggestionState.COMPOSING)
        elif stage.state is SuggestionState.COMPOSING:
            stage.enter(SuggestionState.IDLE)

    def _leave(self) -> None:
        """The writer turns to something else: what is shown, asked or worked out is not wanted any more."""
        self._asking.ahead.stop()
        self._stuck.interrupted()
        self._stage.drop(EventKind.SUPERSEDED)

    def received(self, message: JobMessage) -> None:
        """An answer of the engine; one for an older job or an older text is dropped."""
        if not self._stuck.received(message):
            self._asking.received(message)

    def close(self) -> None:
        """The page is going away; what is on it ends here."""
        self._leave()
        self._stage.enter(SuggestionState.DISABLED)

    # --- The keys ---------------------------------------------------------------------------------------------------

    def accept_word(self) -> bool:
        """Take the next word of the ghost."""
        suggestion = self._stage.readable()
        if suggestion is None:
            return False
        return self._accept(suggestion, next_word(self._stage.legible(suggestion)))

    def accept_all(self) -> bool:
        """Take the whole ghost, but nothing that came to its end too late to be seen."""
        suggestion = self._stage.readable()
        if suggestion is None:
            return False
        return self._accept(suggestion, self._stage.legible(suggestion))

    def reject(self) -> bool:
        """Say no to the ghost."""
        stage = self._stage
        suggestion = stage.visible()
        if suggestion is None:
            return False
        self._stuck.refused()
        self._asking.rejected.add(suggestion)
        stage.drop(EventKind.REJECTED)
        if stage.pacing.rejected():
            stage.cool_down()
        return True

    def turn(self, step: int) -> bool:
        """Show another candidate; with only one there, ask for more."""
        stage = self._stage
        suggestion = stage.visible()
        if suggestion is None:
            return False
        self._stuck.turned(step)
        if len(suggestion.texts) > 1 and not suggestion.taken:
            suggestion.offer(suggestion.texts, (suggestion.index + step) % len(suggestion.texts))
            stage.show(suggestion)
            stage.log.turned(suggestion)
        elif suggestion.candidates == 1:
            stage.drop(EventKind.SUPERSEDED)
            self._asking.ask_for_more()
        return True

    def ask_now(self) -> bool:
        """Ask without waiting, and show even what is uncertain; the writer is told why if there is nothing to show."""
        if self._may_ask():
            self._stuck.interrupted()
            self._stage.drop(EventKind.SUPERSEDED)
            self._asking.ask(Trigger.KEY)
        return True

    def ask_sentences(self) -> bool:
        """Offer up to three ways to end this sentence, or three next ones; the writer is told why if there are none."""
        if self._may_ask():
            self._stuck.ask()
        return True

    def _may_ask(self) -> bool:
        """Whether the writer's wish can be met now; if not, the writer is told why."""
        stage = self._stage
        if stage.state is SuggestionState.COOLDOWN:
            stage.end_cooldown()
        reason = _NOT_NOW.get(stage.state)
        if reason is not None:
            self._on_asked_in_vain(reason)
        return reason is None

    # --- Taking -----------------------------------------------------------------------------------------------------

    def _type_through(self, change: TextChange, interval_ms: float | None) -> bool:
        """Consume what was typed if it is how the suggestion goes on."""
        stage = self._stage
        suggestion = stage.suggestion
        if (
            suggestion is None
            or change.removed
            or not change.inserted
            or change.offset != suggestion.offset
            or not suggestion.remaining.startswith(change.inserted)
        ):
            return False
        if suggestion.is_visible and not self._is_private():
            stage.rule.typed_along(suggestion)
        stage.advance(suggestion, change.inserted)
        suggestion.last_key_ms = stage.clock.monotonic_ms()
        if not suggestion.remaining.strip():
            if suggestion.result is None:
                stage.page.hide_ghost()  # the rest is still being generated
            else:
                self._asking.end_typed_through(suggestion)
        elif suggestion.is_visible:
            suggestion.typed_along += 1
            stage.forget_fresh()
            stage.draw(suggestion)
            self._asking.ask_how_it_goes_on(suggestion)
        else:
            if suggestion.result is not None:
                self._asking.ask_beside(interval_ms)
            stage.show_when_worth(suggestion)
        return True

    def _accept(self, suggestion: Suggestion, text: str) -> bool:
        stage = self._stage
        self._undoable.add(suggestion, text)
        self._accepting = True
        try:
            stage.page.insert_accepted(text)
        finally:
            self._accepting = False
        start = suggestion.offset
        if not self._is_private():
            stage.rule.taken(suggestion)
        suggestion.accepts += 1
        stage.advance(suggestion, text)
        stage.last_key_ms = suggestion.last_key_ms = stage.clock.monotonic_ms()
        stage.pacing.accepted()
        is_part = bool(suggestion.remaining.strip())
        kind = EventKind.ACCEPTED_PARTIAL if is_part else EventKind.ACCEPTED
        stage.log.outcome(
            suggestion,
            kind,
            stage.clock.monotonic_ms(),
            start=start,
            text=text,
            characters=len(text),
        )
        self._stuck.changed(ChangeKind.ACCEPTED)
        if is_part:
            stage.show(suggestion)
            self._asking.ask_how_it_goes_on(suggestion)
        else:
            stage.finish(suggestion)
            self._asking.ask(Trigger.ACCEPTED)
        return True

    def _show_again(self, change: TextChange) -> bool:
        """After an accept was undone: the ghost as it stood before."""
        stage = self._stage
        if stage.state in (SuggestionState.DISABLED, SuggestionState.COMPOSING):
            return False
        accept = self._undoable.taken_back_by(change)
        if accept is None:
            return False
        suggestion = accept.suggestion
        if suggestion is stage.suggestion:
            suggestion.words = accept.words
        else:
            stage.drop(EventKind.SUPERSEDED)
            suggestion = again(suggestion)
            stage.suggestion = suggestion
        suggestion.remaining, suggestion.taken = accept.remaining, accept.taken
        suggestion.offset = accept.offset
        suggestion.revision = stage.page.caret_context().revision
        stage.show(suggestion)
        return True

    def _enable_or_disable(self) -> None:
        stage = self._stage
        wanted = self._asking.settings.enabled and self._engine_available
        if wanted and stage.state is SuggestionState.DISABLED:
            stage.enter(SuggestionState.IDLE)
        elif not wanted and stage.state is not SuggestionState.DISABLED:
            suggestion = stage.suggestion
            self._leave()
            stage.timer.stop()
            stage.enter(SuggestionState.DISABLED)
            if suggestion is not None:
                self._asking.answer_key(suggestion, SilenceReason.OFF)
