"""The names by which links in a text call its headings: their words in small letters with hyphens, as on GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cowrite.interchange.manuscript import (
    Blocks,
    Heading,
    Inlines,
    LineBreak,
    ListBlock,
    Quotation,
    Run,
)

_NOT_IN_AN_ANCHOR = re.compile(r"[^\w\- ]")


def words_of(content: Inlines) -> str:
    """The text of ``content`` in one line, without notes and pictures."""
    pieces = (
        each.text if isinstance(each, Run) else " "
        for each in content
        if isinstance(each, Run | LineBreak)
    )
    return " ".join("".join(pieces).split())


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
    """Names headings, in the order of the text."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def name(self, heading: Heading) -> str:
        """The name of the next heading; each is asked for once, in order."""
        words = words_of(heading.content).lower()
        name = _NOT_IN_AN_ANCHOR.sub("", words).replace(" ", "-")
        count = self._seen.get(name, 0)
        self._seen[name] = count + 1
        return f"{name}-{count}" if count else name
