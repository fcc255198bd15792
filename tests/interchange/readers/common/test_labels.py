"""Labels in front of headings: numbers in every way of counting, and what is a number and what are words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.interchange.readers.common.labels import _FORMS, as_words, has_words, numeral
from cowrite.interchange.readers.common.lists import number_of


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ("decimal", 7, "7"), ("no such form", 7, "7"), ("upperRoman", 1994, "MCMXCIV"), ("lowerRoman", 4, "iv"),
        ("upperLetter", 28, "BB"), ("lowerLetter", 26, "z"), ("ordinal", 22, "22nd"), ("ordinal", 112, "112th"),
        ("cardinalText", 42, "Forty-two"), ("cardinalText", 110, "One hundred ten"), ("ordinalText", 12, "Twelfth"),
        ("ordinalText", 20, "Twentieth"), ("ordinalText", 23, "Twenty-third"), ("decimalZero", 3, "03"),
        ("decimalFullWidth", 12, "１２"), ("decimalEnclosedCircle", 12, "⑫"), ("decimalEnclosedCircle", 30, "30"),
        ("chineseCounting", 10, "十"), ("chineseCounting", 21, "二十一"), ("chineseCountingThousand", 105, "一百零五"),
        ("chineseLegalSimplified", 12, "壹拾贰"), ("ideographDigital", 105, "一〇五"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 12, "亥"), ("iroha", 2, "ロ"), ("ganada", 3, "다"),
        ("koreanDigital", 12, "일이"),
        ("hebrew1", 15, "טו"), ("hebrew1", 248, "רמח"), ("russianUpper", 3, "В"),
        ("I", 9, "IX"), ("一, 二, 三, ...", 3, "三"),         ("upperRoman", 0, "0"), ("upperRoman", 123456, "123456"),
    ],
)  # fmt: skip
def test_numbers_as_word_and_libreoffice_write_them(form: str, value: int, shown: str) -> None:
    assert numeral(value, form) == shown


@given(st.sampled_from(sorted(_FORMS)), st.integers(-5, 20_000))
def test_every_number_has_a_form(form: str, value: int) -> None:
    assert numeral(value, form).strip()


@pytest.mark.parametrize(
    ("mark", "number", "words"),
    [
        ("3.", 3, ""), ("iv)", 4, ""), ("（二）", 2, ""), ("一百二十三、", 123, ""), ("二〇、", 20, ""), ("⑤", 5, ""),
        ("Chapter III", None, "Chapter III"), ("第一章", None, "第一章"), ("•", None, ""), ("§", None, ""),
        ("Article  I.", None, "Article I."),
    ],
)  # fmt: skip
def test_a_mark_is_a_number_or_words(mark: str, number: int | None, words: str) -> None:
    assert number_of(mark) == number
    assert as_words(mark) == words


@given(st.integers(1, 9999))
def test_chinese_numbers_are_read_as_they_are_written(value: int) -> None:
    assert number_of(numeral(value, "chineseCountingThousand") + "、") == value


def test_words_are_more_than_a_letter() -> None:
    assert has_words("Chapter %1")
    assert has_words("第")
    assert not has_words("a)")
    assert not has_words("1.2")
