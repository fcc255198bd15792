"""Where in a text a key stands: what decides how long a writer waits before it.

Shared by the extraction of recorded gaps and by their replay, so that a gap is replayed where such a gap was recorded.
"""

from __future__ import annotations

import re
from enum import StrEnum

_SENTENCE_MARKS = frozenset(".!?…")
_CLAUSE_MARKS = frozenset(",;:-–—)")
_CLOSING = "”’\"')]_*"
# A full stop after these ends no sentence.
_TITLE = re.compile(r"(?:^|[^\w])(?:Mr|Mrs|Ms|Dr|St|Messrs|Prof)\.$")
TAIL_CHARACTERS = 12
"""So much of the text before a key is looked at."""


class KeyPlace(StrEnum):
    """The place of one key; the value is its letter in tables of gaps.

    The first four are those of the first key of a word (a run without spaces, an opening quotation mark included).
    """

    PARAGRAPH = "p"
    SENTENCE = "s"
    CLAUSE = "c"
    OTHER = "o"
    WITHIN = "w"
    MARK = "m"

    @property
    def begins_word(self) -> bool:
        """Whether it is one of the first key of a word."""
        return self not in (KeyPlace.WITHIN, KeyPlace.MARK)


def place_of_key(before: str, character: str) -> KeyPlace:
    """The place of the key ``character`` after ``before``, of which only the last few characters matter."""
    if character.isspace():
        return KeyPlace.MARK
    if before and not before[-1].isspace():
        # A letter after a mark within a run, as in “don't” and “by-word”, belongs to the word.
        return KeyPlace.WITHIN if character.isalnum() else KeyPlace.MARK
    tail = before[-TAIL_CHARACTERS:].rstrip(" \t")
    if not tail or tail.endswith("\n"):
        return KeyPlace.PARAGRAPH
    bare = tail.rstrip(_CLOSING) or tail
    if bare[-1] in _SENTENCE_MARKS:
        return KeyPlace.OTHER if _TITLE.search(bare) else KeyPlace.SENTENCE
    return KeyPlace.CLAUSE if bare[-1] in _CLAUSE_MARKS else KeyPlace.OTHER
