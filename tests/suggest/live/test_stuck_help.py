"""Help for a writer who is stuck, through the whole controller: what is asked, shown, turned, and how it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.suggestions import SuggestionHarness

from cowrite.decisions.events import OUTCOMES, EventKind
from cowrite.suggest.filter.examples import examples_from_log
from cowrite.suggest.filter.show_filter import SilenceReason
from cowrite.suggest.live.stuck_help import (
    MOST_TRIES,
    SENTENCES,
    TRIES_FOR_PHRASE,
    TRIES_TO_GO_ON,
)
from cowrite.suggest.settings import SuggestSettings, WhenPaused

SETTINGS = SuggestSettings(when_paused=WhenPaused.SENTENCES)
STORY = "It rained all day. "
FIRST = "Nobody came to the door. "
SECOND = "The old dog slept by a fire. "
THIRD = "She thought of Paris, where summers last. "
PHRASE = "Nobody came"


@pytest.fixture
def harness() -> SuggestionHarness:
    return SuggestionHarness(SETTINGS)


def stuck(harness: SuggestionHarness, text: str = STORY) -> None:
    """Write ``text``, have the ordinary question answered with nothing, and pause until a phrase is asked for."""
    harness.page.commit(text)
    harness.answer()
    harness.wait(3_000)


def triggers(harness: SuggestionHarness) -> list[object]:
    return [e.details["trigger"] for e in harness.events if e.kind is EventKind.REQUESTED]


# --- by itself ---


def test_a_phrase_comes_in_a_long_pause(harness: SuggestionHarness) -> None:
    harness.page.commit(STORY)
    harness.answer()
    harness.wait(2_999)
    assert len(harness.requests) == 1
    harness.wait(1)
    assert harness.requests[-1].one_sentence
    assert harness.requests[-1].temperature == 0
    harness.answer("Nobody came to")
    assert harness.page.ghost.strip() == "Nobody came to"
    assert triggers(harness) == ["typed", "pause"]


def test_it_grows_into_three_sentences_and_never_changes(harness: SuggestionHarness) -> None:
    stuck(harness)
    harness.answer(PHRASE)
    shown = harness.page.ghost
    harness.wait(5_000)
    assert harness.page.ghost == shown
    assert harness.requests[-1].before == STORY + shown
    harness.answer(" to the door. ")
    assert harness.page.ghost == FIRST
    assert harness.page.count == 1
    harness.answer(SECOND)
    assert (harness.page.ghost, harness.page.count) == (FIRST, 2)
    harness.answer(THIRD)
    assert (harness.page.ghost, harness.page.count) == (FIRST, SENTENCES)
    asked = len(harness.requests)
    harness.wait(60_000)
    assert len(harness.requests) == asked
    seeds = [request.seed for request in harness.requests[-3:]]
    assert len(set(seeds)) == len(seeds)


def test_a_key_for_the_phrase_takes_it_though_a_sentence_has_just_come(
    harness: SuggestionHarness,
) -> None:
    stuck(harness)
    harness.answer(PHRASE)
    shown = harness.page.ghost
    harness.wait(5_000)
    harness.answer(" to the door. ")
    harness.wait(50)
    assert harness.controller.accept_all(), "else the key would go into the text"
    assert harness.page.text == STORY + shown
    assert harness.page.ghost == FIRST[len(shown) :]


def test_the_phrase_is_superseded_and_the_sentences_are_another_suggestion(
    harness: SuggestionHarness,
) -> None:
    stuck(harness)
    harness.answer(PHRASE)
    harness.wait(5_000)
    harness.answer(" to the door. ")
    harness.answer(SECOND)
    harness.answer(THIRD)
    harness.wait(400)
    assert harness.controller.accept_all()
    shown = [e for e in harness.events if e.kind is EventKind.SHOWN]
    ends = {e.suggestion_id: e.kind for e in harness.events if e.kind in OUTCOMES}
    assert [ends[e.suggestion_id] for e in shown] == [EventKind.SUPERSEDED, EventKind.ACCEPTED]
    assert triggers(harness)[:3] == ["typed", "pause", "pause"]


def test_another_beginning_is_tried_where_the_most_probable_is_no_phrase(
    harness: SuggestionHarness,
) -> None:
    stuck(harness)
    harness.answer("Oh")
    assert harness.requests[-1].temperature > 0
    harness.answer("Nobody came to")
    assert harness.page.ghost.strip() == "Nobody came to"


def test_by_default_only_a_phrase_comes() -> None:
    harness = SuggestionHarness()
    stuck(harness)
    harness.answer(PHRASE)
    asked = len(harness.requests)
    harness.wait(60_000)
    assert len(harness.requests) == asked


def test_without_a_phrase_the_sentences_come_all_the_same(harness: SuggestionHarness) -> None:
    stuck(harness)
    for _ in range(TRIES_FOR_PHRASE):
        harness.answer("")
    assert harness.page.ghost == ""
    harness.wait(5_000)
    harness.answer(FIRST)
    assert harness.page.ghost == FIRST


@pytest.mark.parametrize(
    "settings",
    [replace(SETTINGS, when_paused=WhenPaused.NOTHING), replace(SETTINGS, saves_power=True)],
)
def test_nothing_comes_where_it_is_not_wanted_or_power_is_saved(settings: SuggestSettings) -> None:
    harness = SuggestionHarness(settings)
    harness.page.commit(STORY)
    harness.wait(1_000)
    harness.answer()
    harness.wait(60_000)
    assert triggers(harness) == ["typed"]


def test_the_settings_hold_at_once_also_in_a_pause(harness: SuggestionHarness) -> None:
    harness.page.commit(STORY)
    harness.answer()
    harness.wait(2_000)
    harness.controller.apply_settings(replace(SETTINGS, when_paused=WhenPaused.NOTHING))
    harness.wait(60_000)
    assert triggers(harness) == ["typed"]


@pytest.mark.parametrize("text", ["It rained all da", "It rained, "])
def test_nothing_comes_in_the_middle_of_a_sentence(harness: SuggestionHarness, text: str) -> None:
    stuck(harness, text)
    harness.wait(60_000)
    assert triggers(harness) == ["typed"]


def test_nothing_comes_while_a_ghost_stands(harness: SuggestionHarness) -> None:
    harness.suggest(STORY, "The rain")
    ghost = harness.page.ghost
    assert ghost
    harness.wait(3_000)
    assert triggers(harness) == ["typed"]
    assert harness.page.ghost == ghost


def test_nothing_comes_without_focus_or_with_a_selection(harness: SuggestionHarness) -> None:
    for name, value in (("has_focus", False), ("has_selection", True), ("read_only", True)):
        harness.page.commit(STORY)
        setattr(harness.page, name, value)
        harness.wait(60_000)
        setattr(harness.page, name, not value)
    assert set(triggers(harness)) == {"typed"}


@pytest.mark.parametrize("what", ["moves", "pastes", "deletes", "undoes", "looks away", "snoozes"])
def test_other_things_than_writing_end_the_wait(harness: SuggestionHarness, what: str) -> None:
    harness.page.commit(STORY + "x")
    harness.page.commit(". ")
    harness.answer()
    match what:
        case "moves":
            harness.page.move(4)
            harness.page.move(len(harness.page.text))
        case "pastes":
            harness.page.paste("It snowed. ")
        case "deletes":
            harness.page.backspace()
        case "undoes":
            harness.page.undo()
        case "looks away":
            harness.controller.focus_changed(False)
        case "snoozes":
            harness.controller.apply_settings(replace(SETTINGS, enabled=False))
    harness.wait(60_000)
    assert "pause" not in triggers(harness)


def test_escape_keeps_a_place_quiet(harness: SuggestionHarness) -> None:
    stuck(harness)
    harness.answer(PHRASE)
    harness.controller.reject()
    assert harness.page.ghost == ""
    harness.page.commit(" ")
    harness.wait(60_000)
    assert triggers(harness).count("pause") == 1


def test_a_key_that_disagrees_ends_it_and_one_that_agrees_does_not(
    harness: SuggestionHarness,
) -> None:
    stuck(harness)
    harness.answer("Nobody came to")
    harness.page.type("N")
    assert harness.page.ghost.startswith("obody came")
    harness.page.type("x")
    assert harness.page.ghost == ""


def test_the_next_key_cancels_what_is_still_looked_for(harness: SuggestionHarness) -> None:
    harness.page.commit(STORY)
    harness.answer()
    harness.controller.ask_sentences()
    harness.answer(FIRST)
    job = harness.jobs.submitted[-1]
    harness.page.type("N")
    assert job.id in harness.jobs.cancelled
    harness.answer(SECOND, request=harness.jobs.submitted.index(job))
    assert (harness.page.ghost, harness.page.count) == (FIRST[1:], 1)


# --- by key ---


def ask(harness: SuggestionHarness, text: str = STORY) -> None:
    harness.page.commit(text)
    harness.answer()
    harness.controller.ask_sentences()


def test_the_key_asks_at_once_and_also_when_power_is_saved() -> None:
    harness = SuggestionHarness(replace(SETTINGS, saves_power=True))
    harness.page.commit(STORY)
    harness.controller.ask_sentences()
    assert triggers(harness) == ["pause_key"]
    harness.answer(FIRST)
    assert harness.page.ghost == FIRST


def test_the_key_ends_the_sentence_that_is_begun(harness: SuggestionHarness) -> None:
    ask(harness, "It rained all day, and nobody ca")
    harness.answer("me to the door.")
    harness.answer("red about the garden.")
    harness.answer("lled on us until Sunday.")
    assert (harness.page.ghost, harness.page.count) == ("me to the door.", SENTENCES)
    assert harness.controller.turn(1)
    assert harness.page.ghost == "red about the garden."
    assert harness.controller.accept_all() is False  # nobody has read it yet
    harness.wait(200)
    assert harness.controller.accept_all()
    assert harness.page.text.endswith("nobody cared about the garden.")


def test_sentences_that_are_alike_are_asked_for_again(harness: SuggestionHarness) -> None:
    ask(harness)
    harness.answer(FIRST)
    harness.answer("Nobody came to the window. ")
    harness.answer("It rained all day. ")
    assert harness.page.count == 1
    harness.answer(SECOND)
    harness.answer(THIRD)
    assert harness.page.count == SENTENCES


def test_it_gives_up_after_some_tries_with_what_there_is(harness: SuggestionHarness) -> None:
    ask(harness)
    harness.answer(FIRST)
    for _ in range(MOST_TRIES - 1):
        harness.answer("Nobody came to the window. ")
    asked = len(harness.requests)
    assert harness.page.ghost == FIRST
    assert harness.requests[-1].seed != harness.requests[-2].seed
    assert asked == MOST_TRIES + 1


def test_a_sentence_without_an_end_is_better_than_none(harness: SuggestionHarness) -> None:
    ask(harness)
    for _ in range(TRIES_TO_GO_ON):
        assert harness.page.ghost == ""
        harness.answer("The garden lay in the sun, and the house was still and")
    assert harness.page.ghost == "The garden lay in the sun,"
    harness.answer(SECOND)
    assert harness.page.count == 2


def test_the_writer_is_told_if_there_is_nothing(harness: SuggestionHarness) -> None:
    ask(harness)
    for _ in range(MOST_TRIES):
        harness.answer()
    assert harness.in_vain == [SilenceReason.EMPTY]
    assert harness.page.ghost == ""


def test_the_writer_is_told_of_a_failure_and_of_bad_places(harness: SuggestionHarness) -> None:
    ask(harness)
    harness.fail()
    harness.page.has_selection = True
    harness.controller.ask_sentences()
    harness.controller.apply_settings(replace(SETTINGS, enabled=False))
    harness.controller.ask_sentences()
    assert harness.in_vain == [SilenceReason.FAILED, SilenceReason.SELECTION, SilenceReason.OFF]


def test_the_key_lets_a_ghost_grow(harness: SuggestionHarness) -> None:
    harness.suggest("It rained all day. Nobo", "dy came")
    ghost = harness.page.ghost
    assert ghost
    harness.controller.ask_sentences()
    assert harness.page.ghost == ghost
    harness.answer(" to the door.")
    assert harness.page.ghost == ghost.rstrip() + " to the door."


def test_what_cannot_grow_stays_as_the_first(harness: SuggestionHarness) -> None:
    stuck(harness)
    harness.answer(PHRASE)
    ghost = harness.page.ghost
    harness.controller.ask_sentences()
    for _ in range(TRIES_TO_GO_ON):
        harness.answer()
    harness.answer(SECOND)
    assert (harness.page.ghost, harness.page.count) == (ghost, 2)


def test_the_key_again_brings_other_sentences(harness: SuggestionHarness) -> None:
    ask(harness)
    for text in (FIRST, SECOND, THIRD):
        harness.answer(text)
    before = {request.seed for request in harness.requests}
    harness.controller.ask_sentences()
    assert harness.requests[-1].seed not in before
    harness.answer(SECOND)
    assert harness.page.ghost == ""
    harness.answer("Later the wind turned north. ")
    assert harness.page.ghost == "Later the wind turned north. "


def test_the_key_again_does_not_wait_for_the_third(harness: SuggestionHarness) -> None:
    ask(harness)
    harness.answer(FIRST)
    harness.controller.ask_sentences()
    assert harness.page.ghost == ""
    harness.answer(FIRST)
    harness.answer(SECOND)
    assert harness.page.ghost == SECOND


def test_what_follows_the_caret_is_not_read_for_each_word(harness: SuggestionHarness) -> None:
    harness.page.commit("It rained all day. It snowed.")
    harness.page.move(len(STORY))
    harness.controller.ask_sentences()
    assert harness.requests[-1].one_sentence
    assert harness.requests[-1].after == ""
    harness.answer(FIRST)
    assert harness.page.ghost == FIRST


def test_whoever_turns_too_early_sees_the_next_one_as_soon_as_it_is_there(
    harness: SuggestionHarness,
) -> None:
    ask(harness)
    harness.answer(FIRST)
    assert harness.controller.turn(1)
    assert harness.page.ghost == FIRST
    harness.answer(SECOND)
    assert harness.page.ghost == SECOND
    harness.answer(THIRD)
    assert (harness.page.ghost, harness.page.index, harness.page.count) == (SECOND, 1, SENTENCES)
    assert EventKind.TURNED.value in harness.kinds


def test_the_writers_filter_does_not_learn_from_it(harness: SuggestionHarness) -> None:
    stuck(harness)
    harness.answer(PHRASE)
    harness.wait(1_000)
    assert harness.controller.accept_all()
    assert EventKind.ACCEPTED.value in harness.kinds
    assert examples_from_log(harness.events) == []
