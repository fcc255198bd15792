"""The first lines of a text that only say again what the file says of itself."""

from __future__ import annotations

from dataclasses import replace

from cowrite.interchange.manuscript import Manuscript, Paragraph, Run


def without_author_line(manuscript: Manuscript) -> Manuscript:
    """Without a line below the title that is the author's name and no more: it is in the metadata as well."""
    metadata = manuscript.metadata
    first = manuscript.blocks[0] if manuscript.blocks else None
    if not (metadata.title and metadata.author) or not isinstance(first, Paragraph):
        return manuscript
    text = "".join(each.text for each in first.content if isinstance(each, Run))
    if text.strip() != metadata.author or not all(isinstance(each, Run) for each in first.content):
        return manuscript
    return replace(manuscript, blocks=manuscript.blocks[1:])
