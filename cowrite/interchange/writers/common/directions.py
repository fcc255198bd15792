"""Which way letters run: what a paragraph begins with, and the pieces of a run that go from right to left."""

from __future__ import annotations

import re
import unicodedata

from cowrite.interchange.manuscript import Inlines, Run

_MAY_RUN_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LEFT = ("R", "AL")


def paragraph_runs_left(content: Inlines, otherwise: bool) -> bool:
    """As :func:`runs_left`, of the text of a paragraph."""
    for inline in content:
        if not isinstance(inline, Run):
            continue
        if not inline.text.isascii():
            return runs_left(
                "".join(each.text for each in content if isinstance(each, Run)), otherwise
            )
        if any(map(str.isalpha, inline.text)):
            return False
    return otherwise


def runs_left(text: str, otherwise: bool) -> bool:
    """Whether the first letter that has a direction goes from right to left; ``otherwise`` where none has."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in _LEFT:
            return True
        if direction == "L":
            return False
    return otherwise


def pieces(text: str) -> list[tuple[str, bool]]:
    """``text`` cut where the direction of its letters changes; blanks and marks go with the letters before them."""
    if text.isascii() or not _MAY_RUN_LEFT.search(text):
        return [(text, False)]
    done: list[tuple[str, bool]] = []
    start, leftwards = 0, runs_left(text, False)
    for at, character in enumerate(text):
        direction = unicodedata.bidirectional(character)
        now = leftwards if direction not in ("L", *_LEFT) else direction in _LEFT
        if now != leftwards:
            done.append((text[start:at], leftwards))
            start, leftwards = at, now
    done.append((text[start:], leftwards))
    return done
