"""Which quotation marks, dashes and dots are as wide as a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.utf16 import from_units, in_units
from cowrite.typography.wide_marks import WIDE_MARKS, may_have_wide_marks, wide_marks

PIECES = ["你好", "他说", "𠮷", "，", "。", "：", " ", "*", "a", "Hello", "😀", *WIDE_MARKS]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def shown(text: str) -> str:
    """``text`` with ``x`` for every mark that is wide."""
    units = list(in_units(text))
    for start, end in wide_marks(in_units(text)):
        units[start:end] = "x" * (end - start)
    return from_units("".join(units))


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("他说：“你好。”", "他说：x你好。x"),
        ("等等……他走了——真的", "等等xx他走了xx真的"),
        ("“hello”他说", "xhellox他说"),
        ("“‘好’，”他说", "xx好x，x他说"),
        ("他说“don’t”。", "他说xdon’tx。"),
        ("“**你好**”", "x**你好**x"),
        ("「……」と言った", "「xx」と言った"),
        ("“Hello,” 他说。", "“Hello,” 他说。"),
        ("He said “你好” to me.", "He said “你好” to me."),
        ("It’s late — go…", "It’s late — go…"),
        ("그는 “안녕” 하고 말했다……", "그는 “안녕” 하고 말했다……"),
        ("“😀”", "“😀”"),
        ("“”——……", "“”——……"),
        ("", ""),
    ],
)
def test_marks_beside_characters_are_wide(text: str, wide: str) -> None:
    assert shown(text) == wide


def test_characters_of_two_units_count_too() -> None:
    assert wide_marks(in_units("𠮷”“𠮷")) == [(2, 4)]


@given(TEXTS)
def test_only_marks_are_wide_and_none_twice(text: str) -> None:
    units = in_units(text)
    places = [at for span in wide_marks(units) for at in range(*span)]
    assert places == sorted(set(places))
    assert all(units[at] in WIDE_MARKS for at in places)
    assert may_have_wide_marks(units) or not places


@given(TEXTS)
def test_both_marks_of_a_pair_are_as_wide(text: str) -> None:
    inner = text.translate(dict.fromkeys(map(ord, "“”‘’")))
    assert ("“" in shown(f"“{inner}”")) == ("”" in shown(f"“{inner}”"))


@pytest.mark.parametrize("sign", ["*", "“", "—", "*“", "“”"])
def test_a_long_line_of_signs_is_read_quickly(sign: str) -> None:
    wide_marks(sign * 100_000 + "—中")  # what looks back from every place would never end
