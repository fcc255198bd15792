"""What is known of a suggestion before it is shown: the numbers that a writer's own filter looks at.

The program and `benchmarks/coauthor_gate.py` use the same code, so that a number means the same in both. What is not
known is None and counts as usual.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

from cowrite.decisions.events import JsonValue

UNKNOWN = math.nan
# How many of the last characters before the caret are searched for what is offered.
REPETITION_CHARACTERS = 400
# How many shown suggestions the two running rates look back on.
SHORT_MEMORY = 3
LONG_MEMORY = 10
# The rate of a writer of whom nothing is known, and when a run of refusals or a gap says nothing more.
USUAL_RATE = 0.5
LONGEST_RUN = 5
LONGEST_GAP_MS = 3_600_000.0
_SURE = 1e-4
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterFeatures:
    """What is known before showing. Milliseconds, Python characters, natural-log probabilities; None is unknown.

    ``base_probability``: of the first word, as the fixed filter believes. ``rest_logprob``: mean over the tokens after
    it. ``letters_typed``: of the word at the caret. ``characters_right``: of the caret, in its line. ``repetition``:
    share of the words offered that stand in the last REPETITION_CHARACTERS. ``seen_before``: share of what is offered
    that was offered the last time. ``variety``: different words among the candidates, as a share. ``taken_lately`` and
    ``taken_rate``: running rates of what was worth showing, over about 3 and 10 suggestions. ``same_place``: the last
    one was not wanted, and this is for the same caret. ``decision_ms``: how long the last one was looked at.
    """

    base_probability: float | None = None
    rest_logprob: float | None = None
    offered_characters: float | None = None
    offered_words: float | None = None
    candidates: float | None = None
    letters_typed: float | None = None
    characters_right: float | None = None
    begins_sentence: float | None = None
    begins_paragraph: float | None = None
    repetition: float | None = None
    seen_before: float | None = None
    variety: float | None = None
    ms_since_key: float | None = None
    typing_interval_ms: float | None = None
    taken_lately: float | None = None
    taken_rate: float | None = None
    unwanted_in_a_row: float | None = None
    ms_since_taken: float | None = None
    ms_since_last: float | None = None
    characters_since_last: float | None = None
    same_place: float | None = None
    decision_ms: float | None = None

    def vector(self) -> list[float]:
        """The numbers in the order of FEATURE_NAMES, on scales on which a step means about the same; NaN is unknown."""
        return [_scaled(name, getattr(self, name)) for name in FEATURE_NAMES]

    def details(self) -> dict[str, JsonValue]:
        """What of it is known, for the log's SHOWN event under ``gate``."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_details(cls, stored: Mapping[str, JsonValue]) -> FilterFeatures:
        """From what :meth:`details` gave; whatever is no number is unknown, other names are ignored."""
        return cls(**{name: number(stored.get(name)) for name in FEATURE_NAMES})


FEATURE_NAMES: tuple[str, ...] = tuple(each.name for each in fields(FilterFeatures))
_COUNTED = frozenset(
    {
        "offered_characters",
        "offered_words",
        "letters_typed",
        "characters_right",
        "characters_since_last",
    }
)


def number(value: object) -> float | None:
    """``value`` as a number if it is a finite one, or True or False; else None."""
    if not isinstance(value, int | float):
        return None
    try:
        converted = float(value)
    except OverflowError:
        return None
    return converted if math.isfinite(converted) else None


def log_odds(probability: float) -> float:
    """The logit, for probabilities that are not quite 0 or 1."""
    inside = min(max(probability, _SURE), 1 - _SURE)
    return math.log(inside / (1 - inside))


