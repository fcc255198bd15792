"""When the ghost that could be shown is worth a look, by what is known of this writer's hands and eyes."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.base.words import is_unspaced
from cowrite.decisions.events import JsonValue
from cowrite.decisions.statistics.time_saved import REACTION_MS
from cowrite.suggest.filter.expected_value import KEYS_OF_COMPOSED, Worth, best_moment
from cowrite.suggest.filter.key_places import TAIL_CHARACTERS, KeyPlace, place_of_key
from cowrite.suggest.live.pacing import Pacing
from cowrite.suggest.live.pauses import DECISION_MS, TypingPauses
from cowrite.suggest.live.suggestion import Suggestion, Trigger
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import LEAST_CHARACTERS, Prices, SuggestSettings

# The keys after these are too far ahead to matter.
_PLACES = 14
# Who saw the ghost had decided by then; who saw it and needs longer is no different from who did not see it.
_DECIDED_MS = REACTION_MS + DECISION_MS
# Who waits after every key looks up anyway: then whatever saves a key is worth a look.
_WAITING = 0.5
_LEAST_FOR_WHO_WAITS = 2
# The same key again within this is a key that is held: no finger taps that fast, and systems repeat it every 30 to 90.
_HELD_KEY_MS = 95.0
_FORCED = frozenset({Trigger.KEY, Trigger.UNDO})


class ShowRule:
    """Asks the expected value; tells ``pauses`` what the writer's keys show of their eyes. Milliseconds.

    ``settings`` are those of the next suggestion.
    """

    def __init__(
        self, clock: Clock, pauses: TypingPauses, pacing: Pacing, settings: SuggestSettings
    ) -> None:
        self._clock = clock
        self.pauses = pauses
        self._pacing = pacing
        self.settings = settings
        # Where the key before ended, if it was a typed one; UTF-16.
        self._typed_end: int | None = None
        self._typed = ""

    # --- What the keys tell -----------------------------------------------------------------------------------------

    def learn_pause(
        self, change: TextChange, interval_ms: float | None, context: Callable[[], CaretContext]
    ) -> None:
        """Take note of the gap between two keys of plain typing: how long it was, and at what place.

        How fast a key repeats that is held says nothing of the hands.
        """
        typed = change.kind is ChangeKind.TYPED and len(change.inserted) == 1 and not change.removed
        follows = typed and interval_ms is not None and self._typed_end == change.offset
        same, self._typed = change.inserted == self._typed, change.inserted
        if follows and interval_ms is not None and not (same and interval_ms < _HELD_KEY_MS):
            before = context().before[:-1]
            self.pauses.learn(place_of_key(before[-TAIL_CHARACTERS:], change.inserted), interval_ms)
        self._typed_end = change.offset + utf16_length(change.inserted) if typed else None

    def interrupted(self) -> None:
        """Something else than typing came between: the next gap is none of plain typing."""
        self._typed_end = None

    def typed_along(self, suggestion: Suggestion) -> None:
        """A key that agrees with the ghost on screen: who saw it would have taken what was left."""
        worth_taking = size_of(suggestion.remaining) >= LEAST_CHARACTERS
        stood = suggestion.visible_for_ms(self._clock.monotonic_ms())
        if worth_taking and stood >= _DECIDED_MS and not suggestion.overlooked:
            suggestion.overlooked = True
            self.pauses.overlooked_while_typing()

    def taken(self, suggestion: Suggestion) -> None:
        """The writer takes some of it: seen before the last key, unless there was time to see it after that."""
        if suggestion.accepts or suggestion.trigger.is_for_stuck:
            return
        now_ms = self._clock.monotonic_ms()
        if not suggestion.typed_along:
            self.pauses.took_after(suggestion.visible_for_ms(now_ms))
        elif now_ms - suggestion.last_key_ms < _DECIDED_MS:
            self.pauses.saw_while_typing()
            if suggestion.overlooked:
                suggestion.overlooked = False
                self.pauses.saw_while_typing()  # it was not overlooked after all, the fingers were quicker

    # --- What is shown when -----------------------------------------------------------------------------------------

    def decides(self, suggestion: Suggestion) -> bool:
        """Whether it is for the rule to say; what the writer asked for is shown at once."""
        return suggestion.trigger not in _FORCED and bool(suggestion.words)

    def worth(self, suggestion: Suggestion) -> Worth | None:
        """When what remains of ``suggestion`` is worth most, if ever before the next key."""
        text, before = suggestion.remaining, suggestion.before
        waiting = self.pauses.waits >= _WAITING
        least = _LEAST_FOR_WHO_WAITS if waiting else LEAST_CHARACTERS
        if size_of(text) < least and not completes_name(before, text):
            return None
        worth = best_moment(
            suggestion.words,
            places_of(before, text),
            self.pauses,
            self._prices(),
            since_key_ms=self._clock.monotonic_ms() - suggestion.last_key_ms,
        )
        return worth if worth.value > 0 else None

    def shown(self, worth: Worth | None) -> dict[str, JsonValue]:
        """What the rule knew of a ghost that is shown now, for the log. Numbers only."""
        if worth is None:
            return {}
        return {
            "value": round(worth.value, 3),
            "noticed": round(worth.noticed, 3),
            "keys": round(worth.keys, 2),
            "sees_while_typing": round(self.pauses.sees_while_typing, 3),
            "key_ms": round(self.pauses.key_ms, 1),
        }

    def _prices(self) -> Prices:
        prices = self.settings.prices(self.pauses.key_ms)
        factor = self._pacing.price_factor
        looks = factor * (1 - self.pauses.waits)
        # To eyes that only look up in pauses whatever moves meanwhile is a disturbance and nothing else.
        flashes = factor * (2 - self.pauses.sees_while_typing)
        return Prices(flash=prices.flash * flashes, glance=prices.glance * looks)


def places_of(before: str, text: str) -> list[KeyPlace]:
    """The places of the first keys that would type ``text`` after ``before``."""
    tail = before[-TAIL_CHARACTERS:]
    return [place_of_key(tail + text[:at], text[at]) for at in range(min(len(text), _PLACES))]


def size_of(text: str) -> int:
    """The characters of ``text``; one of a script without spaces counts as the keys that compose it."""
    return sum(KEYS_OF_COMPOSED if is_unspaced(each) else 1 for each in text)


def completes_name(before: str, text: str) -> bool:
    """Whether ``text`` goes on with, or is, a word with a capital letter that no sentence begins with."""
    begins_at = next((at for at, each in enumerate(text) if each.isalnum()), len(text))
    before, text = (
        before + text[:begins_at],
        text[begins_at:],
    )  # a word before a space or a mark is whole
    typed = len(before)
    while typed and before[typed - 1].isalnum():
        typed -= 1
    word = before[typed:] or text
    begins = place_of_key(before[:typed], word[:1] or "a")
    return word[:1].isupper() and begins in (KeyPlace.OTHER, KeyPlace.CLAUSE)
