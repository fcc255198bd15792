"""What differs between two versions: edits that make the one of the other, and passages of whole words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.versions.passages import MOST_EDITS, Side, edits_between, passages

TEXTS = st.text(alphabet="ab c\n🦁", max_size=40)


def edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    units = text.encode("utf-16-le")
    for start, end, new in reversed(edits):
        units = units[: 2 * start] + new.encode("utf-16-le") + units[2 * end :]
    return units.decode("utf-16-le")


@given(TEXTS, TEXTS)
def test_the_edits_make_the_one_of_the_other(old: str, new: str) -> None:
    assert edited(old, edits_between(old, new)) == new


def test_a_text_that_was_rewritten_is_one_edit() -> None:
    old = "".join(f"{n} a lion\n" for n in range(2 * MOST_EDITS))
    new = old.replace("lion", "tiger")
    edits = edits_between(old, new)
    assert len(edits) == 1
    assert edited(old, edits) == new


@given(TEXTS, TEXTS)
def test_all_passages_taken_back_are_the_version_of_then(then: str, now: str) -> None:
    text = now
    for each in reversed(passages(then, now)):
        text = text[: each.now_start] + then[each.then_start : each.then_end] + text[each.now_end :]
    assert text == then


@given(TEXTS, TEXTS)
def test_a_passage_shows_what_it_is_of(then: str, now: str) -> None:
    for each in passages(then, now):
        shown = {
            side: "".join(s.text for s in each.stretches if s.side in (Side.BOTH, side))
            for side in Side
        }
        assert then[each.then_start : each.then_end] in shown[Side.THEN]
        assert now[each.now_start : each.now_end] in shown[Side.NOW]


def test_words_are_shown_whole() -> None:
    (passage,) = passages("The lioness slept.\n", "The lions slept.\n")
    assert [(s.text, s.side) for s in passage.stretches] == [
        ("The ", Side.BOTH),
        ("lioness", Side.THEN),
        ("lions", Side.NOW),
        (" slept.", Side.BOTH),
    ]


def test_paragraphs_are_passages_of_their_own() -> None:
    then = "One lion.\n\nTwo lions.\n\nThree.\n"
    now = "One tiger.\n\nTwo tigers.\n\nThree.\n"
    assert len(passages(then, now)) == 2
    assert passages(then, then) == []
