"""A text without any marks as a manuscript."""

from __future__ import annotations

from cowrite.interchange.manuscript import Manuscript, Paragraph, Run
from cowrite.interchange.tidying import tidy


def plain_manuscript(text: str) -> Manuscript:
    """Each line is a paragraph, as it is on the page."""
    return tidy(Manuscript(tuple(Paragraph((Run(line),)) for line in text.split("\n") if line)))
