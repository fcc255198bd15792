"""What a ghost is worth, and when."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.suggest.filter.expected_value import (
    AGREES_BY_CHANCE,
    UNTAKEN_KEYS,
    WordChance,
    agreed,
    best_moment,
    together,
    worth_now,
)
from cowrite.suggest.filter.key_places import KeyPlace
from cowrite.suggest.live.pauses import TypingPauses
from cowrite.suggest.settings import Prices, SuggestSettings

FREE = Prices(flash=0.0, glance=0.0)
USUAL = Prices(flash=1.0, glance=1.0)
REST_OF_WORD = [KeyPlace.WITHIN] * 5 + [KeyPlace.MARK]
SENTENCE = [KeyPlace.SENTENCE] + [KeyPlace.WITHIN] * 4 + [KeyPlace.MARK]
WORDS = st.lists(
    st.builds(WordChance, st.integers(1, 9), st.floats(0.01, 0.99)), min_size=1, max_size=4
)


@dataclass
class Metronome:
    """Hands that press a key every so many milliseconds, never sooner, never later."""

    gap_ms: float
    sees_while_typing: float = 1.0
    reaction_ms: float = 300.0

    def longer_than(self, _place: KeyPlace, gap_ms: float) -> float:
        return 1.0 if gap_ms < self.gap_ms else 1e-6


def worth(
    words: list[WordChance],
    hands: Metronome | TypingPauses,
    places: list[KeyPlace] = REST_OF_WORD,
    since_key_ms: float = 0.0,
    prices: Prices = FREE,
):  # type: ignore[no-untyped-def]
    return worth_now(words, places, hands, prices, since_key_ms=since_key_ms)


def test_who_waits_gets_what_is_offered_less_the_key_that_takes_it() -> None:
    patient = Metronome(10_000)
    whole = worth([WordChance(6, 0.8)], patient)
    assert whole.wait_ms == 0
    assert whole.value == pytest.approx(0.8 * 5 - 0.2 * UNTAKEN_KEYS, abs=0.01)
    assert whole.keys == pytest.approx(0.0, abs=1e-3)
    assert whole.noticed == pytest.approx(1.0, abs=1e-3)


def test_two_words_of_which_only_the_first_is_right_save_the_first() -> None:
    patient = Metronome(10_000)
    value = worth([WordChance(6, 1.0), WordChance(5, 0.5)], patient).value
    assert value == pytest.approx(0.5 * 5 + 0.5 * 10, abs=0.01)


def test_what_is_typed_before_it_is_noticed_saves_nothing() -> None:
    # Four keys fall within the reaction time: two of six are left, less the one that takes them.
    steady = Metronome(70)  # the keys fall after 75, 150, 225 and 300 ms, in steps of 25
    value = worth([WordChance(6, 1.0)], steady).value
    assert value == pytest.approx(1.0, abs=0.1)


def test_a_ghost_that_is_typed_through_is_a_flash() -> None:
    fast = Metronome(60)
    prices = Prices(flash=1.0, glance=0.0)
    seen = worth([WordChance(4, 1.0)], fast, REST_OF_WORD[2:], prices=prices)
    assert seen.value == pytest.approx(-1.0 - UNTAKEN_KEYS, abs=0.05)
    assert seen.noticed == pytest.approx(0.0, abs=0.05)


def test_who_looks_up_in_pauses_only_sees_nothing_while_typing() -> None:
    steady = Metronome(100, sees_while_typing=0.0)
    assert worth([WordChance(6, 0.9)], steady).value == pytest.approx(-UNTAKEN_KEYS, abs=0.01)


def test_in_a_pause_a_ghost_is_worth_more_than_in_a_run() -> None:
    writer = TypingPauses()
    words = [WordChance(6, 0.5)]
    assert (
        worth(words, writer, SENTENCE, prices=USUAL).value
        > worth(words, writer, REST_OF_WORD, prices=USUAL).value
    )


def test_it_waits_for_a_pause_where_the_next_key_is_near() -> None:
    writer = TypingPauses()
    words, places = [WordChance(5, 0.7)], REST_OF_WORD[1:]
    fast = best_moment(words, places, writer, USUAL, since_key_ms=60.0)
    assert fast.wait_ms > 0
    assert fast.value > worth(words, writer, places, 60.0, USUAL).value
    later = best_moment(words, places, writer, USUAL, since_key_ms=60.0 + fast.wait_ms)
    assert later.wait_ms < fast.wait_ms


@given(WORDS, st.floats(0, 3_000), st.floats(0, 1))
def test_a_dearer_glance_or_flash_is_never_worth_more(
    words: list[WordChance], since_ms: float, sees: float
) -> None:
    places = [KeyPlace.WITHIN] * min(14, sum(word.characters for word in words))
    hands = Metronome(140.0, sees_while_typing=sees)
    known = [
        worth(words, hands, places, since_ms, Prices(flash=price, glance=price))
        for price in (0.0, 1.0, 3.0)
    ]
    assert known[0].value > known[1].value > known[2].value
    assert all(0 <= each.noticed <= 1 + 1e-6 and each.keys >= 0 for each in known)


@given(WORDS, st.floats(0, 3_000))
def test_no_ghost_is_worth_more_than_all_of_its_characters(
    words: list[WordChance], since_ms: float
) -> None:
    places = [KeyPlace.WITHIN] * min(14, sum(word.characters for word in words))
    most = sum(word.characters for word in words) - 1
    assert best_moment(words, places, TypingPauses(), FREE, since_key_ms=since_ms).value <= most


def test_nothing_is_worth_nothing() -> None:
    with pytest.raises(ValueError, match="words"):
        best_moment([], [], TypingPauses(), FREE, since_key_ms=0.0)


def test_letters_that_agree_make_the_word_more_probable() -> None:
    words = (WordChance(5, 0.5), WordChance(3, 0.7))
    assert agreed(words, 0) == words
    first, second = agreed(words, 1)
    assert first.characters == 4
    assert first.probability == pytest.approx(0.5 / (0.5 + 0.5 * AGREES_BY_CHANCE))
    assert second == words[1]
    assert agreed(words, 5) == words[1:]
    assert agreed(words, 8) == ()
    assert together(words) == pytest.approx(0.35)


@given(WORDS, st.integers(0, 40))
def test_what_is_left_is_what_was_not_typed(words: list[WordChance], typed: int) -> None:
    whole = sum(word.characters for word in words)
    left = agreed(words, typed)
    assert sum(word.characters for word in left) == max(0, whole - typed)
    assert all(0 <= word.probability <= 1 for word in left)
    assert together(left) >= together(words) - 1e-9


@pytest.mark.parametrize("key_ms", [120.0, 209.0, 500.0])
def test_the_slider_runs_from_most_time_to_most_keys(key_ms: float) -> None:
    glances = [SuggestSettings(eagerness=step / 20).prices(key_ms).glance for step in range(21)]
    assert glances == sorted(glances, reverse=True)
    assert glances[0] == pytest.approx(550 / key_ms), "a glance is worth the keys it takes"
    assert glances[-1] == 0
