"""What is wrong with a regular expression, in a plain sentence."""

from __future__ import annotations

from cowrite.base.errors import UserError


class PatternError(UserError):
    """The expression, or what is to come in the place of its hits, means nothing."""


_SENTENCES = {
    "missing )": "A “(” is not closed.",
    "unbalanced parenthesis": "A “)” closes nothing.",
    "unterminated character set": "A “[” is not closed.",
    "missing ]": "A “[” is not closed.",
    "missing }": "A “{” is not closed.",
    "missing >": "A “<” is not closed.",
    "missing <": "A “<” is missing.",
    "nothing to repeat": "“*”, “+” or “?” has nothing before it to repeat.",
    "multiple repeat": "Two of “*”, “+”, “?” and “{}” stand together.",
    "min repeat greater than max repeat": "In “{}” the first number is larger than the second.",
    "bad character range": "In “[]” a range ends before it begins.",
    "bad escape (end of pattern)": "There is nothing after the last “\\”.",
    "unknown property": "“\\p{}” names no kind of letter.",
    "unknown group": "It names a group that is not there.",
    "invalid group reference": "It names a group that is not there.",
    "unknown extension": "What stands after “(?” is not known.",
    "unexpected end of pattern": "It ends too early.",
    "missing group name": "A group has no name.",
    "bad character in group name": "The name of a group is no word.",
    "duplicate group": "Two groups have one name.",
    "unknown flag": "What stands after “(?” is not known.",
}


def plain_sentence(message: str, position: int | None) -> str:
    """The library's ``message`` in plain words, with where, counting characters from 1."""
    sentence = _SENTENCES.get(message)
    if sentence is None and message.startswith("bad escape"):
        sentence = f"“{message.removeprefix('bad escape ')}” means nothing."
    sentence = sentence or "This is not a regular expression."
    if position is None:
        return sentence
    return f"{sentence.removesuffix('.')} (character {position + 1})."
