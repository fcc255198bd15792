"""All layers in one paragraph of a real page: while it is written, undone, composed and suggested for."""

from __future__ import annotations

from collections.abc import Iterator

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
from layer_looks import (
    composed_style,
    looked_at,
    style_of,
)
from PySide6.QtCore import QEvent
from PySide6.QtGui import (
    QColor,
    QInputMethodEvent,
    QTextBlock,
    QTextCharFormat,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from support.ghosts import Key, Make, place, preedits

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import in_units, utf16_length
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.caret import nearest_place
from cowrite.editor.page.layer_ranges import Layer, LayerRange
from cowrite.editor.page.page_edit import PageEdit

TEXT_LAYERS = (Layer.MARKDOWN, Layer.SPELLING, Layer.SEARCH_HITS, Layer.PROPOSALS)


def blocks(page: PageEdit) -> Iterator[QTextBlock]:
    block = page.document().begin()
    while block.isValid():
        yield block
        block = block.next()


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
