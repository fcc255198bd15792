"""Echoes: a word that a reader remembers, met again too soon.

A word is remembered if it is rare, both in English (Zipf's law by its rank) and in the text, which is weighed as a
Dirichlet prior weighs counts. Left alone is what is meant: a thing that is mentioned again (“a stile … the stile”), a
word that the passage is about, phrases repeated for their own sake, and what one speaker takes from another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cowrite.base.words import is_unspaced
from cowrite.check import english
from cowrite.check.findings import Finding, Kind
from cowrite.check.habits import Habits
from cowrite.check.paragraph import Paragraph, RareWord
from cowrite.check.tokens import Language
from cowrite.localization import tr

WITHIN = 40
"""Words within which a second one is an echo."""
AROUND = 300
"""Words on both sides in which a third one makes it what the passage is about."""
RAREST = 7e-5
_PRIOR_WORDS = 20_000
_NEAREST, _NEAREST_ABSTRACT = 5, 12
_MENTIONED = frozenset(
    ("the", "this", "that", "these", "those", "his", "her", "its", "their", "my", "your", "our", "such", "same", "said",
     "of")
)  # fmt: skip
_JOINS = frozenset(
    ["", *["and", "or", "but", "was", "were", "be", "been", "had", "has", "have", "is", "are"]]
)
_QUALIFIES = ("ed", "ing", "ly", "ous", "ful", "less", "ic", "ive", "able", "ible", "al", "ish")
_ABSTRACT = ("ness", "ment", "tion", "sion", "ity", "ance", "ence")
_WEIGHT, _CLOSER = 0.5, 0.2

Look = Callable[[int], Paragraph]
"""The paragraph with a number; the numbers of a text go from 0."""


def echoes(
    number: int, paragraph_at: Look, count: int, habits: Habits, language: Language
) -> Iterator[Finding]:
    """Words of paragraph ``number``, of ``count``, that stood shortly before, there or above."""
    paragraph = paragraph_at(number)
    if not paragraph.rare:
        return
    before: dict[str, tuple[int, RareWord]] = {}
    told = -1
    for at, word, is_here in _shortly_before(number, paragraph_at, paragraph):
        known = before.get(word.stem) if is_here else None
        if known is not None:
            distance = at - known[0]
            if (
                word.start >= told
                and _is_heard(known[1], word, distance)
                and _is_rare(word, habits, language)
                and _is_alone(word.stem, number, paragraph_at, count)
            ):
                yield _finding(word, distance)
                told = word.end
        before[word.stem] = at, word


def _shortly_before(
    number: int, paragraph_at: Look, paragraph: Paragraph
) -> Iterator[tuple[int, RareWord, bool]]:
    """The rare words of a paragraph and of those just above it, with their distances from its beginning in words."""
    above: list[tuple[int, RareWord, bool]] = []
    words, n = 0, number - 1
    while n >= 0 and words < WITHIN and number - n < WITHIN:
        each = paragraph_at(n)
        words += each.words
        above = [(word.number - words, word, False) for word in each.rare] + above
        n -= 1
    yield from (each for each in above if each[0] >= -WITHIN)
    for word in paragraph.rare:
        yield word.number, word, True


def _is_heard(first: RareWord, second: RareWord, distance: int) -> bool:
    """Whether the second one is an accident, as far as the words around it tell."""
    if not _NEAREST <= distance <= WITHIN or first.form != second.form:
        return False
    if first.is_name or second.is_name or first.is_spoken or second.is_spoken:
        return False  # people say things twice
    if second.before == first.before not in _JOINS:
        return False  # a phrase that is said again
    if second.after and first.after == second.after:
        return False
    if is_unspaced(second.form) or second.form.endswith(_QUALIFIES):
        return True
    # A thing is named again because it is still there; “a grip … a grip” and “resentment … resentment” are heard.
    if second.form.endswith(_ABSTRACT):
        return distance >= _NEAREST_ABSTRACT and second.before not in _MENTIONED
    return second.before in ("a", "an")


def _is_rare(word: RareWord, habits: Habits, language: Language) -> bool:
    if habits.capitals[word.stem] * 3 > habits.stems[word.stem]:
        return False
    usual = english.rate_of(word.stem) if language is Language.ENGLISH else english.UNLISTED
    others = max(0, habits.stems[word.stem] - 2)
    return (others + usual * _PRIOR_WORDS) / (habits.words + _PRIOR_WORDS) <= RAREST


def _is_alone(stem: str, number: int, paragraph_at: Look, count: int) -> bool:
    """Whether the two are the only ones far and wide."""
    found = _uses(stem, paragraph_at(number).rare)
    for step in (-1, 1):
        n, words = number + step, 0
        while 0 <= n < count and words < AROUND and abs(n - number) < AROUND:
            each = paragraph_at(n)
            found += _uses(stem, each.rare)
            words += each.words
            n += step
    return found <= 2


def _uses(stem: str, words: Sequence[RareWord]) -> int:
    return sum(word.stem == stem for word in words)


def _finding(word: RareWord, distance: int) -> Finding:
    return Finding(
        kind=Kind.ECHO,
        start=word.start,
        end=word.end,
        message=tr(
            "“{word}” stands here again after {distance} words.", word=word.form, distance=distance
        ),
        weight=_WEIGHT + _CLOSER * (1 - distance / WITHIN),
    )
