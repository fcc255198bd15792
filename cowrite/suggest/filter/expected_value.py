"""What showing a ghost is worth, in keys, and when it is worth most: now, after a pause, or never.

A ghost is noticed when it has stood for the reaction time; meanwhile the fingers go on. So what counts is not how much
of it is right now, but how much will be left then:

    value = sum over the words that are right of (probability * keys left when it is noticed, less those that take it)
            - UNTAKEN_KEYS * p(nothing is taken) - flash * p(gone before it is noticed) - glance * p(noticed)

Whether a writer notices a ghost while the fingers go on, or looks up in pauses only, nobody knows beforehand: both are
worked out, and weighed by what this writer's own ghosts tell (:attr:`Hands.sees_while_typing`). Waiting is worth
something as well: the pause may go on, so that fewer keys fall before it is noticed, or the next key may say more about
the word. Pure functions of numbers; milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Protocol

from cowrite.suggest.filter.key_places import KeyPlace
from cowrite.suggest.settings import UNTAKEN_KEYS, Prices

# A word that is wrong agrees with each further letter this often; from the four tuning texts.
AGREES_BY_CHANCE = 0.35
# A character that an input method composes takes a key or more to spell and one to choose.
KEYS_OF_COMPOSED = 2
# Waiting must be worth so many keys more than showing.
PATIENCE_KEYS = 0.01
# So long from now each moment is looked at.
_WAITS_MS = (0.0, 50.0, 100.0, 150.0, 250.0, 400.0, 700.0, 1_200.0)
_STEPS = 12
# More keys than this never fall within the reaction time.
_MOST_KEYS = 7


@dataclass(frozen=True, slots=True)
class WordChance:
    """A word of a ghost: its characters there, with the space after it, and how probable it is if those before it are
    right. ``keys_each`` is how many keys a character takes: more than one where an input method composes it."""

    characters: int
    probability: float
    keys_each: int = 1


class Hands(Protocol):
    """What is known of the writer's hands and eyes; see :class:`cowrite.suggest.live.pauses.TypingPauses`."""

    @property
    def sees_while_typing(self) -> float:
        """How probable it is that a ghost is noticed while the fingers go on."""
        ...

    @property
    def reaction_ms(self) -> float:
        """How long a ghost must stand until it is noticed."""
        ...

    def longer_than(self, place: KeyPlace, gap_ms: float) -> float:
        """The probability that more than ``gap_ms`` pass before a key at ``place``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """``value`` in keys of showing after ``wait_ms`` from now; ``noticed`` is how probable a glance is, ``keys`` how
    many keys of the writer fall on average before that. With a ``value`` of 0 or less it is best not shown before the
    next key."""

    wait_ms: float
    value: float
    noticed: float
    keys: float


def worth_now(
    words: Sequence[WordChance],
    places: Sequence[KeyPlace],
    hands: Hands,
    prices: Prices,
    *,
    since_key_ms: float,
) -> Worth:
    """What the ghost of ``words`` is worth if it is shown ``since_key_ms`` after the last key, at once.

    ``places`` are those of the keys that would type it, at least one.
    """
    keys = _Ahead(places, hands).from_moment(since_key_ms)
    return _worth(words, keys, hands.sees_while_typing, prices, 0.0)


def best_moment(
    words: Sequence[WordChance],
    places: Sequence[KeyPlace],
    hands: Hands,
    prices: Prices,
    *,
    since_key_ms: float,
) -> Worth:
    """When the ghost of ``words`` is worth most; ``places`` are those of the keys that would type it, at least one.

    Raises ValueError for no words or no places.
    """
    if not words or not places:
        raise ValueError("a ghost has words, and keys that would type them")
    after_key = _after_next_key(words, places, hands, prices)
    ahead = _Ahead(places, hands)
    sees = hands.sees_while_typing
    still_waiting = hands.longer_than(places[0], since_key_ms)
    best, most = Worth(wait_ms=0.0, value=0.0, noticed=0.0, keys=0.0), -math.inf
    for wait_ms in _WAITS_MS:
        at_ms = since_key_ms + wait_ms
        then = _worth(words, ahead.from_moment(at_ms), sees, prices, wait_ms)
        gets_there = hands.longer_than(places[0], at_ms) / still_waiting
        promised = gets_there * then.value + (1 - gets_there) * after_key
        if promised > most + PATIENCE_KEYS:
            best, most = then, promised
    return best


def agreed(words: Sequence[WordChance], characters: int) -> tuple[WordChance, ...]:
    """``words`` after the writer typed so many characters of them: what is left, the word begun the more probable."""
    left = list(words)
    while left and characters >= left[0].characters:
        characters -= left.pop(0).characters
    if left and characters:
        first = left[0]
        by_chance = (1 - first.probability) * AGREES_BY_CHANCE**characters
        total = first.probability + by_chance
        renewed = first.probability / total if total > 0 else 0.0
        left[0] = replace(first, characters=first.characters - characters, probability=renewed)
    return tuple(left)


def together(words: Sequence[WordChance]) -> float:
    """How probable it is that all of ``words`` are right."""
    product = 1.0
    for word in words:
        product *= word.probability
    return product


def _after_next_key(
    words: Sequence[WordChance], places: Sequence[KeyPlace], hands: Hands, prices: Prices
) -> float:
    """What the ghost is worth with the next key, if it is not shown before, times how probable that key agrees."""
    rest = agreed(words, 1)
    if not rest or len(places) == 1:
        return 0.0
    first = words[0].probability
    agrees = first + (1 - first) * AGREES_BY_CHANCE
    return agrees * max(0.0, worth_now(rest, places[1:], hands, prices, since_key_ms=0.0).value)


@dataclass(frozen=True, slots=True)
class _Keys:
    """``falls[m]``: the probability that at least m keys fall within the reaction time. ``pauses[m]``: that the first
    pause as long as that comes after m keys."""

    falls: list[float]
    pauses: list[float]

    def at_least(self, count: int) -> float:
        return self.falls[count] if count < len(self.falls) else 0.0

    def exactly(self, count: int) -> float:
        return self.at_least(count) - self.at_least(count + 1)


class _Ahead:
    """The keys at ``places``, the first of which is not pressed yet."""

    def __init__(self, places: Sequence[KeyPlace], hands: Hands) -> None:
        self._hands = hands
        self._first = places[0]
        gaps: dict[KeyPlace, list[float]] = {}
        # [k][b]: p(the k + 1 gaps after the first end by step b).
        self._sums: list[list[float]] = []
        density: list[float] = []
        self._later: list[float] = []  # p(the gap before each later key is a pause)
        for number, place in enumerate(places[1 : _MOST_KEYS + 1]):
            if place not in gaps:
                gaps[place] = _density(hands, place, 0.0)
            density = _sum(density, gaps[place], _rounding(number)) if density else gaps[place]
            self._sums.append(list(accumulate(density)))
        for place in places[1:]:
            self._later.append(hands.longer_than(place, hands.reaction_ms))

    def from_moment(self, since_key_ms: float) -> _Keys:
        """Seen from ``since_key_ms`` after the last key, with no key meanwhile."""
        first = _density(self._hands, self._first, since_key_ms)
        falls = [1.0, min(1.0, sum(first))]
        for number, sums in enumerate(self._sums, 1):
            last = _STEPS - 1 - _rounding(number)
            falls.append(sum(first[at] * sums[last - at] for at in range(last + 1)))
        not_yet = 1.0
        pauses: list[float] = []
        for pause in (1 - falls[1], *self._later):
            pauses.append(not_yet * pause)
            not_yet *= 1 - pause
        return _Keys(falls, pauses)


def _density(hands: Hands, place: KeyPlace, from_ms: float) -> list[float]:
    """For each step of the reaction time, how probable the key falls in it, if it has not by ``from_ms``."""
    step_ms = hands.reaction_ms / _STEPS
    left = [hands.longer_than(place, from_ms + step * step_ms) for step in range(_STEPS + 1)]
    return [(sooner - later) / left[0] for sooner, later in pairwise(left)]


def _sum(one: list[float], other: list[float], rounding: int) -> list[float]:
    """The density of the sum of two gaps."""
    found = [sum(one[at] * other[step - at] for at in range(step + 1)) for step in range(_STEPS)]
    return [0.0] * rounding + found[: _STEPS - rounding]


def _rounding(number: int) -> int:
    """How many steps the ``number``-th sum is to be moved: a gap ends half a step on average after its step begins."""
    return 0 if number % 2 else 1


def _worth(
    words: Sequence[WordChance], keys: _Keys, sees: float, prices: Prices, wait_ms: float
) -> Worth:
    expected = [keys.exactly(count) for count in range(len(keys.falls))]
    value, noticed = _value(words, expected, prices)
    if sees < 1:
        in_pauses, noticed_in_pauses = _value(words, keys.pauses, prices)
        value = sees * value + (1 - sees) * in_pauses
        noticed = sees * noticed + (1 - sees) * noticed_in_pauses
    fall = sum(count * share for count, share in enumerate(expected))
    return Worth(wait_ms=wait_ms, value=value, noticed=noticed, keys=fall)


def _value(
    words: Sequence[WordChance], after: Sequence[float], prices: Prices
) -> tuple[float, float]:
    """The value, and how probable it is noticed; ``after[m]``: the probability that it is noticed after m keys, if it
    still stands then."""
    ends = list(accumulate(word.characters for word in words))
    value = noticed = taken = 0.0
    right = 1.0  # p(right through the words before)
    for at, word in enumerate(words):
        right *= word.probability
        goes_on = words[at + 1].probability if at + 1 < len(words) else 0.0
        only = right * (1 - goes_on)  # p(right to the end of this word, and no further)
        whole = at + 1 == len(words)
        for count, share in enumerate(after[: ends[at]]):
            keys = 1 if whole else sum(end > count for end in ends[: at + 1])
            value += only * share * ((ends[at] - count) * word.keys_each - keys)
            taken += only * share
            noticed += only * share
    wrong = 1 - words[0].probability
    agrees = 1.0
    for share in after[: ends[0]]:
        noticed += wrong * share * agrees
        agrees *= AGREES_BY_CHANCE
    value -= UNTAKEN_KEYS * (1 - taken)
    value -= prices.flash * (1 - noticed) + prices.glance * noticed
    return value, noticed
