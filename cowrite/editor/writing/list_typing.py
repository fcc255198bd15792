"""Lists and quotations go on by themselves: Enter begins the next item, Tab at its beginning puts it a level deeper,
Shift+Tab a level higher.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextBlock

from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.markup.structure import DocumentStructure
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.tracked_edit import TypingAid
from cowrite.markdown.editing import LineEdit, entered, indented, shifted

Edits = Sequence[tuple[int, int, str]]
LONGEST_LINE = 20_000


class ListTyping:
    """A :class:`TypingAid` of a page, before another one that has the word where nothing is to be done for a list."""

    def __init__(self, page: PageEdit, structure: DocumentStructure, after: TypingAid) -> None:
        self._page, self._structure, self._after = page, structure, after

    def typed(self, start: int, end: int, text: str) -> Edits:
        """The edits that a key makes; none where it means what it says."""
        edit = self._edit_of(start, text) if start == end and text in ("\n", "\t") else None
        if edit is None:
            return self._after.typed(start, end, text)
        block = self._page.document().findBlock(start)
        if edit.text.startswith("\n"):
            edits = list(self._after.typed(start, end, text)) or [(start, end, text)]
            first, last, _ = edits[-1]
            return [*edits[:-1], (first, last, edit.text)]
        line = block.text()
        first = block.position() + utf16_length(line[: edit.start])
        return [(first, block.position() + utf16_length(line[: edit.end]), edit.text)]

    def taken_back(self) -> Edits:
        """The edits that bring back what was really typed."""
        return self._after.taken_back()

    def shifted(self, start: int, end: int, *, deeper: bool) -> Edits:
        """The edits that put the items of a list from ``start`` to ``end`` a level deeper or higher."""
        edits = []
        block = self._page.document().findBlock(start)
        while block.isValid():
            # Also what counts as code: an item that is too deep for its list does, and has to come back.
            if self._is_free(block):
                edit = shifted(block.text(), deeper=deeper)
                if edit is not None:  # before it there is nothing outside the BMP
                    place = block.position()
                    edits.append((place + edit.start, place + edit.end, edit.text))
            block = block.next()
            if block.position() >= end:
                break
        return edits

    def _is_free(self, block: QTextBlock) -> bool:
        """Whether the line is Markdown in which marks mean something, not within a fence or a comment."""
        if not self._structure.is_markdown or block.length() > LONGEST_LINE:
            return False
        return not self._structure.begins_in_machinery(block)

    def _edit_of(self, start: int, key: str) -> LineEdit | None:
        block = self._page.document().findBlock(start)
        if not self._is_free(block) or self._structure.is_in_code(block):
            return None
        line = block.text()
        at = utf16_index(line, start - block.position())
        return entered(line, at) if key == "\n" else indented(line, at)
