"""What is wrong with a regular expression, in a plain sentence."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.localization import tr, tr_noop


class PatternError(UserError):
    """The expression, or what is to come in the place of its hits, means nothing."""


_SENTENCES = {
    "missing )": tr_noop("A “(” is not closed."),
    "unbalanced parenthesis": tr_noop("A “)” closes nothing."),
    "unterminated character set": tr_noop("A “[” is not closed."),
    "missing ]": tr_noop("A “[” is not closed."),
    "missing }": tr_noop("A “{” is not closed."),
    "missing >": tr_noop("A “<” is not closed."),
    "missing <": tr_noop("A “<” is missing."),
    "nothing to repeat": tr_noop("“*”, “+” or “?” has nothing before it to repeat."),
    "multiple repeat": tr_noop("Two of “*”, “+”, “?” and “{}” stand together."),
    "min repeat greater than max repeat": tr_noop(
        "In “{}” the first number is larger than the second."
    ),
    "bad character range": tr_noop("In “[]” a range ends before it begins."),
    "bad escape (end of pattern)": tr_noop("There is nothing after the last “\\”."),
    "unknown property": tr_noop("“\\p{}” names no kind of letter."),
    "unknown group": tr_noop("It names a group that is not there."),
    "invalid group reference": tr_noop("It names a group that is not there."),
    "unknown extension": tr_noop("What stands after “(?” is not known."),
    "unexpected end of pattern": tr_noop("It ends too early."),
    "missing group name": tr_noop("A group has no name."),
    "bad character in group name": tr_noop("The name of a group is no word."),
    "duplicate group": tr_noop("Two groups have one name."),
    "unknown flag": tr_noop("What stands after “(?” is not known."),
}


def plain_sentence(message: str, position: int | None) -> str:
    """The library's ``message`` in plain words, with where, counting characters from 1."""
    sentence = _sentence_of(message)
    if position is None:
        return sentence
    begun = sentence.removesuffix(".").removesuffix("。")
    return tr("{begun} (character {number}).", begun=begun, number=position + 1)


def _sentence_of(message: str) -> str:
    if message in _SENTENCES:
        return tr(_SENTENCES[message])
    if message.startswith("bad escape"):
        return tr("“{escape}” means nothing.", escape=message.removeprefix("bad escape "))
    return tr("This is not a regular expression.")
