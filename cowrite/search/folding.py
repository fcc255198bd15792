"""What counts as the same letter in a search: widths, accents in one or two characters, quotation marks, spaces, case.

A text is folded into one in which letters that count as the same *are* the same, together with where each place of it
stands in the real text (Unicode Standard Annex 15, https://www.unicode.org/reports/tr15/, composed form NFC).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

_APOSTROPHES = "‘’‚‛ʼ′＇"
_QUOTES = "“”„‟″＂"
_SPACES = "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000"
_HYPHENS = "\u2010\u2011"
_WIDTHS = range(0xFF01, 0xFFEF)
_SINGLETONS = (0x2126, 0x212A, 0x212B)  # ohm, kelvin, ångström: letters under a second number

# Marks that join the letter before them, and the Korean letters that join into syllables.
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u3099\u309a\uff9e\uff9f"
_JOINED = re.compile(f"[^\n{_MARKS}]?[{_MARKS}]+|[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?")
_MAY_JOIN = re.compile(f"[{_MARKS}\u1160-\u11a7]")


@lru_cache(maxsize=2)
def _table(case: bool) -> dict[int, str]:
    """One character for each that has another number, but counts as the same."""
    table = {}
    for code in (*_WIDTHS, *_SINGLETONS):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isprintable():
            table[code] = plain
    table[0xFF9E], table[0xFF9F] = "\u3099", "\u309a"
    table |= {ord(each): "'" for each in _APOSTROPHES}
    table |= {ord(each): '"' for each in _QUOTES}
    table |= {ord(each): " " for each in _SPACES}
    table |= {ord(each): "-" for each in _HYPHENS}
    if not case:
        table[0x130] = "i"  # the only letter that becomes two characters as a small one
        table[ord("ς")] = "σ"
    return table


def _letters(text: str, case: bool) -> str:
    """``text`` with the same length and every letter as it counts, where no two of them join."""
    if not text.isascii():
        text = text.translate(_table(case))
    return text if case else text.lower().replace("ς", "σ")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. Of each letter that was joined from several characters: where it begins in the folded text, how
    long it is there, where it began, and where it ended, in characters.
    """

    text: str
    at: tuple[int, ...] = ()
    lengths: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def place(self, index: int) -> int | None:
        """Where a place of the folded text is in the real one; None within a letter."""
        number = bisect_right(self.at, index) - 1
        if number < 0:
            return index
        within = index - self.at[number]
        if within == 0:
            return self.starts[number]
        if within < self.lengths[number]:
            return None
        return self.ends[number] + within - self.lengths[number]


def folded(text: str, *, case: bool) -> Folded:
    """Fold ``text``; with ``case`` capitals stay what they are."""
    if text.isascii() or not _MAY_JOIN.search(text):
        return Folded(_letters(text, case))
    parts: list[str] = []
    at, lengths, starts, ends = [], [], [], []
    size = end = 0
    for match in _JOINED.finditer(text):
        before = text[end : match.start()]
        joined = _letters(_composed(match[0]), case)
        parts += (_letters(before, case), joined)
        at.append(size + len(before))
        lengths.append(len(joined))
        starts.append(match.start())
        ends.append(match.end())
        size, end = at[-1] + len(joined), match.end()
    parts.append(_letters(text[end:], case))
    return Folded("".join(parts), tuple(at), tuple(lengths), tuple(starts), tuple(ends))


def _composed(letter: str) -> str:
    return unicodedata.normalize("NFC", letter.translate(_table(True)))
