"""Places and looks of layers, against models that go unit by unit."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextFormat

from cowrite.editor.page.layer_ranges import Layer, LayerRange, Slot, is_ours, merged_formats

LENGTH = 12
PLACES = st.integers(0, LENGTH)
Property = QTextFormat.Property


def looks(kind: int) -> QTextCharFormat:
    style = QTextCharFormat()
    if kind & 1:
        style.setForeground(QColor(10 * kind, 0, 0))
    if kind & 2:
        style.setFontWeight(QFont.Weight(100 * kind))
    if kind & 4:
        style.setBackground(QColor(0, 10 * kind, 0))
    return style


def shown(style: QTextCharFormat) -> tuple[object, ...]:
    kinds = (Property.ForegroundBrush, Property.FontWeight, Property.BackgroundBrush)
    return (
        style.foreground().color().name() if style.hasProperty(kinds[0]) else None,
        style.fontWeight() if style.hasProperty(kinds[1]) else None,
        style.background().color().name() if style.hasProperty(kinds[2]) else None,
    )


@st.composite
def a_range(draw: st.DrawFn, length: int = LENGTH) -> LayerRange:
    start = draw(st.integers(0, length - 1))
    end = draw(st.integers(start + 1, length))
    kind = draw(st.integers(0, 7))
    return LayerRange(
        start=start, end=end, style=looks(kind) if kind else None, covers_slot=draw(st.booleans())
    )


LAYERS = st.dictionaries(st.sampled_from(list(Layer)), st.lists(a_range(), max_size=4))


@given(LAYERS, PLACES, st.lists(a_range(4), max_size=3), st.booleans())
def test_merged_is_what_each_unit_would_get(
    layers: dict[Layer, list[LayerRange]], at: int, own: list[LayerRange], filled: bool
) -> None:
    slot = Slot(at=at, length=4, ranges=tuple(own)) if filled else Slot()
    length = LENGTH + slot.length
    wanted = [QTextCharFormat() for _ in range(length)]
    for layer in sorted(layers):
        for each in layers[layer]:
            for unit in range(length):
                in_slot = slot.at <= unit < slot.at + slot.length
                place = unit if unit < slot.at or not slot.length else unit - slot.length
                covered = each.start <= place < each.end
                if in_slot:
                    covered = each.covers_slot and each.start < slot.at <= each.end
                if covered and each.style is not None:
                    wanted[unit].merge(each.style)
    for each in slot.ranges:
        for unit in range(slot.at + each.start, slot.at + each.end):
            if each.style is not None:
                wanted[unit].merge(each.style)
    formats = merged_formats(layers, slot)
    found = [QTextCharFormat() for _ in range(length)]
    reached = 0
    for piece in formats:
        assert piece.start >= reached
        assert piece.length > 0
        assert is_ours(piece.format)
        reached = piece.start + piece.length
        for unit in range(piece.start, reached):
            found[unit] = piece.format
    assert [shown(style) for style in found] == [shown(style) for style in wanted]
    for one, other in pairwise(formats):
        assert one.start + one.length < other.start or one.format != other.format


@given(a_range(), PLACES, PLACES, st.integers(0, 3))
def test_a_range_follows_an_edit_as_its_letters_do(
    each: LayerRange, offset: int, removed: int, inserted: int
) -> None:
    removed = min(removed, LENGTH - offset)
    letters: list[object] = list(range(LENGTH))
    held = set(range(each.start, each.end))
    around = {offset - 1, offset + removed}
    new = [f"new {number}" for number in range(inserted)]
    letters[offset : offset + removed] = new
    if around <= held:
        held |= set(new)  # type: ignore[arg-type]
    left = [place for place, letter in enumerate(letters) if letter in held]
    after = each.after_edit(offset, removed, inserted)
    if not left:
        assert after is None
        return
    assert after is not None
    assert list(range(after.start, after.end)) == left
    assert after.style == each.style


@given(a_range(), PLACES, PLACES)
def test_what_is_cut_is_what_is_in_both(each: LayerRange, start: int, end: int) -> None:
    both = set(range(each.start, each.end)) & set(range(start, end))
    cut = each.between(start, end)
    assert set(range(cut.start, cut.end) if cut else ()) == both


@given(a_range(), PLACES, st.integers(0, 3))
def test_the_slot_is_gone_round(each: LayerRange, at: int, length: int) -> None:
    units = [("text", place) for place in range(LENGTH)]
    units[at:at] = [("slot", place) for place in range(length)]
    wanted = [("text", place) for place in range(each.start, each.end)]
    found = Slot(at=at, length=length).around(each.start, each.end)
    assert [unit for start, end in found for unit in units[start:end]] == wanted
    assert all(start < end for start, end in found)
