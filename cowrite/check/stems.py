"""What the inflections of an English word have in common: “glimmer” of “glimmered”, “glimmering”, “glimmers”.

Only endings are taken off, in the spirit of Porter's step 1 (M. F. Porter, “An algorithm for suffix stripping”, 1980);
what is left need not be a word.
"""

from __future__ import annotations

from functools import lru_cache

_VOWELS = frozenset("aeiouy")
_SHORTEST = 3
_KEPT_DOUBLE = frozenset("lsz")


@lru_cache(maxsize=50_000)
def stem_of(word: str) -> str:
    """The stem of a word in lower case; that of a word in any other language may be anything."""
    for sign in ("'s", "’s", "'", "’"):
        word = word.removesuffix(sign)
    word = _singular(word)
    for ending in ("ness", "ingly", "edly", "ing", "ied", "ed", "ily", "ly"):
        base = word.removesuffix(ending)
        if base == word or len(base) < _SHORTEST or not _VOWELS.intersection(base):
            continue
        if ending in ("ied", "ily"):
            return base + "y"
        return _bare(base)
    return _bare(word)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _SHORTEST + 2:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if (
        word.endswith("s")
        and not word.endswith(("ss", "us", "is", "ous"))
        and len(word) > _SHORTEST
    ):
        return word[:-1]
    return word


def _bare(base: str) -> str:
    """Without a mute e, and without a consonant that an ending doubled: “hop” of “hope” and of “hopp-ing”."""
    if len(base) > _SHORTEST and base[-1] == base[-2] and base[-1] not in _VOWELS | _KEPT_DOUBLE:
        return base[:-1]
    if base.endswith("i") and len(base) > _SHORTEST:
        return base[:-1] + "y"
    return base.removesuffix("e") if len(base) > _SHORTEST else base
