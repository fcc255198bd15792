"""The one owner of how text on the page looks beyond its face: formats in it, and what is painted behind it.

Sources (a checker, a search, a suggestion) say for a paragraph what they know and nothing of each other; see
:class:`Layer` for who wins. Formats are those of the layout, so that they are no undo steps, do not mark the document
as modified and are in no clipboard (docs/adr/0027). A paragraph is laid out anew only if its formats changed and it is
in sight; others wait until they come in sight. This module also owns the slot that Qt's layout keeps for text which
is no text: a suggestion, or what an input method composes. It does not know why anything is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from PySide6.QtCore import QObject
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextLayout,
)

from cowrite.base.utf16 import utf16_length
from cowrite.editor.page.geometry import block_at, line_parts, slot_of
from cowrite.editor.page.layer_ranges import (
    Layer,
    LayerRange,
    is_ours,
    merged_formats,
)

Provider = Callable[[QTextBlock], Iterable[LayerRange]]
"""Answers at any time what a paragraph's ranges are."""


@dataclass(slots=True)
class _Paragraph:
    """What is known of a paragraph that has any looks. ``length`` is that of its text, in UTF-16 units.

    ``is_stale`` says that its layout does not have these looks yet.
    """

    length: int
    ranges: dict[Layer, tuple[LayerRange, ...]] = field(default_factory=dict)
    slot_ranges: tuple[LayerRange, ...] = ()
    is_stale: bool = False

    def put(self, layer: Layer, ranges: tuple[LayerRange, ...]) -> None:
        if ranges:
            self.ranges[layer] = ranges
        else:
            self.ranges.pop(layer, None)

    @property
    def is_plain(self) -> bool:
        return not (self.ranges or self.slot_ranges or self.is_stale)


