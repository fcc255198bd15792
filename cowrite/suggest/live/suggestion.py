"""One suggestion, from asking to its outcome, and the rows it leaves in the log."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cowrite.base.clock import Clock
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.events import Event, EventKind, EventSink, JsonValue
from cowrite.engine.messages import Candidate, CompletionResult, JobId
from cowrite.suggest.filter.expected_value import WordChance, agreed
from cowrite.suggest.filter.features import FilterFeatures
from cowrite.suggest.ports import CaretContext


class Trigger(StrEnum):
    """Why a suggestion was asked for."""

    TYPED = "typed"
    ACCEPTED = "accepted"
    KEY = "key"
    UNDO = "undo"
    # By itself in a long pause, and by the key that does not wait for one.
    PAUSE = "pause"
    PAUSE_KEY = "pause_key"

    @property
    def is_for_stuck(self) -> bool:
        """Whether it is help for a writer who is stuck, which is no guess at what the writer is about to type."""
        return self in (Trigger.PAUSE, Trigger.PAUSE_KEY)


@dataclass(slots=True)
class Suggestion:
    """Everything about one suggestion. ``remaining`` is the ghost; ``offset`` (UTF-16) is where it stands.

    ``candidates`` is how many the engine was asked for. ``words`` are those of ``remaining``, as probable as they are
    now; none where nobody asks for that. ``accepts`` counts the times something was taken, ``typed_along`` the letters
    of it that were typed while it stood.
    """

    job_id: JobId
    candidates: int
    context: CaretContext
    trigger: Trigger
    asked_ms: float
    typing_interval_ms: float | None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    texts: tuple[str, ...] = ()
    index: int = 0
    remaining: str = ""
    words: tuple[WordChance, ...] = ()
    confidence: float = 0.0
    taken: str = ""
    accepts: int = 0
    typed_along: int = 0
    overlooked: bool = False
    offset: int = 0
    revision: int = 0
    shown_ms: float | None = None
    result: CompletionResult | None = None
    ended: bool = False
    last_key_ms: float = 0.0
    # The job that asks how the ghost goes on, and the whole text it was asked after; 0 is none.
    growth_job_id: JobId = 0
    growth_after: str = ""
    # All of it as it was drawn last; when it grew last, and what had stood before that; since when it has been on the
    # page as the beginning of another one, whose place this one took.
    drawn: str = ""
    grown_ms: float = -math.inf
    stood: str = ""
    begun_ms: float | None = None

    @property
    def is_visible(self) -> bool:
        """Whether its ghost is on the page."""
        return self.shown_ms is not None and not self.ended

    @property
    def turnable(self) -> int:
        """Between how many candidates the writer can turn: only the one that was begun, once some of it is taken."""
        return 1 if self.taken else len(self.texts)

    @property
    def before(self) -> str:
        """The text before the ghost."""
        return self.context.before + self.taken

    @property
    def whole(self) -> str:
        """All that was offered of it so far."""
        return self.taken + self.remaining

    def visible_for_ms(self, now_ms: float) -> float:
        """How long the ghost has been on the page."""
        return 0.0 if self.shown_ms is None else now_ms - self.shown_ms

    def offer(
        self, texts: tuple[str, ...], index: int = 0, words: tuple[WordChance, ...] = ()
    ) -> None:
        """Set what is to be shown and how probable its ``words`` are, less what the writer has meanwhile typed."""
        self.texts = texts
        self.index = index
        self.remaining = texts[index][len(self.taken) :] if texts else ""
        self.words = agreed(words, len(self.taken))

    def advance(self, text: str) -> None:
        """The page now holds ``text`` more of it: the writer agreed with so much."""
        self.remaining = self.remaining[len(text) :]
        self.taken += text
        self.offset += utf16_length(text)
        self.words = agreed(self.words, len(text))

    def note_drawn(self, now_ms: float, readable_ms: float) -> None:
        """It is drawn as it is now; what comes to its end cannot be read for ``readable_ms``."""
        whole, before = self.whole, self.drawn
        self.drawn = whole
        if whole == before:
            return
        if not before or not whole.startswith(before):
            self.grown_ms = -math.inf
            return
        if now_ms - self.grown_ms >= readable_ms:
            self.stood = before
        self.grown_ms = now_ms

    def legible(self, now_ms: float, readable_ms: float) -> str:
        """What a key at this moment is meant for: what remains, without what came to its end just now."""
        has_just_grown = now_ms - self.grown_ms < readable_ms
        stood = self.stood[len(self.taken) :] if has_just_grown else ""
        return stood if stood.strip() else self.remaining

    def grow(self, text: str, words: tuple[WordChance, ...]) -> None:
        """Add ``text`` at the end."""
        self.remaining += text
        self.words += words
        self.texts = (self.whole, *self.texts[1:])
        self.index = 0


class SuggestionLog:
    """Writes a suggestion's events, with everything that was known at that moment."""

    def __init__(self, sink: EventSink, clock: Clock, session_id: str) -> None:
        self._sink = sink
        self._clock = clock
        self._session_id = session_id
        self._model = ""
        self._adapter = ""

    def engine_is(self, model: str, adapter: str) -> None:
        """Which model and adapter answer from now on."""
        self._model, self._adapter = model, adapter

    def requested(self, suggestion: Suggestion) -> None:
        """The engine was asked."""
        self._write(
            suggestion,
            EventKind.REQUESTED,
            trigger=suggestion.trigger.value,
            typing_interval_ms=_rounded(suggestion.typing_interval_ms),
        )

    def generated(self, suggestion: Suggestion, result: CompletionResult) -> None:
        """The engine answered."""
        suggestion.result = result
        self._write(
            suggestion,
            EventKind.GENERATED,
            candidates=[_candidate_json(candidate) for candidate in result.candidates],
            prefill_ms=_rounded(result.timings.prefill),
            first_token_ms=_rounded(result.timings.first_token),
            total_ms=_rounded(result.timings.total),
            prompt_tokens=result.prompt_tokens,
            cached_tokens=result.cached_tokens,
            device=result.device,
            quantization=result.quantization,
            adapter_scale=result.adapter_scale if result.adapter else None,
        )

    def not_shown(self, suggestion: Suggestion, reason: str, confidence: float) -> None:
        """A candidate was withheld."""
        self._write(suggestion, EventKind.NOT_SHOWN, reason=reason, confidence=round(confidence, 4))

    def not_asked(self, context: CaretContext, reason: str) -> None:
        """The writer typed, but this was no place to ask."""
        self._sink.record(
            Event(
                kind=EventKind.NOT_SHOWN,
                at_ms=self._clock.unix_ms(),
                session_id=self._session_id,
                suggestion_id="",
                document_id=context.document_id,
                revision=context.revision,
                start=context.offset,
                end=context.offset,
                model=self._model,
                adapter=self._adapter,
                details={"reason": reason},
            )
        )

    def shown(
        self, suggestion: Suggestion, features: FilterFeatures, worth: dict[str, JsonValue]
    ) -> None:
        """The ghost appeared; ``features`` are what the filter knew of it, ``worth`` what the show rule knew."""
        self._write(
            suggestion,
            EventKind.SHOWN,
            text=suggestion.remaining,
            candidate=suggestion.index,
            candidates=len(suggestion.texts),
            confidence=round(suggestion.confidence, 4),
            ms_since_key=_rounded((suggestion.shown_ms or 0.0) - suggestion.last_key_ms),
            gate=features.details(),
            worth=worth,
        )

    def turned(self, suggestion: Suggestion) -> None:
        """The writer looks at another candidate."""
        self._write(
            suggestion,
            EventKind.TURNED,
            candidate=suggestion.index,
            text=suggestion.remaining,
        )

    def outcome(
        self,
        suggestion: Suggestion,
        kind: EventKind,
        now_ms: float,
        *,
        start: int | None = None,
        **details: JsonValue,
    ) -> None:
        """What the writer did with it; from ``start`` on, what was taken now stands in the document."""
        self._write(
            suggestion,
            kind,
            start=start,
            on_screen_ms=_rounded(suggestion.visible_for_ms(now_ms)),
            candidate=suggestion.index,
            **details,
        )

    def _write(
        self,
        suggestion: Suggestion,
        kind: EventKind,
        *,
        start: int | None = None,
        **details: JsonValue,
    ) -> None:
        result = suggestion.result
        self._sink.record(
            Event(
                kind=kind,
                at_ms=self._clock.unix_ms(),
                session_id=self._session_id,
                suggestion_id=suggestion.id,
                document_id=suggestion.context.document_id,
                revision=suggestion.revision,
                start=suggestion.offset if start is None else start,
                end=suggestion.offset,
                model=result.model if result else self._model,
                adapter=result.adapter if result else self._adapter,
                details=details,
            )
        )


def again(suggestion: Suggestion) -> Suggestion:
    """The same suggestion as a new one, for showing it once more after its accept was undone."""
    return replace(
        suggestion,
        id=uuid.uuid4().hex,
        trigger=Trigger.UNDO,
        ended=False,
        shown_ms=None,
        words=(),
        growth_job_id=0,
        grown_ms=-math.inf,
        begun_ms=None,
    )


def _candidate_json(candidate: Candidate) -> JsonValue:
    return {
        "text": candidate.text,
        "logprob": round(candidate.logprob, 4),
        "tokens": [[token.text, round(token.logprob, 4)] for token in candidate.tokens],
    }


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 2)
