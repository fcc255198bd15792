"""What the next lines say anyway is not offered."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from support.suggestions import SuggestionHarness

from cowrite.engine.messages import Candidate, Token
from cowrite.suggest.filter.show_filter import SilenceReason, judge
from cowrite.suggest.following import repeats_from
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import Length, SuggestSettings

BEFORE = "First the flour.\n"
AFTER = "\nThen the butter.\nLast the sugar.\n"
BROKEN = "He walked to the very old and half broken"


@pytest.mark.parametrize(
    ("text", "before", "after", "kept"),
    [
        # the line itself, and its beginning
        ("Then the butter.", BEFORE, AFTER, ""),
        ("Then the", BEFORE, AFTER, ""),
        ("Then", BEFORE, AFTER, ""),
        ("Then the butter. And more", BEFORE, AFTER, ""),
        # case, marks, spaces, the signs of items, full-width letters, other line breaks
        ("then the BUTTER", BEFORE, AFTER, ""),
        ("Then,  the butter!", BEFORE, AFTER, ""),
        ("- Then the butter.", BEFORE, AFTER, ""),
        ("Then the butter.", BEFORE + "* ", "\n\n  * Then the butter.\n", ""),
        ("2. Then the butter.", BEFORE, "\n3. Then the butter.", ""),
        ("Then the butter.", BEFORE + "> ", "\n> Then the butter.", ""),
        ("Then the butter.", BEFORE, "\r\n\r\n\u3000Then the butter.\r\n", ""),
        ("Ｔｈｅｎ the butter.", BEFORE, AFTER, ""),
        ("The\u0301n the butter.", BEFORE, "\u2028Thén the butter.", ""),
        # a line further on
        ("Last the sugar.", BEFORE, AFTER, ""),
        ("Then the butter.\nLast the sugar.", BEFORE, AFTER, ""),
        # what is added first may stay
        ("Add milk. Then the butter.", BEFORE, AFTER, "Add milk. "),
        ("Add milk.\nThen the butter.\nLast the sugar.", BEFORE, AFTER, "Add milk."),
        ("Add milk.\n- Then the butter", BEFORE, AFTER, "Add milk."),
        # the rest of a line that was begun
        ("the butter.", BEFORE + "Then ", AFTER, ""),
        ("hen the butter.", BEFORE + "T", AFTER, ""),
        ("the", BEFORE + "Then ", AFTER, "the"),
        ("dentist", "- Call the bank\n- Call the ", "\n- Call the dentist\n", ""),
        # after a sentence
        (" Then the butter.", "It melted.", AFTER, ""),
        # lines that were broken by hand read on
        (" house on the hill", BROKEN, "\nhouse on the hill and sat.", ""),
        (" old house on the hill", BROKEN, "\nhouse on the hill and sat.", " old"),
        (" house", BROKEN, "\nhouse on the hill and sat.", ""),
        # scripts without spaces
        ("然后放黄油。", "先放面粉。\n", "\n然后放黄油。\n", ""),
        ("然后放", "先放面粉。\n", "\n然后放黄油。\n", ""),
        ("那我们然后放黄油", "先放面粉。\n", "\n然后放黄油。\n", "那我们"),
    ],
)
def test_what_follows_is_cut_off(text: str, before: str, after: str, kept: str) -> None:
    cut = repeats_from(text, before, after)
    assert (text if cut is None else text[:cut]).rstrip() == kept.rstrip()


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("Then the sugar.", BEFORE, AFTER),
        ("Then the butterfly", BEFORE, AFTER),
        ("Then the butter is soft.", BEFORE, AFTER),
        ("The", BEFORE, "\nThe butter is soft."),
        ("No.", BEFORE, "\nNo.\n"),
        ("Last", BEFORE, AFTER),
        (" the cat", "He liked", "\nThe cat sat."),
        (" John Smith", "It was I who met", "\n\nJohn Smith was there."),
        (" It is", "He left.", "\nIt is late."),
        ("Then the butter.", BEFORE, ""),
        ("Then the butter.", BEFORE, "\n \n\t\n"),
        ("Call", BEFORE, "\nCalling home"),
        ("...", BEFORE, "\n...\n"),
        ("", BEFORE, AFTER),
        ("Then the butter.", BEFORE, "\n".join(["", *"abcd", "Then the butter."])),
    ],
)
def test_what_only_looks_alike_may_be_offered(text: str, before: str, after: str) -> None:
    assert repeats_from(text, before, after) is None


WORDS = st.sampled_from(
    ["Then", "the", "butter.", "sugar", "a", "-", "3.", "“Add", "放黄", "。", "\n", "x,"]
)
TEXTS = st.lists(WORDS, max_size=10).map(" ".join)


@given(TEXTS, TEXTS, TEXTS, st.integers(0, 60))
@example("Then the butter. Then", "", "\nThen the butter.", 16)
def test_what_is_shown_of_a_growing_text_only_grows(
    text: str, before: str, after: str, size: int
) -> None:
    def shown(part: str, *, is_whole: bool) -> str:
        cut = repeats_from(part, before, "\n" + after, is_whole=is_whole)
        return (part if cut is None else part[:cut]).rstrip()

    part = text[:size]
    assert text.startswith(shown(part, is_whole=False))
    assert len(shown(part, is_whole=False)) <= len(shown(text, is_whole=False))
    assert len(shown(text, is_whole=False)) <= len(shown(text, is_whole=True))


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=60), st.booleans())
def test_any_text_has_an_answer(text: str, before: str, after: str, is_whole: bool) -> None:
    cut = repeats_from(text, before, after, is_whole=is_whole)
    assert cut is None or 0 <= cut < len(text)


@given(
    st.lists(st.sampled_from(["Then", "add", "butter", "sugar", "milk"]), min_size=3, max_size=8)
)
def test_a_line_is_never_offered_before_itself(words: list[str]) -> None:
    line = " ".join(words)
    assume(len(line) >= 8)
    for typed in range(len(words)):
        begun = " ".join(words[:typed]) + (" " if typed else "")
        assert repeats_from(line[len(begun) :], "Before.\n" + begun, "\n\n" + line + ".\n") == 0


def at(before: str, after: str) -> CaretContext:
    return CaretContext(document_id="d", revision=1, offset=len(before), before=before, after=after)


def offered(text: str, *, is_cut: bool = False) -> Candidate:
    pieces = [f" {piece}" if number else piece for number, piece in enumerate(text.split(" "))]
    tokens = tuple(Token(text=piece, logprob=math.log(0.95)) for piece in pieces)
    return Candidate(text=text, logprob=0.0, tokens=tokens, is_cut=is_cut)


@pytest.mark.parametrize("length", list(Length))
@pytest.mark.parametrize("asked_for", [False, True])
@pytest.mark.parametrize("is_cut", [False, True])
def test_every_length_of_suggestion_looks_at_the_next_lines(
    length: Length, asked_for: bool, is_cut: bool
) -> None:
    settings = SuggestSettings(length=length)
    for text in ("Then the butter.", "Then the but" if is_cut else "Then the"):
        verdict = judge(
            offered(text, is_cut=is_cut), at(BEFORE, AFTER), settings, asked_for=asked_for
        )
        assert verdict.text == ""
        assert verdict.reason is SilenceReason.REPEATS_WHAT_FOLLOWS


@pytest.mark.parametrize("asked_for", [False, True])
def test_what_is_shown_of_a_longer_text_may_be_all_that_follows(asked_for: bool) -> None:
    settings = SuggestSettings(max_words=2)
    longer = offered("Then the butter is soft.")
    assert judge(longer, at(BEFORE, AFTER), settings, asked_for=asked_for).text == ""
    paragraph = SuggestSettings(length=Length.PARAGRAPH)
    assert judge(longer, at(BEFORE, AFTER), paragraph, asked_for=asked_for).text


def test_a_text_that_is_cut_ends_with_its_last_word() -> None:
    shown = judge(offered("Add milk. Then the butter."), at(BEFORE, AFTER), SuggestSettings()).text
    assert shown == "Add milk."
    paragraph = SuggestSettings(length=Length.PARAGRAPH)
    assert (
        judge(offered("Add milk. Then the butter."), at(BEFORE, AFTER), paragraph).text
        == "Add milk."
    )


def test_nothing_is_shown_of_a_growing_text_that_may_become_the_next_line() -> None:
    settings = SuggestSettings(length=Length.PARAGRAPH)
    for text in ("The", "Then", "Then the", "Then the butter"):
        assert judge(offered(text), at(BEFORE, AFTER), settings, complete=False).text == ""
    assert judge(offered("Then the sugar is"), at(BEFORE, AFTER), settings, complete=False).text


@pytest.fixture
def harness() -> SuggestionHarness:
    """The caret at the end of a line between two others."""
    harness = SuggestionHarness(SuggestSettings(length=Length.PARAGRAPH))
    harness.page.text = BEFORE + AFTER
    harness.page.caret = len(BEFORE)
    return harness


def test_a_ghost_that_grows_into_the_next_line_is_never_shown(harness: SuggestionHarness) -> None:
    harness.write("Then")
    harness.page.move(harness.page.caret)
    harness.controller.ask_now()
    for text in (" the", " the butter"):
        harness.grow(text)
        harness.timer.advance(1_000)
        assert not harness.page.ghost
    harness.answer(" the butter.")
    harness.timer.advance(1_000)
    assert not harness.page.ghost


def test_a_ghost_that_comes_to_the_next_line_later_ends_before_it(
    harness: SuggestionHarness,
) -> None:
    harness.write("And")
    harness.grow(" milk. Then the")
    harness.timer.advance(1_000)
    assert harness.page.ghost == " milk."
    harness.answer(" milk. Then the butter.")
    harness.timer.advance(1_000)
    assert harness.page.ghost == " milk."
    assert harness.controller.accept_all()
    assert harness.requests[-1].after == AFTER
    harness.answer(" Then the butter.")
    harness.timer.advance(1_000)
    assert not harness.page.ghost
    assert harness.page.text == BEFORE + "And milk." + AFTER


def test_of_several_candidates_those_that_follow_are_left_out(harness: SuggestionHarness) -> None:
    harness.write("The")
    harness.controller.ask_now()
    harness.answer("n the butter.")
    assert harness.in_vain == []  # it asks for others
    harness.answer("n the butter.", " salt", "n the butter")
    harness.timer.advance(1_000)
    assert harness.page.ghost.strip() == "salt"
    assert harness.page.count == 1


def test_what_was_worked_out_ahead_is_looked_at_as_well(harness: SuggestionHarness) -> None:
    harness.write("And")
    harness.answer(" some milk.")
    harness.timer.advance(1_000)
    assert harness.prefetched[-1].after == AFTER
    harness.page.type(" some milk.")
    harness.timer.advance(50)
    harness.answer(" Then the butter.")
    harness.timer.advance(1_000)
    assert not harness.page.ghost
