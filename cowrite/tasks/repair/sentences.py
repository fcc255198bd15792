"""A passage as sentences of pieces: what may be mended, and what is left as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cowrite.base.sentences import sentence_around
from cowrite.base.words import is_unspaced
from cowrite.markdown.spans import prose
from cowrite.spelling.words import words_of
from cowrite.tasks.repair.edits import Piece

LONGEST = 700
"""Characters; a longer sentence is read in parts."""
_PIECE = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OPENING = {"“": "”", "„": "“", "«": "»", '"': '"'}
_LEAST_LATIN = 0.5


@dataclass(frozen=True, slots=True)
class Sentence:
    """From ``start`` to ``end`` of a passage, without the spaces around it."""

    start: int
    end: int


def sentences_of(passage: str) -> Iterator[Sentence]:
    """The sentences of ``passage`` that have prose, in order."""
    for paragraph in re.finditer(r"[^\n]+", passage):
        text, at = paragraph[0], 0
        while at < len(text):
            _, end = sentence_around(text, at)
            end = max(end, at + 1)
            if end - at > LONGEST:
                end = _cut(text, at)
            bare = text[at:end]
            start = at + len(bare) - len(bare.lstrip())
            stop = at + len(bare.rstrip())
            if start < stop and any(each.isalpha() for each in bare):
                yield Sentence(paragraph.start() + start, paragraph.start() + stop)
            at = end


def _cut(text: str, at: int) -> int:
    space = text.rfind(" ", at + LONGEST // 2, at + LONGEST)
    return space + 1 if space > 0 else at + LONGEST


def fixed_places(passage: str) -> list[tuple[int, int]]:
    """What is left as it stands: what is no prose, speech between quotation marks, words in dialect."""
    found: list[tuple[int, int]] = []
    at = 0
    for span in prose(passage, markdown=True):
        found.append((at, span.start))
        at = span.end
    found.append((at, len(passage)))
    for paragraph in re.finditer(r"[^\n]+", passage):
        found += _speech(paragraph[0], paragraph.start())
    found += _dialect(passage)
    return sorted((start, end) for start, end in found if start < end)


def _dialect(passage: str) -> Iterator[tuple[int, int]]:
    """From the first word in dialect to the last one before a line ends."""
    lines: dict[int, tuple[int, int]] = {}
    for word in words_of(passage):
        if word.dialect:
            line = passage.count("\n", 0, word.start)
            lines[line] = (lines.get(line, (word.start, 0))[0], word.end)
    yield from lines.values()


def _speech(text: str, offset: int) -> Iterator[tuple[int, int]]:
    """A quotation that is not closed goes to the end of its paragraph, as speech over several paragraphs does."""
    at = 0
    while at < len(text):
        closing = _OPENING.get(text[at])
        if closing is None or (text[at] == '"' and at and text[at - 1].isalnum()):
            at += 1
            continue
        end = text.find(closing, at + 1)
        end = len(text) if end < 0 else end + 1
        yield offset + at, offset + end
        at = end


def pieces_of(text: str, fixed: list[tuple[int, int]]) -> list[Piece]:
    """The words and signs of a sentence; ``fixed`` are places of it."""
    return [
        Piece(
            found.start(),
            found.end(),
            found[0],
            bool(_WORD.fullmatch(found[0])),
            any(start < found.end() and found.start() < end for start, end in fixed),
        )
        for found in _PIECE.finditer(text)
    ]


def is_latin(passage: str) -> bool:
    """Whether most of its letters are Latin ones, which are all that is known here."""
    letters = [each for each in passage if each.isalpha()]
    latin = sum(each < "\u0250" for each in letters)
    return latin >= _LEAST_LATIN * len(letters) and not any(map(is_unspaced, letters[:1]))
