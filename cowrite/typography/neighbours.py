"""What stands beside a sign: what a reader would call it, with marks that do not show passed over."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto

from cowrite.base.words import is_unspaced

HIDDEN, SOLID = "\ue000", "\ue001"
"""What stand in a text for a character that does not show (a mark, an address) and for one of code."""
_PASSED_OVER = frozenset(HIDDEN + "*_~\u200b\u2060\ufeff\u00ad")
_OPENERS = frozenset("([{<¿¡/=+|&")
_DASHES = frozenset("-–—―‒")
_QUOTES = frozenset("\"'")
_DOTS = re.compile(r"(?:\.{3,}|…+)")


class Kind(Enum):
    """What a character beside a sign is, as far as the sign depends on it. EAST_ASIAN: a letter or mark that needs no
    space beside it."""

    EDGE = auto()
    SPACE = auto()
    OPENER = auto()
    CLOSER = auto()
    DASH = auto()
    LETTER = auto()
    DIGIT = auto()
    EAST_ASIAN = auto()
    MARK = auto()


WORD = frozenset({Kind.LETTER, Kind.DIGIT})
BEGINS = frozenset({Kind.LETTER, Kind.DIGIT, Kind.OPENER})


def kind_of(character: str) -> Kind:
    """What one character is."""
    if not character:
        return Kind.EDGE
    if character.isspace():
        return Kind.SPACE
    if character in _OPENERS:
        return Kind.OPENER
    if character in _DASHES:
        return Kind.DASH
    if (
        is_unspaced(character)
        or "\u3001" <= character <= "\u303f"
        or "\uff01" <= character <= "\uff65"
    ):
        return Kind.EAST_ASIAN
    if character.isdecimal():
        return Kind.DIGIT
    if character == SOLID or character.isalnum() or unicodedata.category(character)[0] == "M":
        return Kind.LETTER
    if character in ")]}":
        return Kind.CLOSER
    return Kind.MARK


def before(text: str, at: int) -> int:
    """Where the character before ``at`` that shows stands; -1 if there is none."""
    at -= 1
    while at >= 0 and text[at] in _PASSED_OVER:
        at -= 1
    return at


def after(text: str, at: int) -> int:
    """Where the character from ``at`` on that shows stands; the length of ``text`` if there is none."""
    while at < len(text) and text[at] in _PASSED_OVER:
        at += 1
    return at


def leads_to(text: str, at: int) -> Kind:
    """What comes from ``at`` on, behind other quotation marks and dots."""
    while True:
        at = after(text, at)
        if at >= len(text):
            return Kind.EDGE
        dots = _DOTS.match(text, at)
        if dots is not None and kind_of(text[dots.end() : dots.end() + 1]) in WORD:
            at = dots.end()
        elif text[at] in _QUOTES:
            at += 1
        else:
            return kind_of(text[at])
