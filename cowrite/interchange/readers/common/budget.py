"""How much text a file may hold, so that what somebody sent cannot fill the memory."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import Inline, Run
from cowrite.localization import tr

MOST_PIECES = 600_000
MOST_IN_PARAGRAPH = 120_000
MOST_CHARACTERS = 2_500_000
"""Of a paragraph. Books have that many, and paragraphs a thousandth of it."""


class Budget:
    """Counts the pieces of one document."""

    def __init__(self) -> None:
        self._pieces = 0
        self._in_paragraph = 0
        self._characters = 0

    def spend(self, inline: Inline) -> None:
        """One more piece. Raises UserError if it is too much."""
        self._pieces += 1
        self._in_paragraph += 1
        if isinstance(inline, Run):
            self._characters += len(inline.text)
        if self._characters > MOST_CHARACTERS or self._in_paragraph > MOST_IN_PARAGRAPH:
            raise UserError(
                tr("A paragraph of this document is too long to be read safely."),
                tr("Split it in the program that made it and try again."),
            )
        if self._pieces > MOST_PIECES:
            raise UserError(
                tr("This document holds more than can be read safely."),
                tr("Split it in the program that made it and try the pieces."),
            )

    def end_paragraph(self) -> None:
        """The next piece begins a paragraph."""
        self._in_paragraph = 0
        self._characters = 0
