"""Clean sentences damaged as writers damage them, so that a right and a wrong form of each are known.

The kinds are those of learners' English that a rule can make, as the shared task of CoNLL 2014 counts them (Ng et al.
2014: articles, prepositions, noun number, verb form and tense, agreement, punctuation). How often each is drawn is our
choice. Each damage is one place of the sentence.
"""

from __future__ import annotations

import random
import re
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

Inflections = Callable[[str], Sequence[str]]
"""Other forms of the same word, such as “go, goes, went, gone, going”; empty where nothing is known of it."""

ARTICLES = ("a", "an", "the")
# fmt: off
PREPOSITIONS = (
    "in", "on", "at", "to", "for", "of", "with", "from", "by", "about", "into", "over", "under", "between", "during",
    "through", "after", "before",
)
SMALL_WORDS = (
    "is", "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "to", "of", "that", "it",
    "and", "but", "the", "a", "in", "on", "he", "she", "they", "we",
)
# fmt: on
CONFUSED = (
    ("their", "there", "they're"),
    ("its", "it's"),
    ("your", "you're"),
    ("then", "than"),
    ("to", "too", "two"),
    ("whose", "who's"),
    ("who", "whom", "which", "that"),
    ("affect", "effect"),
    ("lose", "loose"),
    ("much", "many"),
    ("less", "fewer"),
    ("this", "these"),
    ("that", "those"),
    ("he", "him"),
    ("she", "her"),
    ("they", "them"),
    ("I", "me"),
    ("we", "us"),
    ("where", "were", "we're"),
    ("if", "whether"),
    ("as", "like"),
    ("other", "another", "others"),
    ("every", "all", "each"),
    ("some", "any"),
    ("lie", "lay"),
    ("good", "well"),
    ("quite", "quiet"),
    ("of", "off"),
    ("passed", "past"),
    ("principal", "principle"),
    ("accept", "except"),
    ("advice", "advise"),
    ("because", "because of"),
    ("and", "but", "or"),
    ("is", "are"),
    ("was", "were"),
    ("has", "have"),
    ("do", "does"),
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NEIGHBOURS = {
    letter: (row[max(0, at - 1) : at] + row[at + 1 : at + 2])
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for at, letter in enumerate(row)
}


@dataclass(frozen=True, slots=True)
class Damage:
    """``text`` is the damaged sentence; it differs from the clean one up to ``end`` of the clean one at most."""

    kind: str
    text: str
    end: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A word of a sentence."""

    start: int
    end: int
    text: str


Edit = tuple[int, int, str]
"""What stands from, up to, and what comes there instead."""


class Noise:
    """Damages sentences; what is drawn follows from the random source handed in."""

    def __init__(self, inflections: Inflections) -> None:
        self._inflections = inflections
        self._confused = {
            word: [other for other in group if other != word]
            for group in CONFUSED
            for word in group
        }
        self._kinds: dict[
            str, tuple[float, Callable[[str, list[_Place], random.Random], Edit | None]]
        ]
        self._kinds = {
            "article": (0.16, _article),
            "preposition": (0.13, _preposition),
            "inflection": (0.24, self._inflection),
            "confused": (0.12, self._confusion),
            "missing word": (0.09, _missing),
            "extra word": (0.06, _extra),
            "punctuation": (0.10, _punctuation),
            "spelling": (0.05, _misspelling),
            "doubled": (0.01, _doubled),
            "capital": (0.02, _capital),
            "run-on": (0.02, _run_on),
        }
        self._names = tuple(self._kinds)
        self._sums = tuple(accumulate(weight for weight, _ in self._kinds.values()))

    @property
    def kinds(self) -> tuple[str, ...]:
        """What kinds of damage there are."""
        return self._names

    def damaged(self, sentence: str, draw: random.Random) -> Damage | None:
        """One damaged form of ``sentence``, or None if what was drawn does not apply to it."""
        places = [_Place(*each.span(), each.group()) for each in _WORD.finditer(sentence)]
        if len(places) < 3:
            return None
        kind = self._names[bisect(self._sums, draw.random() * self._sums[-1])]
        edit = self._kinds[kind][1](sentence, places, draw)
        if edit is None:
            return None
        start, end, new = edit
        text = sentence[:start] + new + sentence[end:]
        if start == 0 and text[:1].islower() and sentence[:1].isupper() and kind != "capital":
            text = text[:1].upper() + text[1:]
        return None if text == sentence else Damage(kind, text, end)

    def _inflection(self, _: str, places: list[_Place], draw: random.Random) -> Edit | None:
        for place in draw.sample(places, min(4, len(places))):
            if place.text.lower() != place.text or len(place.text) < 3:
                continue
            others = [each for each in self._inflections(place.text) if each != place.text]
            if others:
                return place.start, place.end, draw.choice(others)
        return None

    def _confusion(self, _: str, places: list[_Place], draw: random.Random) -> Edit | None:
        found = [place for place in places if place.text in self._confused]
        if not found:
            return None
        place = draw.choice(found)
        return place.start, place.end, draw.choice(self._confused[place.text])


def _article(sentence: str, places: list[_Place], draw: random.Random) -> Edit | None:
    found = [place for place in places if place.text.lower() in ARTICLES]
    if not found or draw.random() < 0.3:
        return _inserted(places, draw, draw.choice(("the", "the", "a")))
    place = draw.choice(found)
    if draw.random() < 0.6:
        return _without(sentence, place)
    return place.start, place.end, draw.choice([a for a in ARTICLES if a != place.text.lower()])


def _preposition(sentence: str, places: list[_Place], draw: random.Random) -> Edit | None:
    found = [place for place in places if place.text in PREPOSITIONS]
    if not found:
        return None
    place, chance = draw.choice(found), draw.random()
    if chance < 0.25:
        return _without(sentence, place)
    if chance < 0.35:
        return _inserted(places, draw, draw.choice(PREPOSITIONS[:8]))
    # The frequent ones are confused most.
    others = PREPOSITIONS[: draw.choice((9, len(PREPOSITIONS)))]
    return place.start, place.end, draw.choice([each for each in others if each != place.text])


def _missing(sentence: str, places: list[_Place], draw: random.Random) -> Edit | None:
    found = [place for place in places if place.text in SMALL_WORDS]
    return _without(sentence, draw.choice(found)) if found else None


def _extra(_: str, places: list[_Place], draw: random.Random) -> Edit | None:
    return _inserted(places, draw, draw.choice(SMALL_WORDS))


def _doubled(_: str, places: list[_Place], draw: random.Random) -> Edit | None:
    place = draw.choice(places[1:])
    return place.end, place.end, f" {place.text}"


def _punctuation(sentence: str, places: list[_Place], draw: random.Random) -> Edit | None:
    commas = [
        at for at, sign in enumerate(sentence) if sign == "," and sentence[at + 1 :][:1] == " "
    ]
    chance = draw.random()
    if commas and chance < 0.5:
        at = draw.choice(commas)
        return at, at + 1, ""
    if chance < 0.6 and sentence[-1:] == ".":
        return len(sentence) - 1, len(sentence), ""
    place = draw.choice(places[:-1])
    return (place.end, place.end, ",") if sentence[place.end : place.end + 1] == " " else None


def _run_on(sentence: str, places: list[_Place], draw: random.Random) -> Edit | None:
    """A conjunction after a comma left out: “, and he” to “, he”."""
    found = [
        place
        for place in places
        if place.text in ("and", "but", "so") and sentence[: place.start].endswith(", ")
    ]
    return _without(sentence, draw.choice(found)) if found else None


def _capital(_: str, places: list[_Place], draw: random.Random) -> Edit | None:
    place = draw.choice(places)
    first = place.text[0]
    return place.start, place.start + 1, first.lower() if first.isupper() else first.upper()


def _misspelling(_: str, places: list[_Place], draw: random.Random) -> Edit | None:
    long = [place for place in places if len(place.text) > 3 and place.text.islower()]
    if not long:
        return None
    place = draw.choice(long)
    word, at = place.text, draw.randrange(1, len(place.text) - 1)
    near = _NEIGHBOURS.get(word[at], word[at])
    made = draw.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + draw.choice(near) + word[at + 1 :],
        )
    )
    return place.start, place.end, made


def _inserted(places: list[_Place], draw: random.Random, word: str) -> Edit | None:
    place = draw.choice(places[1:])
    return (place.start, place.start, f"{word} ") if place.text.islower() else None


def _without(sentence: str, place: _Place) -> Edit:
    """The word and the space after it left out."""
    end = place.end + (sentence[place.end : place.end + 1] == " ")
    return place.start, end, ""
