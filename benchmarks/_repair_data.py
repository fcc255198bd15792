"""What repair is measured on: learner sentences with corrections by four people, and sentences of books that are right.

JFLEG (Napoles, Sakaguchi and Tetreault, EACL 2017) is read with ordinary spacing, and answers are taken apart again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.sentences import sentence_around
from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.suggestions import suggestions
from cowrite.spelling.texts import misspellings
from cowrite.spelling.words import words_of

PEOPLE = 4
HALVES = ("even", "odd", "all")
FITTED_BOOKS = (
    "austen/emma.txt",
    "chesterton/heretics.txt",
    "twain/roughing_it.txt",
    "devault/blog_2013_2017.txt",
)
OTHER_BOOKS = (
    "austen/persuasion.txt",
    "chesterton/whats_wrong_with_the_world.txt",
    "twain/life_on_the_mississippi.txt",
    "devault/blog_2020.txt",
)
BRITISH = ("austen/", "chesterton/heretics")
SHORTEST, LONGEST = 6, 45
"""Words of a sentence of a novel."""
SEED = 23
_TOKEN = re.compile(
    r"\w+(?=n['’]t\b)|n['’]t\b|['’](?:s|m|re|ve|ll|d)\b|\w+(?:(?!['’](?:s|m|re|ve|ll|d)\b)[-’'.]\w+)*|\.\.\.|--|''|[^\w\s]"
)
_ATTACHED = re.compile(r" (?=[.,;:?!%)\]](?: |$)|\.\.\.|n't\b|'(?:s|m|re|ve|ll|d)\b)")


@dataclass(frozen=True, slots=True)
class LearnerSentence:
    """Tokens as JFLEG has them."""

    source: list[str]
    spell_checked: list[str]
    corrections: list[list[str]]

    @property
    def text(self) -> str:
        """The source with ordinary spacing."""
        return with_spacing(self.source)


@dataclass(frozen=True, slots=True)
class NovelSentence:
    """A sentence that is right, and the paragraph up to it."""

    book: str
    before: str
    text: str


def learner_sentences(folder: Path, half: str) -> list[LearnerSentence]:
    """The ``half`` by line numbers. Raises OSError."""

    def rows(name: str) -> list[list[str]]:
        return [line.split() for line in (folder / name).read_text("utf-8").splitlines()]

    corrections = zip(*(rows(f"dev.ref{person}") for person in range(PEOPLE)), strict=True)
    found = [
        LearnerSentence(source, checked, list(several))
        for source, checked, several in zip(
            rows("dev.src"), rows("dev.spellchecked.src"), corrections, strict=True
        )
    ]
    start, step = {"even": (0, 2), "odd": (1, 2), "all": (0, 1)}[half]
    return found[start::step]


def with_spacing(tokens: Sequence[str]) -> str:
    """As people write it; a quotation mark opens and closes in turn."""
    text = _ATTACHED.sub("", " ".join(tokens))
    text = re.sub(r'" ([^"]*?) "', r'"\1"', text)
    return re.sub(r"([(\[]) ", r"\1", text)


def tokens_of(text: str) -> list[str]:
    """As JFLEG divides them."""
    return _TOKEN.findall(text)


def novel_sentences(folder: Path, books: Sequence[str], count: int) -> list[NovelSentence]:
    """``count`` of each of ``books``, drawn in the same way each time. Raises OSError."""
    found: list[NovelSentence] = []
    for book in books:
        dice = random.Random(SEED)
        paragraphs = [
            each
            for each in (folder / book).read_text("utf-8").split("\n")
            if len(each.split()) >= SHORTEST
        ]
        dice.shuffle(paragraphs)
        sentences = (pick for each in paragraphs if (pick := _drawn(book, each, dice)))
        found += [pick for _, pick in zip(range(count), sentences, strict=False)]
    return found


def _drawn(book: str, paragraph: str, dice: random.Random) -> NovelSentence | None:
    places = [
        (start, end)
        for start, end in _sentences(paragraph)
        if SHORTEST <= len(paragraph[start:end].split()) <= LONGEST
        and paragraph[start:end].strip()[-1:] in ".?!”\"'"
        and paragraph[start].isupper()
    ]
    if not places or not paragraph[0].isalpha():
        return None
    start, end = dice.choice(places)
    return NovelSentence(book, paragraph[:start], paragraph[start:end].strip())


def _sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(paragraph):
        start, end = sentence_around(paragraph, at)
        if end <= at:
            return
        yield start, end
        at = end


class KnownWords:
    """A ``WordKnowledge`` as the window has it: by a dictionary and the names of ``text``."""

    def __init__(self, dictionary: Path, text: str) -> None:
        self._checker = Checker(Dictionary(dictionary))
        found, self._cast = misspellings(text, [(0, len(text))], self._checker)
        self._flagged = {each.text for each in found}
        self._known = {text[each.start : each.end] for each in words_of(text)} - self._flagged
        self._alone: dict[str, bool] = {}
        self._meant: dict[str, list[str]] = {}

    def knows(self, word: str) -> bool:
        """Whether it is right here."""
        if word in self._flagged or word in self._known:
            return word in self._known
        if word not in self._alone:
            found, _ = misspellings(word, [(0, len(word))], self._checker)
            self._alone[word] = not found
        return self._alone[word]

    def suggestions(self, word: str) -> list[str]:
        """What may have been meant by it."""
        if word not in self._meant:
            self._meant[word] = suggestions(word, self._checker, self._cast)
        return self._meant[word]
