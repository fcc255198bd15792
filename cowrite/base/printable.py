"""What comes from files and models, as it may be shown: on a terminal, in a message, in a log file.

A name may hold escape sequences that a terminal interprets, line breaks that forge a second line, and marks that turn
the order of the characters around. All of them are shown as what they are.
"""

from __future__ import annotations

import unicodedata

# They join or part letters, as in Persian and in emoji.
_JOINERS = "\u200c\u200d"
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_LINE_MARKS = {"\n": "⏎", "\u2028": "⏎", "\u2029": "⏎", "\t": "⇥"}


def one_line(text: object) -> str:
    """``text`` on one line; control characters, marks of direction and halves of characters as “\\x1b”."""
    return _without(str(text), "")


def lines(text: object) -> str:
    """As :func:`one_line`, but line breaks and tabs stay what they are."""
    return _without(str(text), "\n\t")


def excerpt(text: str) -> str:
    """What somebody wrote, on one line: a line break is shown as ⏎, a tab as ⇥, the rest as in :func:`one_line`."""
    return _without("".join(_LINE_MARKS.get(each, each) for each in text), "")


def run_on(text: str) -> str:
    """Prose on one line, whose paragraphs and lines run on as in one; the rest as in :func:`one_line`."""
    return one_line(" ".join(text.split()))


def label(text: object) -> str:
    """:func:`one_line` for a button, a menu or a tab of Qt, where a single “&” would mark a key."""
    return one_line(text).replace("&", "&&")


def _without(text: str, kept: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(each if _is_seen(each, kept) else ascii(each)[1:-1] for each in text)


def _is_seen(character: str, kept: str) -> bool:
    return (
        character.isprintable()
        or character in kept
        or character in _JOINERS
        or unicodedata.category(character) not in _UNSEEN
    )
