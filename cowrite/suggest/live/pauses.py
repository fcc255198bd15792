"""How long this writer waits before a key, by the key's place: what the show rule knows of time.

A few dozen numbers: for each :class:`~cowrite.suggest.filter.key_places.KeyPlace` the quantiles of the gap before the
key, in units of the writer's own pace. They begin as those of four writers and follow this writer's gaps; of the text
nothing is kept. Within a run of plain typing the last gap tells next to nothing of the next one once pace and place are
known (0.002 nats for a key), so it is not asked. Milliseconds throughout.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, Number, decode
from cowrite.decisions.statistics.time_saved import REACTION_MS
from cowrite.suggest.filter.key_places import KeyPlace

VERSION = 1
LEVELS = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)
_USUAL = LEVELS.index(0.5)
# CoAuthor (Lee, Liang and Yang, CHI 2022, coauthor.stanford.edu), licence CC BY-SA 4.0: derived numbers only, from
# 29,994 gaps of plain typing in 20 sessions of 4 writers (`benchmarks/typing_gaps.py`; the simulated typist has the
# other half of the writers). Quantiles at LEVELS, 1 is the usual gap within a word.
USUAL_GAPS: Mapping[KeyPlace, tuple[float, ...]] = {
    KeyPlace.PARAGRAPH: (3.12, 3.23, 3.24, 4.08, 9.63, 13.89, 25.94, 36.27, 45.99),
    KeyPlace.SENTENCE: (1.61, 1.95, 2.34, 3.05, 5.17, 12.11, 22.97, 36.24, 53.04),
    KeyPlace.CLAUSE: (0.69, 0.83, 0.96, 1.14, 1.53, 2.62, 7.45, 13.58, 30.46),
    KeyPlace.OTHER: (0.64, 0.77, 0.89, 1.12, 1.5, 2.49, 5.9, 10.42, 20.83),
    KeyPlace.WITHIN: (0.32, 0.43, 0.54, 0.72, 0.99, 1.31, 1.75, 2.31, 3.37),
    KeyPlace.MARK: (0.37, 0.48, 0.57, 0.73, 0.95, 1.3, 2.25, 3.6, 7.52),
}
USUAL_PACE_MS = 137.0
USUAL_KEY_MS = 229.0
# A longer gap is a pause for thought and says nothing of the hands; a much longer one, that nobody was there.
LONGEST_KEY_MS = 10_000.0
LONGEST_GAP_MS = 30_000.0
SHORTEST_GAP_MS = 15.0
# So many gaps weigh what was known before any, and no new one weighs less than one in so many.
_PRIOR_KEYS, _MOST_KEYS = 20, 400
_PRIOR_GAPS, _MOST_GAPS = 30, 150
_LARGEST_STEP = 0.7
# The outer quantiles see few gaps beyond them, so each of those moves them further.
_STEPS = tuple(min(4.0, 0.25 / (level * (1 - level))) for level in LEVELS)
# A ghost that was seen, or overlooked, makes the one or the other kind of eyes so many times as probable; never quite
# certain, as eyes change with what they do.
_EYES_FACTOR = 2.0
_SUREST_EYES = 3.5
# The decision after the reaction to something that appears.
DECISION_MS = 150.0
_QUICKEST_MS = 50.0
_REACTION_RATE = 0.2


@dataclass(slots=True)
class _PlaceGaps:
    """Natural logarithms of the quantiles at LEVELS, relative to the pace, and how many gaps they have followed."""

    quantiles: list[float]
    counted: int = 0

    def learn(self, gap: float) -> None:
        """Move each quantile by its share (stochastic approximation of Robbins and Monro)."""
        self.counted += 1
        rate = 1 / min(self.counted + _PRIOR_GAPS, _MOST_GAPS)
        for at, level in enumerate(LEVELS):
            self.quantiles[at] += rate * _STEPS[at] * (level - (gap <= self.quantiles[at]))
        self.quantiles.sort()

    def longer_than(self, gap: float) -> float:
        """The probability of a gap beyond ``gap``: linear between the quantiles, an exponential tail beyond them."""
        known = self.quantiles
        at = bisect_right(known, gap)
        if at == 0:
            return 1 - LEVELS[0] * math.exp(min(0.0, 3 * (gap - known[0])))
        if at == len(known):
            return (1 - LEVELS[-1]) * math.exp(known[-1] - gap)
        share = (gap - known[at - 1]) / max(known[at] - known[at - 1], 1e-9)
        return 1 - (LEVELS[at - 1] + share * (LEVELS[at] - LEVELS[at - 1]))


class TypingPauses:
    """What is known of one writer's hands and eyes. Serves all pages of the writer; one thread."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know of this writer what one may expect of anyone."""
        self._pace = math.log(USUAL_PACE_MS)
        self._keys = 0
        self._key_ms = USUAL_KEY_MS
        self._eyes = 0.0  # log-odds of eyes that see while the fingers go on
        self._reaction_ms = REACTION_MS
        self._places = {
            place: _PlaceGaps([math.log(ratio) for ratio in ratios])
            for place, ratios in USUAL_GAPS.items()
        }

    @property
    def key_ms(self) -> float:
        """The mean time this writer needs for a key, pauses for thought counted as ten seconds at most."""
        return self._key_ms

    @property
    def sees_while_typing(self) -> float:
        """How probable it is that this writer sees a ghost without a pause, as far as the ghosts tell."""
        return 1 / (1 + math.exp(-self._eyes))

    @property
    def reaction_ms(self) -> float:
        """How long a ghost must stand until this writer notices it: the usual time, less for who takes them sooner."""
        return self._reaction_ms

    @property
    def waits(self) -> float:
        """How often this writer waits within a word as long as it takes to notice a ghost: a look is free then."""
        return self.longer_than(KeyPlace.WITHIN, REACTION_MS)

    def learn(self, place: KeyPlace, gap_ms: float) -> None:
        """``gap_ms`` passed between a typed key and the next one, which stands at ``place``."""
        if not 0 <= gap_ms <= LONGEST_GAP_MS:
            return
        gaps = self._places[place]
        gap_ms = max(gap_ms, SHORTEST_GAP_MS)
        relative = math.log(gap_ms) - self._pace
        self._keys += 1
        rate = 1 / min(self._keys + _PRIOR_KEYS, _MOST_KEYS)
        usual = gaps.quantiles[_USUAL]
        self._pace += rate * min(max(relative - usual, -_LARGEST_STEP), _LARGEST_STEP)
        self._key_ms += rate * (min(gap_ms, LONGEST_KEY_MS) - self._key_ms)
        gaps.learn(relative)
        self._keep_pace()

    def _keep_pace(self) -> None:
        """The pace is the usual gap within a word, and the quantiles there are relative to that.

        Pace and quantiles follow the same gaps, the one by a mean, the others by ranks. Where gaps are skewed they
        would drift apart for ever, and leave the places behind at which keys are rare.
        """
        within = self._places[KeyPlace.WITHIN].quantiles
        drift = within[_USUAL]
        self._pace += drift
        within[:] = [each - drift for each in within]

    def longer_than(self, place: KeyPlace, gap_ms: float) -> float:
        """The probability that more than ``gap_ms`` pass before a key at ``place``; above 0."""
        if gap_ms <= 0:
            return 1.0
        return max(1e-6, self._places[place].longer_than(math.log(gap_ms) - self._pace))

    def saw_while_typing(self) -> None:
        """A ghost was taken so soon after a key that it must have been seen before that key."""
        self._eyes = min(_SUREST_EYES, self._eyes + math.log(_EYES_FACTOR))

    def took_after(self, shown_ms: float) -> None:
        """A ghost was taken so long after it appeared, with no key between."""
        reaction = min(max(shown_ms - DECISION_MS, _QUICKEST_MS), REACTION_MS)
        self._reaction_ms += _REACTION_RATE * (reaction - self._reaction_ms)

    def overlooked_while_typing(self) -> None:
        """A ghost that stood long enough to be seen was typed letter by letter."""
        self._eyes = max(-_SUREST_EYES, self._eyes - math.log(_EYES_FACTOR))

    # --- Between two starts -----------------------------------------------------------------------------------------

    def to_json(self) -> str:
        """What :meth:`from_json` reads. Holds numbers only."""
        return json.dumps(
            {
                "version": VERSION,
                "pace": round(self._pace, 4),
                "keys": self._keys,
                "key_ms": round(self._key_ms, 2),
                "eyes": round(self._eyes, 3),
                "reaction_ms": round(self._reaction_ms, 1),
                "places": {
                    place.value: {
                        "counted": gaps.counted,
                        "quantiles": [round(each, 4) for each in gaps.quantiles],
                    }
                    for place, gaps in self._places.items()
                },
            }
        )

    @classmethod
    def from_json(cls, text: str) -> TypingPauses:
        """Raises ValueError for what is none, or one of another version."""
        stored = decode(read_json(text), _Stored)
        pauses = cls()
        pauses._pace, pauses._keys = stored.pace, stored.keys
        pauses._key_ms = stored.key_ms
        pauses._eyes = stored.eyes
        pauses._reaction_ms = stored.reaction_ms
        pauses._places = {
            KeyPlace(name): _PlaceGaps(list(each.quantiles), each.counted)
            for name, each in stored.places.items()
        }
        return pauses


