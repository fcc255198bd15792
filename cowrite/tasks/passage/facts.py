"""Numbers and names in a passage and in what a model made of it: which were lost, and which were made up."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from cowrite.base.sentences import ends_sentence
from cowrite.localization import tr, tr_noop
from cowrite.proposals.proposal import Hunk, Version

_NUMBER = re.compile(r"\d+(?:[.,:/\-]\d+)*")
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
# Capitals that are no names.
_NO_NAMES = frozenset(["I", "I'm", "I’m", "I'd", "I’d", "I'll", "I’ll", "I've", "I’ve"])


class _Notes(NamedTuple):
    """What is said of a hunk that changes one of these, takes one out or puts one in."""

    changed: str
    lost: str
    made_up: str


_Facts = tuple[_Notes, re.Pattern[str], Counter[str], Counter[str]]
_OF_NUMBERS = _Notes(
    tr_noop("This changes the number “{old}” to “{new}”."),
    tr_noop("This takes out the number “{old}”."),
    tr_noop("This puts in the number “{new}”."),
)
_OF_NAMES = _Notes(
    tr_noop("This changes the name “{old}” to “{new}”."),
    tr_noop("This takes out the name “{old}”."),
    tr_noop("This puts in the name “{new}”."),
)


def numbers(text: str) -> Counter[str]:
    """The numbers in ``text`` as they are written, and how often."""
    return Counter(_NUMBER.findall(text))


def names(text: str) -> Counter[str]:
    """The words that are capitalized although no sentence begins with them, and the same words at beginnings.

    German nouns are capitalized too: of them this is as good a guard.
    """
    inner, first = Counter[str](), Counter[str]()
    for match in _WORD.finditer(text):
        word = match[0]
        if not word[0].isupper() or word in _NO_NAMES:
            continue
        before = text[max(0, match.start() - 16) : match.start()]
        (first if _begins(before) else inner)[_bare(word)] += 1
    return inner + Counter({word: count for word, count in first.items() if word in inner})


def made_up(passage: str, answer: str) -> tuple[str, str]:
    """A number and a name in ``answer`` that ``passage`` does not have; empty if there is none."""
    known, words = numbers(passage), {_bare(each).casefold() for each in _WORD.findall(passage)}
    number = next((each for each in numbers(answer) if each not in known), "")
    return number, next((each for each in names(answer) if each.casefold() not in words), "")


def with_notes(passage: str, version: Version) -> Version:
    """``version`` with a note on each hunk that changes a number or a name of ``passage``."""
    facts = (
        (_OF_NUMBERS, _NUMBER, numbers(passage), numbers(version.text)),
        (_OF_NAMES, _WORD, names(passage), names(version.text)),
    )
    hunks = tuple(_noted(hunk, facts) for hunk in version.hunks)
    return replace(version, hunks=hunks)


def _noted(hunk: Hunk, facts: tuple[_Facts, ...]) -> Hunk:
    for notes, find, old, new in facts:
        before = {_bare(each) for each in find.findall(hunk.before)}
        after = {_bare(each) for each in find.findall(hunk.after)}
        lost = [each for each in old if each in before and new[each] < old[each]]
        come = [each for each in new if each in after and old[each] < new[each]]
        if lost and come:
            return replace(hunk, note=tr(notes.changed, old=lost[0], new=come[0]))
        if lost:
            return replace(hunk, note=tr(notes.lost, old=lost[0]))
        if come:
            return replace(hunk, note=tr(notes.made_up, new=come[0]))
    return hunk


def _begins(before: str) -> bool:
    bare = before.rstrip()
    return (
        not bare
        or ends_sentence(bare)
        or bare[-1] in "\"“”„«‘'—–:([*#>-"
        or "\n" in before[len(bare) :]
    )


def _bare(word: str) -> str:
    """Without a possessive ending."""
    return re.sub(r"['’]s?$", "", word)
