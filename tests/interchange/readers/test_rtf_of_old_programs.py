# ruff: noqa: E501
"""What old programs and Word itself write into RTF: charsets in names, fonts of signs, labels, fields without a result."""

from __future__ import annotations

import pytest
from interchange.readers.read_lines import read_and_said
from interchange.readers.test_rtf_reader import rtf

from cowrite.interchange.kinds import Kind

STYLES = r"{\stylesheet{\s1\outlinelevel0 heading 1;}{\s6 Quote;}{\s7\sbasedon6 My quote;}}"


@pytest.mark.parametrize(
    ("fonts", "body", "expected"),
    [
        ("{\\f7 Times New Roman Cyr;}", r"\f7\'cf\'f0", "Пр"),
        ("{\\f7 Arial CE;}", r"\f7\'8e", "Ž"),
        ("{\\f7\\fcharset0 Arial CE;}", r"\f7\'e9", "é"),
        ("{\\f7\\fcharset177 Miriam;}", r"\rtlch\af7\f0 \'f9\'ec", "של"),
        ("{\\f7\\fcharset177 Miriam;}", r"\rtlch\af7\ltrch\f0 \'e9", "é"),
        ("{\\f7\\fcharset134 Song;}", r"\rtlch\af7\f0 \'e9", "é"),
        ("{\\f7\\fcharset2 Wingdings;}", r"{\f7 J\'fc}", "☺✓"),
        ("{\\f7\\fcharset2 Symbol;}", r"{\f7 a\'b7}{\f7\u-3993 ?}", "α•γ"),
        ("", r"a\u-3913 ?", "a•"),
    ],
)
def test_characters_by_their_font(fonts: str, body: str, expected: str) -> None:
    assert rtf(body, f"{{\\fonttbl{fonts}}}") == [f"p {expected}"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r'{\field{\*\fldinst SYMBOL 74 \\f "Wingdings"}{\fldrslt{\fs24}}}', ["p ☺"]),
        (r"{\field{\*\fldinst EQ \\o\\ad(\\s\\up 9(ab),cd)}{\fldrslt {}}}", ["p cd"]),
        (r"{\field{\*\fldinst MACROBUTTON X [Name]}{\fldrslt}}", ["p [Name]"]),
        (r"{\accdot em}{\accnone x}", ["p i{em}x"]),
        (r"\pard\s1{\listtext Chapter III\tab}One\par", ["h1 Chapter III One"]),
        (r"\pard{\listtext Article I\tab}\ls1 text\par", ["p Article I text"]),
        (r"\pard\s6 q\par\pard\s7 r\par\pard n\par", ["> p q", "> p r", "p n"]),
    ],
)
def test_what_is_shown_is_read(body: str, expected: list[str]) -> None:
    assert rtf(body, STYLES) == expected


def test_merged_cells_are_said() -> None:
    _, report = read_and_said(
        Kind.RTF, rb"{\rtf1\trowd\clmgf\cellx1\clmrg\cellx2\pard\intbl a\cell\cell\row\pard b\par}"
    )
    assert [each.what for each in report.left_out] == [
        "merged cells; their text stands in the first one"
    ]
