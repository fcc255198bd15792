"""Events of made-up months of writing, in the mix that the editor leaves: mostly edits."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from cowrite.decisions.events import Event, EventKind, JsonValue

EDITS_PER_SUGGESTION = 18
HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 11, 14, 15, 16, 20, 21, 22)
WORDS = (
    "and",
    "the",
    "river",
    "ran",
    "on",
    "under",
    "a",
    "low",
    "bridge",
    "where",
    "nobody",
    "waited",
)
NEEDED = (
    ("low_confidence", 12),
    ("repeats_what_follows", 2),
    ("mid_line", 2),
    ("rejected_before", 1),
)
NOT_ASKED = (("after_deletion", 9), ("after_undo", 2), ("inside_word", 3), ("no_text", 1))
MOMENTS = (
    ("30 s", 30_000),
    ("2 min", 120_000),
    ("10 min", 600_000),
    ("save", 700_000),
    ("close", 900_000),
)

Details = dict[str, JsonValue]


class WritingMonths:
    """About ``suggestions_a_day`` for ``days`` days up to ``now``; the same for the same ``seed``.

    From two thirds of the time on there is an adapter, and a little more is taken.
    """

    def __init__(self, days: int, suggestions_a_day: int, now: datetime, seed: int = 7) -> None:
        self._days = days
        self._a_day = suggestions_a_day
        self._now = now
        self._random = random.Random(seed)
        self._number = 0
        self._at_ms = 0
        self._adapter = ""

    def events(self) -> Iterator[Event]:
        """All of them, nearly in the order of time."""
        chance = self._random
        for day in range(self._days):
            self._adapter = "own-2" if day > self._days * 2 / 3 else ""
            if chance.random() < 0.12:
                continue  # a day off
            midnight = self._now.replace(hour=0, minute=0, second=0) - timedelta(
                days=self._days - 1 - day
            )
            for hour in sorted(
                chance.choices(HOURS, k=max(1, int(chance.gauss(self._a_day, self._a_day / 3))))
            ):
                moment = midnight + timedelta(hours=hour, seconds=chance.uniform(0, 3500))
                if moment < self._now:
                    self._at_ms = int(moment.timestamp() * 1000)
                    yield from self._suggestion(hour)

    def _suggestion(self, hour: int) -> Iterator[Event]:
        chance = self._random
        self._number += 1
        yield from self._edits()
        if chance.random() < 0.25:
            yield self._event(EventKind.NOT_SHOWN, {"reason": _one_of(chance, NOT_ASKED)}, about="")
        words = chance.choices((1, 2, 3, 4, 6), (4, 3, 3, 1, 1))[0]
        text = " " + " ".join(chance.sample(WORDS, words))
        interval = round(chance.lognormvariate(5.2, 0.5), 2)
        yield self._event(EventKind.REQUESTED, {"trigger": "typed", "typing_interval_ms": interval})
        yield self._event(EventKind.GENERATED, self._answer(text))
        if chance.random() < 0.45:
            reason = _one_of(chance, NEEDED)
            yield self._event(EventKind.NOT_SHOWN, {"reason": reason, "confidence": 0.0421})
            return
        gate: Details = {
            "base_probability": 0.47,
            "offered_characters": len(text),
            "offered_words": words,
        }
        shown: Details = {
            "text": text,
            "candidate": 0,
            "candidates": 1,
            "confidence": 0.47,
            "ms_since_key": 240.5,
        }
        yield self._event(EventKind.SHOWN, {**shown, "gate": gate})
        taking = 0.44 - 0.05 * words + (0.09 if self._adapter else 0) + (0.06 if hour < 12 else 0)
        if chance.random() > taking:
            kind = chance.choice((EventKind.IGNORED, EventKind.IGNORED, EventKind.REJECTED))
            yield self._event(
                kind,
                {"on_screen_ms": 640.2, "candidate": 0, "text": text, "taken": "", "typed": "x"},
            )
            return
        yield self._event(
            EventKind.ACCEPTED,
            {"on_screen_ms": 801.5, "candidate": 0, "text": text, "characters": len(text)},
        )
        yield from self._looked_for(text)

    def _looked_for(self, text: str) -> Iterator[Event]:
        chance = self._random
        share = chance.choices((1.0, 0.7, 0.0), (7, 2, 1))[0]
        at_ms = self._at_ms
        for when, after_ms in MOMENTS:
            if chance.random() < 0.15:
                break  # the document was closed before
            self._at_ms = at_ms + after_ms
            if self._at_ms > self._now.timestamp() * 1000:
                break
            state = {1.0: "exact", 0.7: "edited", 0.0: "gone"}[share]
            distance = round((1 - share) * len(text))
            now = text[: round(share * len(text))]
            details: Details = {"when": when, "state": state, "distance": distance, "kept": share}
            yield self._event(EventKind.KEPT, {**details, "characters": len(text), "now": now})
        self._at_ms = at_ms

    def _edits(self) -> Iterator[Event]:
        chance = self._random
        for _ in range(int(chance.expovariate(1 / EDITS_PER_SUGGESTION))):
            inserted = " ".join(chance.choices(WORDS, k=chance.randint(1, 6))) + " "
            keys: list[JsonValue] = [[190 * number, 1] for number in range(len(inserted))]
            yield self._event(
                EventKind.EDITED,
                {"origin": "typed", "inserted": inserted, "removed": 0, "keys": keys},
                about="",
            )

    def _answer(self, text: str) -> Details:
        chance = self._random
        foreseen = chance.random() < 0.15
        total = 0.0 if foreseen else round(chance.lognormvariate(5.0, 0.45), 2)
        tokens: list[JsonValue] = [[f" {word}", -1.2345] for word in text.split() * 2]
        return {
            "candidates": [{"text": text * 2, "logprob": -4.938, "tokens": tokens}],
            "prefill_ms": total / 3,
            "first_token_ms": total / 2,
            "total_ms": total,
            "prompt_tokens": 512,
            "cached_tokens": 508,
            "device": "cpu",
            "quantization": "int8",
        }

    def _event(self, kind: EventKind, details: Details, about: str | None = None) -> Event:
        self._at_ms += 40
        return Event(
            kind=kind,
            at_ms=self._at_ms,
            session_id="5f0c2a9e7b1d4e63a8c4f2d9b7e61035",
            suggestion_id=f"{self._number:032x}" if about is None else about,
            document_id="c3a1f0d2b4e5968778695a4b3c2d1e0f",
            revision=self._number,
            start=40 * self._number,
            end=40 * self._number + 12,
            model="smollm2-135m-instruct",
            adapter=self._adapter,
            details=details,
        )


def _one_of(chance: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]
