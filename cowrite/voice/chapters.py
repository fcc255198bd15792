"""A text as chapters, and a chapter as samples: its prose in pieces of a few hundred words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cowrite.base.words import count_words
from cowrite.markdown.groups import MarkdownLines
from cowrite.markdown.kinds import TextKind
from cowrite.markdown.plain import PlainLines
from cowrite.voice.traits import Counted, count, sentences_of

SAMPLE_WORDS = 125
"""About so many words are a sample: as long as what a model writes at a time, or rewrites."""
PART_WORDS = 2_000
"""About so many words have the parts of a text without headings."""
_WITHOUT_HEADINGS = 2 * PART_WORDS


@dataclass(frozen=True, slots=True)
class Chapter:
    """It is the lines ``first`` up to ``last`` of the text, from 0; ``paragraphs`` is the prose of those in ``lines``.

    ``title`` is empty for what has no heading.
    """

    title: str
    first: int
    last: int
    lines: tuple[int, ...]
    paragraphs: tuple[str, ...]

    def counted(self) -> Counted:
        """The traits of all of it."""
        return count("\n".join(self.paragraphs))


def chapters(text: str, *, markdown: bool) -> list[Chapter]:
    """The chapters of ``text`` that have any prose; lines are separated by ``\\n``.

    A chapter begins at each heading of the highest level of which there are two; a long text without is parted.
    """
    lines = text.split("\n")
    known = (MarkdownLines if markdown else PlainLines)(lines.__getitem__, len(lines))
    known.settle(len(lines))
    headings = dict(known.headings())
    begins = _chapter_lines(headings)
    found: list[Chapter] = []
    for first, last in pairwise([0, *begins, len(lines)]):
        prose = {
            number: _prose(lines[number], known.marks(number).kinds)
            for number in range(first, last)
            if number not in headings
        }
        title = lines[first].strip().lstrip("#").strip() if first in headings else ""
        found += _parted(title, first, last, prose, is_whole=bool(begins))
    return found


def samples(paragraphs: Iterable[str], words: int = SAMPLE_WORDS) -> Iterator[Counted]:
    """The traits of pieces of about ``words`` words, and of a rest of at least half as many."""
    piece: list[str] = []
    size = 0
    for part in _parts(paragraphs, words):
        piece.append(part)
        size += count_words(part)
        if size >= words:
            yield count("\n".join(piece))
            piece, size = [], 0
    if size >= words / 2:
        yield count("\n".join(piece))


def _parts(paragraphs: Iterable[str], words: int) -> Iterator[str]:
    """The paragraphs, and of the longer ones the sentences."""
    for paragraph in paragraphs:
        if count_words(paragraph) > words:
            yield from sentences_of(paragraph)
        else:
            yield paragraph


def _chapter_lines(headings: dict[int, int]) -> list[int]:
    """The lines of the headings, given with their levels, at which a chapter begins."""
    counts = Counter(headings.values())
    level = min(
        (level for level, times in counts.items() if times > 1), default=min(counts, default=0)
    )
    return [number for number, its in sorted(headings.items()) if its <= level and number]


def _prose(line: str, kinds: Sequence[tuple[int, int, TextKind]]) -> str:
    return "".join(line[a:b] if kind is TextKind.PROSE else " " for a, b, kind in kinds).strip()


def _parted(
    title: str, first: int, last: int, prose: dict[int, str], *, is_whole: bool
) -> Iterator[Chapter]:
    """One chapter of the lines with prose, or parts of it; nothing if there are none."""
    said = {number: line for number, line in prose.items() if any(map(str.isalpha, line))}
    sizes = {number: count_words(line) for number, line in said.items()}
    most = (
        sum(sizes.values()) if is_whole or sum(sizes.values()) < _WITHOUT_HEADINGS else PART_WORDS
    )
    begin, part, size = first, dict[int, str](), 0
    for number, line in said.items():
        part[number] = line
        size += sizes[number]
        if size >= most:
            yield Chapter(title, begin, number + 1, tuple(part), tuple(part.values()))
            begin, part, size = number + 1, {}, 0
    if part:
        yield Chapter(title, begin, last, tuple(part), tuple(part.values()))
