"""What is known of the words of each paragraph of a document that is being written, and of the cast of all of them.

First the words of changed paragraphs are counted, for the names among them; then it is judged which are to be flagged.
Places are UTF-16 units from the start of a paragraph. Knows no document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cowrite.spelling.cast import FAMILIAR, Cast, base_of
from cowrite.spelling.checker import Checker
from cowrite.spelling.words import Word


@dataclass(slots=True)
class _Paragraph:
    """``own`` words count for the cast, ``doubtful`` ones nobody knows; ``flagged`` is None until that is judged."""

    own: tuple[Word, ...]
    doubtful: tuple[Word, ...]
    flagged: tuple[Word, ...] | None = None


class ParagraphChecks:
    """One entry for each paragraph, None for those that are to be looked at."""

    def __init__(self, count: int, *, one_region: bool = False) -> None:
        self._paragraphs: list[_Paragraph | None] = [None] * count
        self._unchecked = count
        self._is_unjudged = False
        self.cast = Cast(one_region=one_region)
        self._gone: list[Word] = []  # counted in paragraphs that are others now
        self._come: list[Word] = []

    def __len__(self) -> int:
        return len(self._paragraphs)

    @property
    def has_unchecked(self) -> bool:
        """Whether any paragraph is still to be looked at."""
        return self._unchecked > 0

    @property
    def is_settled(self) -> bool:
        """Whether all of them are counted and judged."""
        return not self._unchecked and not self._is_unjudged

    def is_unchecked(self, number: int) -> bool:
        """Whether this one is still to be looked at."""
        return self._paragraphs[number] is None

    def flagged(self, number: int) -> tuple[Word, ...]:
        """The misspelled words of a paragraph, as far as is known."""
        paragraph = self._paragraphs[number] if number < len(self._paragraphs) else None
        return paragraph.flagged or () if paragraph else ()

    def replace(self, first: int, old: int, new: int) -> None:
        """``old`` paragraphs from ``first`` on have given way to ``new`` ones, which are to be looked at."""
        for paragraph in self._paragraphs[first : first + old]:
            if paragraph is None:
                self._unchecked -= 1
            else:
                self._gone += paragraph.own
        self._paragraphs[first : first + old] = [None] * new
        self._unchecked += new

    def count(self, number: int, own: Iterable[Word], doubtful: Iterable[Word]) -> None:
        """A paragraph was looked at: ``own`` are its words that no dictionary has, ``doubtful`` those nobody knows."""
        if self._paragraphs[number] is None:
            self._unchecked -= 1
        paragraph = self._paragraphs[number] = _Paragraph(tuple(own), tuple(doubtful))
        self.cast.add(paragraph.own)
        self._come += paragraph.own

    def to_judge(self, counted: list[int], in_order: Callable[[], Iterable[int]]) -> Iterator[int]:
        """The paragraphs to judge: those ``counted``, or all with doubtful words if the cast is another one now."""
        self._settle_cast()
        if not self._is_unjudged:
            yield from counted
            return
        for number in in_order():
            paragraph = self._paragraphs[number]
            if paragraph is not None and (paragraph.doubtful or paragraph.flagged is None):
                yield number

    def judge(self, number: int, checker: Checker) -> Iterator[None]:
        """Find out which words of a paragraph are misspelled, in steps of some milliseconds at most."""
        paragraph = self._paragraphs[number]
        if paragraph is None:
            return
        flagged = []
        for word in paragraph.doubtful:
            if checker.is_flagged(word, self.cast):
                flagged.append(word)
            yield
        paragraph.flagged = tuple(flagged)

    def judged(self) -> None:
        """All of them are."""
        self._is_unjudged = False

    def _settle_cast(self) -> None:
        """Take away what is gone. All words are judged again if rare ones came or went."""
        gone, self._gone, come, self._come = self._gone, [], self._come, []
        self.cast.remove(gone)
        net = Counter((base_of(word.form), word.opens) for word in come)
        net.subtract((base_of(word.form), word.opens) for word in gone)
        for (form, _), more in net.items():
            uses = self.cast.uses(form)
            if more and min(uses, uses - more) < FAMILIAR:
                self._is_unjudged = True
