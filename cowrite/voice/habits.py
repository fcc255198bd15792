"""Traits in words for the writer."""

from __future__ import annotations

from cowrite.voice.line import Habit
from cowrite.voice.traits import LONGEST_WORD, SENTENCE_WORDS, Trait

_MARKS = {
    ",": "Commas",
    ".": "Full stops",
    ";": "Semicolons",
    ":": "Colons",
    "!": "Exclamation marks",
    "?": "Question marks",
    "--": "Dashes",
    "...": "Ellipses",
    '"': "Quotation marks",
    "(": "Opening brackets",
    ")": "Closing brackets",
}


def name_of(trait: Trait) -> str:
    """What ``trait`` is, such as “Commas” or “Words that end in “-ing””."""
    kind, _, what = trait.partition(" ")
    match kind:
        case "word":
            return f"“{what}”"
        case "first":
            return f"Sentences that begin with “{what.capitalize()}”"
        case "ending":
            return f"Words that end in “-{what}”"
        case "mark":
            return _MARKS.get(what, f"The mark “{what}”")
        case "length":
            return _of_length(int(what))
        case "sentence":
            return _of_sentences(int(what))
        case "shortened":
            return "Words with an apostrophe"
    return "Words with a hyphen"


def sentence_of(habit: Habit) -> str:
    """How often a habit is found and how often the writer would have it, such as “Commas: 41, usually 62.”"""
    own = f"about {habit.own:.0f}" if habit.own >= 1 else "hardly ever"
    return f"{name_of(habit.trait)}: {habit.times:,}, usually {own}"


def _of_length(letters: int) -> str:
    if letters == 1:
        return "Words of 1 letter"
    return f"Words of {letters} letters" + (" or more" if letters == LONGEST_WORD else "")


def _of_sentences(size: int) -> str:
    least = SENTENCE_WORDS[size - 1] + 1 if size else 1
    if size == len(SENTENCE_WORDS):
        return f"Words in sentences of {least} words or more"
    return f"Words in sentences of {least} to {SENTENCE_WORDS[size]} words"
