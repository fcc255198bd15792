"""How many words of a text no writer would have written: what a wrong encoding makes of letters."""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import pairwise

_EXAMINED_CHARACTERS = 20_000
_GAPS = re.compile(r"[\x00-@\[-`{-\x7f\s]+")
_ODD_WITHIN_WORDS = frozenset({"So", "Sm", "Sc", "Sk", "No", "Lm", "Cc", "Cn", "Co"})
_ASIAN_WITHIN_WORD = re.compile("[a-z][^\x00-\u2fff]{1,2}[a-z]")
_KANA = re.compile("[\u3041-\u30fe]")


def oddness(text: str) -> float:
    """The share (0 to 1) of the words with letters beyond ASCII that mix scripts, cases or letters with signs."""
    words = [
        word
        for part in _GAPS.split(text[:_EXAMINED_CHARACTERS])
        if not part.isascii() and (word := _without_edges(part)) and not word.isascii()
    ]
    return sum(map(_is_odd, words)) / len(words) if words else 0.0


def is_kana(text: str) -> bool:
    """Whether more than half of what is not ASCII is Japanese syllables."""
    beyond = [character for character in text[:_EXAMINED_CHARACTERS] if not character.isascii()]
    return len(beyond) >= _LEAST_KANA and 2 * len(_KANA.findall("".join(beyond))) > len(beyond)


_LEAST_KANA = 4


def _is_odd(word: str) -> bool:
    if _ASIAN_WITHIN_WORD.search(word):
        return True
    if any(character >= "\u2e80" for character in word):
        return False  # where no spaces divide words, scripts stand side by side
    kinds = {_kind(character) for character in word} - {""}
    return len(kinds) > 1 or any(a.islower() and b.isupper() for a, b in pairwise(word))


def _without_edges(word: str) -> str:
    start, end = 0, len(word)
    while start < end and not word[start].isalpha():
        start += 1
    while end > start and not word[end - 1].isalpha():
        end -= 1
    return word[start:end]


@functools.lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """The script of a letter, "sign" for what stands in no word, and nothing for all else."""
    category = unicodedata.category(character)
    if category in _ODD_WITHIN_WORDS:
        return "sign"
    if not character.isalpha() or character in "ªº":
        return ""
    return unicodedata.name(character, "?").split()[0]
