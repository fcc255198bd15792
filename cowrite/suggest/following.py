"""What follows the caret on later lines: where a suggestion begins to say it again.

Whoever adds a line to a list, or a sentence to a paragraph, has the next lines before their eyes; a model that only
reads what stands before the caret offers them once more. Lines are compared by their letters and digits: case, spaces,
marks and the sign of a list's item make no other line.

How much must agree depends on the place. At the beginning of a line a word does, unless it is a very short one, with
which many lines begin. Where a sentence begins it takes a few words, and within a sentence what follows must read on
from here, as in lines that were broken by hand: many sentences name what the next paragraph begins with. There one word
is enough if it is the first of what is offered and of the next line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from cowrite.base.words import is_unspaced

# So far one sees without looking for it.
MOST_LINES, MOST_CHARACTERS = 3, 400
# A line of this length without an end of a sentence was broken by hand and reads on in the next one.
BROKEN_LINE_CHARACTERS = 40
# Letters and digits; of scripts without spaces, a character counts as two.
FEW_LETTERS, ENOUGH_LETTERS = 4, 8
ENOUGH_WORDS = 3

_LINE_BREAKS = re.compile("[\n\r\v\f\x85\u2028\u2029]")
# The sign of an item: a dash, a dot, a number or a letter, a box, a quotation's or a heading's mark.
_ITEM = re.compile(
    r"(?:\s|[-*+•‣◦·–—>#|☐☑✓]+(?=\s|>)|>|\(?(?:\d{1,3}|[a-zA-Z])[.)](?=\s)|\d{1,3}[、．]|\[[ xX]?\](?=\s))*"
)
_SENTENCE_END = re.compile("[.!?…。！？:：][\\s”’\"')\\]」』）]*$")
_NOTHING_MORE = re.compile(r"[^\S\n]*(?:[\n.!?…。！？]|[^\w\s]*\s*$)")
_WORD_BEGINS = re.compile(r"(?<!\S)\S")


class _Place(Enum):
    LINE = "line"  # at the beginning of a line
    TYPED = "typed"  # in a line of which some is there already, and the line as a whole is compared
    SENTENCE = "sentence"
    WITHIN = "within"


class _Letter(NamedTuple):
    """A letter or digit without its case, as it is written, and where."""

    folded: str
    written: str
    at: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that follows, and all that follows from it on; ``letters`` are the line's, ``on`` those of all."""

    text: str
    letters: int
    on: Sequence[_Letter]
    reads_on: bool


def repeats_from(text: str, before: str, after: str, *, is_whole: bool = True) -> int | None:
    """Where in ``text``, offered between ``before`` and ``after``, begins what the next lines say; None if nowhere.

    ``is_whole``: False while it is still growing. Then also what may become such a beginning counts, however short, so
    that of a text that grows less and less is held back.
    """
    lines = _following(before, after)
    if not lines or not text.strip():
        return None
    # A line that is longer than what is looked at says something else in any case.
    typed = _letters(_without_item(_LINE_BREAKS.split(before)[-1][: MOST_CHARACTERS + 1]))
    starts = list(_starts(text, before, is_fresh=not typed))
    for cut, begin, place in starts:
        letters = _letters(text, begin)
        if not letters and not is_whole:
            return cut  # a mark, after which the first word may be that of a line
        if any(
            _repeats(letters, [], line, nearest, place, text, is_whole) for nearest, line in lines
        ):
            return cut
        if cut == 0 and typed:
            for nearest, line in lines:
                if _repeats(letters, typed, line, nearest, _Place.TYPED, text, is_whole):
                    return 0
    return None


def _following(before: str, after: str) -> list[tuple[bool, _Line]]:
    """The next lines that are not empty, and whether each is the first of them."""
    _, *rest = _LINE_BREAKS.split(after.replace("\r\n", "\n"))
    lines: list[str] = []
    room = MOST_CHARACTERS
    is_next = bool(rest and rest[0].strip())
    for line in rest:
        if line.strip() and room > 0 and len(lines) < MOST_LINES:
            lines.append(_without_item(line[:room]))
            room -= len(line)
    current = _LINE_BREAKS.split(before)[-1]
    is_broken = len(current) >= BROKEN_LINE_CHARACTERS and not _SENTENCE_END.search(current)
    found = []
    for number, line in enumerate(lines):
        reads_on = (
            line[:1].islower() or is_unspaced(line[:1]) or (is_next and is_broken and not number)
        )
        on = _letters("\n".join(lines[number:]))
        found.append(
            (not number, _Line("\n".join(lines[number:]), len(_letters(line)), on, reads_on))
        )
    return [(nearest, line) for nearest, line in found if line.letters]


