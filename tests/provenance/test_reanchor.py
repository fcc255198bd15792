from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provenance_maker import flat, texts

from cowrite.base.diff import unchanged_text
from cowrite.base.utf16 import in_units, utf16_length
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.reanchor import reanchored

PARAGRAPHS = st.lists(texts(30), max_size=12).map("\n".join)


def numbered(text: str) -> Ranges:
    """Every unit of ``text`` tells which one it is."""
    return Ranges([Run(utf16_length(text), Origin.ACCEPTED, "s", 0)])


@given(old=PARAGRAPHS, new=PARAGRAPHS)
def test_only_equal_characters_are_matched_and_in_order(old: str, new: str) -> None:
    at_old = at_new = 0
    for match in unchanged_text(old, new):
        assert match.size > 0
        assert match.old_start >= at_old
        assert match.new_start >= at_new
        assert old[match.old_start :][: match.size] == new[match.new_start :][: match.size]
        at_old, at_new = match.old_start + match.size, match.new_start + match.size
    assert at_old <= len(old)
    assert at_new <= len(new)


@given(old=PARAGRAPHS, new=PARAGRAPHS)
def test_every_unit_keeps_its_origin_or_is_new(old: str, new: str) -> None:
    ranges = reanchored(old, numbered(old), new)
    old_units, new_units = in_units(old), in_units(new)
    assert ranges.length == len(new_units)
    for character, (origin, _, number) in zip(new_units, flat(ranges.runs), strict=True):
        assert origin is Origin.LOADED or old_units[number] == character


@given(before=PARAGRAPHS, middle=texts(), new=texts(), after=PARAGRAPHS)
def test_what_was_not_touched_keeps_its_origin(
    before: str, middle: str, new: str, after: str
) -> None:
    old = before + middle + after
    ranges = reanchored(old, numbered(old), before + new + after)
    kept = sum(run.length for run in ranges.runs if run.origin is Origin.ACCEPTED)
    assert kept >= utf16_length(before) + utf16_length(after)


def test_new_paragraphs_and_changed_words_are_not_the_writers() -> None:
    old = "The old light.\n\nA second one.\n\nThe third paragraph is here.\n"
    new = "A preface.\n\nThe old lights.\n\nA second one.\n\nThe third sentence is here.\n"
    ranges = reanchored(old, numbered(old), new)
    kept = "".join(
        new[start : start + run.length]
        for start, run in ranges.placed()
        if run.origin is Origin.ACCEPTED
    )
    assert "The old light" in kept
    assert "A second one.\n\nThe third " in kept
    assert " is here.\n" in kept
    assert "preface" not in kept
    assert "sentence" not in kept


def test_ranges_of_another_text_are_refused() -> None:
    with pytest.raises(ValueError, match="another text"):
        reanchored("abc", Ranges(), "abcd")


def test_a_hundred_thousand_equal_lines_do_not_take_for_ever() -> None:
    old, new = "a\n" * 100_000, "b\na\n" * 70_000
    assert reanchored(old, numbered(old), new).length == len(new)
