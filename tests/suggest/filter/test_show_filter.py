"""What is shown of a candidate, and why not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.suggestions import candidate

from cowrite.engine.messages import Candidate, Token
from cowrite.suggest.filter.calibration import WordPlace, calibrated
from cowrite.suggest.filter.show_filter import SilenceReason, judge, split_words, why_not_ask
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import Length, SuggestSettings

SETTINGS = SuggestSettings()


def at(before: str, after: str = "") -> CaretContext:
    return CaretContext(document_id="d", revision=1, offset=len(before), before=before, after=after)


def words(*pairs: tuple[str, float]) -> Candidate:
    tokens = tuple(Token(text=text, logprob=math.log(p)) for text, p in pairs)
    return Candidate(text="".join(t for t, _ in pairs), logprob=0.0, tokens=tokens)


def test_cut_where_confidence_drops() -> None:
    verdict = judge(words(("house", 0.9), (" on", 0.95), (" the", 0.01)), at("light"), SETTINGS)
    assert verdict.text == "house on "
    assert verdict.confidence == calibrated(WordPlace.WITHIN, math.log(0.9))


def test_a_word_of_several_tokens_is_as_probable_as_all_of_them() -> None:
    verdict = judge(words(("un", 0.5), ("believ", 0.5), ("able", 0.5)), at("how "), SETTINGS)
    assert verdict.reason is SilenceReason.LOW_CONFIDENCE
    assert verdict.confidence == pytest.approx(calibrated(WordPlace.BEFORE, math.log(0.125)))


@pytest.mark.parametrize(
    ("before", "after", "text", "probability", "reason"),
    [
        ("the light", "", "", 0.9, SilenceReason.EMPTY),
        ("the light", "", "   ", 0.9, SilenceReason.EMPTY),
        ("the light", "", " house", 0.01, SilenceReason.LOW_CONFIDENCE),
        ("the ", "house stands", "house", 0.9, SilenceReason.REPEATS_WHAT_FOLLOWS),
        ("the light", "", " ......", 0.9, SilenceReason.ONLY_PUNCTUATION),
        ("the light", "", " a\x00b", 0.9, SilenceReason.UNWANTED_CHARACTERS),
        ("the light", " and much more", " house", 0.5, SilenceReason.MID_LINE),
        ("the light", " and much more", " house", 0.9, None),
        ("the light", " end", " house", 0.5, None),
        ("the light", "\nA long next paragraph", " house", 0.5, None),
    ],
)
def test_reasons(
    before: str, after: str, text: str, probability: float, reason: SilenceReason | None
) -> None:
    verdict = judge(candidate(text, probability), at(before, after), SETTINGS)
    assert verdict.reason is reason
    assert bool(verdict.text) is (reason is None)


def test_eagerness_lets_more_through() -> None:
    thresholds = [SuggestSettings(eagerness=e / 10).threshold for e in range(11)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[0] > thresholds[-1] > 0


def test_what_was_asked_for_is_shown_even_if_uncertain() -> None:
    doubtful = candidate(" house", 0.01)
    assert judge(doubtful, at("light"), SETTINGS, asked_for=True).text == " house"


def test_a_script_without_spaces_is_cut_into_words_where_tokens_part() -> None:
    tokens = words(
        ("今", 0.9), ("天", 0.8), ("天气很", 0.9), ("好", 0.7), ("，", 0.5), ("我们", 0.6)
    ).tokens
    found = split_words(tokens)
    assert [word.text for word in found] == ["今天", "天气很好", "，", "我们"]
    assert found[0].logprob == pytest.approx(math.log(0.9 * 0.8))


def test_a_script_without_spaces_is_offered_up_to_as_many_words_as_any_other() -> None:
    offered = words(("今天", 0.9), ("天气", 0.9), ("很好", 0.9), ("。", 0.9), ("我们", 0.9))
    shown = judge(offered, at("他说"), SuggestSettings(max_words=2, length=Length.WORDS)).text
    assert shown == "今天天气"


def test_between_two_words_without_a_space_it_may_be_asked() -> None:
    assert why_not_ask(at("今天", "天气"), 1_000) is None
    assert why_not_ask(at("hou", "se"), 1_000) is SilenceReason.INSIDE_WORD


TOKENS = st.lists(
    st.builds(
        Token,
        text=st.sampled_from(["a", " b", " ", "c", ",", " d", "\u00e9"]),
        logprob=st.floats(-3, 0),
    ),
    max_size=12,
)


@given(TOKENS)
def test_splitting_into_words_loses_nothing(tokens: list[Token]) -> None:
    split = split_words(tokens)
    assert "".join(w.text for w in split) == "".join(t.text for t in tokens)
    assert sum(w.logprob for w in split) == pytest.approx(sum(t.logprob for t in tokens))


@given(TOKENS, st.integers(0, 12))
def test_what_is_shown_while_growing_is_a_beginning_of_the_end(
    tokens: list[Token], cut: int
) -> None:
    part = Candidate(text="", logprob=0, tokens=tuple(tokens[:cut]))
    whole = Candidate(text="", logprob=0, tokens=tuple(tokens))
    early = judge(part, at("x"), SETTINGS, complete=False)
    late = judge(whole, at("x"), SETTINGS)
    if early.text and late.text:
        assert late.text.startswith(early.text)


def test_further_words_are_offered_while_all_together_are_likely() -> None:
    offered = words(("house", 0.8), (" on", 0.7), (" the", 0.3), (" hill", 0.9))
    decision = judge(offered, at("the light"), SETTINGS)
    assert decision.text == "house on "
    assert [word.characters for word in decision.words] == [6, 3]
    assert decision.words[0].probability == decision.confidence
    assert judge(words(("house", 0.45), (" on", 0.3)), at("light"), SETTINGS).text == "house "


@given(TOKENS, st.sampled_from(["x", "x ", "x\n", ""]), st.sampled_from(["", " b c", "d"]))
def test_every_character_that_is_offered_belongs_to_a_word(
    tokens: list[Token], before: str, after: str
) -> None:
    whole = Candidate(text="", logprob=0, tokens=tuple(tokens))
    for asked_for in (False, True):
        decision = judge(whole, at(before, after), SETTINGS, asked_for=asked_for)
        assert sum(word.characters for word in decision.words) == len(decision.text)
        assert all(word.characters > 0 and 0 < word.probability < 1 for word in decision.words)


def test_a_mark_after_a_word_is_a_word_of_its_own() -> None:
    assert [
        w.text for w in split_words(words(("don", 1), ("'t", 1), (",", 1), (" go", 1)).tokens)
    ] == [
        "don't",
        ",",
        " go",
    ]


def test_a_sentence_ends_the_suggestion_unless_a_paragraph_is_wanted() -> None:
    offered = words((" her", 0.9), (".", 0.9), (" She", 0.9), (" went", 0.9))
    assert judge(offered, at("back to"), SETTINGS).text == " her. "
    long = SuggestSettings(length=Length.PARAGRAPH)
    assert judge(offered, at("back to"), long).text == " her. She went"


def test_a_cut_word_is_not_shown() -> None:
    offered = words((" light", 0.9), ("hou", 0.9))
    whole = Candidate(text=offered.text, logprob=0.0, tokens=offered.tokens, is_cut=True)
    assert judge(whole, at("the"), SETTINGS).text == ""


def test_what_saves_less_than_a_wrong_glance_costs_is_not_shown() -> None:
    eager = SuggestSettings(eagerness=1.0)
    acceptance = eager.threshold + 0.01
    kept = judge(words((" a", 0.1)), at("It was"), eager, acceptance=lambda *_: 0.1)
    assert kept.reason is SilenceReason.LOW_CONFIDENCE
    shown = judge(words((" wonderful", 0.1)), at("It was"), eager, acceptance=lambda *_: acceptance)
    assert shown.text == " wonderful"


@pytest.mark.parametrize("line", ["for x in {{a}} {{b}} ", "if (a == 1) { return `b`; } "])
def test_quiet_among_the_marks_of_a_program(line: str) -> None:
    assert why_not_ask(at(line), 1_000) is SilenceReason.CODE


def test_the_writer_s_acceptance_model_takes_the_place_of_the_model() -> None:
    offered = words((" house", 0.1))
    assert judge(offered, at("the"), SETTINGS).reason is SilenceReason.LOW_CONFIDENCE
    assert judge(offered, at("the"), SETTINGS, acceptance=lambda *_: 0.8).text == " house"
