"""Chinese and Japanese are emphasized by dots and never lean; other letters between them lean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter, QTextCharFormat

from cowrite.base.utf16 import in_units
from cowrite.editor.markup.east_asian_emphasis import emphasized, paint_dot
from cowrite.editor.page.layer_ranges import LayerRange, LinePart


def unpainted(_painter: QPainter, _part: LinePart) -> None:
    """No dot."""


def shown(text: str) -> tuple[list[str], list[str]]:
    """What leans, and what has dots."""
    units = in_units(text)
    ranges = list(emphasized(units, 0, len(units), QTextCharFormat(), unpainted))
    return (
        [units[each.start : each.end] for each in ranges if each.style is not None],
        [units[each.start : each.end] for each in ranges if each.underlay is not None],
    )


@pytest.mark.parametrize(
    ("text", "leaning", "dotted"),
    [
        ("really", ["really"], []),
        ("真的", [], ["真", "的"]),
        ("真的，很急。", [], ["真", "的", "很", "急"]),
        ("真的 so 急", [" so "], ["真", "的", "急"]),
        ("ゆっくりー", [], ["ゆ", "っ", "く", "り", "ー"]),
        ("，。", [], []),
        ("“真”的……so—", ["so—"], ["真", "的"]),
        ("", [], []),
    ],
)
def test_what_leans_and_what_has_dots(text: str, leaning: list[str], dotted: list[str]) -> None:
    assert shown(text) == (leaning, dotted)


def test_a_character_of_two_units_has_one_dot() -> None:
    assert [len(each) for each in shown("𠮷野")[1]] == [2, 1]


@given(st.text("ab 真的，。𠮷ー“”", max_size=20), st.integers(0, 25), st.integers(0, 25))
def test_every_place_is_shown_once_at_most_and_stays_within(
    text: str, one: int, other: int
) -> None:
    units = in_units(text)
    start, end = sorted((min(one, len(units)), min(other, len(units))))
    ranges: list[LayerRange] = [*emphasized(units, start, end, QTextCharFormat(), unpainted)]
    places = [place for each in ranges for place in range(each.start, each.end)]
    assert len(places) == len(set(places))
    assert all(start <= place < end for place in places)
    assert all(each.start < each.end for each in ranges)


def test_the_dot_stands_below_the_line_of_letters() -> None:
    picture = QImage(40, 60, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.setBrush(QColor("black"))
    paint_dot(painter, 5, 29, 30)
    painter.end()
    inked = [(x, y) for x in range(40) for y in range(60) if picture.pixelColor(x, y).black() > 99]
    assert inked
    assert all(abs(x - 17) <= 3 and 32 <= y <= 42 for x, y in inked)
