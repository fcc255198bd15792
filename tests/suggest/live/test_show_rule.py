"""When a ghost is worth a look, by what the writer's own keys have told."""

from __future__ import annotations

import pytest
from support.suggestions import SuggestionHarness

from cowrite.suggest.filter.key_places import KeyPlace
from cowrite.suggest.live.pauses import TypingPauses
from cowrite.suggest.live.show_rule import completes_name, places_of, size_of
from cowrite.suggest.settings import SuggestSettings


@pytest.mark.parametrize(
    ("before", "text", "is_name"),
    [
        ("He met Fr", "ank", True),
        ("He met ", "Ann", True),
        ("He met Mr. ", "Fox", True),
        ("He said, ", "Ann", True),
        ("He met", " Ann", True),
        ("He met Ann", " in", False),
        ("He met Ann", ", a", False),
        ("He met fr", "ank", False),
        ("He left. Th", "en", False),
        ("Th", "en", False),
        ("", "", False),
    ],
)
def test_a_name_has_a_capital_letter_that_no_sentence_begins_with(
    before: str, text: str, is_name: bool
) -> None:
    assert completes_name(before, text) is is_name


def test_a_character_that_is_composed_counts_as_two() -> None:
    assert [size_of(text) for text in ("很好", "good", "好 ok")] == [4, 4, 5]


def test_the_keys_that_would_type_a_ghost() -> None:
    assert places_of("the light", "house, on") == [
        *[KeyPlace.WITHIN] * 5,
        KeyPlace.MARK,
        KeyPlace.MARK,
        KeyPlace.CLAUSE,
        KeyPlace.WITHIN,
    ]
    assert len(places_of("", "a" * 100)) < 20


def typed_at(gap_ms: float, probability: float = 0.5) -> tuple[SuggestionHarness, str]:
    """The ghost after a line that was typed with such gaps, right when the answer comes 60 ms later."""
    harness = SuggestionHarness()
    for key in "the sun went down behind the hills and nobody saw it go but the old light":
        harness.timer.advance(gap_ms)
        harness.page.type(key)
    harness.timer.advance(60)
    harness.answer("house", probability=probability)
    return harness, harness.page.ghost


def test_who_types_fast_is_shown_less_than_who_takes_time() -> None:
    assert typed_at(70.0)[1] == ""
    assert typed_at(600.0)[1] == "house"


def test_eyes_that_only_look_up_in_pauses_are_soon_known() -> None:
    harness = SuggestionHarness()
    pauses = harness.controller._stage.rule.pauses
    for _ in range(8):
        harness.write("The sea was ")
        harness.answer("extraordinarily cold")
        harness.timer.advance(200)
        assert harness.page.ghost
        for key in "extraordina":
            harness.timer.advance(90)
            harness.page.type(key)
        harness.page.type("!")
    assert pauses.sees_while_typing < 0.1


def test_eyes_that_see_while_typing_are_soon_known() -> None:
    harness = SuggestionHarness()
    pauses = harness.controller._stage.rule.pauses
    for _ in range(6):
        harness.write("The sea was ")
        harness.answer("extraordinarily cold")
        harness.timer.advance(200)
        for key in "ext":
            harness.timer.advance(90)
            harness.page.type(key)
        harness.timer.advance(200)
        assert harness.controller.accept_all()
    assert pauses.sees_while_typing > 0.9


def test_gaps_are_learned_of_plain_typing_only() -> None:
    harness = SuggestionHarness()
    pauses = harness.controller._stage.rule.pauses
    nothing = TypingPauses().to_json()
    harness.page.type("a")
    harness.timer.advance(90)
    harness.page.backspace()
    harness.timer.advance(90)
    harness.page.paste("the old ")
    harness.timer.advance(90)
    harness.page.type("l")
    assert pauses.to_json() == nothing
    harness.timer.advance(90)
    harness.page.type("i")
    assert pauses.to_json() != nothing


def test_a_key_that_is_held_is_no_fast_typing() -> None:
    harness = SuggestionHarness()
    pauses = harness.controller._stage.rule.pauses
    for _ in range(50):
        harness.page.type("-")
        harness.timer.advance(33)
    assert pauses.to_json() == TypingPauses().to_json()
    harness.page.type("a")
    assert pauses.to_json() != TypingPauses().to_json()


@pytest.mark.parametrize("elsewhere", ["caret", "focus"])
def test_the_time_spent_elsewhere_is_no_gap_of_typing(elsewhere: str) -> None:
    harness = SuggestionHarness()
    pauses = harness.controller._stage.rule.pauses
    harness.page.type("l")
    harness.timer.advance(5_000)
    if elsewhere == "caret":
        harness.page.move(0)
        harness.page.move(1)
    else:
        harness.controller.focus_changed(False)
        harness.controller.focus_changed(True)
    harness.timer.advance(5_000)
    harness.page.type("i")
    assert pauses.to_json() == TypingPauses().to_json()
    harness.timer.advance(90)
    harness.page.type("g")
    assert pauses.to_json() != TypingPauses().to_json()


@pytest.mark.parametrize("private", [True, False])
def test_of_what_is_private_not_even_the_eyes_are_learned(private: bool) -> None:
    harness = SuggestionHarness()
    harness.controller._is_private = lambda: private
    pauses = harness.controller._stage.rule.pauses
    for taken in (False, True):
        harness.write("The sea was ")
        harness.answer("extraordinarily cold")
        harness.timer.advance(600)
        if taken:
            assert harness.controller.accept_all()
        for key in "extraordina":
            harness.timer.advance(90)
            harness.page.type(key)
    assert (pauses.to_json() == TypingPauses().to_json()) is private


def test_the_eager_end_shows_what_the_other_end_does_not() -> None:
    def ghost(eagerness: float) -> str:
        harness = SuggestionHarness(SuggestSettings(eagerness=eagerness))
        harness.page.commit("The old light")
        harness.answer("house", probability=0.45)
        harness.timer.advance(5_000)
        return harness.page.ghost

    assert ghost(0.0) == ""
    assert ghost(1.0) == "house"
