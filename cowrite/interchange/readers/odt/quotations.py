"""In how many quotations something stands: by its style, and in texts that Cowrite wrote by how far it is set in."""

from __future__ import annotations

from cowrite.interchange.manuscript import Block, Quotation
from cowrite.interchange.readers.odt.styles import Styles

STEP = 24.0
"""Points by which Cowrite sets in each quotation and each list."""
_DEEPEST = 12
_NAMES = ("Quotations", "Quote", "Block Quotation")


class Quotations:
    """Tells how many more quotations something stands in than what is around it."""

    def __init__(self, styles: Styles, *, is_own: bool) -> None:
        self._styles = styles
        self.is_own = is_own

    def of_paragraph(self, name: str | None, lists: int, around: int) -> int:
        """For a style of paragraphs in so many ``lists``, the innermost in ``around`` quotations."""
        is_quoted = self._styles.is_named("paragraph", name, *_NAMES)
        own = self._styles.chain("paragraph", name)[:1]
        margin = own[0].margin if own and own[0].parent and self.is_own else None
        if margin is None:
            return int(is_quoted and (around == 0 or not self.is_own))
        return self._steps(margin, lists + around)

    def of_list(self, name: str, around: int) -> int:
        """For a style of lists."""
        if not self.is_own:
            return 0
        return self._steps(self._styles.list_margins.get(name, STEP), 1 + around)

    def of_table(self, name: str | None) -> int:
        """For a style of tables."""
        own = self._styles.chain("table", name)[:1]
        margin = own[0].margin if own and self.is_own else None
        return 0 if margin is None else self._steps(margin, 0)

    @staticmethod
    def _steps(margin: float, less: int) -> int:
        return min(max(round(margin / STEP) - less, 0), _DEEPEST)


def quoted(block: Block, depth: int) -> Block:
    """A block in so many quotations."""
    for _ in range(depth):
        block = Quotation((block,))
    return block
