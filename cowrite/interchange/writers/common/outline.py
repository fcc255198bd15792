"""Where the chapters of a text begin, and the headings that links in it lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cowrite.interchange.manuscript import Blocks, Heading, ListBlock, Quotation
from cowrite.interchange.writers.common.plain import words_of

_NOT_IN_AN_ANCHOR = re.compile(r"[^\w\- ]")


def chapter_level(blocks: Blocks) -> int:
    """The level of headings that begin a chapter: 1, or 2 where the only heading of level 1 is the whole's title."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    highest = [heading for heading in headings if heading.level == 1]
    seconds = sum(heading.level == 2 for heading in headings)
    if highest:
        is_title = len(highest) == 1 and blocks and blocks[0] is highest[0] and seconds > 1
        return 2 if is_title else 1
    return 2 if seconds else 1


def headings_of(blocks: Blocks) -> Iterator[Heading]:
    """All headings in order, those in quotations and lists too."""
    for block in blocks:
        match block:
            case Heading():
                yield block
            case Quotation():
                yield from headings_of(block.blocks)
            case ListBlock():
                for item in block.items:
                    yield from headings_of(item)


class Anchors:
    """The name that a link in the text calls each heading by: its words in small letters with hyphens, as on GitHub."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def name(self, heading: Heading) -> str:
        """The name of the next heading; each is asked for once, in order."""
        words = words_of(heading.content).lower()
        name = _NOT_IN_AN_ANCHOR.sub("", words).replace(" ", "-")
        count = self._seen.get(name, 0)
        self._seen[name] = count + 1
        return f"{name}-{count}" if count else name
