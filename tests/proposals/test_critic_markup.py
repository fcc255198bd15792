"""Changes written into a text as CriticMarkup come back as they were, whatever the text is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.proposals.critic_markup import critic_markup, read_critic_markup
from cowrite.proposals.proposal import Hunk, composed, taken
from cowrite.proposals.word_diff import version_between

SIGNS = [
    "{",
    "}",
    "+",
    "-",
    "~",
    "=",
    ">",
    "<",
    "\\",
    "a",
    "b",
    " ",
    "\n",
    "{++",
    "++}",
    "{~~",
    "~>",
    "~~}",
    "{>>",
    "<<}",
]
TEXTS = st.lists(st.sampled_from(SIGNS), max_size=14).map("".join)


@st.composite
def marked_passages(draw: st.DrawFn) -> tuple[str, tuple[Hunk, ...]]:
    """A passage and hunks of it that do not touch."""
    passage, hunks = draw(TEXTS), list[Hunk]()
    for _ in range(draw(st.integers(0, 4))):
        before, after, note = draw(TEXTS), draw(TEXTS), draw(st.sampled_from(["", "Why {++ not?"]))
        if before != after:
            start = len(passage)
            passage += before
            hunks.append(Hunk(start=start, end=len(passage), before=before, after=after, note=note))
        passage += draw(TEXTS) or " "
    return passage, tuple(hunks)


@given(marked_passages())
def test_every_text_with_its_changes_comes_back(case: tuple[str, tuple[Hunk, ...]]):
    assert read_critic_markup(critic_markup(*case)) == case


@given(TEXTS, TEXTS, st.sets(st.integers(0, 9)))
def test_any_hunks_of_two_texts_come_back(old: str, new: str, numbers: set[int]):
    some = taken(version_between(old, new), numbers)
    passage, hunks = read_critic_markup(critic_markup(old, some))
    assert passage == old
    assert composed(passage, hunks) == composed(old, some)


@given(TEXTS)
def test_whatever_is_read_gives_a_text_and_changes_of_it(text: str):
    passage, hunks = read_critic_markup(text)
    composed(passage, hunks)


@pytest.mark.parametrize(
    ("marked", "passage", "after"),
    [
        (
            "She {~~go~>went~~} to {--the --}school{++ today++}.",
            "She go to the school.",
            "She went to school today.",
        ),
        ("{==Bold==}{>>why?<<} words", "Bold words", "Bold words"),
        ("{--old--}{++new++}", "old", "new"),
        ("never {++ closed", "never {++ closed", "never {++ closed"),
        ("{~~no arrow~~}", "no arrow", ""),
        (r"code \{++ x ++\}", "code {++ x ++}", "code {++ x ++}"),
    ],
)
def test_what_others_write_is_read(marked: str, passage: str, after: str):
    text, hunks = read_critic_markup(marked)
    assert text == passage
    assert composed(text, hunks) == after


def test_a_note_is_a_comment_behind_its_change():
    hunk = Hunk(start=0, end=1, before="4", after="5", note="A number is another one.")
    assert critic_markup("4 men", [hunk]) == "{~~4~>5~~}{>>A number is another one.<<} men"
    assert read_critic_markup(critic_markup("4 men", [hunk]))[1] == (hunk,)


def test_a_change_of_another_passage_is_refused():
    with pytest.raises(ValueError, match="another passage"):
        critic_markup("dog", [Hunk(start=0, end=3, before="cat", after="cow")])
