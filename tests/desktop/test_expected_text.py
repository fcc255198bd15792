"""The monkey's own check can fail: it knows what a key makes of a text, and what it does not."""

from __future__ import annotations

import pytest
from desktop.expected_text import (
    around,
    is_accepted,
    is_inserted,
    is_moved,
    replaced,
    typed,
    written_by,
)
from desktop.running_program import Report


def page(text: str, caret: int, anchor: int | None = None, **more: object) -> Report:
    at = caret if anchor is None else anchor
    return {"text": text, "caret": caret, "anchor": at, "soft_space": False, "ghost": "", **more}


def test_places_are_utf16_units() -> None:
    assert around(page("a😀b", 3)) == ("a😀", "b")
    assert replaced(page("a😀b", 1, 3), "x") == "axb"


@pytest.mark.parametrize(
    ("character", "expected"), [(" ", "word "), (",", "word,"), ("x", "word x")]
)
def test_the_space_after_an_accepted_word(character: str, expected: str) -> None:
    assert typed(page("word ", 5, soft_space=True), character) == expected


@pytest.mark.parametrize(
    ("new", "accepted"),
    [("It was dark ", True), ("It was dark", True), ("It was light ", False), ("It was ", False)],
)
def test_only_the_beginning_of_the_ghost_is_accepted(new: str, accepted: bool) -> None:
    assert is_accepted(page("It was ", 7, ghost="dark night "), new) is accepted


def test_what_is_moved_or_pasted_leaves_all_else() -> None:
    assert is_moved("one two", "two", "twoone ")
    assert not is_moved("one two", "two", "twoone!")
    assert is_inserted("ab", "axb")
    assert not is_inserted("ab", "axc")


def test_a_key_for_a_menu_writes_only_what_it_writes_on_the_page() -> None:
    assert written_by(page("a", 1), "space", "a ")
    assert not written_by(page("a", 1), "Down", "a ")
