"""What is said of a line of Markdown, and that each unit of it stands where it is said to stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.utf16 import from_units, in_units
from cowrite.markdown.groups import MarkdownLines
from cowrite.speech.spoken import Spoken, joined, spoken_line


def spoken_lines(text: str) -> list[Spoken]:
    # In a text whose characters are units, places in characters are places in units.
    units = in_units(text)
    lines = units.split("\n")
    known = MarkdownLines(lines.__getitem__, len(lines))
    known.settle(len(lines))
    at, result = 0, []
    for number, line in enumerate(lines):
        result.append(spoken_line(line, known.marks(number).kinds, at=at))
        at += len(line) + 1
    return result


def said(text: str) -> str:
    return from_units(spoken_lines(text)[0].text)


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("Plain words.", "Plain words."),
        ("# The *long* walk", "The long walk"),
        ("un*believ*able and **bold**", "unbelievable and bold"),
        ("- an item", "an item"),
        ("12. another", "another"),
        ("- [x] done", "done"),
        ("> said she", "said she"),
        ("***", ""),
        ("with `code` in it", "with code in it"),
        ("see [the map](http://example.org/a_b) now", "see the map now"),
        ("at https://example.org/x today", "at today"),
        ("![a mill](mill.png)", "a mill"),
        ("one <!-- to myself --> two", "one two"),
        ("%% to myself %%", ""),
        ("A note[^1] here", "A note here"),
        ("A note^[an *aside*] here", "A note here"),
        ("[^1]: what it says", ""),
        ("fish &amp; chips&nbsp;now", "fish & chips now"),
        ("a <b>b</b> c", "a b c"),
        ("\\*not emphasis\\*", "*not emphasis*"),
        ("He {--was--}{++is++} here", "He is here"),
        ("He {~~was~>is~~} here{>>sure?<<}", "He is here"),
        ("{==marked==} words", "marked words"),
        ("a {brace} stays", "a {brace} stays"),
        ("他想起了**母亲**。", "他想起了母亲。"),
        ("𠮷野家 and 😀", "𠮷野家 and 😀"),
        ("", ""),
    ],
)
def test_what_is_heard(line: str, heard: str) -> None:
    assert said(line) == heard


def test_code_front_matter_and_tables() -> None:
    text = "---\ntitle: x\n---\n\n```py\nprint()\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    assert [each.text for each in spoken_lines(text)] == [
        *[""] * 8,
        "a,b,",
        "",
        "1,2,",
    ]


@given(st.text(alphabet="ab *_`[]()<>!-#\n\\^|{}+~=&;.。字𠮷“”", max_size=80))
def test_each_unit_stands_where_it_is_said_to_stand(text: str) -> None:
    units = in_units(text)
    last = -1
    for line in spoken_lines(text):
        assert list(line.places) == sorted(line.places)
        for unit, place in zip(line.text, line.places, strict=True):
            assert place >= last
            assert units[place] == unit or unit in " ,<>&"
            last = place


def test_lines_that_are_joined() -> None:
    one, other = spoken_line("One", [], at=0), Spoken("two", (4, 5, 6))
    assert one == Spoken()
    assert joined([Spoken("One", (0, 1, 2)), other]) == Spoken("One two", (0, 1, 2, 2, 4, 5, 6))
    assert joined([Spoken("一", (0,)), Spoken(), Spoken("二", (2,))]).text == "一二"


def test_what_says_nothing() -> None:
    assert not Spoken("…，“", (0, 1, 2)).says_something
    assert Spoken("3", (0,)).says_something
    assert Spoken(in_units("😀"), (0, 1)).says_something
