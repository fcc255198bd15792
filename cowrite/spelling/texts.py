"""A whole text: which of its words are to be flagged, and what language it is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.prose import masked
from cowrite.spelling.words import Word, words_of

SAMPLE_WORDS = 1_000
_FEWEST_WORDS = 5
_LEAST_KNOWN = 0.5
_CLEAR = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Misspelling:
    """``text`` stands from ``start`` to ``end`` and is to be flagged."""

    start: int
    end: int
    text: str


def misspellings(
    text: str, ranges: Iterable[tuple[int, int]], checker: Checker, own: Container[str] = ()
) -> tuple[list[Misspelling], Cast]:
    """What of the prose in ``ranges`` is to be flagged, in order, and the cast that was learned from all of it.

    ``own`` are words that are right here, in lower case. Places are in characters.
    """
    cast = Cast()
    doubtful: list[Word] = []
    for word in words_of(masked(text, ranges)):
        if not checker.is_own(word):
            continue
        cast.add([word])
        if not checker.knows(word, own):
            doubtful.append(word)
    flagged = [
        Misspelling(start=word.start, end=word.end, text=text[word.start : word.end])
        for word in doubtful
        if checker.is_flagged(word.form, cast)
    ]
    return flagged, cast


def detected(
    words: Iterable[Word], available: Mapping[str, Dictionary], preferred: str
) -> str | None:
    """The language of ``available`` that knows most of the first words; None if none knows half of them.

    Of several that know nearly as many (the two English ones) it is ``preferred``, where that is one of them.
    """
    forms = Counter(word.form for word in islice(words, SAMPLE_WORDS))
    total = sum(forms.values())
    if total < _FEWEST_WORDS:
        return None
    shares = {
        language: sum(count for form, count in forms.items() if _knows(dictionary, form)) / total
        for language, dictionary in available.items()
    }
    best = max(shares.values(), default=0.0)
    if best < _LEAST_KNOWN:
        return None
    near = [language for language, share in shares.items() if share >= best - _CLEAR]
    if _regions_decide(near, shares):
        return max(near, key=lambda language: shares[language])
    return preferred if preferred in near else max(near, key=lambda language: shares[language])


def _regions_decide(near: list[str], shares: Mapping[str, float]) -> bool:
    """Two regions of one language differ in few words: five in a thousand tell them apart."""
    best = sorted((shares[each] for each in near), reverse=True)
    return len(best) > 1 and best[0] - best[1] >= _CLEAR / 4


def _knows(dictionary: Dictionary, form: str) -> bool:
    return dictionary.spells(form) or dictionary.spells(form.lower())
