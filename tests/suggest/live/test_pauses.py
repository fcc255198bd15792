"""What is known of a writer's hands and eyes, and how it follows them."""

from __future__ import annotations

import json
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.suggest.filter.key_places import KeyPlace
from cowrite.suggest.live.pauses import LEVELS, USUAL_GAPS, USUAL_PACE_MS, TypingPauses

GAPS = st.lists(
    st.tuples(st.sampled_from(KeyPlace), st.floats(0, 60_000, allow_nan=False)), max_size=80
)


def told(gaps: list[tuple[KeyPlace, float]]) -> TypingPauses:
    pauses = TypingPauses()
    for place, gap_ms in gaps:
        pauses.learn(place, gap_ms)
    return pauses


@pytest.mark.parametrize("place", list(KeyPlace))
def test_before_anything_is_known_a_writer_is_like_others(place: KeyPlace) -> None:
    pauses = TypingPauses()
    for level, ratio in zip(LEVELS, USUAL_GAPS[place], strict=True):
        assert pauses.longer_than(place, ratio * USUAL_PACE_MS) == pytest.approx(
            1 - level, abs=1e-6
        )


def test_the_first_key_of_a_sentence_comes_after_a_pause_and_one_within_a_word_does_not() -> None:
    pauses = TypingPauses()
    assert pauses.longer_than(KeyPlace.SENTENCE, 300) > 0.85
    assert pauses.longer_than(KeyPlace.WITHIN, 300) < 0.1


@given(GAPS, st.lists(st.floats(0, 1e6, allow_nan=False), min_size=2, max_size=2))
def test_a_longer_gap_is_never_more_probable(
    gaps: list[tuple[KeyPlace, float]], limits: list[float]
) -> None:
    pauses = told(gaps)
    for place in KeyPlace:
        sooner, later = sorted(limits)
        assert 0 < pauses.longer_than(place, later) <= pauses.longer_than(place, sooner) <= 1


@pytest.mark.parametrize("usual_ms", [70.0, 400.0])
def test_it_follows_this_writers_gaps(usual_ms: float) -> None:
    noise = random.Random(5)
    pauses = told([(KeyPlace.WITHIN, usual_ms * math.exp(noise.gauss(0, 0.1))) for _ in range(300)])
    assert pauses.longer_than(KeyPlace.WITHIN, usual_ms * 0.7) > 0.9
    assert pauses.longer_than(KeyPlace.WITHIN, usual_ms * 1.4) < 0.15
    assert pauses.key_ms == pytest.approx(usual_ms, rel=0.6)
    assert pauses.longer_than(KeyPlace.SENTENCE, usual_ms * 1.5) > 0.8, "others follow the pace"


def test_after_a_year_of_skewed_gaps_the_rare_places_are_where_they_were() -> None:
    noise = random.Random(5)
    pauses = TypingPauses()
    rare = pauses.longer_than(KeyPlace.PARAGRAPH, 1_000)
    for _ in range(20_000):
        pauses.learn(KeyPlace.WITHIN, 100 * math.exp(noise.expovariate(2)))
    assert pauses.longer_than(KeyPlace.PARAGRAPH, 1_000) == pytest.approx(rare, abs=0.05)
    assert pauses.longer_than(KeyPlace.WITHIN, 1_000) < 0.05


def test_keys_of_a_program_that_types_leave_numbers_that_can_be_read_back() -> None:
    pauses = told([(KeyPlace.WITHIN, 0.0)] * 6_000)
    assert pauses.key_ms > 1
    assert TypingPauses.from_json(pauses.to_json()).to_json() == pauses.to_json()


def test_a_pause_for_tea_says_nothing() -> None:
    pauses = told([(KeyPlace.WITHIN, 300_000.0)] * 20)
    assert pauses.to_json() == TypingPauses().to_json()


def test_the_eyes_are_known_by_the_ghosts() -> None:
    sees, looks_up = TypingPauses(), TypingPauses()
    assert sees.sees_while_typing == 0.5
    for _ in range(60):
        sees.saw_while_typing()
        looks_up.overlooked_while_typing()
    assert sees.sees_while_typing > 0.95
    assert 0 < looks_up.sees_while_typing < 0.05
    for _ in range(7):
        looks_up.saw_while_typing()
    assert looks_up.sees_while_typing > 0.5, "eyes may change"


@given(GAPS)
def test_what_is_kept_can_be_read_back(gaps: list[tuple[KeyPlace, float]]) -> None:
    pauses = told(gaps)
    pauses.saw_while_typing()
    again = TypingPauses.from_json(pauses.to_json())
    assert again.to_json() == pauses.to_json()
    again.learn(KeyPlace.WITHIN, 120.0)


def test_it_is_a_few_dozen_numbers_and_no_text() -> None:
    stored = json.loads(told([(KeyPlace.WITHIN, 120.0)] * 500).to_json())

    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for each in value.values() for leaf in leaves(each)]
        if isinstance(value, list):
            return [leaf for each in value for leaf in leaves(each)]
        return [value]

    numbers = leaves(stored)
    assert len(numbers) < 80
    assert all(isinstance(number, int | float) for number in numbers)


def damaged(change: dict[str, object]) -> str:
    return json.dumps(json.loads(TypingPauses().to_json()) | change)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        damaged({"version": 99}),
        damaged({"pace": 1e9}),
        damaged({"pace": "fast"}),
        damaged({"key_ms": 0}),
        damaged({"eyes": 99}),
        damaged({"reaction_ms": 0}),
        damaged({"places": {}}),
        damaged({"places": {place: {"counted": 0, "quantiles": [2.0, 1.0]} for place in "pscowm"}}),
        damaged({"places": {place: {"counted": 0, "quantiles": [9.0] * 8} for place in "pscowm"}}),
        damaged({"places": {p: {"counted": 0, "quantiles": [99.0] * 9} for p in "pscowm"}}),
    ],
)
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it is, it is begun anew
        TypingPauses.from_json(text)
