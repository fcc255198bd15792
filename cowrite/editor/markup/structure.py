"""What the paragraphs of a document are, kept right while it is written: prose and machinery, headings, scenes.

One for each document, whoever shows it. Places are UTF-16 units, in a paragraph from its beginning. What a paragraph is
does not depend on any window; what it looks like is :mod:`.look`.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextBlock

from cowrite.base.text_changes import TextChange
from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.document.document import Document
from cowrite.editor.page.listeners import ListenerStage
from cowrite.markdown.analysis import LineMarks
from cowrite.markdown.groups import MarkdownLines
from cowrite.markdown.kinds import TextKind, is_markdown
from cowrite.markdown.lines import Within
from cowrite.markdown.plain import PlainLines

SLICE_LINES = 3000
"""Paragraphs of a long text that are looked through at a time: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that begins in the paragraph ``block_number``; ``level`` 1 is the highest."""

    block_number: int
    level: int
    title: str


class DocumentStructure(QObject):
    """Signals: ``changed(first, last)``, ``headings_changed()``, ``markdown_changed(bool)``.

    The first tells from which paragraph to which any may be something else now, the second that headings or scenes are
    others or in other paragraphs, the third whether the document is Markdown.
    """

    changed = Signal(int, int)
    headings_changed = Signal()
    markdown_changed = Signal(bool)

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._text = document.content.document
        self._is_markdown = is_markdown(document.path)
        self._lines = self._make_lines()
        self._headings: tuple[Heading, ...] | None = None
        self._breaks: tuple[int, ...] | None = None
        self._dirty: tuple[int, int] | None = None
        self._moved = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_idle)
        self._text.contentsChange.connect(self._on_contents_change)
        document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        document.identity_changed.connect(self._on_identity_changed)
        if not self._lines.is_settled:
            self._timer.start()

    def _make_lines(self) -> MarkdownLines | PlainLines:
        make = MarkdownLines if self._is_markdown else PlainLines
        lines = make(self._text_of, self._text.blockCount())
        lines.settle(SLICE_LINES)
        return lines

    def _text_of(self, number: int) -> str:
        return self._text.findBlockByNumber(number).text()

    def close(self) -> None:
        """Look through nothing more. May be called again."""
        self._timer.stop()

    # -- what the paragraphs are

    @property
    def is_markdown(self) -> bool:
        """Whether the document is Markdown; otherwise all of it is prose."""
        return self._is_markdown

    def marks(self, block: QTextBlock) -> LineMarks:
        """All that is known of a paragraph, its places in UTF-16 units."""
        marks = self._lines.marks(block.blockNumber())
        text = block.text()
        return marks if len(text) == utf16_length(text) else in_units_of(text, marks)

    def prose_ranges(self, block: QTextBlock) -> tuple[tuple[int, int], ...]:
        """Which parts of a paragraph a reader reads."""
        kinds = self.marks(block).kinds
        return tuple((start, end) for start, end, kind in kinds if kind is TextKind.PROSE)

    def prose_text(
        self, block: QTextBlock, *, start: int = 0, end: int | None = None, gap: str = " "
    ) -> str:
        """What a reader reads of a paragraph from ``start`` to ``end`` (UTF-16 units in it).

        What is left out parts no word, but code, addresses, tags and comments do: ``gap`` is in their place.
        """
        text, kinds = block.text(), self._lines.marks(block.blockNumber()).kinds
        first = utf16_index(text, start) if start else 0
        stop = len(text) if end is None else utf16_index(text, end)
        parts = []
        for begin, last, kind in kinds:
            if last > first and begin < stop:
                is_prose = kind is TextKind.PROSE
                seen = text[max(begin, first) : min(last, stop)]
                parts.append(seen if is_prose else gap if kind in _PARTS_WORDS else "")
        return "".join(parts)

    def kind_at(self, position: int) -> TextKind:
        """What the character after ``position`` of the document is, or at the end of a paragraph the one before it."""
        block = self._text.findBlock(position)
        within = position - block.position()
        found = TextKind.PROSE
        for start, _, kind in self.marks(block).kinds:
            if start > within:
                break
            found = kind
        return found

    def is_in_code(self, block: QTextBlock) -> bool:
        """Whether a paragraph is code, front matter or a comment from its beginning to its end."""
        kinds = self._lines.marks(block.blockNumber()).kinds
        return bool(kinds) and all(
            kind in (TextKind.CODE, TextKind.FRONT_MATTER, TextKind.COMMENT) for _, _, kind in kinds
        )

    def begins_in_machinery(self, block: QTextBlock) -> bool:
        """Whether a paragraph, and if it is empty what will be written in it, is code, front matter or a comment."""
        lines = self._lines
        if not isinstance(lines, MarkdownLines):
            return False
        return lines.state(block.blockNumber()).within is not Within.PROSE

    @property
    def headings(self) -> tuple[Heading, ...]:
        """All headings that are known so far, in order. Of a plain text, lines like “Chapter 3”."""
        if self._headings is None:
            self._headings = tuple(
                Heading(number, level, self._title(number))
                for number, level in self._lines.headings()
            )
        return self._headings

    @property
    def breaks(self) -> tuple[int, ...]:
        """The numbers of the paragraphs that part scenes, in order."""
        if self._breaks is None:
            self._breaks = tuple(self._lines.breaks())
        return self._breaks

    @property
    def is_settled(self) -> bool:
        """Whether a long text has been looked through to its end."""
        return self._lines.is_settled

    def _title(self, number: int) -> str:
        text = self._text_of(number)
        kinds = self._lines.marks(number).kinds
        shown = (TextKind.PROSE, TextKind.CODE)
        return "".join(text[start:end] for start, end, kind in kinds if kind in shown).strip()

    # -- the text changes

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        text = self._text
        last_place = text.characterCount() - 1
        first = text.findBlock(min(position, last_place)).blockNumber()
        last = text.findBlock(min(position + added, last_place)).blockNumber()
        new = last - first + 1
        old = new - text.blockCount() + len(self._lines)
        if old < 1:  # Qt told of less than it changed
            self._begin_anew()
            return
        before = self._has_notable(first, old)
        dirty = self._lines.replace(first, old, new)
        if self._dirty is not None:
            begin, end = self._dirty
            dirty = min(begin, dirty[0]), max(end + new - old, dirty[1])
        self._dirty = dirty
        if old != new or before or self._has_notable(*self._span(dirty)):
            self._forget_headings()

    @staticmethod
    def _span(lines: tuple[int, int]) -> tuple[int, int]:
        return lines[0], lines[1] - lines[0]

    def _has_notable(self, first: int, count: int) -> bool:
        return self._lines.has_noted(first, first + count)

    def _forget_headings(self) -> None:
        self._headings = self._breaks = None
        self._moved = True

    def _begin_anew(self) -> None:
        self._lines = self._make_lines()
        self._dirty = 0, len(self._lines)
        self._forget_headings()

    def _on_text_changed(self, _change: TextChange) -> None:
        if not self._document.content.has_more_to_report:
            self._tell()

    def _tell(self) -> None:
        dirty, self._dirty = self._dirty, None
        moved, self._moved = self._moved, False
        if not self._lines.is_settled and not self._document.is_closed:
            self._timer.start()
        if dirty is not None:
            self.changed.emit(dirty[0], min(dirty[1], len(self._lines)) - 1)
        if moved:
            self.headings_changed.emit()

    def _on_idle(self) -> None:
        if (
            self._document.is_closed or self._document.is_loading
        ):  # it is told when all of it is there
            self._timer.stop()
            return
        found = self._lines.settle(SLICE_LINES)
        if self._lines.is_settled:
            self._timer.stop()
        if found is None:
            return
        self._forget_headings()
        if self._dirty is None and self._document.content.is_quiet:
            self._dirty = found
            self._tell()

    def _on_identity_changed(self) -> None:
        markdown = is_markdown(self._document.path)
        if markdown == self._is_markdown:
            return
        self._is_markdown = markdown
        self._begin_anew()
        self.markdown_changed.emit(markdown)
        self._tell()


_PARTS_WORDS = frozenset({TextKind.CODE, TextKind.ADDRESS, TextKind.TAG, TextKind.COMMENT})


def in_units_of(text: str, marks: LineMarks) -> LineMarks:
    """The same with places in UTF-16 units instead of characters."""
    places = [0]
    for character in text:
        places.append(places[-1] + (2 if ord(character) > 0xFFFF else 1))
    return LineMarks(
        tuple((places[start], places[end], kind) for start, end, kind in marks.kinds),
        tuple((places[start], places[end], style) for start, end, style in marks.styles),
        marks.heading,
        marks.underlines,
        marks.heading_level,
    )


def structure_of(document: Document) -> DocumentStructure:
    """The one structure of a document, made when it is first asked for."""
    found = document.findChild(DocumentStructure)
    return found if isinstance(found, DocumentStructure) else DocumentStructure(document)
