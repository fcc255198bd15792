"""All layers in one paragraph of a real page: while it is written, undone, composed and suggested for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import (
    QColor,
    QFont,
    QInputMethodEvent,
    QPainter,
    QTextBlock,
    QTextCharFormat,
    QTextFormat,
    QTextLayout,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.ghosts import CTRL, Key, Make, drain, page_maker, place, preedits

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import in_units, utf16_length
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.caret import nearest_place
from cowrite.editor.page.layer_ranges import Layer, LayerRange, LinePart
from cowrite.editor.page.layers import line_parts
from cowrite.editor.page.page_edit import PageEdit

Property = QTextFormat.Property
LOOKED_AT = (
    Property.ForegroundBrush,
    Property.BackgroundBrush,
    Property.FontWeight,
    Property.TextUnderlineStyle,
    Property.FontStrikeOut,
)
HIT, PROPOSED, WAVE, MARK = (QColor(name) for name in ("#ffe97f", "#c8f0c8", "#e00000", "#d0e0ff"))


def style_of(layer: Layer) -> QTextCharFormat:
    style = QTextCharFormat()
    match layer:
        case Layer.MARKDOWN:
            style.setFontWeight(QFont.Weight.Bold)
        case Layer.SPELLING:
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            style.setUnderlineColor(WAVE)
        case Layer.SEARCH_HITS:
            style.setBackground(HIT)
        case Layer.PROPOSALS:
            style.setBackground(PROPOSED)
            style.setFontStrikeOut(True)
    return style


TEXT_LAYERS = (Layer.MARKDOWN, Layer.SPELLING, Layer.SEARCH_HITS, Layer.PROPOSALS)


def composed_style() -> QTextCharFormat:
    style = QTextCharFormat()
    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
    return style


def looked_at(style: QTextCharFormat) -> tuple[object, ...]:
    def value(which: Property) -> object:
        if not style.hasProperty(which):
            return None
        found = style.property(which)
        return found.color().name() if hasattr(found, "color") else found

    return tuple(value(which) for which in LOOKED_AT)


def blocks(page: PageEdit) -> Iterator[QTextBlock]:
    block = page.document().begin()
    while block.isValid():
        yield block
        block = block.next()


def formats(page: PageEdit) -> list[QTextLayout.FormatRange]:
    return page.document().begin().layout().formats()


class Model:
    """The text unit by unit, each unit a thing of its own, and for each range the units it is on."""

    def __init__(self) -> None:
        self.units: list[
            list[str]
        ] = []  # each a letter in a list: equal letters are different units
        self.ranges: list[tuple[Layer, bool, list[list[str]]]] = []

    def load(self, text: str) -> None:
        self.units = [[letter] for letter in in_units(text)]
        self.ranges = []

    def changed(self, change: TextChange) -> None:
        if change.kind is ChangeKind.LOADED:
            self.load(change.inserted)
            return
        start, end = change.offset, change.offset + change.removed
        before = self.units[start - 1] if start else None
        after = self.units[end] if end < len(self.units) else None
        new = [[letter] for letter in in_units(change.inserted)]
        self.units[start:end] = new
        places = {id(unit): place for place, unit in enumerate(self.units)}
        moved = []
        for layer, covers, held in self.ranges:
            ids = {id(unit) for unit in held}
            grown = {id(before), id(after)} <= ids
            ids |= {id(unit) for unit in new} if grown else set()
            left = sorted(places[each] for each in ids if each in places)
            part: list[list[str]] = []
            for each in left:
                if self.units[each] == ["\n"]:
                    moved.append((layer, covers, part))
                    part = []
                else:
                    part.append(self.units[each])
            moved.append((layer, covers, part))
        self.ranges = [each for each in moved if each[2]]

    def set(self, layer: Layer, base: int, length: int, wanted: list[LayerRange]) -> None:
        here = {id(unit) for unit in self.units[base : base + length]}
        self.ranges = [
            each for each in self.ranges if each[0] is not layer or id(each[2][0]) not in here
        ]
        for each in wanted:
            held = self.units[base + each.start : base + min(each.end, length)]
            if held:
                self.ranges.append((layer, each.covers_slot, held))

    def styles(
        self, base: int, length: int, at: int, slot: list[QTextCharFormat]
    ) -> list[QTextCharFormat]:
        """What each unit that is laid out should look like."""
        styles = [QTextCharFormat() for _ in range(length)]
        under_slot = QTextCharFormat()
        places = {id(unit): place - base for place, unit in enumerate(self.units)}
        for layer, covers, held in sorted(self.ranges, key=lambda each: each[0]):
            start, end = places[id(held[0])], places[id(held[-1])] + 1
            if 0 <= start < length:
                for each in range(start, end):
                    styles[each].merge(style_of(layer))
                if covers and start < at <= end:
                    under_slot.merge(style_of(layer))
        for own in slot:
            merged = QTextCharFormat(under_slot)
            merged.merge(own)
            styles.insert(at, merged)
        return styles


@st.composite
def some_ranges(draw: st.DrawFn) -> list[LayerRange]:
    borders = sorted(draw(st.sets(st.integers(0, 30), max_size=6)))
    pairs = zip(borders[::2], borders[1::2], strict=False)
    return [LayerRange(start=a, end=b, covers_slot=draw(st.booleans())) for a, b in pairs]


OPENINGS = ["", "The old light went out", "one two three\nfour 😀 five\nsix", "他说今天天气很好\nx"]
GHOSTS = ["quick brown fox", "a\nb", "😀 x y", "了，我们"]
PIECES = ["a", " ", "\n", "😀", "x y", "你"]


class Layered(RuleBasedStateMachine):
    """A page on which every source has its say in any paragraph, with the writer at work."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = load_themes()["light"]
        self.page = PageEdit(self.theme, Fonts(), reduced_motion=True)
        self.page.resize(700, 900)
        self.page.show()
        self.model = Model()
        self.page.text_changed.connect(self.model.changed)
        self.composed = ""

    @initialize(text=st.sampled_from(OPENINGS))
    def opens(self, text: str) -> None:
        self.page.content.load(text)
        place(self.page, utf16_length(text))

    @rule(
        layer=st.sampled_from(TEXT_LAYERS),
        number=st.integers(0, 3),
        ranges=some_ranges(),
        at_caret=st.booleans(),
    )
    def a_source_sets(
        self, layer: Layer, number: int, ranges: list[LayerRange], at_caret: bool
    ) -> None:
        document = self.page.document()
        block = document.findBlockByNumber(min(number, document.blockCount() - 1))
        block = self.page.textCursor().block() if at_caret else block
        told: list[int] = []
        document.contentsChange.connect(lambda *_: told.append(1))
        before = self.state()
        with_style = [
            LayerRange(start=r.start, end=r.end, style=style_of(layer), covers_slot=r.covers_slot)
            for r in ranges
        ]
        self.page.layers.set(layer, block, with_style)
        self.model.set(layer, block.position(), block.length() - 1, with_style)
        assert self.state() == before
        assert not told

    def state(self) -> tuple[object, ...]:
        document, cursor = self.page.document(), self.page.textCursor()
        return (
            self.page.text(),
            self.page.revision,
            self.page.ghost_text,
            cursor.position(),
            document.availableUndoSteps(),
            document.availableRedoSteps(),
            document.isModified(),
        )

    @rule(layer=st.sampled_from(TEXT_LAYERS))
    def a_source_goes(self, layer: Layer) -> None:
        self.page.layers.clear(layer)
        self.model.ranges = [each for each in self.model.ranges if each[0] is not layer]

    # --- the writer ---

    def end_composing(self) -> None:
        if self.composed:
            self.composes("", "")

    @rule(text=st.sampled_from(PIECES))
    def types(self, text: str) -> None:
        self.end_composing()
        self.page.type_text(text)

    @precondition(lambda self: self.page.ghost_text)
    @rule()
    def types_along(self) -> None:
        letter = self.page.ghost_text[0]
        if letter != "\n":
            self.page.type_text(letter)

    @rule(key=st.sampled_from([Key.Key_Backspace, Key.Key_Delete]))
    def deletes(self, key: Key) -> None:
        self.end_composing()
        QTest.keyClick(self.page, key)

    @rule(where=st.floats(0, 1), select=st.integers(0, 8))
    def goes(self, where: float, select: int) -> None:
        self.end_composing()
        self.page.hide_ghost()
        length = self.page.document().characterCount() - 1
        cursor = self.page.textCursor()
        start = nearest_place(self.page.document(), round(where * length))
        end = nearest_place(self.page.document(), start + select)
        cursor.setPosition(start)
        cursor.setPosition(end, cursor.MoveMode.KeepAnchor)
        self.page.setTextCursor(cursor)

    @rule(redo=st.booleans())
    def undoes(self, redo: bool) -> None:
        self.end_composing()
        self.page.redo() if redo else self.page.undo()

    @rule(letters=st.sampled_from(["n", "nih", ""]), commit=st.sampled_from(["", "你", "é x", ","]))
    def composes(self, letters: str, commit: str) -> None:
        looks = [
            QInputMethodEvent.Attribute(
                QInputMethodEvent.AttributeType.TextFormat, 0, len(letters), composed_style()
            )
        ]
        event = QInputMethodEvent(letters, looks if letters else [])
        event.setCommitString(commit)
        self.composed = letters
        QApplication.sendEvent(self.page, event)

    # --- the suggestion ---

    @rule(text=st.sampled_from(GHOSTS), strike=st.booleans())
    def is_suggested(self, text: str, strike: bool) -> None:
        cursor = self.page.textCursor()
        if not cursor.hasSelection():
            self.page.show_ghost(text)
            if strike:
                self.page.strike_ghost()

    @precondition(lambda self: self.page.ghost_text)
    @rule()
    def takes_a_word(self) -> None:
        word, space, rest = self.page.ghost_text.partition(" ")
        self.page.insert_accepted(word + space)
        self.page.show_ghost(rest)

    @rule()
    def dismisses(self) -> None:
        self.page.hide_ghost()

    @rule(percent=st.sampled_from([80, 100, 150]))
    def zooms(self, percent: int) -> None:
        self.page.set_zoom(percent)

    # --- what holds after every step ---

    @invariant()
    def every_unit_looks_as_all_sources_say(self) -> None:
        self.page.layers.prepare()
        assert "".join(unit[0] for unit in self.model.units) == in_units(self.page.text())
        for block in blocks(self.page):
            layout = block.layout()
            laid_out, at = layout.preeditAreaText(), layout.preeditAreaPosition()
            slot = []
            for _ in range(utf16_length(laid_out)):
                style = composed_style()
                if not self.composed:
                    style = QTextCharFormat()
                    style.setForeground(QColor(self.theme.ghost))
                    if self.page._ghost._shown.struck:
                        style.setFontStrikeOut(True)
                slot.append(style)
            length = block.length() - 1
            wanted = self.model.styles(block.position(), length, at, slot)
            found = [QTextCharFormat() for _ in wanted]
            for piece in layout.formats():
                for unit in range(piece.start, piece.start + piece.length):
                    found[unit] = QTextCharFormat(piece.format)
            assert [looked_at(each) for each in found] == [looked_at(each) for each in wanted]

    @invariant()
    def the_slot_has_what_it_should(self) -> None:
        filled = [text for block in blocks(self.page) if (text := block.layout().preeditAreaText())]
        ghost = self.page.ghost_text.replace("\n", "\u2028")
        assert [text.lstrip("\u200b") for text in filled] == [
            text for text in (self.composed or ghost,) if text
        ]

    def teardown(self) -> None:
        self.page.close()
        self.page.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_all_sources_together(qapp: QApplication) -> None:
    run_state_machine_as_test(
        Layered,
        settings=hypothesis_settings(max_examples=80, stateful_step_count=30, deadline=None),
    )


def test_a_ghost_does_not_stay_in_a_paragraph_that_undo_divides(make: Make) -> None:
    page, writer = make("", caret=0)
    page.type_text("\n")
    QTest.keyClick(page, Key.Key_Backspace)
    writer.offer("a suggestion")
    page.undo()
    assert page.text() == "\n"
    assert page.ghost_text == ""
    assert preedits(page) == []
    assert all(not block.layout().formats() for block in blocks(page))


# --- what is seen ---


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    return page_maker(qtbot)


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


def part(page: PageEdit, start: int, end: int) -> QRect:
    """Where a part of the first paragraph is, in pixels of the viewport; it is on one line."""
    found = list(
        line_parts(page.document().begin(), start, end, page.body_metrics(), page.zoom / 100)
    )
    assert len(found) == 1
    return found[0].line.translated(0, -page.verticalScrollBar().value()).toRect()


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


# --- what it costs ---


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
