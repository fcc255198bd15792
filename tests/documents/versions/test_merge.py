"""Three-way merge: what only one side changed is taken over, and nothing that both changed is decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.versions.merge import merge

TEXTS = st.text(alphabet="ab \n", max_size=40)
BASE = "It was late.\n\nThe lion slept in the tall grass.\n\nNobody came.\n"


@given(TEXTS, TEXTS)
def test_a_side_that_changed_nothing_has_no_say(base: str, changed: str) -> None:
    assert merge(base, changed, base).text == changed
    assert merge(base, base, changed).text == changed
    assert merge(base, base, changed).is_clean
    assert merge(base, changed, base).is_clean


@given(TEXTS, TEXTS)
def test_the_same_change_on_both_sides_is_made_once(base: str, changed: str) -> None:
    merged = merge(base, changed, changed)
    assert (merged.text, merged.is_clean) == (changed, True)


@given(TEXTS, TEXTS, TEXTS)
def test_a_merge_is_clean_or_not_whoever_is_first(base: str, mine: str, theirs: str) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert one.is_clean == other.is_clean
    if one.is_clean:
        assert one.text == other.text


@given(st.lists(st.sampled_from("abcdefgh"), min_size=6, max_size=12, unique=False), st.data())
def test_changes_of_different_paragraphs_are_both_made(
    letters: list[str], data: st.DataObject
) -> None:
    paragraphs = [f"{at} {letter}\n" for at, letter in enumerate(letters)]
    at = data.draw(st.integers(0, len(paragraphs) - 1))
    other = data.draw(st.integers(0, len(paragraphs) - 1).filter(lambda n: abs(n - at) > 1))
    mine, theirs, both = paragraphs.copy(), paragraphs.copy(), paragraphs.copy()
    mine[at] = both[at] = f"{at} mine\n"
    theirs[other] = both[other] = f"{other} theirs\n"
    merged = merge("".join(paragraphs), "".join(mine), "".join(theirs))
    assert (merged.text, merged.conflicts) == ("".join(both), 0)


def test_different_words_of_one_paragraph_are_both_changed() -> None:
    mine = BASE.replace("lion", "tiger")
    theirs = BASE.replace("tall", "yellow")
    merged = merge(BASE, mine, theirs)
    assert merged.is_clean
    assert merged.text == BASE.replace("lion", "tiger").replace("tall", "yellow")


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (BASE.replace("lion", "tiger"), BASE.replace("lion", "lioness")),
        (BASE.replace("The lion slept in the tall grass.\n", ""), BASE.replace("lion", "cat")),
        (BASE + "One end.\n", BASE + "Another end.\n"),
    ],
)
def test_what_both_changed_differently_is_a_conflict(mine: str, theirs: str) -> None:
    merged = merge(BASE, mine, theirs)
    assert not merged.is_clean
    assert merged.text == mine


def test_a_whole_book_is_merged() -> None:
    book = "".join(
        f"Paragraph {n} of a long book, with words that repeat.\n\n" for n in range(5_000)
    )
    mine = book.replace("Paragraph 17 ", "Chapter 17 ")
    theirs = book.replace("Paragraph 4900 ", "Chapter 4900 ") + "The end.\n"
    assert merge(book, mine, theirs).text == theirs.replace("Paragraph 17 ", "Chapter 17 ")
