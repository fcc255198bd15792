"""How much of a ghost is exactly how the text goes on: what a simulated writer takes."""

from __future__ import annotations

import re

from cowrite.base.words import next_word
from cowrite.suggest.seams import swallows_space


def right_words(ghost: str, following: str) -> tuple[int, bool]:
    """How many words of ``ghost`` from the first on are right before ``following``, and whether those are all."""
    count, rest = 0, ghost
    while rest.strip():
        word = next_word(rest)
        if not word.strip() or not is_right(word, following):
            return count, False
        count += 1
        gave_way = word.endswith(" ") and not following.startswith(word)
        following = "" if gave_way else following[len(word) :]
        rest = rest[len(word) :]
    return count, count > 0


def is_right(word: str, following: str) -> bool:
    """Whether ``word``, with the space after it if there is one, is how ``following`` begins."""
    if not word.endswith(" "):
        # A part of a word is no word: “light” is wrong before “lighthouse”.
        return following.startswith(word) and not _goes_on(word, following[len(word) :])
    bare, after = word[:-1], following[len(word) - 1 : len(word)]
    gives_way = after == " " or swallows_space(after)
    return following.startswith(bare) and gives_way and bool(after)


def _goes_on(word: str, following: str) -> bool:
    return bool(re.match(r"\w", following)) and word[-1:].isalnum()
