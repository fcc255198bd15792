"""Defects that are put into a text on purpose, one kind at a time, so that it is known where they are.

Each is made as a writer makes it: words are only moved about, doubled, joined or spelled otherwise. What is planted is
chosen by the text alone, never by what the program would find, and nowhere near another one.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

APART = 400  # characters between two defects
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MARKS = '"“”'
_FAMILY = 4  # letters that words of one stem have in common, about
_RARE = 4e-5  # of the words of a text a rare family is at most


@dataclass(frozen=True, slots=True)
class Edit:
    """In place of the characters from ``start`` to ``end`` there is ``text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Planted:
    """A text with defects, and the ``places`` of all of them in it."""

    text: str
    places: Sequence[tuple[int, int]]


Proposer = Callable[["Book", random.Random], Edit | None]
"""Proposes one defect at a place drawn at random; None if there is none to be made."""


class Book:
    """A text and what has to be known of it to plant something."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = [(found.start(), found.end(), found[0]) for found in _WORD.finditer(text)]
        self.starts = [start for start, _, _ in self.words]
        self.counts = Counter(word.lower() for _, _, word in self.words)
        self.families = Counter(word.lower()[:_FAMILY] for _, _, word in self.words)
        self.rare = max(3, round(_RARE * len(self.words)))
        self.lower = Counter(word for _, _, word in self.words if word.islower())
        self.capitals = Counter(word for _, _, word in self.words if word[0].isupper())
        self.lengths = sorted(
            len(_WORD.findall(sentence))
            for line in text.split("\n")
            for sentence in re.split(r"(?<=[.!?])[\"”’)]*\s+", line)
            if len(sentence) > 20
        )

    def paragraph_at(self, place: int) -> tuple[int, int]:
        """From where to where the line at ``place`` goes."""
        start = self.text.rfind("\n", 0, place) + 1
        end = self.text.find("\n", place)
        return start, end if end >= 0 else len(self.text)

    def any_narrative(self, generator: random.Random, fewest_words: int) -> tuple[int, int] | None:
        """A paragraph in which nobody speaks."""
        start, end = self.paragraph_at(self.words[generator.randrange(len(self.words))][0])
        paragraph = self.text[start:end]
        if any(mark in paragraph for mark in _MARKS) or paragraph.lstrip()[:1] in "'‘#*|`-":
            return None
        return (start, end) if len(_WORD.findall(paragraph)) >= fewest_words else None

    def words_between(self, start: int, end: int) -> Sequence[tuple[int, int, str]]:
        """With their places."""
        return self.words[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def plant(text: str, kind: str, count: int, generator: random.Random) -> Planted:
    """``text`` with up to ``count`` defects of a kind, as many as were found room for in a number of tries."""
    book, edits = Book(text), list[Edit]()
    for _ in range(count * 3_000):
        if len(edits) == count:
            break
        edit = PROPOSERS[kind](book, generator)
        if edit is None or any(_are_near(edit, each) for each in edits):
            continue
        edits.append(edit)
    parts, places, at, length = list[str](), list[tuple[int, int]](), 0, 0
    for edit in sorted(edits, key=lambda each: each.start):
        parts += [text[at : edit.start], edit.text]
        length += edit.start - at + len(edit.text)
        places.append((length - len(edit.text), length))
        at = edit.end
    return Planted("".join([*parts, text[at:]]), places)


def _are_near(one: Edit, other: Edit) -> bool:
    return one.start < other.end + APART and other.start < one.end + APART


# --- one kind after the other ---

_ALIKE = ("ed", "ing", "ly", "ous", "ful", "ness", "ment", "tion", "able", "ive", "ity", "al", "ic")
_ECHO_WORDS = 5, 35


def _echo(book: Book, generator: random.Random) -> Edit | None:
    """A rare word of the paragraph in place of another one with the same ending, some words further on."""
    found = book.any_narrative(generator, 40)
    if found is None:
        return None
    words = book.words_between(*found)
    first = generator.randrange(len(words))
    word = words[first][2]
    ending = next((each for each in _ALIKE if word.endswith(each)), None)
    if (
        ending is None
        or len(word) < 6
        or not word.islower()
        or book.families[word[:_FAMILY]] > book.rare
    ):
        return None
    nearest, farthest = _ECHO_WORDS
    places = [
        each
        for each in words[first + nearest : first + farthest]
        if each[2].endswith(ending) and len(each[2]) >= 5 and each[2].islower() and each[2] != word
    ]
    if not places:
        return None
    start, end, _ = generator.choice(places)
    return Edit(start, end, word)


_JOINTS = (", and ", ", and then ", ", but ", ", so that ", ", while ")


def _sentence(book: Book, generator: random.Random) -> Edit | None:
    """Sentences joined until they are longer by three quarters than all but one in a hundred, and 60 words at least."""
    found = book.any_narrative(generator, 60)
    if found is None:
        return None
    wanted = max(60, round(1.75 * book.lengths[len(book.lengths) * 99 // 100]))
    start, end = found
    paragraph = book.text[start:end]
    sentences = re.split(r"(?<=[a-z][.!?])\s+(?=[A-Z])", paragraph)
    first = generator.randrange(len(sentences))
    joined, number = sentences[first], first + 1
    while number < len(sentences) and len(_WORD.findall(joined)) < wanted:
        following = sentences[number]
        if not following.startswith("I"):
            following = following[0].lower() + following[1:]
        joined = joined.rstrip(".!?") + generator.choice(_JOINTS) + following
        number += 1
    if number == first + 1 or len(_WORD.findall(joined)) < wanted:
        return None
    at = start + paragraph.index(sentences[first])
    last = start + paragraph.index(sentences[number - 1]) + len(sentences[number - 1])
    return Edit(at, last, joined)


_WORDY = (
    "due to the fact that he was there, ",
    "needless to say, ",
    "at this point in time, ",
    "at that point in time, ",
    "it should be noted that ",
    "it is important to note that ",
    "it goes without saying that ",
    "for all intents and purposes, ",
    "at the end of the day, ",
    "in spite of the fact that it was late, ",
    "when all is said and done, ",
    "to be perfectly honest, ",
    "the fact of the matter is that ",
    "the truth of the matter is that ",
    "in this day and age, ",
    "in actual fact, ",
    "truth be told, ",
    "practically speaking, ",
    "there is no doubt but that ",
    "it is worth mentioning that ",
    "on a regular basis, ",
    "in a very real sense, ",
    "in the event that it mattered, ",
    "until such time as it was over, ",
    "quite simply, ",
    "as a general rule of thumb, ",
    "in a manner of speaking, ",
)
_PILED = (
    "really quite ",
    "very really ",
    "actually rather ",
    "just simply ",
    "quite literally ",
    "absolutely totally ",
    "basically just ",
    "really very ",
    "somewhat rather ",
    "perhaps possibly ",
    "quite absolutely ",
    "truly very ",
    "simply utterly ",
)


def _filler(book: Book, generator: random.Random) -> Edit | None:
    """A wordy phrase before a sentence, or two weak words before an adjective or an adverb."""
    found = book.any_narrative(generator, 30)
    if found is None:
        return None
    if generator.random() < 0.5:
        text = book.text[slice(*found)]
        places = [each.end() for each in re.finditer(r"[a-z][.] (?=[A-Z][a-z]+ [a-z])", text)]
        if not places:
            return None
        at = found[0] + generator.choice(places)
        phrase = generator.choice(_WORDY)
        return Edit(at, at + 1, phrase[0].upper() + phrase[1:] + book.text[at].lower())
    words = [
        each
        for each in book.words_between(*found)
        if re.fullmatch(r"[a-z]{3,}(?:ous|ful|ive|able|ly|ish|less)", each[2])
    ]
    if not words:
        return None
    start, end, word = generator.choice(words)
    return Edit(start, end, generator.choice(_PILED) + word)


_ADVERBS = (
    "slowly", "quickly", "softly", "loudly", "quietly", "gently", "roughly", "sadly", "happily", "angrily",
    "nervously", "calmly", "carefully", "carelessly", "eagerly", "reluctantly", "suddenly", "swiftly",
    "heavily", "lightly", "warmly", "coldly", "bitterly", "sweetly", "boldly", "timidly", "proudly", "modestly",
    "fiercely", "tenderly", "wearily", "briskly", "idly", "solemnly", "cheerfully", "gloomily", "anxiously",
    "patiently", "impatiently", "politely", "rudely", "awkwardly", "gracefully", "clumsily", "silently",
    "noisily", "steadily", "hastily", "thoughtfully", "absently",
)  # fmt: skip


def _adverbs(book: Book, generator: random.Random) -> Edit | None:
    """Three adverbs before the verbs (words in -ed) of a few lines; the first three that stand close together."""
    found = book.any_narrative(generator, 30)
    if found is None:
        return None
    verbs = [
        each
        for each in book.words_between(*found)
        if each[2].islower() and each[2].endswith("ed") and len(each[2]) > 4
    ]
    if len(verbs) < 2:
        return None
    first = generator.randrange(len(verbs) - 1)
    near = verbs[first : first + 2]
    if len(_WORD.findall(book.text[near[0][0] : near[1][1]])) > 9:
        return None
    one, two, three = generator.sample(_ADVERBS, 3)
    start, end = near[0][0], near[1][1]
    between = book.text[near[0][1] : near[1][0]]
    return Edit(start, end, f"{one} {near[0][2]}{between}{two} and {three} {near[1][2]}")


_SPELLINGS = (
    (r"^C(?=[aou])", "K"), (r"^K(?=[aeiou])", "C"), ("ph", "f"), ("f(?=[aeiou])", "ph"),
    ("(?<=.)ck", "k"), ("(?<=[aeiou])k", "ck"), ("ie", "ei"), ("ei", "ie"), ("y$", "ie"), ("ey", "y"),
    ("ley$", "ly"), ("([lnrtsmp])\\1", r"\1"), ("(?<=[aeiou])([lnrtsm])(?=[aeiou])", r"\1\1"),
    ("(?<=[aeiou])([lnrt])$", r"\1\1"), ("e$", ""), ("(?<=[tr])h", ""), ("(?<=[^aeiou])a(?=[^aeiou]+[aeiou])", "e"),
    ("(?<=[^aeiou])e(?=[^aeiou]+[aeiou])", "a"), ("s(?=[aeiou])", "z"), ("x", "cks"), ("ai", "ay"), ("ou", "ow"),
)  # fmt: skip


def _name(book: Book, generator: random.Random) -> Edit | None:
    """A name spelled otherwise once: as it might sound, or with two letters in the wrong order."""
    start, _, word = book.words[generator.randrange(len(book.words))]
    name = re.sub(r"['’]s$", "", word)
    usual = not name[:1].isupper() or not name[1:].islower() or len(name) < 5
    if usual or book.capitals[name] < 8 or book.lower[name.lower()]:
        return None
    if generator.random() < 0.25:
        at = generator.randrange(1, len(name) - 1)
        other = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    else:
        pattern, instead = generator.choice(_SPELLINGS)
        other = re.sub(pattern, instead, name, count=1)
    if other == name or book.counts[other.lower()]:
        return None
    return Edit(start, start + len(name), other)


def _quote(book: Book, generator: random.Random) -> Edit | None:
    """A closing mark left out, from the mark that opens what is left open.

    Not the last one of a paragraph before one that begins with a mark: what is then there is how a speech is set that
    goes on, and nobody could tell.
    """
    start, _, _ = book.words[generator.randrange(len(book.words))]
    first, last = book.paragraph_at(start)
    closing = [
        first + found.start(1)
        for found in re.finditer(r"(?<=[\w.,!?;—-])([\"”])(?=\s|$|--|—)", book.text[first:last])
    ]
    if not closing or book.text[first:last].count('"') % 2:
        return None
    at = generator.choice(closing)
    following = book.text[last : last + 200].lstrip()[:1]
    if at == closing[-1] and following and following in _MARKS:
        return None
    opening = max(book.text.rfind(mark, first, at) for mark in '"“')
    return Edit(opening, at + 1, book.text[opening:at]) if opening >= 0 else None


_PRESENT = {"was": "is", "had": "has", "went": "goes", "came": "comes", "said": "says", "took": "takes", "saw": "sees",
            "knew": "knows", "thought": "thinks", "stood": "stands", "felt": "feels", "heard": "hears"}  # fmt: skip


def _tense(book: Book, generator: random.Random) -> Edit | None:
    """A verb in the past after “he”, “she” or “it” in the present."""
    found = book.any_narrative(generator, 60)
    if found is None:
        return None
    words = book.words_between(*found)
    verbs = [
        word
        for before, word in pairwise(words)
        if before[2].lower() in ("he", "she", "it") and word[2] in _PRESENT
    ]
    if not verbs:
        return None
    start, end, word = generator.choice(verbs)
    return Edit(start, end, _PRESENT[word])


def _age(book: Book, generator: random.Random) -> Edit | None:
    """Two sentences about one name, after two sentences of a paragraph, that do not agree."""
    found = book.any_narrative(generator, 60)
    if found is None:
        return None
    places = [
        found[0] + each.end()
        for each in re.finditer(r"[a-z][.] (?=[A-Z])", book.text[slice(*found)])
    ]
    names = [name for name, count in book.capitals.items() if count > 8 and name[1:].islower()]
    if not places or not names:
        return None
    at, name, years = generator.choice(places), generator.choice(names), generator.randrange(15, 60)
    other = years + generator.randrange(1, 30)
    return Edit(at, at, f"{name} was {years} years old. So it was. {name}, aged {other}, knew it. ")


PROPOSERS: dict[str, Proposer] = {
    "echo": _echo,
    "sentence": _sentence,
    "filler": _filler,
    "adverbs": _adverbs,
    "name": _name,
    "quote": _quote,
    "tense": _tense,
    "age": _age,
}


def hits(found: Sequence[tuple[int, int]], planted: Planted) -> tuple[int, int]:
    """How many of what was found overlaps a defect, and how many defects are overlapped."""
    right = [each for each in found if any(_overlap(each, place) for place in planted.places)]
    met = sum(any(_overlap(each, place) for each in found) for place in planted.places)
    return len(right), met


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def halves(books: Sequence[str], share: int) -> Iterator[tuple[str, int]]:
    """``share`` defects spread over ``books``, as evenly as their lengths allow."""
    total, left = sum(map(len, books)), share
    for number, book in enumerate(books):
        its = left if number == len(books) - 1 else round(share * len(book) / total)
        left -= its
        yield book, its
