"""What is seen of several layers and a ghost at once, and what it costs."""

from __future__ import annotations

import pytest
from layer_looks import (
    HIT,
    MARK,
    PROPOSED,
    composed_style,
    looked_at,
    part,
    style_of,
)
from PySide6.QtCore import QRect
from PySide6.QtGui import (
    QColor,
    QInputMethodEvent,
    QPainter,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from support.ghosts import CTRL, Key, Make, drain, preedits

from cowrite.base.text_changes import ChangeKind
from cowrite.editor.page.layer_ranges import Layer, LayerRange, LinePart
from cowrite.editor.page.layers import line_parts
from cowrite.editor.page.page_edit import PageEdit


def formats(page: PageEdit) -> list[QTextLayout.FormatRange]:
    return page.document().begin().layout().formats()


def colours(page: PageEdit, area: QRect) -> set[str]:
    image = page.viewport().grab().toImage()
    scale = image.devicePixelRatio()
    return {
        image.pixelColor(round(x * scale), round(y * scale)).name()
        for x in range(max(0, area.left()), area.right())
        for y in range(max(0, area.top()), area.bottom())
    }


def is_red(name: str) -> bool:
    colour = QColor(name)  # the wave is drawn with soft edges
    return colour.red() > 2 * max(colour.green(), colour.blue())


def look_at(
    page: PageEdit, layer: Layer, start: int, end: int, style: QTextCharFormat | None = None
) -> None:
    block = page.document().begin()
    page.layers.set(
        layer, block, [LayerRange(start=start, end=end, style=style or style_of(layer))]
    )


def tinted(painter: QPainter, piece: LinePart) -> None:
    painter.fillRect(piece.line, MARK)


TEXT = "Some plain, bold and mispeld words found here"


def all_at_once(page: PageEdit) -> None:
    look_at(page, Layer.MARKDOWN, 12, 16)
    look_at(page, Layer.SPELLING, 21, 28)
    look_at(page, Layer.SEARCH_HITS, 35, 40)
    look_at(page, Layer.PROPOSALS, 41, 45)
    page.layers.serve(
        Layer.ORIGIN_MARKS, lambda _block: [LayerRange(start=0, end=5, underlay=tinted)]
    )


@pytest.mark.parametrize("caret", [0, 20, 24, 38, 45])
def test_a_picture_shows_all_of_them(make: Make, caret: int) -> None:
    page, writer = make(TEXT, caret=caret)
    before = part(page, 0, 4), colours(page, part(page, 0, 4)), part(page, 12, 16).width()
    all_at_once(page)
    writer.offer(" ghost", count=1)
    drain()
    layout = page.document().begin().layout()
    assert layout.preeditAreaText() == " ghost"
    assert page.theme.ink.lower() in before[1]
    assert MARK.name() not in before[1]
    assert MARK.name() in colours(page, part(page, 0, 4))
    assert page.theme.ink.lower() in colours(page, part(page, 0, 4))
    assert part(page, 12, 16).width() > before[2]
    pieces = {
        HIT.name(): (35, 38),  # the slot stands right after the third letter in one of the cases
        PROPOSED.name(): (41, 45),
    }
    for colour, (start, end) in pieces.items():
        found = colours(page, part(page, start, end))
        assert colour in found
        assert not (set(pieces) - {colour}) & found
    assert any(map(is_red, colours(page, part(page, 21, 24))))
    for start, end in [(6, 10), (29, 34)]:
        found = colours(page, part(page, start, end).adjusted(1, 0, -1, 0))
        assert not {*pieces, MARK.name()} & found
        assert not any(map(is_red, found))


def test_looks_are_not_on_the_ghost_within_them(make: Make) -> None:
    page, writer = make(TEXT, caret=38)
    all_at_once(page)
    writer.offer(" ghost ")
    hit = [(each.start, each.length) for each in formats(page) if each.format.background() == HIT]
    assert hit == [(35, 3), (38 + 7, 2)]


def test_a_ghost_in_a_heading_is_as_large_as_the_heading(make: Make) -> None:
    page, writer = make("A heading", caret=9)
    writer.offer(" that goes on")
    narrow = page.document().begin().layout().lineAt(0).naturalTextWidth()
    bold = LayerRange(start=0, end=9, style=style_of(Layer.MARKDOWN), covers_slot=True)
    page.layers.set(Layer.MARKDOWN, page.document().begin(), [bold])
    wide = page.document().begin().layout().lineAt(0).naturalTextWidth()
    writer.drop()
    page.type_text(" that goes on")
    page.layers.set(
        Layer.MARKDOWN,
        page.document().begin(),
        [LayerRange(start=0, end=22, style=style_of(Layer.MARKDOWN))],
    )
    assert narrow < wide
    assert page.document().begin().layout().lineAt(0).naturalTextWidth() == pytest.approx(wide)


def test_only_what_changes_and_is_seen_is_laid_out(make: Make) -> None:
    page, _ = make("\n".join(f"Paragraph number {number}" for number in range(300)), caret=0)
    drain()
    updated: list[float] = []
    page.document().documentLayout().update.connect(lambda rect: updated.append(rect.height()))
    first = page.document().findBlockByNumber(4)
    hit = [LayerRange(start=0, end=9, style=style_of(Layer.SEARCH_HITS))]
    page.layers.set(Layer.SEARCH_HITS, first, hit)
    assert len(updated) == 1
    assert updated[0] <= 2 * page._geometry.line_pitch
    page.layers.set(Layer.SEARCH_HITS, first, list(hit))
    assert len(updated) == 1, "the same again is no change"
    last = page.document().lastBlock()
    page.layers.set(Layer.SEARCH_HITS, last, hit)
    assert len(updated) == 1
    assert not last.layout().formats()
    QTest.keyClick(page, Key.Key_End, CTRL)
    page.viewport().grab()
    assert [(each.start, each.length) for each in last.layout().formats()] == [(0, 9)]
    assert HIT.name() in colours(page, page.viewport().rect())


def test_an_empty_event_of_an_input_method_leaves_the_ghost_and_all_looks(make: Make) -> None:
    page, writer = make(TEXT, caret=38)
    all_at_once(page)
    writer.offer(" ghost ")
    before = [(p.start, p.length, looked_at(p.format)) for p in formats(page)]
    QApplication.sendEvent(page, QInputMethodEvent("", []))
    assert preedits(page) == [" ghost "]
    assert [(p.start, p.length, looked_at(p.format)) for p in formats(page)] == before


def test_what_is_composed_keeps_its_looks_when_its_paragraph_changes_elsewhere(make: Make) -> None:
    page, _ = make(TEXT, caret=5)
    all_at_once(page)
    kind = QInputMethodEvent.AttributeType.TextFormat
    looks = [QInputMethodEvent.Attribute(kind, 0, 3, composed_style())]
    QApplication.sendEvent(page, QInputMethodEvent("nih", looks))
    dashed = looked_at(composed_style())
    assert (5, 3, dashed) in [(p.start, p.length, looked_at(p.format)) for p in formats(page)]
    page.content.edit(10, 10, "x", ChangeKind.REPLACED)
    assert preedits(page) == ["nih"]
    assert (5, 3, dashed) in [(p.start, p.length, looked_at(p.format)) for p in formats(page)]
    assert page.layers.ranges(Layer.MARKDOWN, page.document().begin())[0].start == 13


def test_an_edit_after_setting_is_told_exactly(make: Make) -> None:
    page, writer = make("one two\nthree four", caret=18)
    look_at(page, Layer.SPELLING, 4, 7)
    page.type_text("x")
    assert [(c.offset, c.removed, c.inserted) for c in writer.changes[-1:]] == [(18, 0, "x")]
    assert page.layers.ranges(Layer.SPELLING, page.document().begin())[0].start == 4


def test_another_text_has_none_of_the_old_looks(make: Make) -> None:
    page, _ = make(TEXT, caret=0)
    all_at_once(page)
    page.layers.serve(Layer.ORIGIN_MARKS, None)
    page.content.load(TEXT[:20] + "!")
    assert page.document().begin().layout().formats() == []
    assert all(not page.layers.ranges(layer, page.document().begin()) for layer in Layer)


def test_an_underlay_follows_the_text_around_a_ghost(make: Make) -> None:
    page, writer = make("before after", caret=7)
    page.layers.set(
        Layer.ORIGIN_MARKS, page.document().begin(), [LayerRange(start=0, end=12, underlay=tinted)]
    )
    writer.offer("wide ghost text ")
    layout = page.document().begin().layout()
    pieces = list(line_parts(page.document().begin(), 0, 12, page.body_metrics(), 1.0))
    assert len(pieces) == 2
    gap = QRect(
        round(pieces[0].line.right()) + 2,
        round(pieces[0].line.top()),
        round(pieces[1].line.left() - pieces[0].line.right()) - 4,
        round(pieces[0].line.height()),
    )
    assert layout.preeditAreaText()
    assert MARK.name() not in colours(page, gap)
    assert MARK.name() in colours(page, pieces[0].line.toRect())
    assert MARK.name() in colours(page, pieces[1].line.toRect())
    writer.drop()
    page.type_text("typed ")
    assert [
        (r.start, r.end) for r in page.layers.ranges(Layer.ORIGIN_MARKS, page.document().begin())
    ] == [(0, 18)]
