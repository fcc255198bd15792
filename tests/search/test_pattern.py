"""What a query finds in a text, plain and as a regular expression, and what comes in its place."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.search.pattern import compiled
from cowrite.search.query import Query
from cowrite.search.regex_errors import PatternError, plain_sentence
from cowrite.search.regex_pattern import RegexPattern, TooLongError
from cowrite.search.replacement import Replacement


def found(text: str, wanted: str, **options: bool) -> list[str]:
    pattern = compiled(Query(text=wanted, **options))
    return [text[match.start : match.end] for match in pattern.matches(text)]


@given(
    text=st.text(st.sampled_from("abAé \n"), max_size=40),
    wanted=st.text(st.sampled_from("abA"), min_size=1, max_size=3),
)
def test_plain_hits_are_those_of_a_plain_search(text: str, wanted: str) -> None:
    places = [match.start for match in compiled(Query(text=wanted, case=True)).matches(text)]
    expected, at = [], text.find(wanted)
    while at >= 0:
        expected.append(at)
        at = text.find(wanted, at + len(wanted))
    assert places == expected


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("wanted", ["café", "cafe\u0301", "ＣＡＦÉ"])
def test_accents_in_one_or_two_characters_are_alike(
    form: Literal["NFC", "NFD"], wanted: str
) -> None:
    text = unicodedata.normalize(form, "le café noir")
    assert found(text, wanted) == [unicodedata.normalize(form, "café")]
    assert found(text, "cafe") == []


def test_widths_and_quotation_marks_are_alike() -> None:
    assert found("Ｎｏ．７ don’t “go”", "no.7") == ["Ｎｏ．７"]
    assert found("don’t don't", "DON'T") == ["don’t", "don't"]
    assert found("he said “go”", '"go"') == ["“go”"]


def test_case_and_whole_words() -> None:
    assert found("Ann and ann", "ann", case=True) == ["ann"]
    assert found("Ann’s annual Ann", "ann", words=True) == ["Ann", "Ann"]
    assert found("在北京的人", "北京", words=True) == ["北京"]
    assert found("x-ray", "-", words=True) == ["-"]


def test_a_regular_expression_finds_what_it_describes() -> None:
    assert found("the cat, the hat", r"\b[ch]at\b", regex=True) == ["cat", "hat"]
    assert found("Cat cat", "cat", regex=True, case=True) == ["cat"]
    assert found("cats cat", "cat|dog", regex=True, words=True) == ["cat"]
    assert found("one\ntwo", "^two$", regex=True) == ["two"]
    assert found("abc", "x*", regex=True) == [], "nothing to show of an empty hit"


def test_which_expressions_go_on_in_the_next_line() -> None:
    def crosses(text: str) -> bool:
        return compiled(Query(text=text, regex=True)).crosses_lines

    assert crosses(r"a\nb")
    assert crosses(r"(?s)a.b")
    assert not crosses(r"a\\nb")
    assert not crosses(r"\s+")


@pytest.mark.parametrize(
    "text",
    [
        "(",
        "[a",
        ")",
        "a**",
        "*",
        "a{3,1}",
        "\\",
        "(?P<x",
        "[z-a]",
        r"\p{Foo}",
        "(?z)",
        r"\q",
        r"\1",
    ],
)
def test_what_is_wrong_with_an_expression_is_a_plain_sentence(text: str) -> None:
    with pytest.raises(PatternError) as caught:
        compiled(Query(text=text, regex=True))
    assert "This is not a regular" not in caught.value.message
    assert "(character " in caught.value.message
    assert plain_sentence("something new", None) == "This is not a regular expression."


def test_an_expression_that_is_too_long_is_refused() -> None:
    with pytest.raises(PatternError, match="longer than"):
        compiled(Query(text="a" * 1001, regex=True))


def test_an_expression_that_explodes_is_stopped() -> None:
    pattern = RegexPattern(Query(text=r"(a|aa)+$", regex=True))
    pattern._limit_s = 0.01
    with pytest.raises(TooLongError, match="takes too long"):
        list(pattern.matches("a" * 60 + "!"))


def replaced(text: str, wanted: str, by: str, *, keep_case: bool = False, **options: bool) -> str:
    pattern = compiled(Query(text=wanted, **options))
    replacement = Replacement(text=by, keep_case=keep_case)
    pattern.check(replacement)
    end, parts = 0, []
    for match in pattern.matches(text):
        parts += [
            text[end : match.start],
            replacement.of(text[match.start : match.end], match.group),
        ]
        end = match.end
    return "".join([*parts, text[end:]])


def test_groups_are_put_in() -> None:
    names = r"(?P<first>\w+) (\w+)"
    assert replaced("Ann Lee", names, r"\2, \g<first>", regex=True) == "Lee, Ann"
    assert replaced("a-b", "(-)|(x)", r"[\g<1>\2]\t\\", regex=True) == "a[-]\t\\b"
    assert replaced("a.b", ".", r"\1", case=True) == r"a\1b", "plain text is no template"


def test_capitals_are_taken_over() -> None:
    text = "Count COUNT count x"
    assert replaced(text, "count", "duke", keep_case=True) == "Duke DUKE duke x"


@pytest.mark.parametrize("template", [r"\3", r"\g<none>", "\\", r"\q"])
def test_a_template_that_means_nothing_is_refused(template: str) -> None:
    with pytest.raises(UserError):
        replaced("ab", "(a)", template, regex=True)
