"""What may have been meant by a word that is flagged, the likeliest first."""

from __future__ import annotations

from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.edits import distance
from cowrite.spelling.words import form_of

MOST = 8
_FAR = 4
_SHORTEST_PART = 2


ENOUGH = 3


def suggestions(
    text: str, checker: Checker, cast: Cast | None = None, *, thorough: bool = True
) -> list[str]:
    """At most MOST, written as ``text`` is: its capitals, its apostrophes, its possessive.

    Takes 3 ms. Where fewer than ENOUGH words are one edit away and it is to be ``thorough``, hunspell is asked too,
    which takes 50 to 200 ms: for a thread on which nobody waits.
    """
    form = form_of(text)
    ending = form[-2:] if form.endswith(("'s", "'S")) else ""
    base = form.removesuffix(ending)
    found = dict.fromkeys(cast.meant(base) if cast else ())
    found |= dict.fromkeys(checker.looks_like(base))
    found |= dict.fromkeys(_in_two(base.lower(), checker))
    if thorough and len(found) < ENOUGH:
        lower = base.lower()
        for each in checker.dictionary.guesses(base):
            if distance(each.lower(), lower) <= _FAR:
                found.setdefault(each)
    written = dict.fromkeys(
        _as_written(each, base, text, checker) + _possessive(ending, text) for each in found
    )
    written.pop(text, None)
    return list(written)[:MOST]


def _possessive(ending: str, text: str) -> str:
    return ending.replace("'", "’") if "’" in text else ending


def _in_two(lower: str, checker: Checker) -> list[str]:
    """A space may be missing."""
    spells = checker.dictionary.spells
    return [
        f"{lower[:cut]} {lower[cut:]}"
        for cut in range(_SHORTEST_PART, len(lower) - _SHORTEST_PART + 1)
        if "'" not in lower and spells(lower[:cut]) and spells(lower[cut:])
    ]


def _as_written(found: str, base: str, text: str, checker: Checker) -> str:
    if len(base) > 1 and base.isupper():
        found = found.upper()
    elif base[:1].isupper() or not (
        checker.dictionary.spells(found) or checker.knows_form(found) or " " in found
    ):
        found = found[:1].upper() + found[1:]
    return found.replace("'", "’") if "’" in text else found
