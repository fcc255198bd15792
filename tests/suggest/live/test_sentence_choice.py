"""What helps a writer who is stuck: phrases that end where confidence falls, sentences unlike each other."""

from __future__ import annotations

import math

import pytest
from support.suggestions import candidate

from cowrite.engine.messages import Candidate, Token
from cowrite.suggest.live.sentence_choice import (
    are_alike,
    fits,
    phrase_of,
    sentence_of,
    up_to_clause,
    words_of,
)
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings

SETTINGS = SuggestSettings()


def at(before: str, after: str = "") -> CaretContext:
    return CaretContext(document_id="d", revision=1, offset=len(before), before=before, after=after)


def of_words(*words: tuple[str, float], is_cut: bool = False) -> Candidate:
    tokens = tuple(Token(text=text, logprob=math.log(p)) for text, p in words)
    return Candidate(text="".join(t for t, _ in words), logprob=0.0, tokens=tokens, is_cut=is_cut)


def test_a_phrase_ends_where_confidence_falls() -> None:
    sure = of_words(("The", 0.05), (" old", 0.3), (" house", 0.4), (" sang", 0.05), (" to", 0.9))
    assert phrase_of(sure, at("It rained. "), SETTINGS) == "The old house "


def test_a_phrase_has_six_words_at_most_and_stays_in_its_sentence() -> None:
    long = candidate("The old house on the hill was dark")
    assert phrase_of(long, at("It rained. "), SETTINGS).split() == [
        "The",
        "old",
        "house",
        "on",
        "the",
        "hill",
    ]
    assert phrase_of(candidate("The house slept. It was"), at("It rained. "), SETTINGS).strip() == (
        "The house slept."
    )


@pytest.mark.parametrize(
    "words",
    [
        (("The", 0.9), (" dog", 0.05)),
        (("I", 0.9), (" am", 0.9), (" at", 0.01)),
        (("Nevertheless", 0.9), (",", 0.9), (" x", 0.01)),
    ],
)
def test_too_little_is_no_phrase(words: tuple[tuple[str, float], ...]) -> None:
    assert phrase_of(of_words(*words), at("It rained. "), SETTINGS) == ""


def test_a_chinese_phrase_may_have_fewer_characters() -> None:
    said = of_words(("她", 0.3), ("在", 0.4), ("门口", 0.4), ("等", 0.01))
    assert phrase_of(said, at("下雨了。"), SETTINGS) == "她在门口"


def test_a_quotation_mark_is_not_the_first_word_of_a_phrase() -> None:
    said = of_words(("“", 0.3), ("Come", 0.05), (" home", 0.4), (" soon", 0.05))
    assert phrase_of(said, at("It rained. "), SETTINGS) == "“Come home "


def test_the_last_word_of_what_was_cut_may_go_on() -> None:
    cut = of_words(("The", 0.9), (" old", 0.9), (" hou", 0.9), is_cut=True)
    assert phrase_of(cut, at("It rained. "), SETTINGS) in ("", "The old ")


def test_a_sentence_is_one_sentence_and_an_abbreviation_ends_none() -> None:
    two = candidate("She met Mr. Weston at noon. He bowed.")
    assert sentence_of(two, at("It rained. "), SETTINGS).strip() == "She met Mr. Weston at noon."


def test_a_sentence_keeps_its_closing_quotation_mark() -> None:
    said = of_words(("“", 0.9), ("Come", 0.9), (".", 0.9), ("”", 0.9), (" He", 0.9))
    assert sentence_of(said, at("It rained. "), SETTINGS).strip() == "“Come.”"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("He went home.", "He went away to the sea."),
        ("The man was old and grey.", "Old and grey was the man."),
        ("“Come home!”", "Come home, she said."),
        ("他走了。", "他走了吗？"),
        ("Home.", "home"),
    ],
)
def test_alike(one: str, other: str) -> None:
    assert are_alike(one, other)
    assert are_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("He went home.", "The rain had not stopped for days."),
        ("He went home.", "He slept until noon on Sunday."),
        ("雨下了一整天。", "她在门口等着。"),
    ],
)
def test_unlike(one: str, other: str) -> None:
    assert not are_alike(one, other)


def test_what_says_something_twice_does_not_fit() -> None:
    assert not fits("He was a man, and he was a man of letters.", at("It rained. "))
    assert fits("He was a man of letters, and he knew it.", at("It rained. "))


def test_two_spaces_in_a_row_do_not_fit() -> None:
    assert not fits(" said the  city council.", at("“No,”"))
    assert fits(" said the city council.", at("“No,”"))


def test_what_was_just_said_does_not_fit() -> None:
    before = "The boats lay side by side in the harbour. Nobody spoke. "
    assert not fits("The boats lay side by side in the harbour.", at(before))
    assert fits("The harbour was as dark as the sea.", at(before))


@pytest.mark.parametrize(
    "text", ["# Introduction to that", "| a table", "and then he went", "Oh no!"]
)
def test_what_begins_no_sentence_does_not_fit_where_one_begins(text: str) -> None:
    assert not fits(text, at("It rained. "))


def test_a_speaker_may_be_named_after_what_was_said() -> None:
    assert fits("he said to the old man.", at("“Run!” "))


def test_the_rest_of_a_sentence_may_be_one_word() -> None:
    assert fits("home.", at("It rained, and she went "))


def test_what_has_no_end_is_cut_at_its_last_clause() -> None:
    long = "He went down to the sea, as he always did, and"
    assert up_to_clause(long) == "He went down to the sea, as he always did,"
    assert up_to_clause("Well, he went on and on and") == "Well, he went on and on and"


def test_words_are_counted_in_scripts_without_spaces() -> None:
    assert len(words_of("他走了，她没有走。")) > 3
