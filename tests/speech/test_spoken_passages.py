"""A text in passages: all of it once, in order, sentence by sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.utf16 import in_units
from cowrite.markdown.groups import MarkdownLines
from cowrite.markdown.kinds import Style
from cowrite.speech.passages import LONGEST, Passage, next_passage
from cowrite.speech.spoken import Spoken, spoken_line

ALONE = {Style.TABLE, Style.BREAK, Style.CODE_BLOCK}


class TextLines:
    """The lines of a Markdown text."""

    def __init__(self, text: str) -> None:
        self._lines = in_units(text).split("\n")
        self._known = MarkdownLines(self._lines.__getitem__, len(self._lines))
        self._known.settle(len(self._lines))
        self._starts = [0]
        for line in self._lines[:-1]:
            self._starts.append(self._starts[-1] + len(line) + 1)

    @property
    def count(self) -> int:
        return len(self._lines)

    def number_at(self, place: int) -> int:
        return max(i for i, start in enumerate(self._starts) if start <= place)

    def text(self, number: int) -> str:
        return self._lines[number]

    def spoken(self, number: int) -> Spoken:
        kinds = self._known.marks(number).kinds
        return spoken_line(self._lines[number], kinds, at=self._starts[number])

    def stands_alone(self, number: int) -> bool:
        marks = self._known.marks(number)
        return bool(marks.heading_level) or any(style in ALONE for _, _, style in marks.styles)


def passages(
    text: str, at: int = 0, until: int | None = None, *, from_word: bool = False
) -> list[Passage]:
    lines, found = TextLines(text), []
    while (passage := next_passage(lines, at, until, from_word=from_word)) is not None:
        assert passage.next_place > at
        found.append(passage)
        at, from_word = passage.next_place, False
    return found


def texts(
    text: str, at: int = 0, until: int | None = None, *, from_word: bool = False
) -> list[str]:
    return [each.spoken.text.strip() for each in passages(text, at, until, from_word=from_word)]


def test_sentences_one_after_another() -> None:
    text = "# One\n\nIt was late. “Go,” she said. Mr. Fox went.\n\n***\n\nThe end"
    assert texts(text) == ["One", "It was late.", "“Go,” she said.", "Mr. Fox went.", "The end"]


def test_chinese_sentences() -> None:
    assert texts("他走了。“好吧！”她说。") == ["他走了。", "“好吧！”", "她说。"]


def test_wrapped_lines_are_read_as_one_paragraph() -> None:
    text = (
        "The first line of it is wrapped where the screen ended and\ngoes on here. "
        "Then another sentence.\n\nNew one."
    )
    assert texts(text) == [
        "The first line of it is wrapped where the screen ended and goes on here.",
        "Then another sentence.",
        "New one.",
    ]


def test_verses_and_items_are_lines_of_their_own() -> None:
    assert texts("Rose\nlily\n\n- one\n- two") == ["Rose", "lily", "one", "two"]


def test_begins_with_the_word_that_the_caret_is_in() -> None:
    text = "A word. Something else follows here."
    assert texts(text, text.index("thing"), from_word=True) == ["Something else follows here."]
    assert texts(text, text.index("thing")) == ["thing else follows here."]
    assert texts("今天天气很好", 2, from_word=True) == ["天气很好"]


def test_a_selection_is_read_and_nothing_else() -> None:
    text = "One two three. Four five six."
    assert texts(text, text.index("two"), text.index(" six")) == ["two three.", "Four five"]
    assert texts(text, 3, 3) == []


def test_the_end_has_nothing_to_say() -> None:
    assert texts("", 0) == []
    assert texts("Done.", 5) == []
    assert texts("…\n\n***", 0) == []


@pytest.mark.parametrize("text", ["word " * 900, "字" * 2000, "𠮷" * 900, "x" * 1500])
def test_what_is_too_long_for_one_breath_is_cut(text: str) -> None:
    found = passages(text)
    assert all(len(each.spoken.text) <= LONGEST for each in found)
    heard = "".join(each.spoken.text for each in found)
    assert heard.replace(" ", "") == in_units(text).replace(" ", "")
    assert not any("\udc00" <= each.spoken.text[0] <= "\udfff" for each in found)


@given(st.text(alphabet="ab .!?\n#-*[]^1“”字。，𠮷 ", max_size=200))
def test_all_of_a_text_is_read_once(text: str) -> None:
    found = passages(text)
    places = [place for each in found for place in each.spoken.places]
    assert places == sorted(places)
    lines = TextLines(text)
    said = "".join(lines.spoken(number).text for number in range(lines.count))
    heard = "".join(each.spoken.text for each in found)
    assert [c for c in heard if c.isalnum()] == [c for c in said if c.isalnum()]
