"""Which preferences are learned from, in which order, and which are kept back."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from cowrite.personalize.data.examples import ExampleSource, UnpairedPreference
from cowrite.personalize.data.packing import PairPieces, Piece, UnpairedPiece
from cowrite.personalize.settings import TrainingSettings
from cowrite.personalize.training.preference_stage import (
    CHOICES_PER_STEP,
    HELD_SHARE,
    MOST_HELD,
    MOST_IMBALANCE,
    MOST_OF_A_KIND,
    PreferencePlan,
    newest,
    plan_preferences,
    tokens_of,
)


def pair(number: int) -> PairPieces:
    return PairPieces(Piece((number, 1), (1,)), Piece((number, 2, 3), (1, 2)), 1.0)


def verdict(number: int, *, desirable: bool) -> UnpairedPiece:
    return UnpairedPiece(Piece((number, 1), (1,)), desirable)


def plan(pairs: int, wanted: int, unwanted: int, seed: int = 0) -> PreferencePlan:
    unpaired = [
        *(verdict(n, desirable=True) for n in range(wanted)),
        *(verdict(n, desirable=False) for n in range(unwanted)),
    ]
    settings = TrainingSettings(preference_pairs=20, preference_verdicts=10, seed=seed)
    return plan_preferences([pair(n) for n in range(pairs)], unpaired, settings)


def learned(found: PreferencePlan) -> list[PairPieces | UnpairedPiece]:
    return [each for step in found.steps for choices in step for each in choices]


def of_pairs(every: list[PairPieces | UnpairedPiece]) -> list[PairPieces]:
    return [each for each in every if isinstance(each, PairPieces)]


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 3))
def test_each_is_learned_once_or_kept_back(
    pairs: int, wanted: int, unwanted: int, seed: int
) -> None:
    found = plan(pairs, wanted, unwanted, seed)
    assert found == plan(pairs, wanted, unwanted, seed)
    every = learned(found)
    held = [each for choices in found.held for each in choices]
    if min(wanted, unwanted) >= 10:
        fewer = min(wanted, unwanted)
        assert len(every) - len(of_pairs(every)) >= 2 * (fewer - max(1, round(HELD_SHARE * fewer)))
    assert len({*every, *held}) == len(every) + len(held)
    assert found.count(len(found.steps)) == len(every)
    assert all(sum(map(len, step)) <= CHOICES_PER_STEP + 1 for step in found.steps)

    assert len(of_pairs(every)) == (0 if pairs < 20 else pairs - round(HELD_SHARE * pairs))
    unpaired = [each for each in every if isinstance(each, UnpairedPiece)]
    yes = sum(each.desirable for each in unpaired)
    no = len(unpaired) - yes
    assert bool(unpaired) == (min(wanted, unwanted) >= 10)
    assert max(yes, no) <= MOST_IMBALANCE * min(yes, no) + 0.5


def test_the_newest_are_kept_back() -> None:
    found = plan(30, 20, 20)
    assert [choices for choices in found.held if isinstance(choices[0], PairPieces)] == [
        [pair(27)], [pair(28)], [pair(29)],
    ]  # fmt: skip
    held = {each for choices in found.held for each in choices}
    assert {verdict(19, desirable=True), verdict(18, desirable=False)} <= held


def test_what_is_wanted_and_what_is_not_stand_side_by_side() -> None:
    twos = [choices for step in plan(0, 100, 20).steps for choices in step]
    assert {len(choices) for choices in twos} == {2}
    mixed = [choices for choices in twos if len({each.desirable for each in choices}) == 2]  # type: ignore[union-attr]
    assert len(mixed) >= 3 * len(twos) / 4


def test_tokens_are_counted_of_both_kinds() -> None:
    assert plan(0, 0, 0).tokens == 0
    assert plan(20, 10, 10).tokens == 18 * 5 + 18 * 2
    assert tokens_of([pair(1)]) == 5
    assert tokens_of([verdict(1, desirable=True)] * 2) == 4


def test_of_very_many_the_newest_are_learned_from() -> None:
    def told(at_ms: int) -> UnpairedPreference:
        source = ExampleSource(document="d", at_ms=at_ms)
        return UnpairedPreference(context="A", text=str(at_ms), desirable=True, source=source)

    made = []

    def piece(each: UnpairedPreference) -> UnpairedPiece | None:
        made.append(each)
        return verdict(int(each.text), desirable=True) if int(each.text) % 2 else None

    every = [told(n) for n in range(4 * MOST_OF_A_KIND)]
    random.Random(0).shuffle(every)
    found = newest(every, piece)
    odd = range(2 * MOST_OF_A_KIND + 1, 4 * MOST_OF_A_KIND, 2)
    assert found == [verdict(n, desirable=True) for n in odd]
    assert len(made) < 2 * MOST_OF_A_KIND  # no more are turned into tokens
    assert len(plan(0, 1000, 1000).held) == MOST_HELD