# A gap is between a millisecond and a few hours.
_LEAST_LOG, _MOST_LOG = -10.0, 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredPlace:
    counted: Count
    quantiles: tuple[Number, ...]

    def __post_init__(self) -> None:
        if len(self.quantiles) != len(LEVELS) or list(self.quantiles) != sorted(self.quantiles):
            raise SchemaError("quantiles", "are not as many rising numbers as there are levels")
        if not _LEAST_LOG <= self.quantiles[0] <= self.quantiles[-1] <= _MOST_LOG:
            raise SchemaError("quantiles", "are no gaps between keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    version: int
    pace: Number
    keys: Count
    key_ms: Number
    eyes: Number
    reaction_ms: Number
    places: dict[str, _StoredPlace]

    def __post_init__(self) -> None:
        if self.version != VERSION:
            raise SchemaError("version", "is another one")
        if set(self.places) != {place.value for place in KeyPlace}:
            raise SchemaError("places", "are others")
        if not 0 <= self.pace <= _MOST_LOG or not 0 < self.key_ms <= LONGEST_KEY_MS:
            raise SchemaError("pace", "is none that anyone types at")
        if abs(self.eyes) > _SUREST_EYES:
            raise SchemaError("eyes", "are too sure")
        if not _QUICKEST_MS <= self.reaction_ms <= REACTION_MS:
            raise SchemaError("reaction_ms", "is none of anyone")
