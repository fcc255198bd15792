"""A paragraph as what it means: heading, item, quotation, line, or text; and what stands between two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
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
from cowrite.interchange.marks import depth_of, language_of
from cowrite.interchange.readers.common.lists import ListEntry, nested
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.inlines import Box, PageBreak, Piece, Rule
from cowrite.interchange.readers.docx.items import OpenItems
from cowrite.interchange.readers.docx.names import Element, W, child, switch, value
from cowrite.interchange.readers.docx.numbering import Shown
from cowrite.interchange.readers.docx.source import Source
from cowrite.interchange.readers.docx.styles import (
    Numbering,
    ParagraphStyle,
    borders,
    left_indent,
    numbering_of,
    outline_level,
)

_QUOTE_INDENT = 480
_MOST_QUOTES = 6
_TOLERANCE = 60
_ACROSS = frozenset({"top", "bottom", "between"})
_AROUND = frozenset({"left", "right", "start", "end"})


@dataclass
class Line:
    """A paragraph before it is known what it means. ``joins``: the next one goes on in it."""

    style: ParagraphStyle
    numbering: Numbering | None = None
    left: int | None = None
    borders: frozenset[str] | None = None
    pieces: list[Piece] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
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
    line = Line(style, numbering, left_indent(properties), borders(properties))
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
        """Those of the quotation that is open, or of none."""
        self._done: list[Block] = []
        self._line_below: frozenset[str] | None = None
        self._is_in_rule = False
        self._is_code_over = False
        self._items = OpenItems()
        self._depth = 0

    def finish(self) -> Blocks:
        """All blocks."""
        self._leave(nested(self.blocks))
        return tuple(self._done)

    def _stand_in(self, depth: int) -> None:
        """What comes next stands in so many quotations that only a mark tells."""
        if depth == self._depth:
            return
        self._leave(nested(self.blocks))
        self.blocks, self._depth = [], depth
        self._items.close()

    def _leave(self, blocks: Blocks) -> None:
        for _ in range(self._depth):
            blocks = (Quotation(blocks),) if blocks else ()
        self._done.extend(blocks)

    def _depth_of(self, line: Line) -> int:
        """The quotations around a paragraph; what goes on in an item stays where the item is."""
        depth = depth_of(line.places)
        is_inner = self._items.last() is not None and (
            line.numbering is None or bool(line.numbering.level)
        )
        if depth != self._depth and is_inner and (depth > self._depth or line.style.is_quote):
            left = line.style.left if line.left is None else line.left
            return self._depth if self._items.under(left) or line.numbering is not None else depth
        return depth

    def add(self, line: Line) -> list[Box]:
        """The blocks that a paragraph becomes, and the boxes that are anchored in it."""
        style = line.style
        if style.is_contents and line.has_content:
            self._source.say.leave_out(sayings.CONTENTS)
            return []
        shown = self._number(line)
        if not line.has_content and not (shown and shown.words):
            self._empty(line)
            return []
        if any(piece == Rule(drawn=True) for piece in line.pieces):
            line = self._without_ornaments(line)
        if style.is_author and self._is_known_author(line):
            return []
        self._stand_in(self._depth_of(line))
        self._lines_between(line)
        boxes = [piece for piece in line.pieces if isinstance(piece, Box)]
        parts = list(_parts(line.pieces)) or ([()] if shown else [])
        for at, part in enumerate(parts):
            if isinstance(part, Rule):
                self._append(SceneBreak())
            else:
                self._part(part, line, shown, at, is_last=at == len(parts) - 1)
        self._is_in_rule = bool(parts) and isinstance(parts[-1], Rule)
        self._source.has_text |= bool(self.blocks or self._done)  # the title alone is none
        return boxes

    def add_block(self, block: Block, left: int | None = None) -> None:
        """A block that is no paragraph. ``left``: how far it is set in."""
        self._line_below = None
        self._is_in_rule = False
        item = self._items.under(left)
        if item is None and (left or 0) + _TOLERANCE < self._depth * _QUOTE_INDENT:
            self._stand_in(0)
        self._append(block, item)

    def _append(self, block: Block, item: tuple[int, int] | None = None) -> None:
        """A block of its own, or one that goes on with an item."""
        if item is not None:
            self.blocks.append(ListEntry(item[0] + 1, None, (block,), goes_on=True))
            return
        self._items.close()
        self.blocks.append(block)

    def _is_known_author(self, line: Line) -> bool:
        """Whether it only says on a title page what the file says of itself."""
        text = "".join(piece.text for piece in line.pieces if isinstance(piece, Run))
        return not self._source.has_text and " ".join(text.split()) == self._source.author

    def _number(self, line: Line) -> Shown | None:
        if line.numbering is None:
            return None
        level = line.style.bullet_level
        if level is not None and not self._source.numbers.knows(line.numbering.list_id):
            # Old files name a list that is nowhere; its paragraphs are bulleted by their style all the same.
            return Shown(level, None)
        return self._source.numbers.next(line.numbering, line.style.style_id)

    def _without_ornaments(self, line: Line) -> Line:
        """A line that was drawn parts scenes only where nothing stands beside it."""
        others = [piece for piece in line.pieces if piece != Rule(drawn=True)]
        if not replace(line, pieces=others).has_content:
            return replace(line, pieces=[Rule()])
        self._source.say.leave_out(sayings.DRAWING)
        return replace(line, pieces=others)

    def _empty(self, line: Line) -> None:
        self._is_code_over = not line.style.is_code
        sides = line.style.borders if line.borders is None else line.borders
        if sides & _ACROSS and not sides & _AROUND:
            if not self._is_in_rule:
                self._append(SceneBreak())
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

    def _part(
        self, content: Inlines, line: Line, shown: Shown | None, at: int, *, is_last: bool
    ) -> None:
        style = line.style
        is_more = at > 0  # another page may begin in the middle of a paragraph
        shown = replace(shown, words="") if shown is not None and is_more else shown
        words = "" if shown is None else shown.words
        if style.heading or (style.is_title and style.heading is None):
            self._heading(content, line, shown)
        elif words:
            self._append(Paragraph((Run(f"{words} "), *content), line.end))
        elif shown is not None and not is_more:
            paragraph: Block = Paragraph(content, line.end)
            if style.is_quote and shown.level + 1 < round((line.left or 0) / _QUOTE_INDENT):
                paragraph = Quotation((paragraph,))
            self._items.add(shown.level, _first_of(line.left, shown.left, style.left))
            self.blocks.append(ListEntry(shown.level + 1, shown.number, (paragraph,)))
        elif style.is_code:
            self._code(content, line)
        elif style.is_quote:
            self._quote(content, line)
        else:
            left = style.left if line.left is None and style.is_list_paragraph else line.left
            item = self._items.under(left)
            if shown is not None or style.continues_list:
                item = item if item and line.left is not None else self._items.last()
            self._append(Paragraph(content, line.end if is_last else None), item)

    def _quote(self, content: Inlines, line: Line) -> None:
        """A quotation; set in more than its style is, it stands in another one, or in an item of a list."""
        own = line.style.left or _QUOTE_INDENT
        left = 0 if line.left is None else line.left
        item = self._items.under(left - own) if left > own else None
        depth = round((left - (item[1] if item else 0)) / own) if left > 0 else 1
        block: Block = Paragraph(content, line.end)
        for _ in range(min(max(depth, 1), _MOST_QUOTES)):
            block = Quotation((block,))
        self._append(block, item)

    def _heading(self, content: Inlines, line: Line, shown: Shown | None) -> None:
        style = line.style
        if style.is_title and not style.heading:
            text = "".join(piece.text for piece in content if isinstance(piece, Run))
            is_text = all(isinstance(piece, (Run, LineBreak)) for piece in content)
            if is_text and not self._source.has_text and not self._source.title:
                self._source.title = " ".join(_on_one_line(content).split())
                return
            if not text.strip() and not any(isinstance(piece, Picture) for piece in content):
                self._append(Paragraph(content))
                return
        if shown is not None and shown.words:
            content = (Run(f"{shown.words} "), *content)
        elif shown is not None and shown.number is not None:
            self._source.say.leave_out(sayings.HEADING_NUMBERS)
        heading = Heading(min(style.heading or 1, 6), content, line.end)
        self._source.places.update(dict.fromkeys(line.places, heading))
        self._append(heading)

    def _code(self, content: Inlines, line: Line) -> None:
        """Lines of code that follow each other are one block; an empty paragraph of prose ends it."""
        text, language = _on_one_line(content, "\n"), language_of(line.places)
        item = self._items.under(line.left)
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, CodeBlock) and item is None and not self._is_code_over:
            self.blocks[-1] = CodeBlock(f"{last.text}\n{text}", last.language)
        else:
            self._append(CodeBlock(text, language), item)
        self._is_code_over = False


def _first_of(*numbers: int | None) -> int | None:
    return next((each for each in numbers if each is not None), None)


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
