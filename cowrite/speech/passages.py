"""A text in passages that are read one after another: sentences, cut where they are too long for one breath."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Protocol

from cowrite.base.sentences import sentence_around
from cowrite.base.words import is_unspaced
from cowrite.speech.spoken import Spoken, joined

LONGEST = 400
"""Units that are said in one go: what is changed meanwhile is heard soon, and pausing loses little."""
LONGEST_PARAGRAPH = 200
"""Lines that are read as one paragraph at most."""
_WRAPPED = 50
"""A line of fewer units is one by intention: a verse, an address."""
_BREAKS = re.compile(r".*[,;:，；：、—–](?=\s|[^\x00-\x7f]|$)|.*(?=\s)", re.DOTALL)
_BEGINS_BLOCK = re.compile(r"[ \t]*(?:[>#|]|[-+*][ \t]|\d{1,9}[.)][ \t]|\[\^)|\t| {4}")
_HARD_BREAK = ("  ", "\\")
_SENTENCE_ENDS = tuple('.!?…。！？:：;；”’"»」』)）】')


class Lines(Protocol):
    """The paragraphs of a document as it is now, by their numbers from 0. Texts are in UTF-16 units."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def number_at(self, place: int) -> int:
        """In which one a place is."""
        ...

    def text(self, number: int) -> str:
        """What is written there."""
        ...

    def spoken(self, number: int) -> Spoken:
        """What is said of it, with places in the document."""
        ...

    def stands_alone(self, number: int) -> bool:
        """Whether it is a heading, a row of a table or the like, which no other line goes on."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """What is said next, and the place from which to go on afterwards."""

    spoken: Spoken
    next_place: int

    @property
    def start(self) -> int:
        """Where it begins in the document."""
        return self.spoken.places[0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.spoken.places[-1] + 1


def next_passage(
    lines: Lines, at: int, until: int | None = None, *, from_word: bool = False
) -> Passage | None:
    """The first passage that has something to say from ``at`` on, up to ``until``; None if there is no more.

    With ``from_word``, a word in the middle of which ``at`` is, is said whole.
    """
    number = lines.number_at(at)
    while number < lines.count:
        first, last = _paragraph(lines, number)
        spoken = joined([lines.spoken(each) for each in range(first, last + 1)])
        if until is not None:
            spoken = spoken.part(0, bisect_left(spoken.places, until))
        found = _first_of(spoken, at, from_word=from_word)
        if found is not None:
            return found
        number = last + 1
    return None


def _first_of(spoken: Spoken, at: int, *, from_word: bool) -> Passage | None:
    begin = bisect_left(spoken.places, at)
    if from_word:
        begin = _word_start(spoken.text, begin)
    while begin < len(spoken.text):
        end = _end_of(spoken.text, begin)
        part = spoken.part(begin, end)
        if part.says_something:
            said = part.text.strip()
            first = part.text.index(said)
            return Passage(part.part(first, first + len(said)), part.places[-1] + 1)
        begin = end
    return None


def _word_start(text: str, at: int) -> int:
    while 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum():
        if is_unspaced(text[at - 1]) or is_unspaced(text[at]):
            break
        at -= 1
    return at


def _end_of(text: str, begin: int) -> int:
    _, end = sentence_around(text, begin)
    end = max(end, begin + 1)
    if end - begin <= LONGEST:
        return end
    within = _BREAKS.match(text[begin : begin + LONGEST])
    cut = begin + (within.end() if within is not None and within.end() else LONGEST)
    # A pair of units is one character.
    return cut - 1 if "\ud800" <= text[cut - 1] <= "\udbff" and cut - 1 > begin else cut


def _paragraph(lines: Lines, number: int) -> tuple[int, int]:
    """From which line to which the paragraph goes that ``number`` is in: of one that was wrapped, all lines."""
    first = last = number
    while first > 0 and last - first < LONGEST_PARAGRAPH and _goes_on(lines, first - 1):
        first -= 1
    while last + 1 < lines.count and last - first < LONGEST_PARAGRAPH and _goes_on(lines, last):
        last += 1
    return first, last


def _goes_on(lines: Lines, number: int) -> bool:
    """Whether the line after ``number`` goes on where it ends."""
    line, following = lines.text(number), lines.text(number + 1)
    return bool(
        len(line) >= _WRAPPED
        and following.strip()
        and not line.endswith(_HARD_BREAK)
        and not line.rstrip().endswith(_SENTENCE_ENDS)
        and not _BEGINS_BLOCK.match(following)
        and not lines.stands_alone(number)
        and not lines.stands_alone(number + 1)
    )
