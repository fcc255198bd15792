"""Shows a page as its Markdown is meant: only what is in sight is worked out, and only where something changed.

The paragraph of the caret shows its marks, so that they can be edited; elsewhere they are quiet or hidden, as the
writer chose.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QFontDatabase, QTextBlock

from cowrite.editor.appearance.theme import Theme
from cowrite.editor.markup.formats import Formats, MarksShown, PageFonts
from cowrite.editor.markup.structure import DocumentStructure
from cowrite.editor.page.layer_ranges import Layer
from cowrite.editor.page.page_edit import PageEdit

_NOT_DONE, _SHOWN, _HIDDEN = range(3)


class MarkdownLook(QObject):
    """The look of one page. Goes with it."""

    def __init__(
        self, page: PageEdit, structure: DocumentStructure, shown: MarksShown = MarksShown.QUIET
    ) -> None:
        super().__init__(page)
        self._page = page
        self._structure = structure
        self._theme = page.theme
        self._marks_shown = shown
        self._text = page.document()
        self._done = bytearray(self._text.blockCount())
        self._caret_block = page.textCursor().blockNumber()
        self._fonts = self._page_fonts()
        self._formats = self._make_formats()
        self._text.contentsChange.connect(self._on_contents_change)
        structure.changed.connect(self._on_changed)
        structure.markdown_changed.connect(self._begin_anew)
        page.cursorPositionChanged.connect(self._on_caret)
        page.seen.to_be_painted.connect(self._on_to_be_painted)

    def _make_formats(self) -> Formats:
        return Formats(self._theme, self._fonts)

    def _page_fonts(self) -> PageFonts:
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        points = self._text.defaultFont().pointSizeF()
        pitch = self._text.begin().blockFormat().lineHeight()
        return PageFonts(points, pitch, tuple(mono.families()))

    def dress(self, theme: Theme, shown: MarksShown) -> None:
        """Use the theme's colours and the page's size and line height, and show the marks in this way from now on."""
        fonts = self._page_fonts()
        if (theme, shown, fonts) == (self._theme, self._marks_shown, self._fonts):
            return
        self._theme, self._marks_shown, self._fonts = theme, shown, fonts
        self._formats = self._make_formats()
        self._begin_anew()

    @property
    def _is_on(self) -> bool:
        return self._structure.is_markdown and self._marks_shown is not MarksShown.PLAIN

    def _on_to_be_painted(self) -> None:
        if self._is_on:
            self._show_in_sight()

    # -- what has to be shown anew

    def _begin_anew(self) -> None:
        self._done = bytearray(self._text.blockCount())
        self._page.layers.clear(Layer.MARKDOWN)
        self._page.seen.repaint()

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        last_place = self._text.characterCount() - 1
        first = self._text.findBlock(min(position, last_place)).blockNumber()
        last = self._text.findBlock(min(position + added, last_place)).blockNumber()
        new = last - first + 1
        old = new - self._text.blockCount() + len(self._done)
        if old < 1:
            self._done = bytearray(self._text.blockCount())
        else:
            self._done[first : first + old] = bytes(new)

    def _on_changed(self, first: int, last: int) -> None:
        self._done[first : last + 1] = bytes(last + 1 - first)
        self._caret_block = self._page.textCursor().blockNumber()
        if not self._is_on:
            return
        if self._page.viewport().isVisible():
            self._show_in_sight()
        else:
            self._page.seen.repaint()

    def _on_caret(self) -> None:
        number = self._page.textCursor().blockNumber()
        before, self._caret_block = self._caret_block, number
        if number == before or self._marks_shown is not MarksShown.HIDDEN or not self._is_on:
            return
        if not self._page.content.is_quiet:  # the change is told in a moment, and shown then
            return
        for each in (before, number):
            if each < len(self._done) and self._done[each] != _NOT_DONE:
                self._show(self._text.findBlockByNumber(each))

    # -- showing

    def _show_in_sight(self) -> None:
        if not self._page.content.is_quiet:
            return
        for block in self._in_sight():
            number = block.blockNumber()
            if self._done[number] != self._wanted(number):
                self._show(block)

    def _wanted(self, number: int) -> int:
        hides = self._marks_shown is MarksShown.HIDDEN and number != self._caret_block
        return _HIDDEN if hides else _SHOWN

    def _show(self, block: QTextBlock) -> None:
        number = block.blockNumber()
        wanted = self._done[number] = self._wanted(number)
        marks = self._structure.marks(block)
        ranges = self._formats.ranges(marks, block.text(), hides=wanted == _HIDDEN)
        self._page.layers.set(Layer.MARKDOWN, block, ranges)

    def _in_sight(self) -> Iterator[QTextBlock]:
        layout = self._text.documentLayout()
        seen = self._page.seen
        for (_, bottom), first in zip(seen.heights(), seen.first_lines(), strict=True):
            # From the paragraph before: a line may stand out of its paragraph a little.
            block = self._text.findBlockByNumber(max(0, first - 1))
            while block.isValid() and layout.blockBoundingRect(block).top() <= bottom:
                yield block
                block = block.next()
