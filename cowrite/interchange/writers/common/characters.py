"""Which characters a text of an XML file may hold."""

from __future__ import annotations

import re

# XML 1.0 has no way to write these, not even as a number; halves of pairs are no characters at all.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile("[\t\n\r]")


def allowed(text: str) -> str:
    """``text`` without the characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def in_one_line(text: str) -> str:
    """As :func:`allowed`; line ends and tabs become blanks, as a reader of XML would make of them anyway."""
    return _BLANKS.sub(" ", _FORBIDDEN.sub("", text))


def name_in_xml(text: str) -> str:
    """``text`` as one line without blanks around it, for titles and names; a fixed blank stays."""
    line = " ".join(each for each in in_one_line(text).split(" ") if each)
    return line if is_seen(line) else ""


def is_seen(text: str) -> bool:
    """Whether there is anything in ``text`` that a reader sees: not only blanks and signs without width."""
    return any(each.isprintable() and each != " " for each in text)


UNNAMED = "?"
"""Stands where a file wants the name of a person and none is known."""
