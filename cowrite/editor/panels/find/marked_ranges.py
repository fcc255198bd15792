"""What of the hits is marked in a paragraph that is being painted: no more than what is in sight of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from PySide6.QtGui import QTextBlock

from cowrite.editor.page.layer_ranges import LayerRange
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.panels.find.hit_lines import HitLines
from cowrite.editor.panels.find.hit_marks import paint_current, paint_hit, paint_scope

MANY_IN_LINE = 60
"""With more hits in a paragraph than that, it is looked which are in sight, and those that touch are marked as one."""


def marks(
    page: PageEdit,
    block: QTextBlock,
    hits: HitLines,
    *,
    current: tuple[int, int] | None,
    scope: LayerRange | None,
    reach: int,
) -> Iterator[LayerRange]:
    """The marks in ``block``; ``current`` is a hit, and ``scope`` the lines in which is searched, in the document.

    A hit may go on over as many paragraphs as ``reach`` says.
    """
    theme, length, base = page.theme, block.length() - 1, block.position()
    if scope is not None:
        part = scope.shifted(-base).between(0, length)
        if part is not None:
            paint = partial(paint_scope, theme)
            yield LayerRange(start=part.start, end=part.end, underlay=paint)
    for start, end in _in_sight(page, block, hits, reach):
        is_current = (start + base, end + base) == current
        paint = partial(paint_current if is_current else paint_hit, theme)
        if part := LayerRange(start=start, end=end, underlay=paint).between(0, length):
            yield part


def _in_sight(
    page: PageEdit, block: QTextBlock, hits: HitLines, reach: int
) -> Iterator[tuple[int, int]]:
    number, base = block.blockNumber(), block.position()
    if number >= hits.line_count:
        return
    for before in range(max(0, number - reach), number):
        shift = page.document().findBlockByNumber(before).position() - base
        spans = hits.spans(before)
        if spans and spans[-1] + shift > 0:
            yield spans[-2] + shift, spans[-1] + shift
    spans = hits.spans(number)
    pairs = zip(spans[0::2], spans[1::2], strict=True)
    if len(spans) <= 2 * MANY_IN_LINE:
        yield from pairs
        return
    first, last = _units_in_sight(page, block)
    yield from _joined((start, end) for start, end in pairs if end >= first and start <= last)


def _joined(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those that touch as one: where every letter is a hit, a thousand marks would take long to paint."""
    whole: tuple[int, int] | None = None
    for start, end in places:
        if whole is not None and whole[1] == start:
            whole = whole[0], end
            continue
        if whole is not None:
            yield whole
        whole = start, end
    if whole is not None:
        yield whole


def _units_in_sight(page: PageEdit, block: QTextBlock) -> tuple[int, int]:
    """Of a long paragraph, from where to where it is in sight."""
    layout = block.layout()
    above = layout.position().y()
    heights = [(top - above, bottom - above) for top, bottom in page.seen.heights()]
    seen = [
        line
        for line in map(layout.lineAt, range(layout.lineCount()))
        if any(line.y() + line.height() >= top and line.y() <= bottom for top, bottom in heights)
    ]
    if not seen:
        return 0, 0
    return seen[0].textStart(), seen[-1].textStart() + seen[-1].textLength()