class TextLayers(QObject):
    """All layers of one document.

    ``in_sight`` tells what is seen of the document, as heights in its pixels; ``repaint`` has it painted again.
    Feed every edit to :meth:`follow_edit` from ``contentsChange``, before this object hears of it: make it last.
    """

    def __init__(
        self,
        document: QTextDocument,
        *,
        in_sight: Callable[[], Sequence[tuple[float, float]]],
        repaint: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._in_sight = in_sight
        self._repaint = repaint
        self._providers: dict[Layer, Provider] = {}
        # One for each block, as in the document; most have no looks.
        self._paragraphs: list[_Paragraph | None] = [None] * document.blockCount()
        self._is_filled = False  # the slot, and not by an input method
        self._some_are_stale = False
        self._has_underlays = False
        document.contentsChange.connect(self._on_contents_change)

    # -- what sources say

    def set(self, layer: Layer, block: QTextBlock, ranges: Iterable[LayerRange]) -> None:
        """From now on a layer has these ranges in ``block``, and no others there.

        They follow the text until they are set anew: see :meth:`LayerRange.after_edit`. What lies outside the
        paragraph is cut off. Not to be called within an edit block.
        """
        length = block.length() - 1
        wanted = tuple(cut for each in ranges if (cut := each.between(0, length)) is not None)
        paragraph = self._paragraphs[block.blockNumber()]
        before = paragraph.ranges.get(layer, ()) if paragraph else ()
        if wanted == before:
            return
        paragraph = paragraph or self._begin(block)
        paragraph.put(layer, wanted)
        changed = (*before, *wanted)
        if any(each.style is not None for each in changed):
            self._restyle(block, paragraph)
        if any(each.underlay is not None for each in changed):
            self._has_underlays = True
            self._repaint()
        self._forget_if_plain(block)

    def put(self, layer: Layer, block: QTextBlock, ranges: tuple[LayerRange, ...]) -> None:
        """As :meth:`set`, for a paragraph that is laid out after this: call where :meth:`follow_edit` is called."""
        (self._paragraphs[block.blockNumber()] or self._begin(block)).put(layer, ranges)

    def clear(self, layer: Layer) -> None:
        """A layer has no ranges any more, anywhere."""
        for number, paragraph in enumerate(self._paragraphs):
            if paragraph is not None and layer in paragraph.ranges:
                self.set(layer, self._document.findBlockByNumber(number), ())

    def replace(self, layer: Layer, ranges: Mapping[int, Iterable[LayerRange]]) -> None:
        """A layer has these ranges, by the numbers of their paragraphs, and no others anywhere. See :meth:`set`."""
        for number, paragraph in enumerate(self._paragraphs):
            if paragraph is not None and layer in paragraph.ranges and number not in ranges:
                self.set(layer, self._document.findBlockByNumber(number), ())
        for number, wanted in ranges.items():
            self.set(layer, self._document.findBlockByNumber(number), wanted)

    def ranges(self, layer: Layer, block: QTextBlock) -> tuple[LayerRange, ...]:
        """What was set, as it has followed the text since."""
        paragraph = self._paragraphs[block.blockNumber()]
        return paragraph.ranges.get(layer, ()) if paragraph else ()

    def serve(self, layer: Layer, provider: Provider | None) -> None:
        """Ask ``provider`` for a layer's underlays whenever a paragraph is painted: for one who knows at any time.

        Nothing is kept, so nothing has to follow the text. Formats it gives are not looked at. None asks nobody.
        """
        if provider is None:
            self._providers.pop(layer, None)
        else:
            self._providers[layer] = provider
        self._repaint()

    # -- the slot

    def fill_slot(
        self, block: QTextBlock, index: int, text: str, ranges: Sequence[LayerRange]
    ) -> None:
        """Lay out ``text`` before the unit ``index`` of the block, in the looks of ``ranges``, which count from 0."""
        paragraph = self._paragraphs[block.blockNumber()] or self._begin(block)
        block.layout().setPreeditArea(index, text)
        self._is_filled = True
        paragraph.slot_ranges = tuple(ranges)
        self._apply(block, paragraph)
        self._lay_out(block)

    def empty_slot(self, block: QTextBlock) -> None:
        """Lay out nothing but the text."""
        self._is_filled = False
        block.layout().setPreeditArea(-1, "")
        paragraph = self._paragraphs[block.blockNumber()] or self._begin(block)
        paragraph.slot_ranges = ()
        self._apply(block, paragraph)
        self._lay_out(block)
        self._forget_if_plain(block)

    @property
    def is_slot_filled(self) -> bool:
        """Whether a slot holds something, and not of an input method."""
        return self._is_filled

    def slot_before(self, block: QTextBlock, index: int) -> int:
        """How many units stand in the slot before the text's unit ``index``, not counting what is being composed."""
        layout = block.layout()
        if not self._is_filled or layout.preeditAreaPosition() >= index:
            return 0
        return utf16_length(layout.preeditAreaText())

    def document_position(self, hit: int, y: float) -> int:
        """The document position for what Qt's hit test at height ``y`` (document pixels) said.

        In a paragraph Qt counts the units of the slot too. On the slot itself the answer is the place where it stands.
        """
        if not self._is_filled:
            return hit
        block = block_at(self._document, y)
        layout, base = block.layout(), block.position()
        length = utf16_length(layout.preeditAreaText())
        place = base + layout.preeditAreaPosition()
        if not length or hit <= place or hit > base + block.length() - 1 + length:
            return hit
        return max(place, hit - length)

    # -- the text changes

    def reset(self) -> None:
        """Forget everything: the text is another one. Call from ``contentsChange``."""
        self._paragraphs = [None] * self._document.blockCount()
        self._some_are_stale = self._has_underlays = False
        self._begin(self._document.begin()).is_stale = True  # it may have kept the old one's looks

    def follow_edit(self, offset: int, removed: int, inserted: int) -> None:
        """At document position ``offset`` ``removed`` units went, ``inserted`` came. Call from ``contentsChange``.

        Empties the slot of a paragraph that was edited, for Qt may leave it in the wrong one when paragraphs are
        divided or joined; what an input method composes stays.
        """
        document = self._document
        first, last = document.findBlock(offset), document.findBlock(offset + inserted)
        number, count = first.blockNumber(), last.blockNumber() - first.blockNumber() + 1
        old_count = count - document.blockCount() + len(self._paragraphs)
        old = self._paragraphs[number : number + old_count]
        if not any(old):  # then the slot is not here either
            self._paragraphs[number : number + old_count] = [None] * count
            return
        moved = self._moved(old, first.position(), last, (offset, removed, inserted))
        # Whichever of the new paragraphs has the slot now: those without are told apart before they are laid out.
        slot_ranges = next((each.slot_ranges for each in old if each and each.slot_ranges), ())
        new: list[_Paragraph | None] = []
        block = first
        for _ in range(count):
            if self._is_filled and block.layout().preeditAreaText():
                block.layout().setPreeditArea(-1, "")
            new.append(_part_of(moved, block, slot_ranges))
            block = block.next()
        self._paragraphs[number : number + old_count] = new

    @staticmethod
    def _moved(
        old: Sequence[_Paragraph | None], start: int, last: QTextBlock, edit: tuple[int, int, int]
    ) -> dict[Layer, list[LayerRange]]:
        """The ranges of the paragraphs that an edit touched, at their places in the document after it.

        Of the paragraphs between the first and the last all text is gone.
        """
        _, removed, inserted = edit
        old_end = last.position() + last.length() - 1 - inserted + removed
        ends = [(old[0], start)]
        if len(old) > 1:
            ends.append((old[-1], old_end - (old[-1].length if old[-1] else 0)))
        moved: dict[Layer, list[LayerRange]] = {}
        for paragraph, base in ends:
            for layer, ranges in paragraph.ranges.items() if paragraph else ():
                after = (each.shifted(base).after_edit(*edit) for each in ranges)
                moved.setdefault(layer, []).extend(each for each in after if each is not None)
        return moved

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        """Qt may have touched the looks of these paragraphs, and will lay them out after this."""
        document = self._document
        last_position = document.characterCount() - 1
        first = document.findBlock(min(position, last_position)).blockNumber()
        last = document.findBlock(min(position + added, last_position)).blockNumber()
        touched = self._paragraphs[first : last + 1]
        for number in [first + n for n, paragraph in enumerate(touched) if paragraph is not None]:
            block, paragraph = document.findBlockByNumber(number), self._paragraphs[number]
            if paragraph is not None:
                paragraph.slot_ranges = _slot_ranges(block.layout(), paragraph.slot_ranges)
                self._apply(block, paragraph)
                self._forget_if_plain(block)

    # -- laying out

    def _begin(self, block: QTextBlock) -> _Paragraph:
        paragraph = _Paragraph(block.length() - 1)
        # What an input method has composed so far keeps its looks.
        paragraph.slot_ranges = _slot_ranges(block.layout(), ())
        self._paragraphs[block.blockNumber()] = paragraph
        return paragraph

    def _forget_if_plain(self, block: QTextBlock) -> None:
        number = block.blockNumber()
        paragraph = self._paragraphs[number]
        if paragraph is not None and paragraph.is_plain:
            self._paragraphs[number] = None

    def _restyle(self, block: QTextBlock, paragraph: _Paragraph) -> None:
        if self._is_in_sight(block):
            self._apply(block, paragraph)
            self._lay_out(block)
        else:
            paragraph.is_stale = self._some_are_stale = True

    def _apply(self, block: QTextBlock, paragraph: _Paragraph) -> None:
        layout = block.layout()
        formats = merged_formats(paragraph.ranges, slot_of(layout, paragraph.slot_ranges))
        if formats or layout.formats():
            layout.setFormats(formats)
        paragraph.is_stale = False

    def _lay_out(self, block: QTextBlock) -> None:
        """At once, and so that the next edit is not reported as one of the whole paragraph."""
        self._document.markContentsDirty(block.position(), block.length())

    def _is_in_sight(self, block: QTextBlock) -> bool:
        layout = block.layout()
        if not layout.lineCount():  # to ask where it is would lay out all that is above it
            return False
        y = layout.position().y()
        end = y + layout.boundingRect().height()
        return any(y <= bottom and end >= top for top, bottom in self._in_sight())

    def prepare(self) -> None:
        """Bring the paragraphs in sight up to date. Call before painting."""
        if not self._some_are_stale:
            return
        for block in chain.from_iterable(self._blocks(*each) for each in self._in_sight()):
            paragraph = self._paragraphs[block.blockNumber()]
            if paragraph is not None and paragraph.is_stale:
                self._apply(block, paragraph)
                self._lay_out(block)
                self._forget_if_plain(block)

    # -- painting

    def paint_under(
        self,
        painter: QPainter,
        top: float,
        bottom: float,
        metrics: QFontMetricsF,
        scale: float,
        only: Layer | None = None,
    ) -> None:
        """Paint all underlays between two heights, or those of ``only`` one layer, in document coordinates.

        ``metrics`` are those of the prose as it is laid out.
        """
        if not self._providers and not self._has_underlays:
            return
        for block in self._blocks(top, bottom):
            for each in self._underlays(block, only):
                for part in line_parts(block, each.start, each.end, metrics, scale):
                    if part.line.bottom() >= top and part.line.top() <= bottom:
                        each.underlay(painter, part)  # type: ignore[misc]

    def _underlays(self, block: QTextBlock, only: Layer | None) -> Iterator[LayerRange]:
        paragraph = self._paragraphs[block.blockNumber()]
        kept = paragraph.ranges if paragraph else {}
        layers = sorted({*kept, *self._providers}) if only is None else [only]
        for layer in layers:
            provider = self._providers.get(layer)
            served = provider(block) if provider is not None else ()
            for each in (*kept.get(layer, ()), *served):
                if each.underlay is not None:
                    yield each

    def _blocks(self, top: float, bottom: float) -> Iterator[QTextBlock]:
        """The paragraphs between two heights of the document, in pixels."""
        layout = self._document.documentLayout()
        block = block_at(self._document, top)
        while block.isValid() and layout.blockBoundingRect(block).top() <= bottom:
            yield block
            block = block.next()


def _part_of(
    moved: dict[Layer, list[LayerRange]], block: QTextBlock, slot_ranges: tuple[LayerRange, ...]
) -> _Paragraph:
    """What of ranges at places in the document is in one block, which is laid out after this."""
    base, length = block.position(), block.length() - 1
    paragraph = _Paragraph(length, slot_ranges=slot_ranges, is_stale=True)
    for layer, ranges in moved.items():
        cut = (each.between(base, base + length) for each in ranges)
        paragraph.put(layer, tuple(each.shifted(-base) for each in cut if each is not None))
    return paragraph


def _slot_ranges(layout: QTextLayout, known: tuple[LayerRange, ...]) -> tuple[LayerRange, ...]:
    """The looks of what is in the slot: ``known``, unless an input method has just replaced them with its own."""
    formats = layout.formats()
    if not layout.preeditAreaText():
        return ()
    if formats and all(is_ours(each.format) for each in formats):
        return known
    at = layout.preeditAreaPosition()
    return tuple(
        LayerRange(
            start=each.start - at,
            end=each.start - at + each.length,
            style=QTextCharFormat(each.format),
        )
        for each in formats
    )
