"""How much text a file may hold, so that what somebody sent can fill neither the memory nor the time."""

from __future__ import annotations

import re

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import Run
from cowrite.localization import tr

MOST_STEPS = 90_000
"""Of a document; a step takes about a ten-thousandth of a second until it is written. Long novels have half of that."""
MOST_CHARACTERS = 2_500_000
"""Of a paragraph. Paragraphs of books have a thousandth of it."""
_CHECKED = 4  # a paragraph with looks or signs of Markdown is read again when it has been written
_SIGN = re.compile(r"[*_`~\[\]<>&\\|#]")
_EMPTY = 6  # so many paragraphs without a word are one step
_USUAL_SIGNS = 20  # one in so many characters costs nothing


class Budget:
    """Counts what one document holds, in steps of work."""

    def __init__(self) -> None:
        self._steps = 0
        self._empty = 0
        self._characters = 0
        self._is_checked = False
        self._last: tuple[object, ...] | None = None

    def spend(self, inline: object) -> None:
        """One more piece; of one look with that before it, it is no more work. Raises UserError if it is too much."""
        if not isinstance(inline, Run):
            self._last, self._is_checked = None, True
            self._take(2)
            return
        look = (inline.marks, inline.link, inline.change)
        if look != self._last:
            self._last = look
            is_plain = not inline.marks and inline.link is None and inline.change is None
            self._is_checked = self._is_checked or not is_plain
            self._take(1 if is_plain else 2)
        self._characters += len(inline.text)
        signs = len(_SIGN.findall(inline.text))
        if signs:
            self._is_checked = True
            self._take(max(0, signs - len(inline.text) // _USUAL_SIGNS) // 2)
        if self._characters > MOST_CHARACTERS:
            raise UserError(
                tr("A paragraph of this document is too long to be read safely."),
                tr("Split it in the program that made it and try again."),
            )

    def end_paragraph(self) -> None:
        """The next piece begins a paragraph."""
        if self._characters or self._is_checked:
            self._take(1 + _CHECKED * self._is_checked)
        else:
            self._empty += 1
            self._take(self._empty % _EMPTY == 0)
        self._characters = 0
        self._is_checked = False
        self._last = None

    def _take(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise UserError(
                tr("This document holds more than can be read safely."),
                tr("Split it in the program that made it and try the pieces."),
            )
