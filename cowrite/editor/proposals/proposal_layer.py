"""Shows the hunks of a passage on the page: what of each is painted where, and the room that lines leave for new words.

A paragraph has only one slot for text that is no text, so room for new words is made otherwise: the last letter of the
old ones gets a wider advance, so that the layout leaves it, and the words are painted there. A line never breaks within
such words; what is too long for a line is shown shortened, and in the paragraph's slot while its hunk is focused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTextBoundaryFinder
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from cowrite.base.utf16 import utf16_length, utf16_slice
from cowrite.editor.common.qt_text import for_qt, without_structure
from cowrite.editor.page.layer_ranges import Layer, LayerRange
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.proposals.looks import HunkMark, NewWords, PassageMark, new_style, old_style
from cowrite.editor.proposals.standing import PlacedHunk

_NEW_LINE = "¶"
_LINE_SEPARATOR = "\u2028"
_THIN_SPACE = "\u2009"
_WIDEST = 0.5
"""The share of a line that new words may take which do not break."""
_GAP_EM = 0.22
_RIGHT_TO_LEFT = ("R", "AL")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """How one hunk is shown: ``struck`` pieces of paragraphs, and after which letters ``text`` stands.

    The letters are from ``start`` to ``end`` of ``block``; they are none where nothing stands before the new words.
    """

    struck: tuple[tuple[int, int, int], ...]
    block: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What a hunk looks like at a ``place``: words, paragraph, unit in it, its revision, whether focused."""

    place: tuple[object, ...]
    shown: _Shown
    ranges: tuple[tuple[int, list[LayerRange]], ...]
    needs_slot: bool


