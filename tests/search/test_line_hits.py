"""Hits by line, in UTF-16 units, whatever the slices in which they are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.utf16 import utf16_length, utf16_slice
from cowrite.search import line_hits
from cowrite.search.line_hits import LineEdit, applied, edits, search
from cowrite.search.pattern import compiled
from cowrite.search.query import Query
from cowrite.search.regex_pattern import RegexPattern
from cowrite.search.replacement import Replacement

LINES = st.lists(st.text(st.sampled_from("abé😀e\u0301 "), max_size=12), min_size=1, max_size=8)


@given(lines=LINES, wanted=st.sampled_from(["a", "é", "😀", "ab"]), regex=st.booleans())
def test_every_hit_is_the_text_that_is_searched(lines: list[str], wanted: str, regex: bool) -> None:
    found = search(compiled(Query(text=wanted, regex=regex, case=True)), lines)
    forms = {wanted} if regex else {wanted, "e\u0301" if wanted == "é" else wanted}
    for number, spans in found.lines.items():
        for start, end in zip(spans[0::2], spans[1::2], strict=True):
            assert utf16_slice(lines[number], start, end) in forms
    if regex and len(wanted) == 1:
        assert found.count == sum(line.count(wanted) for line in lines)


@given(lines=LINES, size=st.integers(1, 20))
def test_the_slices_make_no_difference(lines: list[str], size: int) -> None:
    pattern = compiled(Query(text="a"))
    whole = search(pattern, lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_hits, "SLICE_CHARACTERS", size)
        assert search(pattern, lines) == whole


def test_an_expression_that_names_line_ends_finds_hits_in_two_lines() -> None:
    pattern = compiled(Query(text=r"b\n😀c|a", regex=True))
    found = search(pattern, ["aab", "😀ca"])
    assert {number: list(spans) for number, spans in found.lines.items()} == {
        0: [0, 1, 1, 2, 2, 7],
        1: [3, 4],
    }


@given(lines=LINES, regex=st.booleans())
def test_edits_are_at_the_hits(lines: list[str], regex: bool) -> None:
    pattern = compiled(Query(text="a", regex=regex))
    made = edits(pattern, lines, Replacement(text="x"))
    found = search(pattern, lines)
    places = [
        LineEdit(number, start, end, "x")
        for number, spans in found.lines.items()
        for start, end in zip(spans[0::2], spans[1::2], strict=True)
    ]
    assert made == places
    assert all(edit.end <= utf16_length(lines[edit.line]) for edit in made)


def test_a_cancelled_search_ends() -> None:
    assert search(compiled(Query(text="a")), ["a"], lambda: True).count == 0


def test_an_expression_that_takes_too_long_says_so_and_keeps_what_it_found() -> None:
    pattern = RegexPattern(Query(text=r"^b|(a|aa)+$", regex=True))
    pattern._limit_s = 0.01
    found = search(pattern, ["b", "a" * 60 + "!"])
    assert found.count == 1
    assert "takes too long" in found.problem


@given(lines=LINES, by=st.sampled_from(["", "xyz", "😀", "\n"]))
def test_edits_that_are_applied_replace_every_hit(lines: list[str], by: str) -> None:
    pattern = compiled(Query(text="a", regex=True, case=True))
    assert applied(lines, edits(pattern, lines, Replacement(text=by.replace("\n", r"\n")))) == (
        "\n".join(lines).replace("a", by)
    )


def test_an_edit_may_go_over_the_end_of_a_line() -> None:
    lines = ["😀ab", "", "😀cd", "e"]
    pattern = compiled(Query(text=r"b\n\n😀c", regex=True))
    assert applied(lines, edits(pattern, lines, Replacement(text="-"))) == "😀a-d\ne"
