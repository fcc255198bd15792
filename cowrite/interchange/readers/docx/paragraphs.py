"""A paragraph as what it means: heading, item, quotation, line, or text; and what stands between two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cowrite.interchange.manuscript import (
    Block,
    Change,
    CodeBlock,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    Paragraph,
    Picture,
    Quotation,
    Run,
    SceneBreak,
)
from cowrite.interchange.readers.common.lists import ListEntry
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.inlines import Box, PageBreak, Piece, Rule
from cowrite.interchange.readers.docx.names import Element, W, child, switch, value
from cowrite.interchange.readers.docx.numbering import Shown
from cowrite.interchange.readers.docx.source import Source
from cowrite.interchange.readers.docx.styles import (
    Numbering,
    ParagraphStyle,
    borders,
    numbering_of,
    outline_level,
)

_ACROSS = frozenset({"top", "bottom", "between"})
_AROUND = frozenset({"left", "right", "start", "end"})


@dataclass
class Line:
    """A paragraph before it is known what it means. ``joins``: the next one goes on in it."""

    style: ParagraphStyle
    numbering: Numbering | None = None
    borders: frozenset[str] | None = None
    pieces: list[Piece] = field(default_factory=list)
    end: Change | None = None
    joins: bool = False

    @property
    def has_content(self) -> bool:
        """Whether anything is seen in it."""
        return any(
            not isinstance(piece, (LineBreak, PageBreak))
            and (not isinstance(piece, Run) or not piece.text.isspace())
            for piece in self.pieces
        )


def line_of(properties: Element | None, source: Source) -> Line:
    """A paragraph with these properties, still empty."""
    style = source.styles.paragraph(value(properties, W + "pStyle"))
    level = outline_level(properties)
    if level is not None:
        style = replace(style, heading=level)
    numbering = style.numbering
    direct = numbering_of(properties)
    if direct is not None:
        list_id = direct[0] if direct[0] is not None else numbering.list_id if numbering else None
        depth = direct[1] if direct[1] is not None else numbering.level if numbering else None
        numbering = None if list_id is None else Numbering(list_id, depth)
    if numbering is not None and numbering.list_id <= 0:
        numbering = None  # taken out of the list of its style
    line = Line(style, numbering, borders(properties))
    frame = child(properties, W + "framePr")
    # The large first letter of a chapter is a paragraph of its own, before the one that it belongs to.
    line.joins = frame is not None and (frame.get(W + "dropCap") or "none") != "none"
    marks = child(properties, W + "rPr")
    line.joins |= switch(marks, W + "vanish") and not switch(marks, W + "specVanish")
    return line


class Meanings:
    """Turns paragraphs into blocks, in order."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.blocks: list[Block | ListEntry] = []
        self._line_below: frozenset[str] | None = None
        self._is_in_rule = False

    def add(self, line: Line) -> list[Box]:
        """The blocks that a paragraph becomes, and the boxes that are anchored in it."""
        style = line.style
        if style.is_contents and line.has_content:
            self._source.say.leave_out(sayings.CONTENTS)
            return []
        shown: Shown | None = None
        if line.numbering is not None:
            shown = self._source.numbers.next(line.numbering, style.style_id)
        if not line.has_content and not (shown and shown.words):
            self._empty(line)
            return []
        self._lines_between(line)
        boxes = [piece for piece in line.pieces if isinstance(piece, Box)]
        parts = list(_parts(line.pieces)) or [()]
        for at, part in enumerate(parts):
            if isinstance(part, Rule):
                self.blocks.append(SceneBreak())
            else:
                self._part(part, line, shown, is_last=at == len(parts) - 1)
                shown = None if shown is None else replace(shown, words="")
        self._is_in_rule = isinstance(parts[-1], Rule)
        self._source.has_text = True
        return boxes

    def add_block(self, block: Block) -> None:
        """A block that is no paragraph."""
        self._line_below = None
        self._is_in_rule = False
        self.blocks.append(block)

    def _empty(self, line: Line) -> None:
        sides = line.style.borders if line.borders is None else line.borders
        if sides & _ACROSS and not sides & _AROUND:
            if not self._is_in_rule:
                self.blocks.append(SceneBreak())
            self._is_in_rule, self._line_below = True, None

    def _lines_between(self, line: Line) -> None:
        """A line that was drawn below the last paragraph or above this one parts them; one around both does not."""
        sides = line.borders or frozenset()
        is_plain = not line.style.heading and not line.style.is_title and line.numbering is None
        before, self._line_below = self._line_below, None
        if (before is not None and before != sides) or (
            sides == {"top"} and is_plain and self.blocks and not self._is_in_rule
        ):
            self.blocks.append(SceneBreak())
        if sides == {"bottom"} and is_plain:
            self._line_below = sides

    def _part(self, content: Inlines, line: Line, shown: Shown | None, *, is_last: bool) -> None:
        style = line.style
        words = "" if shown is None else shown.words
        if style.heading or (style.is_title and style.heading is None):
            self._heading(content, style, shown)
        elif words:
            self.blocks.append(Paragraph((Run(f"{words} "), *content), line.end))
        elif shown is not None:
            paragraph = Paragraph(content, line.end)
            self.blocks.append(ListEntry(shown.level + 1, shown.number, (paragraph,)))
        elif style.is_code:
            self._code(content)
        elif style.continues_list is not None and self._goes_on(content):
            pass
        else:
            paragraph = Paragraph(content, line.end if is_last else None)
            self.blocks.append(Quotation((paragraph,)) if style.is_quote else paragraph)

    def _heading(self, content: Inlines, style: ParagraphStyle, shown: Shown | None) -> None:  # fmt: skip
        if style.is_title and not style.heading:
            text = "".join(piece.text for piece in content if isinstance(piece, Run))
            is_text = all(isinstance(piece, (Run, LineBreak)) for piece in content)
            if is_text and not self._source.has_text and not self._source.title:
                self._source.title = " ".join(_on_one_line(content).split())
                return
            if not text.strip() and not any(isinstance(piece, Picture) for piece in content):
                self.blocks.append(Paragraph(content))
                return
        if shown is not None and shown.words:
            content = (Run(f"{shown.words} "), *content)
        elif shown is not None and shown.number is not None:
            self._source.say.leave_out(sayings.HEADING_NUMBERS)
        self.blocks.append(Heading(min(style.heading or 1, 6), content))

    def _code(self, content: Inlines) -> None:
        text = _on_one_line(content, "\n")
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, CodeBlock):
            self.blocks[-1] = CodeBlock(f"{last.text}\n{text}")
        else:
            self.blocks.append(CodeBlock(text))

    def _goes_on(self, content: Inlines) -> bool:
        last = self.blocks[-1] if self.blocks else None
        if not isinstance(last, ListEntry):
            return False
        self.blocks[-1] = replace(last, blocks=(*last.blocks, Paragraph(content)))
        return True


def _parts(pieces: Iterable[Piece]) -> Iterable[Inlines | Rule]:
    """A paragraph's pieces, parted at the ends of pages and at lines."""
    found: list[Inline] = []
    for piece in pieces:
        match piece:
            case Box():
                continue
            case PageBreak() | Rule():
                if _is_seen(found):
                    yield tuple(found)
                    found = []
                if isinstance(piece, Rule):
                    yield piece
            case _:
                found.append(piece)
    if _is_seen(found):
        yield tuple(found)


def _is_seen(pieces: Iterable[Inline]) -> bool:
    return any(
        not isinstance(piece, LineBreak)
        and (not isinstance(piece, Run) or not piece.text.isspace())
        for piece in pieces
    )


def _on_one_line(content: Iterable[Inline], line_break: str = " ") -> str:
    return "".join(
        piece.text if isinstance(piece, Run) else line_break
        for piece in content
        if isinstance(piece, (Run, LineBreak))
    )
