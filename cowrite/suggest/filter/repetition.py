"""Whether an offered text only says again what stands elsewhere: a line of this text, or a sentence of another file.

A small model that has a page before its eyes likes to go on as that page went on, word for word, and nobody wants to be
offered their own dialogue of a page before. Repeated is what forms, together with the words just before the caret, a
stretch of several words that stands elsewhere once or twice. What stands there more often is a phrase of the writer's,
and what consists of names and numbers is nobody's line: these are offered as ever. Compared are words, without case,
marks and line breaks. Nothing is stored: the texts are those from which the writer's own words are learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from cowrite.base.words import is_unspaced
from cowrite.suggest.ports import CaretContext

# A stretch of so many words is no chance any more, if so many of them are offered. Of a script without spaces, a
# character counts as half a word.
STRETCH_WORDS, OFFERED_WORDS = 6.0, 3.0
# Who wrote it more often than that has it for a phrase.
MOST_TIMES = 2
# So much of the end of each text is looked at, as of what the writer's own words are learned from.
MOST_CHARACTERS = 400_000
# The words before the caret that may belong to it stand in so many characters.
_CONTEXT_CHARACTERS = 200
# Between two words of a line stand a few marks and spaces at most.
_MOST_BETWEEN = 8
# The writer's texts as they were learned last, by their documents.
KnownTexts = Callable[[], Mapping[str, str]]
_WORD = re.compile(r"\w+(?:['’]\w+)*")


class _Word(NamedTuple):
    """A word, or a character of a script without spaces, and where it begins and ends."""

    text: str
    start: int
    end: int

    @property
    def size(self) -> float:
        return 0.5 if is_unspaced(self.text) else 1.0

    @property
    def is_plain(self) -> bool:
        """Whether it is no name and no number."""
        return not self.text[0].isupper() and not self.text.isdigit()


def repeats_known_text(offered: str, context: CaretContext, known: Mapping[str, str]) -> bool:
    """Whether ``offered`` at ``context`` repeats a line of one of the ``known`` texts, by their documents.

    A document that is not among them, such as a private one, is known as far as it is seen around the caret.
    """
    here = {} if context.document_id in known else {"": context.before + context.after}
    return repeats_elsewhere(offered, context.before, [*known.values(), *here.values()])


def repeats_elsewhere(offered: str, before: str, texts: Iterable[str]) -> bool:
    """Whether ``offered``, after ``before``, repeats a line of ``texts`` that is neither a phrase nor a name."""
    tail = before[-_CONTEXT_CHARACTERS:]
    stretch = _stretch(tail, offered)
    if not stretch:
        return False
    search = _Search(tail + offered, stretch)
    times = 0
    for text in texts:
        for _ in search.places(text):
            times += 1
            if times > MOST_TIMES:
                return False
    return times > 0


def _stretch(tail: str, offered: str) -> Sequence[_Word]:
    """The words to look for: the offered ones and as many before them as it takes; none if these are too few.

    What is typed of the first word belongs to it.
    """
    words = _words(tail + offered)
    new = [word for word in words if word.end > len(tail)]
    if sum(word.size for word in new) < OFFERED_WORDS or not any(word.is_plain for word in new):
        return ()
    first = len(words) - len(new)
    size = sum(word.size for word in new)
    while first and size < STRETCH_WORDS:
        first -= 1
        size += words[first].size
    return words[first:] if size >= STRETCH_WORDS else ()


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    for match in _WORD.finditer(text):
        start = match.start()
        for at in range(match.start(), match.end()):
            if is_unspaced(text[at]):
                found += [_Word(text[start:at], start, at)] if start < at else []
                found.append(_Word(text[at], at, at + 1))
                start = at + 1
        found += (
            [_Word(text[start : match.end()], start, match.end())] if start < match.end() else []
        )
    return found


class _Search:
    """Looks for the words ``stretch`` of ``text``, whatever marks and line breaks stand between them elsewhere."""

    def __init__(self, text: str, stretch: Sequence[_Word]) -> None:
        # Two neighbours as they are written find the few places that are looked at closely. Where a mark stands between
        # just these two, or one has a capital letter, the place is missed: seldom, and it costs nothing but a glance.
        pairs = [(one.start, two.end) for one, two in pairwise(stretch)]
        start, end = max(pairs, key=lambda pair: pair[1] - pair[0])
        self._anchors = {
            text[start:end],
            " ".join(text[start:end].split()),
            "\n".join(text[start:end].split()),
        }
        words = [word.text for word in stretch]
        self._reach = sum(len(word) + _MOST_BETWEEN for word in words)
        between = rf"\W{{0,{_MOST_BETWEEN}}}"
        self._pattern = re.compile(
            rf"(?<!\w){between.join(map(re.escape, words))}(?!\w)"
            if not is_unspaced("".join(words))
            else between.join(map(re.escape, words)),
            re.IGNORECASE,
        )

    def places(self, text: str) -> Iterator[int]:
        """Where they begin in the last MOST_CHARACTERS of ``text``, each place once."""
        seen: set[int] = set()
        for anchor in self._anchors:
            found = text.find(anchor, max(0, len(text) - MOST_CHARACTERS))
            while found >= 0:
                begin, end = max(0, found - self._reach), found + self._reach
                for match in self._pattern.finditer(text, begin, end):
                    if match.start() not in seen:
                        seen.add(match.start())
                        yield match.start()
                found = text.find(anchor, found + len(anchor))
