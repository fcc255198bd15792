"""Where the text of a page is seen: on the page, and in the other half of a split one.

Whoever works out only what is in sight asks here, and has it painted here; see docs/adr/0047.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QTextEdit

from cowrite.editor.page.geometry import block_at
from cowrite.editor.page.large.sight import Sight

Heights = tuple[float, float]
"""From where to where, in pixels of the document."""


class OtherSight(Protocol):
    """Somebody else who shows the text of the page."""

    def heights(self) -> Heights:
        """What of it is seen there."""
        ...

    def repaint_text(self) -> None:
        """The text looks different: paint it again."""
        ...


class Seen(QObject):
    """All that is seen of the text of ``page``.

    Signals: ``to_be_painted()`` before any of it is painted, ``scrolled()`` when something else has come in sight.
    """

    to_be_painted = Signal()
    scrolled = Signal()

    def __init__(self, page: QTextEdit, sight: Sight) -> None:
        super().__init__(page)
        self._page = page
        self._sight = sight
        self._others: list[OtherSight] = []
        page.verticalScrollBar().valueChanged.connect(self.scrolled)

    def add(self, other: OtherSight) -> None:
        """The text is seen there too from now on."""
        self._others.append(other)

    def remove(self, other: OtherSight) -> None:
        """It is seen there no more. May be called again."""
        self._others = [each for each in self._others if each is not other]

    def heights(self) -> list[Heights]:
        """What is seen, first on the page itself."""
        top = self._page.verticalScrollBar().value()
        own = float(top), float(top + self._page.viewport().height())
        return [own, *(each.heights() for each in self._others)]

    def lay_out(self, top: float, height: float) -> None:
        """Have laid out what is seen elsewhere, ``height`` pixels from ``top`` on: of a large text not all is."""
        self._sight.lay_out(top, height)

    def first_lines(self) -> list[int]:
        """The numbers of the paragraphs with which what is seen begins, first that of the page itself."""
        return [block_at(self._page.document(), top).blockNumber() for top, _ in self.heights()]

    def repaint(self) -> None:
        """Have all of it painted again."""
        self._page.viewport().update()
        for each in self._others:
            each.repaint_text()
