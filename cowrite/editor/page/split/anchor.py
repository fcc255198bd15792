"""Keeps a place of the text where it is in sight, while the text above it grows, goes or is laid out anew."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextLine

from cowrite.base.utf16 import utf16_length
from cowrite.editor.page.geometry import block_at


class Anchor:
    """A line of ``document``, found again by its first character, and a height in pixels below its upper edge."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._cursor = QTextCursor(document)
        self._cursor.setKeepPositionOnInsert(True)
        self._below = 0.0

    def hold(self, y: float) -> None:
        """Be at the height ``y`` of the document, in its pixels."""
        block = block_at(self._document, y)
        top = self._document.documentLayout().blockBoundingRect(block).top()
        line = _line_at(block, y - top)
        start = line.textStart() if line.isValid() else 0
        layout = block.layout()
        if start > layout.preeditAreaPosition() >= 0:  # what is laid out there is no text
            slot = utf16_length(layout.preeditAreaText())
            start = max(layout.preeditAreaPosition(), start - slot)
        self._cursor.setPosition(block.position() + min(start, block.length() - 1))
        self._below = y - top - self._line_top()

    @property
    def y(self) -> float:
        """At which height that place is now."""
        layout = self._document.documentLayout()
        top = layout.blockBoundingRect(self._cursor.block()).top()
        return top + self._line_top() + self._below

    @property
    def place(self) -> int:
        """Where the line begins in the text, in UTF-16 units."""
        return self._cursor.position()

    def _line_top(self) -> float:
        line = self._cursor.block().layout().lineForTextPosition(self._cursor.positionInBlock())
        return line.y() if line.isValid() else 0.0


def _line_at(block: QTextBlock, y: float) -> QTextLine:
    """The last line of a paragraph that begins above ``y``, or its first one."""
    layout = block.layout()
    low, high = 0, layout.lineCount() - 1
    while low < high:
        middle = (low + high + 1) // 2
        if layout.lineAt(middle).y() <= y:
            low = middle
        else:
            high = middle - 1
    return layout.lineAt(low) if layout.lineCount() else QTextLine()
