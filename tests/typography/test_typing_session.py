"""The same signs while a line is typed key by key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quote_pairs import PAIRS
from test_signs import EVERY_PAIR, line_made

from cowrite.typography.styles import style_of
from cowrite.typography.typing import LineEdit, TypedKey, TypingSession


class TypedLine:
    """A line, the caret at its end, and the session that its keys go through."""

    def __init__(self, language: str = "en", line: str = "") -> None:
        self.style, self.line, self.session = style_of(language), line, TypingSession()

    def key(self, key: str) -> TypedKey:
        made = self.session.type(self.line, len(self.line), key, self.style)
        self._make([*made.corrections, made.edit])
        return made

    def keys(self, keys: str) -> TypedLine:
        for key in keys:
            self.last = self.key(key)
        return self

    def take_back(self) -> None:
        self._make(self.last.straight)
        self.session.take_back(self.last.straight)

    def backspace(self) -> None:
        self.line = self.line[:-1]

    def _make(self, edits: list[LineEdit] | tuple[LineEdit, ...]) -> None:
        for edit in reversed(edits):
            self.line = self.line[: edit.start] + edit.text + self.line[edit.end :]


@pytest.mark.parametrize(("language", "straight", "wanted"), EVERY_PAIR)
@pytest.mark.parametrize("key", [" ", "\n"])
def test_key_by_key(language: str, straight: str, wanted: str, key: str) -> None:
    assert TypedLine(language).keys(straight + key).line.rstrip(" \n") == wanted


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('"', "“"),
        ("don'", "don’"),
        ("a--", "a—"),
        ("a---", "a—"),
        ("so...", "so…"),
        ("'ti", "‘ti"),
        ("--", "--"),
    ],
)
def test_what_is_seen_at_once(typed: str, shown: str) -> None:
    assert TypedLine().keys(typed).line == shown


@pytest.mark.parametrize(
    ("typed", "straight", "goes_on", "then"),
    [
        ("don'", "don'", 't "go"', "don't “go”"),
        ('say "', 'say "', "so", 'say "so'),
        ("a--", "a--", "b--c", "a--b—c"),
        ("so...", "so...", " it's", "so... it’s"),
        ("'tis ", "'tis ", "so", "'tis so"),
    ],
)
def test_taken_back_it_stays_straight(typed: str, straight: str, goes_on: str, then: str) -> None:
    line = TypedLine().keys(typed)
    line.take_back()
    assert line.line == straight
    assert line.keys(goes_on).line == then


def test_what_was_there_before_is_left_alone() -> None:
    assert TypedLine(line='It\'s "so" -- ').keys("I'm ").line == 'It\'s "so" -- I’m '


def test_code_that_is_closed_later_is_straight_again() -> None:
    assert TypedLine().keys("`it's` it's ").line == "`it's` it’s "


def test_deleted_and_typed_again() -> None:
    line = TypedLine().keys('He said "')
    line.backspace()
    assert line.keys('"No," she said. "').line == "He said “No,” she said. “"


@given(st.text(alphabet="ab1 '\".-,()*`你", max_size=40), st.sampled_from(list(PAIRS)))
def test_no_letter_is_lost(text: str, language: str) -> None:
    kept = "ab1,()*`你"
    line = TypedLine(language).keys(text).line
    assert [each for each in line if each in kept] == [each for each in text if each in kept]


@given(st.text(alphabet="ab1 '\".-,`", min_size=1, max_size=30))
def test_what_was_set_last_can_be_taken_back(text: str) -> None:
    line = TypedLine().keys(text)
    line.take_back()
    assert not line.last.straight or text[-1] in line.line
    assert line.key("a").edit.text == "a"


@given(st.text(alphabet="ab1 '\".-,", max_size=30))
def test_a_finished_line_is_as_if_made_at_once(text: str) -> None:
    typed = TypedLine().keys(f"{text}\n").line
    made = line_made(f"{text}\n", "en")
    # Where a word was finished before what came later could be known, it keeps the sign it had.
    assert len(typed) == len(made)
