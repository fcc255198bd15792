"""One suggestion, from asking to its outcome, and the rows it leaves in the log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cowrite.base.clock import Clock
from cowrite.decisions.events import Event, EventKind, EventSink, JsonValue
from cowrite.engine.messages import Candidate, CompletionResult, JobId
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

    ``candidates`` is how many the engine was asked for.
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
    taken: str = ""
    offset: int = 0
    revision: int = 0
    shown_ms: float | None = None
    result: CompletionResult | None = None
    ended: bool = False
    last_key_ms: float = 0.0
    # The ghost for which the engine was told to look ahead.
    prefetched: str = ""

    @property
    def is_visible(self) -> bool:
        """Whether its ghost is on the page."""
        return self.shown_ms is not None and not self.ended

    @property
    def turnable(self) -> int:
        """Between how many candidates the writer can turn: only the one that was begun, once some of it is taken."""
        return 1 if self.taken else len(self.texts)

    def visible_for_ms(self, now_ms: float) -> float:
        """How long the ghost has been on the page."""
        return 0.0 if self.shown_ms is None else now_ms - self.shown_ms

    def offer(self, texts: tuple[str, ...], index: int = 0) -> None:
        """Set what is to be shown, less what the writer has meanwhile typed of it."""
        self.texts = texts
        self.index = index
        self.remaining = texts[index][len(self.taken) :] if texts else ""


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

    def shown(self, suggestion: Suggestion, confidence: float, features: FilterFeatures) -> None:
        """The ghost appeared; ``features`` are what the filter knew of it."""
        self._write(
            suggestion,
            EventKind.SHOWN,
            text=suggestion.remaining,
            candidate=suggestion.index,
            candidates=len(suggestion.texts),
            confidence=round(confidence, 4),
            ms_since_key=_rounded((suggestion.shown_ms or 0.0) - suggestion.last_key_ms),
            gate=features.details(),
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
        suggestion, id=uuid.uuid4().hex, trigger=Trigger.UNDO, ended=False, shown_ms=None
    )


def _candidate_json(candidate: Candidate) -> JsonValue:
    return {
        "text": candidate.text,
        "logprob": round(candidate.logprob, 4),
        "tokens": [[token.text, round(token.logprob, 4)] for token in candidate.tokens],
    }


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 2)
