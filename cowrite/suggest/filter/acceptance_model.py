"""How probable it is that this writer wants a suggestion: the fixed filter's answer, or that of the writer's own.

Gathers the features of each offer, which go into the log, so that the next filter can be fitted on them. Milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from cowrite.base.clock import Clock
from cowrite.suggest.filter.features import FilterFeatures, WriterHistory, text_features
from cowrite.suggest.filter.show_filter import Offer, model_estimate, model_probability
from cowrite.suggest.filter.writer_filter import WriterFilter
from cowrite.suggest.ports import CaretContext


class AcceptanceModel:
    """An :data:`~cowrite.suggest.filter.show_filter.AcceptanceEstimate`. ``own_filter`` is asked for every offer, so
    that a new one is used at once."""

    def __init__(
        self, clock: Clock, own_filter: Callable[[], WriterFilter | None] = lambda: None
    ) -> None:
        self._clock = clock
        self._own_filter = own_filter
        self._history = WriterHistory()
        self._key_ms: float | None = None
        self._interval_ms: float | None = None
        self.features = FilterFeatures()

    @property
    def is_fitted(self) -> bool:
        """Whether the writer's own filter answers."""
        return self._own_filter() is not None

    def __call__(self, offer: Offer, context: CaretContext) -> float:
        """The probability that ``offer`` is worth showing at ``context``; :attr:`features` are then those of it."""
        base = model_probability(offer)
        rest = [word.logprob for word in offer.words[1:]]
        text = "".join(word.text for word in offer.words)
        now_ms = self._clock.monotonic_ms()
        known = FilterFeatures(
            base_probability=base,
            rest_logprob=sum(rest) / len(rest) if rest else None,
            ms_since_key=None if self._key_ms is None else now_ms - self._key_ms,
            typing_interval_ms=self._interval_ms,
            **asdict(text_features(context.before, context.after, [text])),
        )
        place = (context.document_id, context.offset)
        self.features = self._history.known(known, self._clock.unix_ms(), place, [text])
        own_filter = self._own_filter()
        if own_filter is None:
            return model_estimate(offer, context)
        return own_filter.probability(self.features)

    def key_pressed(self, at_ms: float, interval_ms: float | None) -> None:
        """The writer changed the text."""
        self._key_ms, self._interval_ms = at_ms, interval_ms

    def shown(self, text: str) -> None:
        """A suggestion appeared."""
        self._history.shown(self._clock.unix_ms(), [text])

    def ended(self, context: CaretContext, *, wanted: bool) -> None:
        """A suggestion that could be read is over; ``wanted`` if some of it was taken."""
        place = (context.document_id, context.offset)
        self._history.ended(self._clock.unix_ms(), place, wanted=wanted)
