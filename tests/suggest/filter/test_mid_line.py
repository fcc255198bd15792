"""In the middle of a line: shown is what the rest of the line follows, and nothing where the line is whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.engine.messages import Candidate, Join, Token
from cowrite.suggest.filter.mid_line import (
    MID_LINE_CHARACTERS,
    mid_line_confidence,
    words_in_line,
)
from cowrite.suggest.filter.show_filter import (
    FilterDecision,
    SilenceReason,
    judge,
    split_words,
    why_not_ask,
)
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings

REST = "and waved to us as we drove by."
WITHOUT = -30.0
SURE, LIKELY, UNLIKELY = 0.95, 0.6, 0.15


def at(before: str, after: str) -> CaretContext:
    return CaretContext(document_id="d", revision=1, offset=len(before), before=before, after=after)


def offered(*pairs: tuple[str, float], gains: tuple[float, ...] = ()) -> Candidate:
    """Words with their probabilities, and by how much better the line goes on after each than without any."""
    tokens = tuple(Token(text=text, logprob=math.log(p)) for text, p in pairs)
    joins, end = list[Join](), 0
    for (text, _), gain in zip(pairs, gains, strict=False):
        end += len(text)
        joins.append(Join(characters=end, logprob=WITHOUT + gain, without=WITHOUT))
    return Candidate(
        text="".join(text for text, _ in pairs), logprob=0.0, tokens=tokens, joins=tuple(joins)
    )


def decided(candidate: Candidate, before: str, after: str, **wishes: bool) -> FilterDecision:
    return judge(candidate, at(before, after), SuggestSettings(), **wishes)


@pytest.mark.parametrize(
    ("before", "after", "gain", "shown"),
    [
        ("the end of the ", REST, 6.0, "road "),  # before a word
        ("the end of the ", REST, -6.0, ""),
        ("the end of the ", f" {REST}", 6.0, "road"),  # before the space after a gap
        ("the end of the ro", f" {REST}", 6.0, "ad"),  # within a word
        ("the end of the", REST, 6.0, ""),  # the caret is in a word
    ],
)
def test_what_is_shown_is_what_the_line_follows(
    before: str, after: str, gain: float, shown: str
) -> None:
    word = "ad" if before.endswith("ro") else "road"
    candidate = offered((word, LIKELY), gains=(gain,))
    asks = why_not_ask(at(before, after), 1_000) is None
    assert (decided(candidate, before, after).text if asks else "") == shown


@pytest.mark.parametrize("probability", [LIKELY, SURE, 0.999])
def test_where_the_line_is_whole_nothing_is_shown_however_sure_the_model_is(
    probability: float,
) -> None:
    candidate = offered(("road", probability), gains=(-0.5,))
    found = decided(candidate, "the end of the ", REST)
    assert (found.text, found.reason is None) == ("", False)


@pytest.mark.parametrize("mended", ["at the end of the", "at the end,"])
def test_after_a_word_or_a_mark_that_was_mended_nothing_is_shown(mended: str) -> None:
    candidate = offered((" road", SURE), gains=(-3.0,))
    assert decided(candidate, mended, f" {REST}").reason is SilenceReason.MID_LINE
    assert decided(offered((" road", SURE), gains=(3.0,)), mended, f" {REST}").text == " road"


def test_in_a_gap_between_two_spaces_something_is_missing() -> None:
    candidate = offered(("road", 0.99), gains=(-3.0,))
    assert decided(candidate, "at the end of the ", f" {REST}").text == "road"


@pytest.mark.parametrize(
    ("before", "after", "probability", "reason"),
    [
        ("the end of the ", REST, SURE, SilenceReason.MID_LINE),
        ("the end of the ", f" {REST}", LIKELY, SilenceReason.MID_LINE),
        ("the end of the ", f" {REST}", SURE, None),
    ],
)
def test_where_nothing_is_known_of_the_joins_the_model_must_be_sure(
    before: str, after: str, probability: float, reason: SilenceReason | None
) -> None:
    assert decided(offered(("road", probability)), before, after).reason is reason


def test_joins_make_up_for_a_model_that_is_less_sure() -> None:
    before, after = "the end of the ", f" {REST}"
    assert not decided(offered(("road", UNLIKELY)), before, after).text
    worse = decided(offered(("road", LIKELY), gains=(-8.0,)), before, after)
    better = decided(offered(("road", LIKELY), gains=(8.0,)), before, after)
    assert worse.confidence < better.confidence


def test_words_after_which_the_line_goes_on_worse_are_left_out() -> None:
    pairs = (("dark", SURE), (" road", SURE), (" to", SURE))
    candidate = offered(*pairs, gains=(2.0, 9.0, -4.0))
    assert decided(candidate, "the end of the ", REST).text == "dark road "
    asked = decided(candidate, "the end of the ", REST, asked_for=True)
    assert asked.text == "dark road to "


def test_who_asks_by_key_sees_it_all_the_same() -> None:
    candidate = offered(("road", UNLIKELY), gains=(-5.0,))
    assert decided(candidate, "the end of the ", REST, asked_for=True).text == "road "


def test_in_a_script_without_spaces_the_line_must_go_on_better_too() -> None:
    after = "，我们一起去看看吧，好不好"
    assert decided(offered(("海边", SURE), gains=(4.0,)), "今天天气很好去", after).text == "海边"
    assert not decided(offered(("海边", SURE), gains=(-4.0,)), "今天天气很好去", after).text
    # As it was where nothing is known.
    assert decided(offered(("海边", SURE)), "今天天气很好去", after).text == "海边"
    assert not decided(offered(("海边", LIKELY)), "今天天气很好去", after).text


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("the ", REST, None),
        ("the hou", "se stands", SilenceReason.INSIDE_WORD),
        ("the (", REST, SilenceReason.INSIDE_WORD),
        ("the\n", REST, SilenceReason.INSIDE_WORD),
    ],
)
def test_where_words_may_be_put_before_others(
    before: str, after: str, reason: SilenceReason | None
) -> None:
    assert why_not_ask(at(before, after), 1_000) is reason


@given(
    st.floats(0.0, 1.0),
    st.lists(st.floats(-50, 50), min_size=1, max_size=3),
    st.sampled_from(["the ", "the ro", "", "去"]),
    st.sampled_from([REST, f" {REST}", ""]),
)
def test_confidence_is_a_probability_and_grows_with_the_joins(
    confidence: float, gains: list[float], before: str, after: str
) -> None:
    def sure(*more: float) -> float:
        pairs = [("road", 0.5), (" to", 0.5), (" town", 0.5)][: len(gains)]
        candidate = offered(*pairs, gains=tuple(more))
        words = split_words(candidate.tokens)
        return mid_line_confidence(confidence, candidate, words, at(before, after))

    found = sure(*gains)
    assert 0.0 <= found <= 1.0
    assert sure(*(each + 1 for each in gains)) >= found
    if len(after) <= MID_LINE_CHARACTERS:
        assert found == confidence


@pytest.mark.parametrize(
    ("before", "after", "second", "shown"),
    [
        ("the end of the ", f" {REST}", SURE, "dark road"),
        ("the end of the ", f" {REST}", UNLIKELY, "dark"),
        ("the end of the d", f" {REST}", SURE, "ark"),
        ("the end of the d", "", SURE, "ark road"),
    ],
)
def test_in_a_line_words_are_as_likely_together_as_one_must_be(
    before: str, after: str, second: float, shown: str
) -> None:
    first = "ark" if before.endswith("d") else "dark"
    candidate = offered((first, SURE), (" road", second))
    assert decided(candidate, before, after).text.rstrip() == shown


@given(st.lists(st.floats(-20, 20), max_size=4), st.sampled_from([f" {REST}", REST, ""]))
def test_what_is_kept_is_a_beginning_and_never_nothing(gains: list[float], after: str) -> None:
    pairs = [("a", 0.99), (" road", 0.99), (" to", 0.99), (" town", 0.99)]
    candidate = offered(*pairs, gains=tuple(gains))
    words = split_words(candidate.tokens)
    kept = words_in_line(candidate, words, [0.99] * 4, at("the end of ", after), 0.4)
    assert list(kept) == words[: len(kept)]
    assert kept
    if not gains or not after:
        assert list(kept) == words
