"""Where words begin and end, with spaces between them and without."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.words import (
    LONGEST_WORD,
    count_words,
    goes_on_word,
    next_word,
    split_without_space,
    starts_without_space,
    without_endless_words,
)

ANY_SCRIPT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("今天天气很好，我们。「」ひらがなカタカナー々สวัสดีक्षि e\u0301 😀👩\u200d👧"),
    ),
    min_size=1,
)


def words_of(text: str) -> list[str]:
    words = []
    while text:
        words.append(next_word(text))
        assert words[-1]
        text = text[len(words[-1]) :]
    return words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("house, and", "house"),
        (", and", ", "),
        (" and more", " and "),
        ("don't go", "don't "),
        ("well-known fact", "well-known "),
        ("...", "..."),
        (" “Yes” he", " “"),
        ("  two", "  two"),
        (" ", " "),
        ("Это дом", "Это "),
        ("cafe\u0301s and", "cafe\u0301s "),
        ("😀👩\u200d👧 x", "😀👩\u200d👧 "),
        ("😀, x", "😀, "),
    ],
)
def test_next_word(text: str, word: str) -> None:
    assert next_word(text) == word


@pytest.mark.parametrize(
    "words",
    [
        ["今天", "天气", "很好，", "我们", "一起去", "公园", "散步", "吧。"],
        ["今日", "は", "とても", "いい", "天気", "です！」"],
        ["他", "说：", "“", "好的。”"],
        ["สวัสดี", "ครับ ", "ผม", "ชื่อ"],
        ["हिन्दी ", "में ", "लिखना"],
        ["Cowrite ", "で", "書く"],
    ],
)
def test_a_script_without_spaces_is_taken_by_dictionary_word(words: list[str]) -> None:
    assert words_of("".join(words)) == words


@given(ANY_SCRIPT)
def test_words_put_together_are_the_text(text: str) -> None:
    assert "".join(words_of(text)) == text


@given(ANY_SCRIPT)
def test_what_is_split_is_the_text(text: str) -> None:
    assert "".join(split_without_space(text)) == text


@given(ANY_SCRIPT)
def test_a_word_begins_within_the_text_and_at_a_letter(text: str) -> None:
    starts = sorted(starts_without_space(text))
    assert all(0 < start < len(text) and text[start].strip() for start in starts)
    assert all(a < b for a, b in pairwise(starts))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("two words", 2),
        ("今天天气很好，我们", 4),
        ("use 今天天气 here", 4),
        ("a，b", 1),
        (" 「東京」", 1),
        ("...", 1),
    ],
)
def test_words_are_counted_with_and_without_spaces(text: str, count: int) -> None:
    assert count_words(text) == count


def test_latin_text_does_not_load_the_dictionaries() -> None:
    code = (
        "import sys; from cowrite.base.words import next_word, count_words; "
        "next_word('“Naïve” cafés – don’t'); count_words('élan vital'); "
        "sys.exit('icu4py' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_no_space_parts_is_data_and_no_word() -> None:
    assert without_endless_words("one " + "x" * LONGEST_WORD + " two") == (
        "one " + "x" * LONGEST_WORD + " two"
    )
    assert without_endless_words("one " + "x" * (LONGEST_WORD + 1) + " two") == "one  two"
    chinese = "他们走进了花园" * 200
    assert without_endless_words(chinese) == chinese


@pytest.mark.parametrize(
    ("before", "text", "goes_on"),
    [
        ("the light", "house", True),
        ("the light", " house", False),
        ("the light", ", and", False),
        ("the ", "house", False),
        ("", "house", False),
        ("room 10", "1", True),
        ("naï", "ve", True),
        ("今天", "天气", False),
        ("the light", "", False),
    ],
)
def test_what_goes_on_a_word(before: str, text: str, goes_on: bool) -> None:
    assert goes_on_word(before, text) is goes_on
