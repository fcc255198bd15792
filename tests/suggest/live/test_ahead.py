"""What is worked out before the next key: what it may do, likeliest first, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.suggestions import SuggestionHarness, completion_of

from cowrite.suggest.live.ahead import (
    LEAST_PROBABILITY,
    MOST_CONTINUATIONS,
    continuations,
)
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.settings import SuggestSettings

LETTERS = (("h", 0.72), (" ", 0.2), ("e", 0.04), ("x", 0.01))


def ahead_of(harness: SuggestionHarness) -> list[str]:
    """The texts that are worked out now."""
    return [completion_of(job).before for job in harness.jobs.ahead]


@given(
    st.dictionaries(st.sampled_from("abcdefgh "), st.floats(0, 1), max_size=8),
    st.sampled_from(["", "house", "bread and butter", "zebra"]),
)
def test_the_likeliest_come_first_and_what_is_not_worth_it_not_at_all(
    shares: dict[str, float], ghost: str
) -> None:
    total = sum(shares.values()) or 1.0
    letters = {letter: share / total for letter, share in shares.items()}
    found = continuations(letters, ghost)
    assert len(found) <= MOST_CONTINUATIONS + 1
    assert [each.probability for each in found] == sorted(
        (each.probability for each in found), reverse=True
    )
    assert all(each.probability >= LEAST_PROBABILITY for each in found)
    assert (ghost in [each.text for each in found]) == bool(ghost)
    known = {*letters, *ghost[:1], ghost}
    assert {each.text for each in found} <= known


def test_no_further_letters_once_what_is_left_is_improbable() -> None:
    found = continuations({"a": 0.8, "b": 0.12, "c": 0.05, "d": 0.03}, "")
    assert [each.text for each in found] == ["a", "b"]


def test_where_nothing_is_known_nothing_is_worked_out() -> None:
    assert continuations({}, "") == ()


def test_likely_letters_are_worked_out_just_as_they_will_be_asked() -> None:
    harness = SuggestionHarness()
    harness.write("The old lig")
    harness.answer(likely_next=LETTERS)
    assert ahead_of(harness) == ["The old ligh", "The old lig "]
    ahead = harness.jobs.ahead[0]
    harness.page.type("h")
    assert harness.jobs.submitted[-1].asks_the_same_as(ahead)


def test_an_answer_that_is_shown_is_worked_on_from_once() -> None:
    harness = SuggestionHarness()
    harness.suggest("The old light", "house on the hill")
    assert harness.page.ghost
    wanted = [completion_of(job).before for job in harness.jobs.prefetched]
    assert len(wanted) == len(set(wanted)) > 0


def test_so_is_what_follows_the_ghost() -> None:
    harness = SuggestionHarness()
    harness.suggest("The old light", "house on the hill")
    ghost = harness.page.ghost
    assert f"The old light{ghost}" in ahead_of(harness)
    (ahead,) = [
        job for job in harness.jobs.ahead if completion_of(job).before == f"The old light{ghost}"
    ]
    harness.controller.accept_all()
    assert harness.jobs.submitted[-1].asks_the_same_as(ahead)


def test_a_ghost_may_be_typed_along_whatever_the_letters_say() -> None:
    harness = SuggestionHarness()
    harness.suggest("The old light", "house on the hill")
    assert "The old lighth" in ahead_of(harness)


def test_of_what_was_begun_only_what_agrees_with_the_key_is_still_wanted() -> None:
    harness = SuggestionHarness()
    harness.suggest("The old light", "house on the hill")
    ghost = harness.page.ghost
    harness.page.type("h")
    assert f"The old light{ghost}" in ahead_of(harness)
    assert all(text.startswith("The old lighth") for text in ahead_of(harness))


@pytest.mark.parametrize("key", ["z", "\b"])
def test_nothing_is_still_wanted_after_another_key(key: str) -> None:
    harness = SuggestionHarness()
    harness.write("The old lig")
    harness.answer(likely_next=LETTERS)
    assert ahead_of(harness)
    if key == "\b":
        harness.page.backspace()
    else:
        harness.page.type(key)
    assert ahead_of(harness) == []


@pytest.mark.parametrize(
    "leave",
    [
        lambda controller: controller.caret_moved(),
        lambda controller: controller.focus_changed(False),
        lambda controller: controller.close(),
    ],
    ids=["caret", "focus", "closing"],
)
def test_nothing_is_still_wanted_where_the_writer_goes_elsewhere(
    leave: Callable[[SuggestionController], None],
) -> None:
    harness = SuggestionHarness()
    harness.write("The old lig")
    harness.answer(likely_next=LETTERS)
    assert ahead_of(harness)
    leave(harness.controller)
    assert ahead_of(harness) == []


def test_where_power_is_saved_nothing_is_worked_out() -> None:
    harness = SuggestionHarness(SuggestSettings(saves_power=True))
    harness.write("The old light")
    harness.timer.advance(1_000)
    harness.answer("house on the hill", likely_next=LETTERS)
    harness.timer.advance(1_000)
    assert harness.page.ghost
    assert harness.prefetched == []


def test_what_power_is_saved_for_later_ends_what_was_to_be_worked_out() -> None:
    harness = SuggestionHarness()
    harness.write("The old lig")
    harness.answer(likely_next=LETTERS)
    harness.controller.apply_settings(SuggestSettings(saves_power=True))
    assert ahead_of(harness) == []