class ProposalLayer(QObject):
    """Draws on ``page``. :meth:`show` and :meth:`show_passage` may be called as often as anything changes."""

    def __init__(self, page: PageEdit) -> None:
        super().__init__(page)
        self._page = page
        self._document = page.document()
        self._hunks: Sequence[PlacedHunk] = ()
        self._focused: int | None = None
        self._slot = QTextCursor(self._document)
        self._has_slot = False
        self._fits: tuple[object, ...] = ()
        self._drawn: dict[int, _Drawn] = {}
        page.seen.to_be_painted.connect(self._on_to_be_painted)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown."""
        return not self._fits

    def show(self, hunks: Sequence[PlacedHunk], focused: int | None) -> None:
        """Show these hunks, and the one with the key ``focused`` as that which keys are about."""
        self._hunks, self._focused = hunks, focused
        self._draw()

    def show_passage(self, start: int, end: int) -> None:
        """Show only that this passage is being worked on."""
        self.release_slot()
        self._hunks = ()
        self._drawn.clear()
        mark = PassageMark(theme=self._page.theme)
        self._fits = self._measures()
        self._page.layers.replace(
            Layer.PROPOSALS,
            {
                number: [LayerRange(start=first, end=last, underlay=mark)]
                for number, first, last in _pieces(self._document, start, end)
                if first < last
            },
        )

    def clear(self) -> None:
        """Show nothing."""
        self.release_slot()
        self._hunks, self._focused, self._fits = (), None, ()
        self._drawn.clear()
        self._page.layers.replace(Layer.PROPOSALS, {})

    def release_slot(self) -> None:
        """Leave the paragraph's slot to others."""
        if self._has_slot:
            self._has_slot = False
            self._page.layers.empty_slot(self._slot.block())

    # --- drawing ---

    def _on_to_be_painted(self) -> None:
        """Zoom, font, width or theme may be others by now."""
        if self._hunks and self._fits != self._measures():
            self._draw()

    def _measures(self) -> tuple[object, ...]:
        page = self._page
        return page.theme, page.zoom, page.viewport().width(), self._document.defaultFont().key()

    def _draw(self) -> None:
        self.release_slot()
        measures = self._measures()
        if measures != self._fits:
            self._fits = measures
            self._drawn.clear()
        ranges: dict[int, list[LayerRange]] = {}
        slot: tuple[_Shown, str] | None = None
        for hunk in self._hunks:
            drawn = self._drawn_of(hunk)
            for number, looks in drawn.ranges:
                ranges.setdefault(number, []).extend(looks)
            if drawn.needs_slot:
                slot = drawn.shown, hunk.hunk.after
        self._page.layers.replace(Layer.PROPOSALS, ranges)
        if slot is not None and not self._page.is_composing:
            self._fill_slot(*slot)

    def _drawn_of(self, hunk: PlacedHunk) -> _Drawn:
        """How a hunk is drawn, as it was worked out before if its paragraph is the same: there may be hundreds."""
        block, focused = self._document.findBlock(hunk.start), hunk.key == self._focused
        within = hunk.start - block.position()
        place = hunk.hunk, block.blockNumber(), within, block.revision(), focused
        known = self._drawn.get(hunk.key)
        if known is not None and known.place == place:
            return known
        shown = _shown(self._document, hunk)
        new = self._new_words(shown, focused=focused)
        drawn = _Drawn(
            place=place,
            shown=shown,
            ranges=tuple(self._ranges(shown, new, focused=focused)),
            needs_slot=focused and new is None and bool(shown.text),
        )
        if (
            within + hunk.end - hunk.start < block.length()
        ):  # else others of its paragraphs may be edited
            self._drawn[hunk.key] = drawn
        return drawn

    def _ranges(
        self, shown: _Shown, new: NewWords | None, *, focused: bool
    ) -> Iterator[tuple[int, list[LayerRange]]]:
        theme = self._page.theme
        old, plain = old_style(theme, focused=focused), HunkMark(theme=theme, focused=focused)
        is_after_old = any(
            number == shown.block and start < shown.end <= end
            for number, start, end in shown.struck
        )
        for number, start, end in shown.struck:
            if new is not None and is_after_old and number == shown.block:
                looks = [
                    LayerRange(start=first, end=last, style=old, underlay=plain)
                    for first, last in ((start, shown.start), (shown.end, end))
                    if first < last
                ]
            else:
                looks = [LayerRange(start=start, end=end, style=old, underlay=plain)]
            yield number, looks
        if new is not None:
            style = QTextCharFormat(old) if is_after_old else QTextCharFormat()
            style.setFontLetterSpacingType(QFont.SpacingType.PercentageSpacing)
            style.setFontLetterSpacing(100 + 100 * new.room / self._advance(shown))
            mark = HunkMark(theme=theme, focused=focused, strikes=is_after_old, new=new)
            yield (
                shown.block,
                [LayerRange(start=shown.start, end=shown.end, style=style, underlay=mark)],
            )

    def _new_words(self, shown: _Shown, *, focused: bool) -> NewWords | None:
        """What is painted in the line; None where it cannot be, or there is nothing new."""
        if not shown.text or not self._can_make_room(shown):
            return None
        font, metrics = self._font(shown)
        gap = _GAP_EM * metrics.ascent()
        text, widest = shown.text, self._line_width(shown) * _WIDEST
        if text[0].isspace():
            gap = metrics.horizontalAdvance(" ")
            text = text.lstrip() or text
        elif not shown.struck and not text[0].isalnum():
            gap /= 4  # a comma stands close to its word
        if metrics.horizontalAdvance(text) + 2 * gap > widest:
            if focused:
                return None
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(widest * 0.6))
        room = metrics.horizontalAdvance(text) + 1.5 * gap
        dots = self._document.documentLayout().paintDevice().logicalDpiY()
        return NewWords(text=text, font=font, dots_per_inch=dots, room=room, gap=gap)

    def _can_make_room(self, shown: _Shown) -> bool:
        """Not where letters join or run to the left: the room would be on their wrong side."""
        if shown.start >= shown.end or self._advance(shown) < 1.0:
            return False
        block = self._document.findBlockByNumber(shown.block)
        if block.textDirection() == Qt.LayoutDirection.RightToLeft:
            return False
        letters = utf16_slice(block.text(), shown.start, shown.end) + shown.text
        return not any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in letters)

    def _advance(self, shown: _Shown) -> float:
        """How wide the letter is after which new words stand, without the room for them."""
        text = self._document.findBlockByNumber(shown.block).text()
        _, metrics = self._font(shown)
        return metrics.horizontalAdvance(utf16_slice(text, shown.start, shown.end))

    def _font(self, shown: _Shown) -> tuple[QFont, QFontMetricsF]:
        """Of the text there: a heading is larger."""
        layers, block = self._page.layers, self._document.findBlockByNumber(shown.block)
        style = QTextCharFormat()
        for layer in Layer:
            for each in layers.ranges(layer, block) if layer < Layer.PROPOSALS else ():
                if each.style is not None and each.start < shown.end <= each.end:
                    style.merge(each.style)
        font = style.font().resolve(self._document.defaultFont())
        device = self._document.documentLayout().paintDevice()
        return font, QFontMetricsF(QFont(font, device))

    def _line_width(self, shown: _Shown) -> float:
        layout = self._document.findBlockByNumber(shown.block).layout()
        if layout.lineCount():
            return float(layout.lineAt(0).width())
        return float(self._page.viewport().width())

    def _fill_slot(self, shown: _Shown, after: str) -> None:
        block = self._document.findBlockByNumber(shown.block)
        text = without_structure(after).replace("\n", _LINE_SEPARATOR)
        if shown.struck and not text[:1].isspace():
            text = _THIN_SPACE + text
        self._slot.setPosition(block.position() + shown.end)
        self._has_slot = True
        looks = LayerRange(start=0, end=utf16_length(text), style=new_style(self._page.theme))
        self._page.layers.fill_slot(block, shown.end, for_qt(text), [looks])


