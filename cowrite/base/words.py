"""Where words begin and end, also in scripts that put no spaces between them.

Chinese, Japanese, Thai, Lao, Khmer and Burmese are divided by ICU's dictionaries; nearly everything else by spaces and
marks, without ICU being loaded. Knows nothing of tokens, models, Qt or files.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

# Spaces, then either one run of letters (with inner apostrophes and hyphens) or one run of anything else, and a space.
_NEXT_WORD = re.compile(r"\s*(?:\w+(?:['’\-]\w+)*|[^\w\s]+)[ ]?|\s+")
_NEXT_CHUNK = re.compile(r"(\s*)(\S+)([ ]?)")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai and Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Scripts whose letters take marks that are not letters themselves, and emoji of several characters: ICU knows them.
_NEEDS_ICU = re.compile("[\u0300-\u036f\u0590-\u1dff\u2c00-\U0010ffff]")
LONGEST_WORD = 500
_ENDLESS = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_CLAUSE_MARKS = frozenset("、。，．！？；：…‥」』）】〕〉》”’")


def next_word(text: str) -> str:
    """The first word of ``text`` with the spaces around it; punctuation after it is a word of its own.

    In a script without spaces, the marks that end a clause belong to the word before them.
    """
    match = _NEXT_WORD.match(text)
    if match is None:
        return text
    chunk = _NEXT_CHUNK.match(text)
    if chunk is None or not _NEEDS_ICU.search(chunk[2]):
        return match.group()
    word = _first_of(_segments(chunk[2]))
    space = chunk[3] if len(word) == len(chunk[2]) else ""
    return chunk[1] + word + space


def is_unspaced(text: str) -> bool:
    """Whether any character of ``text`` is of a script that puts no spaces between words."""
    return bool(_IS_UNSPACED.search(text))


def goes_on_word(before: str, text: str) -> bool:
    """Whether ``text`` is the rest of the word that ``before`` ends with; never where words need no space."""
    return before[-1:].isalnum() and text[:1].isalnum() and not is_unspaced(before[-1])


def starts_without_space(text: str) -> frozenset[int]:
    """The offsets in ``text``, but 0, at which a word begins with no space to tell it."""
    if not is_unspaced(text):
        return frozenset()
    offsets, at, last = set(), 0, ""
    for segment in _segments(text):
        if last.strip() and _is_word(segment) and is_unspaced(last[-1] + segment[0]):
            offsets.add(at)
        at += len(segment)
        last = segment
    return frozenset(offsets)


def without_endless_words(text: str) -> str:
    """``text`` without runs of more than LONGEST_WORD characters that no space parts: data, and no words to learn from.

    In a script without spaces such a run is a sentence, and stays.
    """
    return _ENDLESS.sub(lambda run: run[0] if is_unspaced(run[0]) else "", text)


def split_without_space(text: str) -> list[str]:
    """``text`` cut where a word begins with no space to tell it; whole in most scripts."""
    edges = [0, *sorted(starts_without_space(text)), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


def count_words(text: str) -> int:
    """How many words ``text`` has: runs between spaces, and words of scripts without spaces."""
    return sum(_words_in(chunk) for chunk in text.split())


def _words_in(chunk: str) -> int:
    """How many words a run between spaces has; marks alone count as one."""
    return sum(_is_word(part) for part in split_without_space(chunk)) or 1


def _first_of(segments: list[str]) -> str:
    """The first word with the marks that end its clause, or the first run of marks."""
    word = segments[0]
    for segment in segments[1:]:
        closes = is_unspaced(word) and segment[0] in _CLAUSE_MARKS
        if _is_word(segment) or (_is_word(word) and not closes):
            break
        word += segment
    return word


def _is_word(segment: str) -> bool:
    return any(character.isalnum() for character in segment)


def _segments(text: str) -> list[str]:
    """``text`` cut as Unicode's annex 29 and ICU's dictionaries say."""
    # Thirty megabytes of tables that most writers never need.
    from icu4py.breakers import WordBreaker

    # A half of a pair, which a damaged file may hold, is not a character that ICU takes.
    whole = text.encode("utf-8", "replace").decode()
    ends = accumulate(len(segment) for segment in WordBreaker(whole, "root"))
    return [text[start:end] for start, end in pairwise([0, *ends])]
