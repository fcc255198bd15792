"""Shows quotation marks, dashes and dots among Chinese or Japanese as wide as a character.

Which marks these are says :mod:`cowrite.typography.wide_marks`. They are looked for where the text has just changed,
before it is laid out: what is not in sight yet has its right height too, and no paragraph is laid out twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QFont, QTextBlock, QTextDocument

from cowrite.base.utf16 import in_units, utf16_length
from cowrite.editor.appearance.fonts import for_wide_marks
from cowrite.editor.page.layer_ranges import Layer, LayerRange
from cowrite.editor.page.layers import TextLayers
from cowrite.typography.wide_marks import may_have_wide_marks, wide_marks


class WideMarkLayer:
    """The marks of one page."""

    def __init__(self, document: QTextDocument, layers: TextLayers) -> None:
        self._document = document
        self._layers = layers
        self._body: QFont | None = None

    def set_body(self, body: QFont) -> None:
        """The prose is set in that font from now on."""
        if self._body is not None and self._body.families() == body.families():
            return
        self._body = QFont(body)
        if self.dress_all():
            self._document.markContentsDirty(0, self._document.characterCount())

    def dress_all(self) -> bool:
        """The layers know of nothing: the text is another one. Says whether there are any marks to be shown."""
        return self._dress(self._document.begin(), self._document.lastBlock())

    def follow_edit(self, offset: int, inserted: str) -> None:
        """``inserted`` stands at ``offset`` now. Like the other, called from ``contentsChange`` after the layers."""
        first = self._document.findBlock(offset)
        last = self._document.findBlock(offset + utf16_length(inserted))
        if self._layers.ranges(Layer.WIDE_MARKS, first) or may_have_wide_marks(in_units(inserted)):
            self._dress(first, last)
        else:  # then there are none between these two
            for block in (first, last):
                self._dress(block, block)

    def in_slot(self, block: QTextBlock, index: int, shown: str) -> list[LayerRange]:
        """How ``shown`` looks that is laid out before the unit ``index`` of a paragraph; places count from its own."""
        units, slot = in_units(block.text()), in_units(shown)
        end = index + len(slot)
        found = self._ranges(units[:index] + slot + units[index:])
        cut = (each.between(index, end) for each in found)
        return [each.shifted(-index) for each in cut if each is not None]

    def _ranges(self, units: str) -> tuple[LayerRange, ...]:
        marks = wide_marks(units)
        if not marks or self._body is None:
            return ()
        style = for_wide_marks(self._body)
        return tuple(LayerRange(start=start, end=end, style=style) for start, end in marks)

    def _dress(self, first: QTextBlock, last: QTextBlock) -> bool:
        """Say of the paragraphs from ``first`` to ``last`` which marks are wide; whether that is news."""
        is_other = False
        for block in _blocks(first, last):
            ranges = self._ranges(in_units(block.text()))
            if ranges != self._layers.ranges(Layer.WIDE_MARKS, block):
                self._layers.put(Layer.WIDE_MARKS, block, ranges)
                is_other = True
        return is_other


def _blocks(first: QTextBlock, last: QTextBlock) -> Iterator[QTextBlock]:
    block, end = first, last.blockNumber()
    while block.isValid() and block.blockNumber() <= end:
        yield block
        block = block.next()
