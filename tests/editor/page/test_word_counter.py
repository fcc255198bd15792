"""Words are counted in pieces, a moment after the last change, and never of a text that is no longer there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from cowrite.editor.page.word_counter import PIECE_CHARACTERS, WordCounter, count_words, pieces

WORDS = st.text(alphabet="aé’-9", min_size=1, max_size=6).filter(lambda word: word[0] in "aé9")
GAPS = st.text(alphabet=" \n.,", min_size=1, max_size=3).filter(
    lambda gap: " " in gap or "\n" in gap
)


class Harness:
    """A text, a counter, and what it told. ``meanwhile`` is done once, when the first of many pieces is counted."""

    def __init__(self) -> None:
        self.text = ""
        self.readings = 0
        self.told: list[int] = []
        self.meanwhile: Callable[[], None] | None = None
        self.parent = QObject()
        self.counter = WordCounter(self._read, self.told.append, self.parent)

    def _read(self) -> str:
        self.readings += 1
        if self.meanwhile is not None:
            QTimer.singleShot(0, self.parent, self.meanwhile)
            self.meanwhile = None
        return self.text

    def change(self, text: str) -> None:
        self.text = text
        self.counter.changed()


@pytest.fixture
def harness(qapp: object) -> Iterator[Harness]:
    harness = Harness()
    yield harness
    harness.counter.close()


@given(st.lists(st.tuples(WORDS, GAPS)))
def test_every_word_counts_once(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in parts)
    assert count_words(text) == len(parts)


@given(st.text(alphabet="ab \n你’", max_size=300), st.integers(1, 40))
def test_pieces_put_together_are_the_text(text: str, size: int) -> None:
    cut = list(pieces(text, size))
    assert "".join(cut) == text
    assert all(1 <= len(piece) <= size for piece in cut)


@given(st.lists(st.tuples(WORDS, GAPS)), st.integers(10, 40))
def test_no_word_is_cut_where_there_are_gaps(parts: list[tuple[str, str]], size: int) -> None:
    text = "".join(word + gap for word, gap in parts)
    assert sum(map(count_words, pieces(text, size))) == count_words(text)


def test_many_changes_are_counted_once_at_the_end(harness: Harness, qtbot: QtBot) -> None:
    for text in ("one", "one two", "one two three"):
        harness.change(text)
    qtbot.waitUntil(lambda: bool(harness.told))
    assert (harness.told, harness.readings) == ([3], 1)


def test_an_empty_text_has_no_words(harness: Harness, qtbot: QtBot) -> None:
    harness.change("")
    qtbot.waitUntil(lambda: bool(harness.told))
    assert harness.told == [0]


def test_a_long_text_is_counted_whole(harness: Harness, qtbot: QtBot) -> None:
    harness.change("word " * PIECE_CHARACTERS)
    qtbot.waitUntil(lambda: bool(harness.told))
    assert (harness.told, harness.readings) == ([PIECE_CHARACTERS], 1)


def test_a_change_while_it_counts_begins_anew(harness: Harness, qtbot: QtBot) -> None:
    harness.meanwhile = lambda: harness.change("just three words")
    harness.change("word " * PIECE_CHARACTERS)
    qtbot.waitUntil(lambda: bool(harness.told))
    assert (harness.told, harness.readings) == ([3], 2)


def test_after_closing_nothing_is_told(harness: Harness, qtbot: QtBot) -> None:
    other = Harness()
    harness.change("one")
    harness.counter.close()
    other.change("one two")  # due later than the first would have been
    qtbot.waitUntil(lambda: bool(other.told))
    assert (harness.told, harness.readings) == ([], 0)


def test_it_can_be_closed_while_it_counts(harness: Harness, qtbot: QtBot) -> None:
    other = Harness()
    harness.meanwhile = harness.counter.close
    harness.change("word " * PIECE_CHARACTERS)
    qtbot.waitUntil(lambda: harness.readings == 1)
    other.change("word " * PIECE_CHARACTERS)
    qtbot.waitUntil(lambda: bool(other.told))
    assert harness.told == []