# --- where a hunk is shown ---


def _shown(document: QTextDocument, placed: PlacedHunk) -> _Shown:
    """Where the words of a hunk are shown; what comes to the same is moved to where a line may leave room for it."""
    struck = tuple(
        each for each in _pieces(document, placed.start, placed.end) if each[1] < each[2]
    )
    after = placed.hunk.after
    for number, start, end in reversed(struck):
        text = document.findBlockByNumber(number).text()
        bare = start + utf16_length(utf16_slice(text, start, end).rstrip())
        if bare > start:
            first = _letter_before(text, bare)
            shown = after.strip() if placed.hunk.before.strip() else after
            return _Shown(
                struck=struck, block=number, start=first, end=bare, text=_in_one_line(shown)
            )
    return _inserted(document, placed, struck)


def _inserted(
    document: QTextDocument, placed: PlacedHunk, struck: tuple[tuple[int, int, int], ...]
) -> _Shown:
    """New words where no old ones stand: after the letter before them, or in place of the first word of a paragraph."""
    block, after = document.findBlock(placed.start), placed.hunk.after
    text, at = block.text(), placed.start - block.position()
    before = utf16_slice(text, 0, at)
    while before and not struck and after[-1:] == before[-1:] and before[-1].isspace():
        after, before = before[-1] + after[:-1], before[:-1]
    place = utf16_length(before.rstrip())
    if place:
        first = _letter_before(text, place)
        return _Shown(
            struck=struck,
            block=block.blockNumber(),
            start=first,
            end=place,
            text=_in_one_line(after),
        )
    word = _first_word(utf16_slice(text, at, block.length() - 1))
    if word and after and not struck:
        end = at + utf16_length(word)
        return _Shown(
            struck=((block.blockNumber(), at, end),),
            block=block.blockNumber(),
            start=_letter_before(text, end),
            end=end,
            text=_in_one_line(after + word),
        )
    return _Shown(
        struck=struck, block=block.blockNumber(), start=at, end=at, text=_in_one_line(after)
    )


def _pieces(document: QTextDocument, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The paragraphs from one place to another: number, and from where to where in each."""
    block = document.findBlock(start)
    while block.isValid() and block.position() <= end:
        base = block.position()
        yield block.blockNumber(), max(start - base, 0), min(end - base, _length(block))
        block = block.next()


def _length(block: QTextBlock) -> int:
    return block.length() - 1


def _letter_before(text: str, place: int) -> int:
    """Where the character begins that ends at ``place``, with all marks that belong to it."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    finder.setPosition(place)
    return max(0, finder.toPreviousBoundary())


def _first_word(text: str) -> str:
    return text[: len(text) - len(text.lstrip())] + text.split(None, 1)[0] if text.strip() else ""


def _in_one_line(text: str) -> str:
    return without_structure(text).replace("\n", _NEW_LINE)
