"""Whether an offered text only says again what stands elsewhere: a line of the same text, or a sentence of another file.

A small model that has a page before its eyes likes to go on as that page went on, word for word, and nobody wants to be
offered their own dialogue of a page before. Repeated is what forms, together with the words just before the caret, a
stretch of several words that stands elsewhere once or twice. What stands there more often is a phrase of the writer's,
and what consists of names and numbers is nobody's line: these are offered as ever. Compared are words, without case,
marks and line breaks. Nothing is stored: the texts are those from which the writer's own words are learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cowrite.base.words import is_unspaced

# A stretch of so many words is no chance any more, if so many of them are offered. Of a script without spaces, a
# character counts as half a word.
STRETCH_WORDS, OFFERED_WORDS = 6.0, 3.0
# A sentence is shorter, and a line all the same.
SENTENCE_WORDS = 4.0
# Who wrote it more often than that has it for a phrase.
MOST_TIMES = 2
# So much of the end of each text is looked at, as of what the writer's own words are learned from.
MOST_CHARACTERS = 400_000
# The words before the caret that may belong to it stand in so many characters.
_CONTEXT_CHARACTERS = 200
# The writer's texts as they were learned last, by their documents.
KnownTexts = Callable[[], Mapping[str, str]]
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SENTENCE_END = re.compile(r"[.!?…。！？]")
_BETWEEN, _MOST_BETWEEN = r"\W{0,8}?", 8


def repeats_elsewhere(offered: str, before: str, texts: Iterable[str]) -> bool:
    """Whether ``offered``, after ``before``, repeats a line of ``texts`` that is neither a phrase nor a name."""
    stretch = _stretch(offered, before)
    if stretch is None:
        return False
    times = 0
    for text in texts:
        for _ in _places(stretch, text):
            times += 1
            if times > MOST_TIMES:
                return False
    return times > 0


def _stretch(offered: str, before: str) -> Sequence[str] | None:
    """The words to look for: the offered ones and as many before them as it takes; None if these are too few."""
    tail = before[-_CONTEXT_CHARACTERS:]
    begins_word = offered[:1].isalnum() and tail[-1:].isalnum() and not is_unspaced(tail[-1:])
    start = len(tail)
    if begins_word:  # what is typed of the first word belongs to it
        start -= len(re.split(r"[^\w'’]", tail)[-1])
    known, new = _words(tail[:start]), _words(tail[start:] + offered)
    if _size(new) < OFFERED_WORDS or not any(_is_plain(word) for word in new):
        return None
    size = _size(new)
    taken = len(known)
    while taken and size < STRETCH_WORDS:
        taken -= 1
        size += _size(known[taken : taken + 1])
    if size >= STRETCH_WORDS:
        return [*known[taken:], *new]
    return None


def _words(text: str) -> list[str]:
    """Words, and of scripts without spaces each character."""
    found: list[str] = []
    for match in _WORD.finditer(text):
        word = ""
        for character in match.group():
            if is_unspaced(character):
                found += [word, character] if word else [character]
                word = ""
            else:
                word += character
        found += [word] if word else []
    return found


def _size(words: Sequence[str]) -> float:
    return sum(0.5 if is_unspaced(word[:1]) else 1.0 for word in words)


def _is_plain(word: str) -> bool:
    """Whether it is no name and no number."""
    return not word[:1].isupper() and not word.isdigit()


def _places(stretch: Sequence[str], text: str) -> Iterator[int]:
    """Where the words of ``stretch`` stand in ``text``, one after the other."""
    rarest = max(stretch, key=len)
    at = stretch.index(rarest)
    reach_before = sum(len(word) + _MOST_BETWEEN for word in stretch[:at])
    reach_after = sum(len(word) + _MOST_BETWEEN for word in stretch[at:])
    pattern = re.compile(
        r"(?<!\w)" + _BETWEEN.join(map(re.escape, stretch)) + r"(?!\w)", re.IGNORECASE
    )
    seen: set[int] = set()
    found = text.find(rarest, max(0, len(text) - MOST_CHARACTERS))
    while found >= 0:
        begin = max(0, found - reach_before - 1)
        match = pattern.search(text, begin, found + reach_after + 1)
        if match is not None and match.start() not in seen:
            seen.add(match.start())
            yield match.start()
        found = text.find(rarest, found + len(rarest))
