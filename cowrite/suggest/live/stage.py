"""The one suggestion that is on the page or on its way to it: when it shows, how it goes on, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.decisions.events import EventKind
from cowrite.decisions.statistics.time_saved import REACTION_MS
from cowrite.engine.messages import JobId
from cowrite.suggest.filter.acceptance_model import AcceptanceModel
from cowrite.suggest.filter.expected_value import Worth
from cowrite.suggest.filter.features import FilterFeatures
from cowrite.suggest.filter.repetition import KnownTexts, repeats_known_text
from cowrite.suggest.filter.show_filter import SilenceReason
from cowrite.suggest.live.pacing import Pacing
from cowrite.suggest.live.pauses import TypingPauses
from cowrite.suggest.live.show_rule import ShowRule
from cowrite.suggest.live.suggestion import Suggestion, SuggestionLog
from cowrite.suggest.ports import CaretContext, Page, Timer
from cowrite.suggest.settings import SuggestSettings, Timing


class SuggestionState(Enum):
    """Where the controller stands; see the interaction design."""

    DISABLED = "disabled"
    IDLE = "idle"
    COMPOSING = "composing"
    QUEUED = "queued"
    PREDICTING = "predicting"
    SUGGESTING = "suggesting"
    COOLDOWN = "cooldown"


class SuggestionStage:
    """Holds the state and the current suggestion, and draws it on the page.

    ``cancel`` drops a job of the engine. ``on_readable`` is told of each whole answer that is shown.
    """

    def __init__(
        self,
        *,
        page: Page,
        cancel: Callable[[JobId], None],
        timer: Timer,
        clock: Clock,
        timing: Timing,
        log: SuggestionLog,
        acceptance: AcceptanceModel,
        pauses: TypingPauses,
        settings: SuggestSettings,
        on_state: Callable[[SuggestionState], None],
        known_texts: KnownTexts,
    ) -> None:
        self.page = page
        self.timer = timer
        self.clock = clock
        self.timing = timing
        self.log = log
        self.acceptance = acceptance
        self.pacing = Pacing(timing)
        self.rule = ShowRule(clock, pauses, self.pacing, settings)
        self.state = SuggestionState.DISABLED
        self.suggestion: Suggestion | None = None
        # What was asked anew while the answer before is remembered, or stands.
        self.fresh: Suggestion | None = None
        self.last_key_ms: float | None = None
        self.on_readable: Callable[[Suggestion], None] = lambda _: None
        self._cancel = cancel
        self._on_state = on_state
        self._known_texts = known_texts

    def enter(self, state: SuggestionState) -> None:
        """Be in ``state``, and say so if that is another."""
        if state is not self.state:
            self.state = state
            self._on_state(state)

    def is_repetition(self, text: str, context: CaretContext) -> bool:
        """Whether ``text`` at ``context`` would only say again what stands elsewhere."""
        return repeats_known_text(text, context, self._known_texts())

    # --- Showing ----------------------------------------------------------------------------------------------------

    def show_when_worth(self, suggestion: Suggestion) -> None:
        """Show it at the moment at which it is worth most: now, later if no key comes, or not before the next key."""
        if suggestion.ended or suggestion is not self.suggestion:
            return
        if suggestion.is_visible or not self.rule.decides(suggestion):
            self.show(suggestion)
            return
        worth = self.rule.worth(suggestion)
        if worth is None:
            self.timer.stop()
            self.enter(SuggestionState.IDLE)
        elif worth.wait_ms <= 0:
            self.show(suggestion, worth)
        else:
            self.enter(SuggestionState.PREDICTING)
            self.timer.start(round(worth.wait_ms), lambda: self.show_when_worth(suggestion))

    def show(self, suggestion: Suggestion, worth: Worth | None = None) -> None:
        """Draw what remains of it, if it is still the current one."""
        gone = suggestion.ended or suggestion is not self.suggestion
        if gone or not suggestion.remaining.strip():
            return
        self.timer.stop()
        first_time = suggestion.shown_ms is None
        if first_time:
            suggestion.shown_ms = self.clock.monotonic_ms()
        self.draw(suggestion)
        if first_time and suggestion.trigger.is_for_stuck:
            self.log.shown(suggestion, FilterFeatures(), {})
        elif first_time:
            self.acceptance.shown(suggestion.remaining)
            self.log.shown(suggestion, self.acceptance.features, self.rule.shown(worth))
        if suggestion.result is not None and (first_time or not suggestion.taken):
            self.on_readable(suggestion)
        self.enter(SuggestionState.SUGGESTING)

    def show_in_place(self, suggestion: Suggestion) -> None:
        """Show ``suggestion`` instead of what is there, which it begins with: nothing flickers, nothing is hidden."""
        before = self.suggestion
        if before is not None and before is not suggestion:
            if before.is_visible:
                self._log_end(before, EventKind.SUPERSEDED)
                suggestion.drawn = before.remaining
                suggestion.begun_ms = (
                    before.shown_ms if before.begun_ms is None else before.begun_ms
                )
            before.ended = True
            self.forget_fresh()
            self.timer.stop()
        self.suggestion = suggestion
        self.show(suggestion)

    def draw(self, suggestion: Suggestion) -> None:
        """Put the ghost on the page as it is now."""
        suggestion.note_drawn(self.clock.monotonic_ms(), self.timing.growth_readable_ms)
        self.page.show_ghost(
            suggestion.remaining, index=suggestion.index, count=suggestion.turnable
        )

    def advance(self, suggestion: Suggestion, text: str) -> None:
        """The page now holds ``text`` of the suggestion more than before."""
        suggestion.advance(text)
        suggestion.revision = self.page.caret_context().revision

    # --- What a key may be meant for --------------------------------------------------------------------------------

    def visible(self) -> Suggestion | None:
        """The suggestion on screen."""
        suggestion = self.suggestion
        return suggestion if suggestion is not None and suggestion.is_visible else None

    def readable(self) -> Suggestion | None:
        """The suggestion on screen, if it has been there long enough for a key to be meant for it."""
        suggestion = self.visible()
        if suggestion is None or not suggestion.remaining.strip():
            return None
        now_ms = self.clock.monotonic_ms()
        begun_ms = suggestion.begun_ms
        shown_for = suggestion.visible_for_ms(now_ms) if begun_ms is None else now_ms - begun_ms
        return suggestion if shown_for >= self.timing.readable_ms else None

    def legible(self, suggestion: Suggestion) -> str:
        """What of it a key is meant for now."""
        return suggestion.legible(self.clock.monotonic_ms(), self.timing.growth_readable_ms)

    def outcome_of(self, change: TextChange, now_ms: float) -> EventKind:
        """A change that is not the suggestion: a decision if it could be read and was typed over."""
        suggestion = self.visible()
        could_read = (
            suggestion is not None and suggestion.visible_for_ms(now_ms) >= self.timing.readable_ms
        )
        if could_read and change.kind in (ChangeKind.TYPED, ChangeKind.DELETED):
            return EventKind.IGNORED
        return EventKind.SUPERSEDED

    # --- Ending -----------------------------------------------------------------------------------------------------

    def drop(self, kind: EventKind, *, typed: str = "") -> None:
        """End the suggestion, on screen or on its way, with outcome ``kind`` if it was on screen."""
        if self.state is not SuggestionState.COOLDOWN:
            self.timer.stop()
        self.forget_fresh()
        suggestion = self.suggestion
        if suggestion is not None:
            if suggestion.is_visible:
                self._log_end(suggestion, kind, typed)
            if suggestion.result is None:
                self._cancel(suggestion.job_id)
            self.finish(suggestion)
        elif self.state is SuggestionState.QUEUED:
            self.enter(SuggestionState.IDLE)

    def _log_end(self, suggestion: Suggestion, kind: EventKind, typed: str = "") -> None:
        self.log.outcome(
            suggestion,
            kind,
            self.clock.monotonic_ms(),
            text=suggestion.remaining,
            taken=suggestion.taken,
            typed=typed,
        )

    def finish(self, suggestion: Suggestion) -> None:
        """It is over, with whatever was said of it in the log."""
        if suggestion.growth_job_id:
            self._cancel(suggestion.growth_job_id)
            suggestion.growth_job_id = 0
        is_guess = not suggestion.trigger.is_for_stuck
        seen_ms = suggestion.visible_for_ms(self.clock.monotonic_ms())
        if is_guess and (suggestion.taken or seen_ms >= REACTION_MS):
            self.acceptance.ended(suggestion.context, wanted=bool(suggestion.taken))
        if suggestion.shown_ms is None and suggestion.result is not None and suggestion.texts:
            self.log.not_shown(suggestion, SilenceReason.NOT_WORTH_IT, suggestion.confidence)
        suggestion.ended = True
        self.suggestion = None
        self.timer.stop()
        if suggestion.shown_ms is not None:
            self.page.hide_ghost()
        self.enter(SuggestionState.IDLE)

    def forget_fresh(self) -> None:
        """What was asked beside the current one is not wanted any more."""
        if self.fresh is not None:
            self._cancel(self.fresh.job_id)
            self.fresh.ended = True
            self.fresh = None

    def cool_down(self) -> None:
        """The writer keeps saying no: ask for nothing for a while."""
        self.enter(SuggestionState.COOLDOWN)
        self.timer.start(self.timing.pause_ms, self.end_cooldown)

    def end_cooldown(self) -> None:
        """Ask again."""
        self.timer.stop()
        self.enter(SuggestionState.IDLE)
