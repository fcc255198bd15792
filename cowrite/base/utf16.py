"""Text in UTF-16 code units, the unit of the document's offsets: in Qt, in the log and in the provenance.

Python counts characters. Halves of surrogate pairs, as a page gives them when it is cut there, are units like others.
"""

from __future__ import annotations

import re

_ENCODING = "utf-16-le"
_UNIT_BYTES = 2
_WIDE = re.compile("[\U00010000-\U0010ffff]")


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(utf16_encoded(text)) // _UNIT_BYTES


def utf16_index(text: str, units: int) -> int:
    """The index in ``text`` that stands ``units`` UTF-16 units from its start; a cut pair counts as one."""
    if text.isascii() or units <= 0:
        return max(0, min(units, len(text)))
    return len(utf16_decoded(utf16_encoded(text)[: _UNIT_BYTES * units]))


def utf16_slice(text: str, start: int, end: int) -> str:
    """What stands from one offset to another, in UTF-16 units from 0; of a pair that is cut there a half is left."""
    if text.isascii():
        return text[start:end]
    return utf16_decoded(utf16_encoded(text)[_UNIT_BYTES * start : _UNIT_BYTES * end])


def whole_pairs(text: str) -> str:
    """``text`` without halves of surrogate pairs that stand alone."""
    return text if text.isascii() else utf16_encoded(text).decode(_ENCODING, "ignore")


def half_pairs_replaced(text: str) -> str:
    """``text`` with U+FFFD, one unit as well, for each half of a surrogate pair that stands alone."""
    return text if text.isascii() else utf16_encoded(text).decode(_ENCODING, "replace")


def utf16_encoded(text: str) -> bytes:
    """Two bytes for each unit, little-endian, without a byte-order mark."""
    return text.encode(_ENCODING, "surrogatepass")


def utf16_decoded(units: bytes | bytearray) -> str:
    """The reverse of :func:`utf16_encoded`. Raises UnicodeDecodeError for an odd number of bytes."""
    return units.decode(_ENCODING, "surrogatepass")


def in_units(text: str) -> str:
    """``text`` with one character for each UTF-16 unit: what needs two becomes its two surrogates."""
    return text if text.isascii() else _WIDE.sub(_halves, text)


def from_units(text: str) -> str:
    """The reverse of :func:`in_units`."""
    return text if text.isascii() else utf16_decoded(utf16_encoded(text))


def count_characters(units: str) -> int:
    """How many characters the units of :func:`in_units` are; a pair counts as one, a cut pair too."""
    return len(from_units(units))


def _halves(match: re.Match[str]) -> str:
    code = ord(match[0]) - 0x10000
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))
