"""Where quotation marks, dashes and dots are those of Chinese or Japanese: as wide as a character there.

Unicode has one “ for all scripts. Which one is meant follows from what stands around it: in a paragraph that is mostly
of these scripts a mark beside one of their characters is wide, and so is the other one of its pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WIDE_MARKS = "“”‘’…—"
# By UTF-16 units: a character beyond U+FFFF is two of them, of which the second stands before what follows.
_LETTERS = "\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CHARACTERS = f"{_LETTERS}\u3000-\u303f\u30fb\uff01-\uff60\uffe0-\uffe6"
_BEFORE = re.compile(f"(?:.?[{_CHARACTERS}]|[\ud840-\ud8bf][\udc00-\udfff])\\Z", re.DOTALL)
_AFTER = re.compile(f"[{_CHARACTERS}\ud840-\ud8bf]")
_EMPHASIS = "[*_~]{0,3}"
"""The signs of Markdown stand between what belongs together."""
_BESIDE = re.compile(
    f"[{_CHARACTERS}\udc00-\udfff]{_EMPHASIS}[{WIDE_MARKS}]|[{WIDE_MARKS}]{_EMPHASIS}[{_CHARACTERS}\ud840-\ud8bf]"
)
_MARKS = re.compile(f"{_EMPHASIS}[{WIDE_MARKS}][{WIDE_MARKS}*_~]*")
_LETTER = re.compile(f"[{_LETTERS}\ud840-\ud8bf]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_OPENED_BY = {"”": "“", "’": "‘"}
_LATIN_PER_CHARACTER = 4
"""As many letters of a word in Latin script say about as much as one character."""
_READ_UNITS = 300
"""So much of a paragraph says what it is written in."""


def may_have_wide_marks(units: str) -> bool:
    """Whether there can be any: quick, for the many texts that have none."""
    return not units.isascii() and _BESIDE.search(units) is not None


def wide_marks(units: str) -> list[tuple[int, int]]:
    """From where to where they stand in a paragraph, a character for each UTF-16 unit; neighbours as one."""
    if not may_have_wide_marks(units) or not is_of_wide_script(units):
        return []
    spans = [marks.span() for marks in _MARKS.finditer(units)]
    beside = (span for span in spans if _is_beside_character(units, *span))
    wide = {at for span in beside for at in range(*span) if units[at] in WIDE_MARKS}
    for pair in _pairs(units, spans):
        if not wide.isdisjoint(pair):
            wide.update(pair)
    return list(_runs(sorted(wide)))


def is_of_wide_script(units: str) -> bool:
    """Whether a paragraph is mostly Chinese or Japanese, as its beginning says."""
    units = units[:_READ_UNITS]
    characters = len(_LETTER.findall(units))
    return characters > 0 and characters * _LATIN_PER_CHARACTER >= len(_LATIN.findall(units))


def _is_beside_character(units: str, start: int, end: int) -> bool:
    return _AFTER.match(units, end) is not None or (
        start > 0 and _BEFORE.match(units, max(0, start - 2), start) is not None
    )


def _pairs(units: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where quotation marks open and close one quotation. An apostrophe that nothing opened closes none."""
    opened: list[int] = []
    for at in (at for span in spans for at in range(*span)):
        mark = units[at]
        if mark in "“‘":
            opened.append(at)
        elif opened and units[opened[-1]] == _OPENED_BY.get(mark):
            yield opened.pop(), at


def _runs(places: list[int]) -> Iterator[tuple[int, int]]:
    start = end = -1
    for at in places:
        if at != end:
            if start >= 0:
                yield start, end
            start = at
        end = at + 1
    if start >= 0:
        yield start, end
