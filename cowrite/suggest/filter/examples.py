"""The decision log's events as examples for a writer's filter: what was shown, and whether that was worth it.

Worth showing is what was taken *and* kept, never the taking alone. Which events feed it:

- SHOWN: the features, under ``gate`` if the controller wrote them there (:meth:`FilterFeatures.details`); else
  those that REQUESTED (typing interval), GENERATED (log-probabilities) and SHOWN (confidence, text, pause) let one see.
- ACCEPTED_PARTIAL, ACCEPTED, TYPED_THROUGH: taken. How much is left is the end of the last of them less the start of
  SHOWN, or what the closing event says was ``taken``, so that a part given back by undo does not count.
- SHOWN again of the same text at the place where it was just accepted: an undo. NOT_SHOWN with a reason of
  ``after_undo`` or ``after_deletion`` inside what was accepted, within UNDONE_MS: so much of it was deleted.
- KEPT: ``characters`` or ``kept_characters`` that are left later; the last one counts. A missing one says nothing.
- What REQUESTED says was asked for in a long pause, or by the key for that, is left out.
- REJECTED, IGNORED: not worth it, unless a whole word had been taken before. SUPERSEDED: the same at a third of the
  weight after READ_MS on screen, and nothing at all before: nobody could read it.
- What was gone within the reaction time was refused by nobody: it is no part of what the writer did lately. If other
  text was typed, that still tells that it was wrong, as a ghost typed through tells that it was right; left out, only
  what is right would stay long enough to count, and every filter would be too sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from cowrite.base.utf16 import utf16_length
from cowrite.base.words import next_word
from cowrite.decisions.events import OUTCOMES, Event, EventKind, is_of_hunk
from cowrite.decisions.statistics.time_saved import REACTION_MS
from cowrite.suggest.filter.features import FilterFeatures, WriterHistory, number, text_features
from cowrite.suggest.filter.fit import FilterExample

UNDONE_MS = 10_000
READ_MS = 700.0
UNCLEAR_WEIGHT = 0.3
FLASH_WEIGHT = 1.0
LEAST_WEIGHT, MOST_WEIGHT = 0.25, 4.0
STUCK_TRIGGERS = frozenset({"pause", "pause_key"})
_TAKING = (EventKind.ACCEPTED, EventKind.ACCEPTED_PARTIAL, EventKind.TYPED_THROUGH)
_GONE = ("after_undo", "after_deletion")


@dataclass(slots=True)
class _SuggestionHistory:
    """Everything the log says of one suggestion. ``left`` is what is left of it, in UTF-16 units."""

    shown: Event
    features: FilterFeatures
    end: Event | None = None
    taken_at: Event | None = None
    left: int = 0
    on_screen_ms: float | None = None
    kept: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return str(self.shown.details.get("text") or "")

    @property
    def could_be_noticed(self) -> bool:
        """Whether it was on screen for the reaction time, as far as known, or something was done with it by key."""
        if self.taken_at is not None or (self.end and self.end.kind is EventKind.REJECTED):
            return True
        return self.on_screen_ms is None or self.on_screen_ms >= REACTION_MS

    def add(self, event: Event) -> None:
        """Take note of how it went on."""
        if event.kind is EventKind.KEPT:
            left = number(event.details.get("kept_characters", event.details.get("characters")))
            self.kept += [] if left is None else [max(0, int(left))]
            return
        self.on_screen_ms = number(event.details.get("on_screen_ms"))
        if event.kind in _TAKING:
            self.taken_at = event
            self.left = max(0, event.end - self.shown.start)
        elif isinstance(taken := event.details.get("taken"), str):
            self.left = utf16_length(taken)
        if event.kind in OUTCOMES:
            self.end = event

    def deleted_from(self, offset: int) -> None:
        """What was taken from ``offset`` (UTF-16) on is gone."""
        self.left = min(self.left, max(0, offset - self.shown.start))

    def label(self) -> tuple[bool, float] | None:
        """Whether it was worth showing, with the characters kept or the weight of a no; None if nobody can say."""
        if self.end is None:
            return None
        left = min(self.left, self.kept[-1]) if self.kept else self.left
        first_word = utf16_length(next_word(self.text).strip())
        if left and left >= first_word:
            return True, float(left)
        if not self.could_be_noticed:
            return (False, FLASH_WEIGHT) if self.end.details.get("typed") else None
        if self.end.kind is EventKind.SUPERSEDED and self.taken_at is None:
            return (False, UNCLEAR_WEIGHT) if (self.on_screen_ms or 0.0) >= READ_MS else None
        return False, 1.0


def examples_from_log(events: Iterable[Event]) -> list[FilterExample]:
    """Features, label and weight of each suggestion in ``events`` (oldest first) that was decided on, in that order.

    What was kept weighs in proportion to its characters, on average as much as one refusal.
    """
    found = [
        (story.features, label)
        for story in _stories(events)
        if (label := story.label()) is not None
    ]
    kept = [size for _, (worth, size) in found if worth]
    usual = sum(kept) / len(kept) if kept else 1.0
    return [
        (features, worth, min(max(size / usual, LEAST_WEIGHT), MOST_WEIGHT) if worth else size)
        for features, (worth, size) in found
    ]


def _stories(events: Iterable[Event]) -> Sequence[_SuggestionHistory]:
    stories: dict[str, _SuggestionHistory] = {}
    asked: dict[str, Event] = {}
    answered: dict[str, Event] = {}
    history = WriterHistory()
    taken: list[_SuggestionHistory] = []
    for event in events:
        key = event.suggestion_id
        if is_of_hunk(event):
            continue  # no suggestion, and no guess at what the writer was about to type
        match event.kind:
            case EventKind.REQUESTED:
                asked[key] = event
            case EventKind.GENERATED:
                answered[key] = event
            case EventKind.SHOWN if key not in stories and not _is_for_stuck(asked.get(key)):
                _notice_undo(event, taken)
                features = _features(event, asked.pop(key, None), answered.pop(key, None), history)
                stories[key] = _SuggestionHistory(event, features)
                history.shown(event.at_ms, [stories[key].text])
            case EventKind.NOT_SHOWN if event.details.get("reason") in _GONE:
                _notice_deletion(event, taken)
            case _ if key in stories:
                story = stories[key]
                story.add(event)
                label = story.label() if event.kind in OUTCOMES else None
                if label is not None and story.could_be_noticed:
                    wanted = label[0]
                    history.ended(event.at_ms, (event.document_id, event.end), wanted=wanted)
                    taken = [*taken[-20:], story] if wanted else taken
            case _:
                pass
    return list(stories.values())


def _is_for_stuck(asked: Event | None) -> bool:
    """Whether it came because of a long pause: no guess at what the writer was about to type."""
    return asked is not None and asked.details.get("trigger") in STUCK_TRIGGERS


def _recent(event: Event, taken: Sequence[_SuggestionHistory]) -> list[_SuggestionHistory]:
    """Those of ``taken`` in the same document that were taken up to UNDONE_MS before ``event``, newest first."""
    return [
        story
        for story in reversed(taken)
        if story.taken_at is not None
        and story.shown.document_id == event.document_id
        and 0 <= event.at_ms - story.taken_at.at_ms <= UNDONE_MS
    ]


def _notice_undo(shown: Event, taken: Sequence[_SuggestionHistory]) -> None:
    """A ghost that comes back where its text was just accepted: the accept was undone."""
    text = str(shown.details.get("text") or "")
    for story in _recent(shown, taken):
        accept = story.taken_at
        accepted = str(accept.details.get("text") or "") if accept is not None else ""
        if (
            accept is not None
            and accepted
            and accept.start == shown.start
            and text.startswith(accepted)
        ):
            story.deleted_from(accept.start)
            return


def _notice_deletion(event: Event, taken: Sequence[_SuggestionHistory]) -> None:
    for story in _recent(event, taken):
        if story.shown.start <= event.start < story.shown.start + story.left:
            story.deleted_from(event.start)
            return


def _features(
    shown: Event, asked: Event | None, answered: Event | None, history: WriterHistory
) -> FilterFeatures:
    stored = shown.details.get("gate")
    if isinstance(stored, dict):
        return FilterFeatures.from_details(stored)
    text = str(shown.details.get("text") or "")
    told = asdict(text_features("", "", [text]))
    base = FilterFeatures(
        base_probability=number(shown.details.get("confidence")),
        rest_logprob=_rest_logprob(shown, answered),
        offered_characters=told["offered_characters"],
        offered_words=told["offered_words"],
        candidates=number(shown.details.get("candidates")),
        variety=None,
        ms_since_key=number(shown.details.get("ms_since_key")),
        typing_interval_ms=number(asked.details.get("typing_interval_ms")) if asked else None,
    )
    return history.known(base, shown.at_ms, (shown.document_id, shown.start), [text])


def _rest_logprob(shown: Event, answered: Event | None) -> float | None:
    """The mean log-probability of the tokens after the first word of the candidate that was shown; None if unknown."""
    candidates = answered.details.get("candidates") if answered else None
    at = number(shown.details.get("candidate"))
    if not isinstance(candidates, list) or at is None or not 0 <= at < len(candidates):
        return None
    candidate = candidates[int(at)]
    tokens = candidate.get("tokens") if isinstance(candidate, dict) else None
    return mean_after_first_word(tokens) if isinstance(tokens, list) else None


def mean_after_first_word(tokens: Sequence[object]) -> float | None:
    """Of ``[text, logprob]`` pairs, the mean of those after the first word; None if there is only one word."""
    rest: list[float] = []
    text = ""
    for token in tokens:
        if not (isinstance(token, list | tuple) and len(token) == 2 and isinstance(token[0], str)):
            return None
        in_rest = bool(text.strip()) and token[0][:1].isspace()
        value = number(token[1])
        if value is not None and (rest or in_rest):
            rest.append(value)
        text += token[0]
    return sum(rest) / len(rest) if rest else None
