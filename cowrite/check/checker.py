"""Checks a text paragraph by paragraph and keeps what it found right while the text changes.

The work is done in steps of well under a millisecond each, so that whoever has a page can do it in between keys.
Places are units of the text that is handed in, from the beginning of a paragraph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from cowrite.check.ages import contradictions
from cowrite.check.echoes import echoes
from cowrite.check.findings import DEFAULT_KINDS, Finding, Kind
from cowrite.check.habits import Habits
from cowrite.check.names import misspelled_names, variants
from cowrite.check.open_quotes import open_quotes
from cowrite.check.paragraph import EMPTY, Paragraph, reading
from cowrite.check.sentences import Limit, limit_of, overlong
from cowrite.check.tokens import Language

_MOST_AWAY = 50
_WRONG_SHARE = 0.4
_FEW_QUOTED = 10


class TextChecker:
    """Of one text. ``text_of`` answers what the prose of a paragraph is now, with anything else made spaces."""

    def __init__(
        self, text_of: Callable[[int], str], count: int, language: Language = Language.ENGLISH
    ) -> None:
        self._text_of = text_of
        self._language = language
        self._read: list[Paragraph | None] = [None] * count
        self._found: list[tuple[Finding, ...]] = [()] * count
        self._habits = Habits()
        self._limit = Limit(0, 0)
        self._variants: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._read)

    @property
    def language(self) -> Language:
        """As what it is read."""
        return self._language

    def found(self, number: int) -> tuple[Finding, ...]:
        """What was found in a paragraph, of all kinds, in order."""
        return self._found[number] if number < len(self._found) else ()

    def is_known(self, number: int) -> bool:
        """Whether a paragraph is as it was when it was read."""
        return number < len(self._read) and self._read[number] is not None

    def replace(self, first: int, old: int, new: int) -> None:
        """``old`` paragraphs from ``first`` on have given way to ``new`` ones."""
        for paragraph in self._read[first : first + old]:
            if paragraph is not None:
                self._habits.remove(paragraph)
        self._read[first : first + old] = [None] * new
        kept = self._found[first : first + old][:new]
        # What was found is shown until it is known better: a list must not flicker with each letter.
        self._found[first : first + old] = [*kept, *[()] * (new - len(kept))]

    def steps(self, order: Iterable[int] | None = None) -> Iterator[int | None]:
        """Do all there is to do, a little with each step; a number says that this paragraph's findings are others now.

        Not to be gone on with once the text has changed: begin anew, what was read is known. ``order`` is the one in
        which paragraphs are judged.
        """
        for number, paragraph in enumerate(self._read):
            if paragraph is None:
                read = yield from reading(self._text_of(number), self._language)
                self._read[number] = read
                self._habits.add(read)
                yield None
        self._limit = limit_of(self._habits.lengths, self._language)
        yield None
        if self._language is Language.ENGLISH:
            self._variants = yield from variants(self._habits)
        for number in order if order is not None else range(len(self._read)):
            found = tuple(sorted(self._judged(number), key=lambda each: (each.start, each.end)))
            if found != self._found[number]:
                self._found[number] = found
                yield number
            else:
                yield None

    def _at(self, number: int) -> Paragraph:
        return self._read[number] or EMPTY

    def _judged(self, number: int) -> Iterator[Finding]:
        paragraph = self._at(number)
        if paragraph.is_empty:
            return
        habits = self._habits
        yield from paragraph.found
        yield from overlong(paragraph, self._limit, self._language)
        yield from contradictions(paragraph.ages, habits.ages)
        if paragraph.rare:
            yield from echoes(number, self._at, len(self._read), habits, self._language)
        if self._variants:
            yield from misspelled_names(paragraph, self._variants, habits)
        if paragraph.quotes.is_odd and self._has_marks_of_a_known_kind:
            yield from open_quotes(
                self._text_of(number),
                paragraph,
                (self._at(n) for n in range(number - 1, max(-1, number - _MOST_AWAY), -1)),
                (self._at(n) for n in range(number + 1, min(len(self._read), number + _MOST_AWAY))),
                single=habits.singles > habits.doubles,
            )

    @property
    def _has_marks_of_a_known_kind(self) -> bool:
        """Whether the text's quotation marks are used as this program thinks they are."""
        return self._habits.odd <= max(_FEW_QUOTED, _WRONG_SHARE * self._habits.quoted)


def check_text(
    text: str, language: Language, kinds: Collection[Kind] = DEFAULT_KINDS
) -> list[Finding]:
    """All findings of these kinds in a text, in its own places, those that matter most first."""
    paragraphs = text.split("\n")
    checker = TextChecker(paragraphs.__getitem__, len(paragraphs), language)
    for _ in checker.steps():
        pass
    found: list[Finding] = []
    at = 0
    for number, paragraph in enumerate(paragraphs):
        found += (each.moved(at) for each in checker.found(number) if each.kind in kinds)
        at += len(paragraph) + 1
    return by_weight(found)


def by_weight(found: Sequence[Finding]) -> list[Finding]:
    """Those that matter most first, and of the same weight in the text's order."""
    return sorted(found, key=lambda each: (-each.weight, each.start))
