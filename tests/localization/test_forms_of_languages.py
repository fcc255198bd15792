"""Dates, lists of names and columns, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.localization import join_choices, join_names, listed, sentences
from cowrite.localization.columns import columns_of, to_left, to_right, wrapped
from cowrite.localization.dates import day_text, moment_text, time_text, weekday_text

MOMENT = datetime(2026, 11, 28, 14, 5, 9)


def test_dates_in_english():
    assert day_text(MOMENT) == "28 November 2026"
    assert day_text(MOMENT, year=False) == "28 November"
    assert day_text(MOMENT, short=True) == "28 Nov 2026"
    assert moment_text(MOMENT) == "28 November 2026, 14:05"
    assert moment_text(MOMENT, year=False, short=True, seconds=True) == "28 Nov, 14:05:09"
    assert (weekday_text(MOMENT), weekday_text(MOMENT, short=True)) == ("Saturday", "Sat")


@pytest.mark.usefixtures("in_chinese")
def test_dates_in_chinese():
    assert day_text(MOMENT) == day_text(MOMENT, short=True) == "2026年11月28日"
    assert day_text(MOMENT, year=False) == "11月28日"
    assert moment_text(MOMENT) == "2026年11月28日 14:05"
    assert time_text(MOMENT, seconds=True) == "14:05:09"
    assert (weekday_text(MOMENT), weekday_text(MOMENT, short=True)) == ("星期六", "周六")


@given(st.dates())
def test_the_names_of_days_and_months_are_those_of_strftime(day: date):
    assert day_text(day, year=False) == f"{day.day} {day:%B}"
    assert day_text(day, year=False, short=True) == f"{day.day} {day:%b}"
    assert weekday_text(day) == f"{day:%A}"
    assert weekday_text(day, short=True) == f"{day:%a}"


def test_lists_in_english():
    assert join_names([]) == ""
    assert join_names(["a"]) == "a"
    assert join_names(["a", "b"]) == "a and b"
    assert join_names(["a", "b", "c"]) == "a, b and c"
    assert join_choices(["a", "b", "c"]) == "a, b or c"
    assert listed(["a", "b"]) == "a, b"
    assert sentences("One.", "", "Two.") == "One. Two."


def test_lists_in_chinese(speak: Callable[[str], None]):
    speak("zh_CN")
    assert join_names(["DOCX", "ODT"]) == "DOCX 和 ODT"
    assert join_names(["“甲”", "“乙”", "“丙”"]) == "“甲”、“乙”和“丙”"
    assert join_choices(["甲", "en"]) == "甲或 en"
    assert listed(["a", "b"]) == "a、b"
    assert sentences("一。", "二。") == "一。二。"


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("word", 4), ("中文", 4), ("e\u0301", 1), ("“中”", 4), ("，", 2)]
)
def test_the_columns_of_a_text(text: str, columns: int):
    assert columns_of(text) == columns


@given(st.text(st.sampled_from("ab 中文，。“”（）"), max_size=60), st.integers(2, 20))
def test_lines_hold_all_and_fit(text: str, columns: int):
    lines = wrapped(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert columns_of(line) <= columns or wrapped(line, 1) == [line]
    if " " not in text:
        assert not any(line.startswith(("，", "。", "”", "）")) for line in lines[1:])


def test_chinese_breaks_anywhere_but_before_a_closing_mark():
    assert wrapped("打开文件，或者打开上次的文档。", 10) == [
        "打开文件，",
        "或者打开上",
        "次的文档。",
    ]
    assert wrapped("把 model 放进文件夹", 8) == ["把 model", "放进文件", "夹"]


@pytest.mark.parametrize("text", ["", "model", "模型", "已安装 2 个"])
def test_a_text_is_filled_up_on_either_side(text: str):
    left, right = to_left(text, 12), to_right(text, 12)
    assert columns_of(left) == columns_of(right) == 12
    assert left.rstrip() == right.lstrip() == text


def test_what_is_too_long_stays_whole():
    assert to_left("已损坏", 3) == to_right("已损坏", 3) == "已损坏"