def _starts(text: str, before: str, *, is_fresh: bool) -> Iterator[tuple[int, int, _Place]]:
    """Where in ``text`` something may be said again: where to cut, where it begins, and what place that is."""
    for match in _WORD_BEGINS.finditer(text):
        yield from _start(text, before, match.start(), is_fresh=is_fresh)
    for at in range(1, len(text)):
        if is_unspaced(text[at]) and not text[at - 1].isspace():
            yield from _start(text, before, at, is_fresh=is_fresh)


def _start(text: str, before: str, at: int, *, is_fresh: bool) -> Iterator[tuple[int, int, _Place]]:
    head = text[:at]
    line_begins = max((match.end() for match in _LINE_BREAKS.finditer(head)), default=0)
    if (line_begins or is_fresh) and not _letters(_without_item(head[line_begins:])):
        if not head[line_begins:].strip():
            item = _ITEM.match(text, line_begins)
            yield line_begins and line_begins - 1, item.end() if item else at, _Place.LINE
    elif not head.strip():
        yield 0, at, _Place.SENTENCE if _SENTENCE_END.search(before) else _Place.WITHIN
    else:
        yield at, at, _Place.SENTENCE if _SENTENCE_END.search(head) else _Place.WITHIN


def _repeats(
    letters: Sequence[_Letter],
    typed: Sequence[_Letter],
    line: _Line,
    nearest: bool,
    place: _Place,
    text: str,
    is_whole: bool,
) -> bool:
    """Whether ``letters`` of ``text``, after those ``typed``, say ``line``, or end while they do."""
    exact = place is _Place.WITHIN
    if exact and not line.reads_on:
        return False
    said = [*typed, *letters]
    same = _common(said, line.on, exact=exact)
    if same <= len(typed):
        return False
    last = said[same - 1].at
    to_the_end = same == len(said)
    if to_the_end and not is_whole:
        return True
    all_of_line = same >= line.letters and _ends(text, last) and place is not _Place.WITHIN
    if not all_of_line and not (to_the_end and not _goes_on(line.text, line.on[same - 1].at)):
        return False
    own = text[letters[0].at : last + 1]
    size, words = _size(own), len(own.split())
    if place is _Place.TYPED:
        return all_of_line or size >= ENOUGH_LETTERS or words >= 2
    if place is _Place.LINE and (nearest or all_of_line):
        return size >= FEW_LETTERS
    if place is _Place.WITHIN:
        is_first = nearest and not _letters(text[: letters[0].at])
        return size >= ENOUGH_LETTERS or ((words >= 2 or is_first) and size >= FEW_LETTERS)
    return size >= ENOUGH_LETTERS or words >= ENOUGH_WORDS


def _common(one: Sequence[_Letter], other: Sequence[_Letter], *, exact: bool) -> int:
    for count, (a, b) in enumerate(zip(one, other, strict=False)):
        if a.folded != b.folded or (exact and a.written != b.written):
            return count
    return min(len(one), len(other))


def _letters(text: str, begin: int = 0) -> list[_Letter]:
    """The letters and digits of ``text`` from ``begin`` on; wide and accented ones as plain ones."""
    found = []
    for at in range(begin, len(text)):
        character = text[at]
        folded = character if character.isascii() else unicodedata.normalize("NFKD", character)
        found += [_Letter(each, character, at) for each in folded.casefold() if each.isalnum()]
    return found


def _ends(text: str, at: int) -> bool:
    """Whether a line or a sentence ends after the character ``at``."""
    return bool(_NOTHING_MORE.match(text, at + 1))


def _goes_on(text: str, at: int) -> bool:
    """Whether the word that has the character ``at`` goes on after it."""
    following = text[at + 1 : at + 2]
    return following.isalnum() and not is_unspaced(following)


def _size(text: str) -> int:
    return sum(1 + is_unspaced(each.written) for each in _letters(text))


def _without_item(line: str) -> str:
    """``line`` without the sign of an item before it."""
    found = _ITEM.match(line)
    return line[found.end() :] if found else line
