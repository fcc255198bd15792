"""Words are counted in pieces, a moment after the last change, and never of a text that is no longer there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from cowrite.editor.word_count import PIECE_CHARACTERS, WordCounter, count_words, pieces

WORDS = st.text(alphabet="aé’-9", min_size=1, max_size=6).filter(lambda word: word[0] in "aé9")
GAPS = st.text(alphabet=" \n.,", min_size=1, max_size=3).filter(
    lambda gap: " " in gap or "\n" in gap
)


class Desk:
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
def desk(qapp: object) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.counter.close()


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


def test_many_changes_are_counted_once_at_the_end(desk: Desk, qtbot: QtBot) -> None:
    for text in ("one", "one two", "one two three"):
        desk.change(text)
    qtbot.waitUntil(lambda: bool(desk.told))
    assert (desk.told, desk.readings) == ([3], 1)


def test_an_empty_text_has_no_words(desk: Desk, qtbot: QtBot) -> None:
    desk.change("")
    qtbot.waitUntil(lambda: bool(desk.told))
    assert desk.told == [0]


def test_a_long_text_is_counted_whole(desk: Desk, qtbot: QtBot) -> None:
    desk.change("word " * PIECE_CHARACTERS)
    qtbot.waitUntil(lambda: bool(desk.told))
    assert (desk.told, desk.readings) == ([PIECE_CHARACTERS], 1)


def test_a_change_while_it_counts_begins_anew(desk: Desk, qtbot: QtBot) -> None:
    desk.meanwhile = lambda: desk.change("just three words")
    desk.change("word " * PIECE_CHARACTERS)
    qtbot.waitUntil(lambda: bool(desk.told))
    assert (desk.told, desk.readings) == ([3], 2)


def test_after_closing_nothing_is_told(desk: Desk, qtbot: QtBot) -> None:
    other = Desk()
    desk.change("one")
    desk.counter.close()
    other.change("one two")  # due later than the first would have been
    qtbot.waitUntil(lambda: bool(other.told))
    assert (desk.told, desk.readings) == ([], 0)


def test_it_can_be_closed_while_it_counts(desk: Desk, qtbot: QtBot) -> None:
    other = Desk()
    desk.meanwhile = desk.counter.close
    desk.change("word " * PIECE_CHARACTERS)
    qtbot.waitUntil(lambda: desk.readings == 1)
    other.change("word " * PIECE_CHARACTERS)
    qtbot.waitUntil(lambda: bool(other.told))
    assert desk.told == []
