"""Traits in words for the writer."""

from __future__ import annotations

from cowrite.localization import tr, tr_noop
from cowrite.voice.line import Habit
from cowrite.voice.traits import LONGEST_WORD, SENTENCE_WORDS, Trait

_MARKS = {
    ",": tr_noop("Commas"),
    ".": tr_noop("Full stops"),
    ";": tr_noop("Semicolons"),
    ":": tr_noop("Colons"),
    "!": tr_noop("Exclamation marks"),
    "?": tr_noop("Question marks"),
    "--": tr_noop("Dashes"),
    "...": tr_noop("Ellipses"),
    '"': tr_noop("Quotation marks"),
    "(": tr_noop("Opening brackets"),
    ")": tr_noop("Closing brackets"),
}


def name_of(trait: Trait) -> str:
    """What ``trait`` is, such as “Commas” or “Words that end in “-ing””."""
    kind, _, what = trait.partition(" ")
    match kind:
        case "word":
            return f"“{what}”"
        case "first":
            return tr("Sentences that begin with “{word}”", word=what.capitalize())
        case "ending":
            return tr("Words that end in “-{ending}”", ending=what)
        case "mark":
            return tr(_MARKS[what]) if what in _MARKS else tr("The mark “{mark}”", mark=what)
        case "length":
            return _of_length(int(what))
        case "sentence":
            return _of_sentences(int(what))
        case "shortened":
            return tr("Words with an apostrophe")
    return tr("Words with a hyphen")


def sentence_of(habit: Habit) -> str:
    """How often a habit is found and how often the writer would have it, such as “Commas: 41, usually 62.”"""
    name = name_of(habit.trait)
    if habit.own < 1:
        return tr("{name}: {times:,}, usually hardly ever", name=name, times=habit.times)
    return tr(
        "{name}: {times:,}, usually about {own:.0f}", name=name, times=habit.times, own=habit.own
    )


def _of_length(letters: int) -> str:
    if letters == 1:
        return tr("Words of 1 letter")
    if letters == LONGEST_WORD:
        return tr("Words of {letters} letters or more", letters=letters)
    return tr("Words of {letters} letters", letters=letters)


def _of_sentences(size: int) -> str:
    least = SENTENCE_WORDS[size - 1] + 1 if size else 1
    if size == len(SENTENCE_WORDS):
        return tr("Words in sentences of {least} words or more", least=least)
    return tr(
        "Words in sentences of {least} to {most} words",
        least=least,
        most=SENTENCE_WORDS[size],
    )
