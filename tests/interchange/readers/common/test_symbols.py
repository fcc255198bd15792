"""Fonts that draw signs in place of letters."""

from __future__ import annotations

import pytest

from cowrite.interchange.readers.common.instructions import shown_by
from cowrite.interchange.readers.common.symbols import is_of_signs, shown, sign, symbol


@pytest.mark.parametrize(
    ("font", "text", "expected"),
    [
        ("Wingdings", "J", "☺"), ("wingdings", "\uf04a", "☺"), ("Symbol", "abc ·", "αβχ •"), ("Wingdings", "à", "→"),
        ("Times", "J", "J"), ("Times", "\uf0b7", "•"), ("", "plain", "plain"), ("Wingdings 2", "P", "✓"),
        ("'Webdings', serif", "a", "✔"), ("Symbol1", "a", "α"), ("Symbol", "中", "中"), ("Wingdings 3", "}", "▶"),
    ],
)  # fmt: skip
def test_what_is_seen_is_read(font: str, text: str, expected: str) -> None:
    assert shown(text, font) == expected


def test_places_of_fonts() -> None:
    assert is_of_signs("Symbol")
    assert not is_of_signs("Symbola")
    assert symbol("Wingdings", "F0FC") == "✓"
    assert symbol("Arial", "41") == "A"
    assert symbol("Wingdings", "F0B9") is None
    assert symbol("Wingdings", "no number") is None
    assert sign(0xB7, "Marlett") == "•"


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        (r'SYMBOL 74 \f "Wingdings"', "☺"), (r"SYMBOL 97 \f Symbol \s 12", "α"), (r"SYMBOL 0x263A \u", "☺"),
        (r'SYMBOL 169 \f "Arial"', "©"), ("SYMBOL 99999999", ""), ("SYMBOL 1114112", ""), (" symbol 8212 ", "—"),
        ("MACROBUTTON NoMacro [Click here]", "[Click here]"), (r"EQ \o\ac(○,秘)", "秘"), ("PAGE", ""), ("", ""),
    ],
)  # fmt: skip
def test_what_a_field_shows_by_itself(instruction: str, expected: str) -> None:
    assert shown_by(instruction) == expected
