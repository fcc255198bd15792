"""The writer's own words: learned at once, forgotten without a trace, and never more certain than they may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.engine.decoding.personal_ngrams import PersonalNgrams, pieces_of

STORY = (
    "Nobody liked Grimblewick. Then Grimblewick went to the old house by the sea.\n"
    "It was said that Grimblewick had bought the old house by the sea."
)
TEXTS = st.lists(
    st.sampled_from(["the", "old", "house", "Housman", "by", ",", ".", "\n"]), max_size=30
)


def knowing(*texts: str) -> PersonalNgrams:
    ngrams = PersonalNgrams()
    for number, text in enumerate(texts):
        ngrams.learn(str(number), text)
    return ngrams


def test_a_name_is_guessed_from_its_first_letters() -> None:
    guesses = knowing(STORY).guesses("And so Gr")
    assert guesses.guesses[0].text == "imblewick"
    assert guesses.trust > 0.5


def test_a_phrase_is_guessed_from_the_words_before_it() -> None:
    guesses = knowing(STORY).guesses("She knew the old house")
    assert guesses.guesses[0].text == " by"
    assert knowing(STORY).guesses("the old house by ").guesses[0].text == "the"


def test_where_many_words_followed_none_is_trusted_much() -> None:
    """Both places were seen eight times."""
    always, different = (
        "He took the old road. " * 8,
        "".join(
            f"He took the old {word}. "
            for word in ["road", "cart", "path", "boat", "mill", "coat", "book", "pipe"]
        ),
    )
    trusts = [knowing(text).guesses("He took the old").trust for text in (always, different)]
    assert trusts[0] > 0.5
    assert trusts[1] < trusts[0] / 2


def test_what_was_used_once_is_no_habit() -> None:
    assert knowing("Only Grimblewick knew.").guesses("And Gr").trust == 0.0


def test_nothing_is_guessed_across_the_end_of_a_line() -> None:
    assert knowing(STORY).guesses("the old\n").trust == 0.0


def test_words_without_spaces_between_them_are_guessed_too() -> None:
    ngrams = knowing("王小明今天去公园。王小明今天去学校。王小明今天去公园。")
    assert ngrams.guesses("后来王小明").guesses[0].text == "今天"


@pytest.mark.parametrize("before", ["", " ", "\n", "😀", "…", "“"])
def test_any_text_may_stand_before(before: str) -> None:
    assert 0.0 <= knowing(STORY).guesses(before).trust <= 1.0


@given(texts=st.lists(TEXTS, min_size=1, max_size=4), before=TEXTS)
def test_guesses_are_a_distribution_of_what_may_follow(texts: list[list[str]], before: list[str]):
    ngrams = knowing(*(" ".join(words) for words in texts))
    guesses = ngrams.guesses(" ".join(before))
    assert 0.0 <= guesses.trust <= 1.0
    assert sum(guess.share for guess in guesses.guesses) <= 1.0 + 1e-9
    assert all(guess.text for guess in guesses.guesses)


@given(first=TEXTS, second=TEXTS, before=TEXTS)
def test_learning_a_changed_text_is_learning_it_afresh(
    first: list[str], second: list[str], before: list[str]
):
    changed = knowing(" ".join(first))
    changed.learn("0", " ".join(second))
    fresh = knowing(" ".join(second))
    place = " ".join(before)
    assert set(changed.guesses(place).guesses) == set(fresh.guesses(place).guesses)


@given(text=TEXTS)
def test_forgetting_leaves_nothing(text: list[str]):
    ngrams = knowing(" ".join(text))
    ngrams.forget("0")
    assert not ngrams._counts.after
    assert not ngrams._counts.by_letters
    assert not ngrams._paragraphs


@given(st.text(max_size=200))
def test_pieces_keep_every_letter(text: str):
    kept = "".join(pieces_of(text))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_odds_scale_the_trust_and_leave_the_shares() -> None:
    ngrams = knowing(STORY)
    tested = ngrams.guesses("And so Gr")
    for odds in (0.5, 2.0):
        ngrams.odds = odds
        scaled = ngrams.guesses("And so Gr")
        assert scaled.guesses == tested.guesses
        assert scaled.trust / (1 - scaled.trust) == pytest.approx(
            odds * tested.trust / (1 - tested.trust)
        )
    ngrams.odds = 0.0
    assert ngrams.guesses("And so Gr").trust == 0.0
    assert not ngrams.guesses("And so Gr").guesses