def _scaled(name: str, raw: float | None) -> float:
    value = number(raw)
    if value is None:
        return UNKNOWN
    if name == "base_probability":
        return log_odds(value)
    if name.endswith("_ms") or "ms_since" in name:
        return math.log1p(min(max(value, 0.0), LONGEST_GAP_MS) / 1000)
    if name in _COUNTED:
        return math.log1p(max(value, 0.0))
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFeatures:
    """The part of FilterFeatures that only needs the text around the caret and what is offered."""

    offered_characters: float
    offered_words: float
    candidates: float
    letters_typed: float
    characters_right: float
    begins_sentence: float
    begins_paragraph: float
    repetition: float
    variety: float


def text_features(before: str, after: str, offered: Sequence[str]) -> TextFeatures:
    """Of ``offered``, the candidates (usually one), between ``before`` and ``after``. Means over the candidates."""
    line = before.rstrip(" ")
    near = set(_words(before[-REPETITION_CHARACTERS:]))
    split = [_words(text) for text in offered]
    all_words = [word for words in split for word in set(words)]
    typed = re.search(r"\w*$", before)
    return TextFeatures(
        offered_characters=_mean([len(text) for text in offered]),
        offered_words=_mean([len(words) for words in split]),
        candidates=float(len(offered)),
        letters_typed=float(len(typed.group())) if typed else 0.0,
        characters_right=float(len(after.split("\n", 1)[0].rstrip())),
        begins_sentence=float(bool(_SENTENCE_END.search(line[-20:])) or not line.strip()),
        begins_paragraph=float(not line or line.endswith("\n")),
        repetition=_mean([_mean([word in near for word in words]) for words in split]),
        variety=len(set(all_words)) / max(1, len(all_words)),
    )


class WriterHistory:
    """What this writer did with the last suggestions. Told of each one shown and how it ended, in this order.

    Milliseconds are Unix time; ``offset`` is the caret's, in whatever unit, as long as it is always the same.
    """

    def __init__(self) -> None:
        self._lately = self._rate = USUAL_RATE
        self._unwanted = 0
        self._last: tuple[str, int] | None = None
        self._last_offered: frozenset[str] = frozenset()
        self._shown_ms = 0.0
        self._end_ms: float | None = None
        self._taken_ms: float | None = None
        self._decision_ms: float | None = None
        self._wanted_last = True

    def known(
        self, base: FilterFeatures, now_ms: float, place: tuple[str, int], offered: Sequence[str]
    ) -> FilterFeatures:
        """``base`` with what the history knows of a suggestion at ``place`` (document and offset)."""
        moved = self._last is not None and self._last[0] == place[0]
        return replace(
            base,
            taken_lately=self._lately,
            taken_rate=self._rate,
            unwanted_in_a_row=float(min(self._unwanted, LONGEST_RUN)),
            ms_since_taken=_since(self._taken_ms, now_ms),
            ms_since_last=_since(self._end_ms, now_ms),
            characters_since_last=float(abs(place[1] - self._last[1]))
            if moved and self._last
            else None,
            same_place=float(self._last == place and not self._wanted_last),
            decision_ms=self._decision_ms,
            seen_before=_mean([text in self._last_offered for text in offered]),
        )

    def shown(self, now_ms: float, offered: Sequence[str]) -> None:
        """A suggestion appeared, with these candidates."""
        self._shown_ms = now_ms
        self._last_offered = frozenset(offered)

    def ended(self, now_ms: float, place: tuple[str, int], *, wanted: bool) -> None:
        """It ended, and the caret now stands at ``place``; ``wanted``: something of it was taken."""
        self._lately += (wanted - self._lately) / SHORT_MEMORY
        self._rate += (wanted - self._rate) / LONG_MEMORY
        self._unwanted = 0 if wanted else self._unwanted + 1
        self._last = place
        self._end_ms = now_ms
        self._decision_ms = now_ms - self._shown_ms
        self._wanted_last = wanted
        if wanted:
            self._taken_ms = now_ms


def _since(then_ms: float | None, now_ms: float) -> float:
    return LONGEST_GAP_MS if then_ms is None else min(max(0.0, now_ms - then_ms), LONGEST_GAP_MS)


def _words(text: str) -> list[str]:
    return [match.lower() for match in _WORD.findall(text)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
