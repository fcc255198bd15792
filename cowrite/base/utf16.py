"""Text in UTF-16 code units, the unit of the document's offsets."""

from __future__ import annotations

import re

_WIDE = re.compile("[\U00010000-\U0010ffff]")


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(in_units(text))


def in_units(text: str) -> str:
    """``text`` with one character for each UTF-16 unit: what needs two becomes its two surrogates."""
    return text if text.isascii() else _WIDE.sub(_halves, text)


def from_units(text: str) -> str:
    """The reverse of :func:`in_units`."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def count_characters(units: str) -> int:
    """How many characters the units of :func:`in_units` are; a pair counts as one, a cut pair too."""
    if units.isascii():
        return len(units)
    return len(from_units(units))


def _halves(match: re.Match[str]) -> str:
    code = ord(match[0]) - 0x10000
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))
