"""The files that a book is cut into, and its table of contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cowrite.interchange.anchors import Anchors, headings_of, words_of
from cowrite.interchange.manuscript import Block, Blocks, Heading
from cowrite.interchange.writers.common.characters import is_seen
from cowrite.interchange.writers.common.outline import chapter_level
from cowrite.interchange.writers.common.plain import lines_of

_LONGEST_ENTRY = 60


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file. ``title`` is empty for what stands before the first heading, and for a heading without words."""

    name: str
    title: str
    blocks: Blocks


@dataclass
class Entry:
    """A line of the table of contents, with those below it."""

    title: str
    address: str
    level: int
    below: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """``ids``: of the headings, in order. ``addresses``: of the headings that the text links to, by their anchors."""

    chapters: tuple[Chapter, ...]
    contents: tuple[Entry, ...]
    addresses: dict[str, str]


def book_of(blocks: Blocks, title: str) -> Book:
    """``blocks`` cut into chapters."""
    chapters = tuple(_chapters(blocks))
    anchors = Anchors()
    contents: list[Entry] = []
    addresses: dict[str, str] = {}
    number = 0
    for chapter in chapters:
        outer = {id(block) for block in chapter.blocks}
        for heading in headings_of(chapter.blocks):
            number += 1
            address = f"{chapter.name}#{heading_id(number)}"
            addresses.setdefault(anchors.name(heading), address)
            words = words_of(heading.content)
            if is_seen(words) and id(heading) in outer:
                _insert(contents, Entry(words, address, heading.level))
    if not contents:
        contents.append(Entry(title, chapters[0].name, 1))
    return Book(chapters, tuple(contents), addresses)


def heading_id(number: int) -> str:
    """The id of a heading by its number in the book."""
    return f"h{number}"


def _insert(contents: list[Entry], entry: Entry) -> None:
    """Put ``entry`` below the last one that is of a higher level."""
    place = contents
    while place and place[-1].level < entry.level:
        place = place[-1].below
    place.append(entry)


def _chapters(blocks: Blocks) -> Iterator[Chapter]:
    highest = chapter_level(blocks)
    gathered: list[Block] = []
    number = 1
    for block in blocks:
        if isinstance(block, Heading) and block.level <= highest and gathered:
            yield _chapter(number, gathered)
            gathered, number = [], number + 1
        gathered.append(block)
    yield _chapter(number, gathered)


def _chapter(number: int, blocks: list[Block]) -> Chapter:
    first = blocks[0] if blocks else None
    title = words_of(first.content) if isinstance(first, Heading) else ""
    title = title if is_seen(title) else ""
    return Chapter(f"chapter-{number:03}.xhtml", title, tuple(blocks))


def first_words(blocks: Blocks) -> str:
    """What a book without a title is called: its first line, cut between words."""
    for line in lines_of(blocks):
        text = " ".join(line.split())
        if is_seen(text):
            cut = text[:_LONGEST_ENTRY]
            return cut if cut == text or " " not in cut else cut.rsplit(" ", 1)[0] + "…"
    return ""
