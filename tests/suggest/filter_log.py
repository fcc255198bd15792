"""Events of made-up suggestions, as the controller writes them."""

from __future__ import annotations

from collections.abc import Iterator

from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.suggest.filter.features import FilterFeatures

START_MS = 1_700_000_000_000


class LogMaker:
    """Makes the events of one suggestion after another, ten seconds apart, each 100 units further on."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.number = 0
        self.now_ms = START_MS

    def show(
        self, text: str = "lighthouse stands", confidence: float = 0.4, **details: JsonValue
    ) -> None:
        """Ask, answer and show."""
        self.number += 1
        self.now_ms += 10_000
        self.add(EventKind.REQUESTED, trigger="typed", typing_interval_ms=180.0)
        tokens: list[JsonValue] = [["light", -0.5], ["house", -0.25], [" stands", -1.5]]
        self.add(
            EventKind.GENERATED, candidates=[{"text": text, "logprob": -2.25, "tokens": tokens}]
        )
        self.add(
            EventKind.SHOWN,
            **{
                "text": text,
                "candidate": 0,
                "candidates": 1,
                "confidence": confidence,
                "ms_since_key": 250.0,
                **details,
            },
        )

    def add(
        self,
        kind: EventKind,
        *,
        start: int = 0,
        end: int = 0,
        after_ms: int = 0,
        **details: JsonValue,
    ) -> None:
        """One event; ``start`` and ``end`` count from where the suggestion stands."""
        self.now_ms += after_ms
        place = self.number * 100
        self.events.append(
            Event(
                kind=kind,
                at_ms=self.now_ms,
                session_id="session",
                suggestion_id=f"suggestion-{self.number}",
                document_id="document",
                revision=1,
                start=place + start,
                end=place + end,
                details=details,
            )
        )

    def accept(self, text: str = "lighthouse stands") -> None:
        """Take all of it, a second later."""
        self.add(
            EventKind.ACCEPTED,
            end=len(text),
            after_ms=1000,
            text=text,
            characters=len(text),
            on_screen_ms=1000.0,
        )

    def refuse(
        self,
        kind: EventKind = EventKind.REJECTED,
        taken: str = "",
        on_screen_ms: float = 900.0,
        typed: str = "x",
    ) -> None:
        """Do not take it, or no more than ``taken``; ``typed`` is what was typed instead."""
        self.add(
            kind, end=len(taken), after_ms=900, on_screen_ms=on_screen_ms, taken=taken, typed=typed
        )

    def decide_many(self, count: int) -> None:
        """Take what is rather certain, refuse the rest."""
        for number in range(count):
            confidence = (number * 37 % 100) / 100
            self.show(confidence=confidence)
            if confidence > 0.5:
                self.accept()
            else:
                self.refuse()


def synthetic(
    count: int, *, taken_above: float = 0.5
) -> Iterator[tuple[FilterFeatures, bool, float]]:
    """Examples of a writer who takes what is more probable than ``taken_above``, and errs every tenth time."""
    for number in range(count):
        acceptance = (number * 37 % 100 + 0.5) / 100
        features = FilterFeatures(base_probability=acceptance, offered_characters=5 + number % 7)
        yield features, (acceptance > taken_above) != (number % 10 == 3), 1.0
