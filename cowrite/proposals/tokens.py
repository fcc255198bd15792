"""A text as words and marks, and when two of them count as the same however they are written.

White space is no token: it is what stands between two. Letters with their combining marks, emoji of several characters
and runs of the same Markdown mark are never cut.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cowrite.base.sentences import CLOSERS, ENDS, ends_sentence, needs_no_space
from cowrite.base.words import is_unspaced, split_without_space

if TYPE_CHECKING:
    import regex

_WORD_OR_MARK = (
    r"[\p{L}\p{N}\p{M}]+(?:(?:['’‘ʼ\-‐‑_]|(?<=\d)[–.,:](?=\d))[\p{L}\p{N}\p{M}]+)*"
    r"|\.{3,}|-{2,}|\*+|_+|~+|`+|\#+|(?!\s)\X"
)
QUOTES = frozenset("\"“”„‟«»'‘’‚‛‹›「」『』＂")
DASHES = frozenset("—–―‒－")
_SAME_IN_WORDS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-"})
_LOOKED_BACK = 12


class Token(NamedTuple):
    """A word or mark of a text, from ``start`` to ``end``; those with the same ``key`` say the same."""

    start: int
    end: int
    key: str
    is_word: bool


def tokens_of(text: str) -> list[Token]:
    """The words and marks of ``text``, in order."""
    found = []
    for match in _token().finditer(text):
        at = match.start()
        for part in split_without_space(match[0]) if is_unspaced(match[0]) else (match[0],):
            end = at + len(part)
            found.append(Token(at, end, _key(part, text, at, end), part[0].isalnum()))
            at = end
    return found


@functools.cache
def _token() -> regex.Pattern[str]:
    import regex  # made when the first proposal is: the start of the program does not wait for it

    return regex.compile(_WORD_OR_MARK)


def sentence_numbers(text: str, tokens: Sequence[Token]) -> list[int]:
    """The number of the sentence that each token is in, from 0; a paragraph ends one too."""
    numbers, number = [], 0
    for index, token in enumerate(tokens):
        numbers.append(number)
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        gap = text[token.end : following.start] if following else ""
        ends = _ends(text, token, gap)
        is_closed = following is None or text[following.start] not in CLOSERS
        if "\n\n" in gap or (ends and ("\n" in gap or is_closed)):
            number += 1
    return numbers


def _ends(text: str, token: Token, gap: str) -> bool:
    last = text[token.end - 1]
    if last not in ENDS and last not in CLOSERS:
        return False
    so_far = text[max(0, token.end - _LOOKED_BACK) : token.end]
    return ends_sentence(so_far) and (bool(gap) or needs_no_space(so_far))


def _key(part: str, text: str, start: int, end: int) -> str:
    if part.isascii() and part.isalnum():
        return part
    if part in QUOTES:
        return '"'
    if part == "…" or part.startswith("..."):
        return "…"
    if part in DASHES or part.startswith("--"):
        return "—"
    if part == "-" and text[start - 1 : start].isspace() and text[end : end + 1].isspace():
        return "—" if text[:start].rpartition("\n")[2].strip() else part
    return unicodedata.normalize("NFC", part.translate(_SAME_IN_WORDS))
