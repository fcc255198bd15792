"""Small questions about text at the caret: seams, overlaps, marks."""

from __future__ import annotations

import unicodedata

from cowrite.base.words import is_unspaced

_CODE_MARKS = frozenset("{}<>=;`|\\$")
CODE_CHARACTERS, CODE_MARKS = 160, 4
_ENDS_OF_SENTENCES = ".!?…。！？"
_SWALLOWS = frozenset(",.;:!?)]}…\n’'，。、；：！？）】」』")


def swallows_space(typed: str) -> bool:
    """Whether ``typed`` takes the place of the space that came along with an accepted word.

    So taking “house ” and typing a comma gives “house,”.
    """
    return typed in _SWALLOWS


def fit_seam(text: str, before: str) -> str:
    """``text`` without a space of its own where ``before`` already ends in one, or where a line begins."""
    if not before or before[-1].isspace():
        return text.lstrip(" ")
    return text


def without_overlap(text: str, after: str) -> str:
    """``text`` cut where it begins to repeat what already follows the caret.

    ``“ house on the”`` before ``“ on the hill”`` becomes ``“ house”``. One repeated letter is not a
    repetition; a word is.
    """
    line = after.split("\n", 1)[0]
    if not line.strip():
        return text
    for size in range(min(len(text), len(line)), 0, -1):
        if text.endswith(line[:size]) and _is_word_sized(line[:size]):
            return text[: len(text) - size]
    return text


def repeats_what_follows(text: str, after: str) -> bool:
    """Whether the line already goes on with ``text``, or ``text`` begins with all of the rest of the line.

    The mark at the end of either may be another one.
    """
    wanted, line = text.strip(), after.split("\n", 1)[0].strip()
    if not wanted or line.startswith(wanted):
        return bool(wanted)
    return _goes_on_from(line, wanted) or _goes_on_from(wanted, line)


def has_unwanted_characters(text: str) -> bool:
    """Control characters and the mark of an undecodable byte never belong in prose."""
    return any(
        character == "\ufffd" or (unicodedata.category(character) == "Cc" and character != "\n")
        for character in text
    )


def looks_like_code(line: str) -> bool:
    """Whether the end of a line is full of marks that prose does not have: a program, a command, a template."""
    end = line[-CODE_CHARACTERS:]
    return sum(character in _CODE_MARKS for character in end) >= CODE_MARKS


def is_only_punctuation(text: str) -> bool:
    """A run of marks without a letter or digit, longer than the one or two that end a sentence."""
    marks = text.strip()
    return len(marks) > 2 and not any(character.isalnum() for character in marks)


def _goes_on_from(text: str, beginning: str) -> bool:
    """Whether ``text`` begins with the words of ``beginning``, which has letters enough to be one."""
    words = beginning.rstrip(_ENDS_OF_SENTENCES)
    following = text[len(words) : len(words) + 1]
    ends_there = not following.isalnum() or is_unspaced(following)
    is_word = sum(character.isalnum() for character in words) >= 2
    return is_word and text.startswith(words) and ends_there


def _is_word_sized(text: str) -> bool:
    return len(text.strip()) >= 2 or not text.strip().isalpha()
