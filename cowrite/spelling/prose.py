"""The prose of a text, at its places: what is machinery gives way to signs that end a word, or that no word notices."""

from __future__ import annotations

import html
from collections.abc import Iterable

_JOINER = "\u2060"
_DIGIT = "0"
_EMPHASIS = frozenset("*_~")


def masked(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """``text``, as long as it was, with nothing but the prose in ``ranges``, which are sorted and do not overlap.

    Marks within a word (“un*believ*able”) are made signs that do not count; a word with code or a sign in it that only
    HTML can read gets a digit, with which it is no word to be judged.
    """
    parts: list[str] = []
    at = 0
    for start, end in ranges:
        if start > at:
            parts.append(_instead(text, at, start))
        parts.append(text[start:end])
        at = end
    if at < len(text):
        parts.append(_instead(text, at, len(text)))
    return "".join(parts)


def _instead(text: str, start: int, end: int) -> str:
    gap = text[start:end]
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    within = before.isalnum() and after.isalnum()
    if "\n" in gap:
        return "".join("\n" if each == "\n" else " " for each in gap)
    if within and (_EMPHASIS.issuperset(gap) or (gap[0] == "<" and gap[-1] == ">")):
        return _JOINER * len(gap)
    touches = before.isalnum() or after.isalnum()
    if touches and (
        "`" in gap or (gap[0] == "&" and gap[-1] == ";" and html.unescape(gap).isalpha())
    ):
        return _DIGIT * len(gap)
    return " " * len(gap)
