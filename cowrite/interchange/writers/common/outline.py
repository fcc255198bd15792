"""Where the chapters of a text begin."""

from __future__ import annotations

from cowrite.interchange.manuscript import Blocks, Heading


def chapter_level(blocks: Blocks) -> int:
    """The level of headings that begin a chapter: 1, or 2 where the only heading of level 1 is the whole's title."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    highest = [heading for heading in headings if heading.level == 1]
    seconds = sum(heading.level == 2 for heading in headings)
    if highest:
        is_title = len(highest) == 1 and blocks and blocks[0] is highest[0] and seconds > 1
        return 2 if is_title else 1
    return 2 if seconds else 1
