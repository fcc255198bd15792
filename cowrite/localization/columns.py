"""How wide a text is in a terminal, and lines of it: a Chinese character takes two columns and may end any line."""

from __future__ import annotations

import unicodedata

_NEVER_FIRST = frozenset("，。：；？！、）》】”’…,.:;?!)]}%")
_NEVER_LAST = frozenset("（《【“‘([{")


def is_wide(character: str) -> bool:
    """Whether a character needs no blank beside a Chinese one: another, or a quotation mark."""
    return not character or character in "“”‘’" or unicodedata.east_asian_width(character) in "WF"


def columns_of(text: str) -> int:
    """How many columns of a terminal ``text`` takes: Chinese characters take two, marks above letters none."""
    return sum(_columns(character) for character in text)


def to_left(text: str, width: int) -> str:
    """``text`` with blanks after it, up to ``width`` columns."""
    return text + " " * (width - columns_of(text))


def to_right(text: str, width: int) -> str:
    """``text`` with blanks before it, up to ``width`` columns."""
    return " " * (width - columns_of(text)) + text


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrapped(text: str, columns: int) -> list[str]:
    """``text`` in lines of at most ``columns``, broken at blanks and between Chinese characters.

    No line begins with a mark that closes or ends something, or ends with one that opens something. A word that is
    longer than a line has one for itself.
    """
    lines = [""]
    for piece, blank_before in _pieces(text):
        begun = lines[-1] + (" " if blank_before and lines[-1] else "") + piece
        if lines[-1] and columns_of(begun) > columns:
            lines.append(piece)
        else:
            lines[-1] = begun
    return lines


def _pieces(text: str) -> list[tuple[str, bool]]:
    """What stays together on a line, and whether a blank stood before it."""
    pieces: list[tuple[str, bool]] = []
    for word in text.split():
        piece = ""
        is_first = True
        for character in word:
            if piece and _may_break(piece[-1], character):
                pieces.append((piece, is_first))
                piece, is_first = "", False
            piece += character
        pieces.append((piece, is_first))
    return pieces


def _may_break(before: str, after: str) -> bool:
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return any(unicodedata.east_asian_width(each) in "WF" for each in (before, after))
