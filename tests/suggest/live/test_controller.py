"""The suggestion's life, key by key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.suggestions import SuggestionHarness, result_of

from cowrite.decisions.events import OUTCOMES, EventKind
from cowrite.suggest.filter.show_filter import SilenceReason
from cowrite.suggest.live.stage import SuggestionState
from cowrite.suggest.settings import SuggestSettings


def test_typing_asks_with_the_key_and_shows_what_is_worth_it(harness: SuggestionHarness) -> None:
    harness.page.commit("The old light")
    assert [request.before for request in harness.requests] == ["The old light"]
    harness.answer("house on the")
    assert harness.page.ghost == "house on the"
    assert harness.states[-2:] == ["predicting", "suggesting"]
    assert harness.kinds == ["requested", "generated", "shown"]


def test_every_key_asks_and_the_newest_question_replaces_the_others(
    harness: SuggestionHarness,
) -> None:
    for key in "light":
        harness.page.type(key)
        harness.clock.now_ms += 100
    assert [request.before for request in harness.requests] == ["l", "li", "lig", "ligh", "light"]
    assert harness.cancels == 4


def test_a_key_that_is_held_asks_once(harness: SuggestionHarness) -> None:
    harness.page.type("The sea went ")
    asked = len(harness.requests)
    for _ in range(20):
        harness.timer.advance(30)
        harness.page.type("o")
    assert len(harness.requests) == asked + 1, "the first one is no repetition"
    harness.timer.advance(50)
    assert len(harness.requests) == asked + 2


def test_tab_takes_a_word_at_a_time_and_keeps_the_rest(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house on the")
    assert harness.controller.accept_word()
    assert (harness.page.text, harness.page.ghost) == ("The old lighthouse ", "on the")
    assert harness.controller.accept_word()
    assert (harness.page.text, harness.page.ghost) == ("The old lighthouse on ", "the")
    assert harness.controller.accept_word()
    assert (harness.page.text, harness.page.ghost) == ("The old lighthouse on the", "")
    assert harness.kinds[3:6] == ["accepted_partial", "accepted_partial", "accepted"]
    assert harness.requests[-1].before == "The old lighthouse on the"


def test_accepting_all_is_logged_with_where_it_stands(harness: SuggestionHarness) -> None:
    harness.suggest("An emoji 😀 and", " a word")
    assert harness.controller.accept_all()
    assert harness.page.text == "An emoji 😀 and a word"
    accepted = next(e for e in harness.events if e.kind is EventKind.ACCEPTED)
    assert (accepted.start, accepted.end) == (15, 22)  # UTF-16: the emoji counts two
    assert accepted.model == "scripted"
    assert accepted.details["text"] == " a word"


def test_a_key_pressed_before_anyone_could_read_is_not_taken(harness: SuggestionHarness) -> None:
    harness.write("The old light")
    harness.answer("house and garden")
    assert harness.page.ghost
    harness.timer.advance(60)
    assert not harness.controller.accept_word()
    harness.timer.advance(150)
    assert harness.controller.accept_word()


def test_typing_along_consumes_and_asks_nothing_again(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house on the")
    harness.page.type("hou")
    assert harness.page.ghost == "se on the"
    assert len(harness.requests) == 1
    harness.page.type("se on the")
    assert harness.page.ghost == ""
    assert harness.kinds[-2:] == ["typed_through", "requested"]


def test_a_ghost_of_which_a_word_is_left_grows_at_its_end(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house on the ")
    harness.page.type("house on t")
    assert harness.requests[-1].before == "The old lighthouse on the "
    harness.answer("hill", probability=0.8)
    assert harness.page.ghost == "he hill"
    assert len([kind for kind in harness.kinds if kind == "shown"]) == 1
    harness.timer.advance(500)
    assert harness.controller.accept_all()
    assert harness.page.text == "The old lighthouse on the hill"
    accepted = next(e for e in harness.events if e.kind is EventKind.ACCEPTED)
    assert accepted.details["text"] == "he hill"


def test_a_ghost_that_undo_brings_back_has_its_words_again(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house on the ")
    assert harness.controller.accept_word()
    assert harness.controller.accept_word()
    asked = len(harness.requests)
    harness.page.undo()
    harness.page.undo()
    assert harness.page.ghost == "house on the "
    harness.page.type("h")
    suggestion = harness.controller._stage.suggestion
    assert suggestion is not None
    assert sum(word.characters for word in suggestion.words) == len(suggestion.remaining)
    assert len(harness.requests) == asked, "more than a word is left"


def test_what_came_to_the_end_too_late_to_be_seen_is_not_taken(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house on the ")
    harness.page.type("house on t")
    harness.timer.advance(500)
    harness.answer("hill", probability=0.8)
    harness.timer.advance(50)
    assert harness.controller.accept_all()
    assert harness.page.text == "The old lighthouse on the "
    assert harness.page.ghost == "hill"
    harness.timer.advance(100)
    assert harness.controller.accept_all()
    assert harness.page.text == "The old lighthouse on the hill"


def test_a_ghost_does_not_grow_by_what_is_unlikely(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house on the ")
    harness.page.type("house on t")
    harness.answer("hill", probability=0.2)
    assert harness.page.ghost == "he "


def test_growth_that_comes_too_late_is_no_part_of_the_next_ghost(
    harness: SuggestionHarness,
) -> None:
    harness.suggest("The old light", "house on the ")
    harness.page.type("house on t")
    asked = len(harness.requests)
    harness.page.type("x")
    assert harness.page.ghost == ""
    harness.answer("hill", request=asked - 1)
    harness.timer.advance(1_000)
    assert harness.page.ghost == ""


def test_an_answer_that_was_not_worth_showing_is_remembered(harness: SuggestionHarness) -> None:
    harness.page.commit("The old light")
    harness.answer("house", probability=0.5)
    harness.timer.advance(60)
    assert harness.page.ghost == ""
    asked = len(harness.requests)
    harness.page.type("h")
    assert len(harness.requests) == asked + 1, "a fresh answer is fetched"
    harness.timer.advance(1_000)
    assert harness.page.ghost == "ouse", "the letter that agrees made it more probable"
    harness.answer("am", probability=0.9)
    assert harness.page.ghost == "ouse", "nothing changes under the eye"


def test_a_fresh_answer_takes_the_place_of_one_that_was_not_shown(
    harness: SuggestionHarness,
) -> None:
    harness.write("The old light")
    harness.answer("house", probability=0.41)
    harness.page.type("h")
    harness.answer("earted people")
    assert harness.page.ghost == "earted people"
    assert [e.details["reason"] for e in harness.events if e.kind is EventKind.NOT_SHOWN] == [
        "not_worth_it"
    ]


def test_what_is_probable_only_in_a_pause_waits_for_one(harness: SuggestionHarness) -> None:
    harness.page.commit("The old light")
    harness.answer("house", probability=0.6)
    assert harness.page.ghost == ""
    assert harness.timer.is_running
    harness.timer.advance(1_500)
    assert harness.page.ghost == "house"


def test_fewer_than_four_characters_are_shown_only_of_a_name(harness: SuggestionHarness) -> None:
    harness.suggest("He was fran", "tic")
    assert harness.page.ghost == ""
    harness.suggest("ow. He met Fran", "cis")
    assert harness.page.ghost == "cis"


def test_what_the_rule_knew_is_in_the_log(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house on the")
    shown = next(e for e in harness.events if e.kind is EventKind.SHOWN)
    worth = shown.details["worth"]
    assert isinstance(worth, dict)
    assert set(worth) == {"value", "noticed", "keys", "sees_while_typing", "key_ms"}
    assert all(isinstance(number, float) for number in worth.values())
    assert isinstance(worth["value"], float)
    assert worth["value"] > 0


def test_typing_along_is_case_sensitive(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house")
    harness.page.type("H")
    assert harness.page.ghost == ""
    ignored = harness.events[-2]
    assert ignored.kind is EventKind.IGNORED
    assert ignored.details["typed"] == "H"


def test_escape_rejects_and_the_same_is_not_offered_there_again(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house on the")
    assert harness.controller.reject()
    assert harness.page.ghost == ""
    assert harness.kinds[-1] == "rejected"
    harness.page.type("x")
    harness.page.backspace()
    harness.controller.ask_now()
    harness.answer("house on the")
    assert harness.page.ghost == ""
    assert "rejected_before" in [event.details.get("reason") for event in harness.events]
    harness.answer("house on the")
    assert harness.in_vain == [SilenceReason.REJECTED_BEFORE]
    harness.controller.ask_now()
    harness.answer("house on the")
    harness.answer("house on the", "ning", "-hearted")
    assert harness.page.ghost == "ning", "asked again, something else may be right"


def test_keys_mean_nothing_without_a_ghost(harness: SuggestionHarness) -> None:
    assert not harness.controller.accept_word()
    assert not harness.controller.accept_all()
    assert not harness.controller.reject()
    assert not harness.controller.turn(1)


@pytest.mark.parametrize("take", ["accept_word", "accept_all"])
def test_undo_takes_an_accept_back_and_shows_the_ghost_again(
    harness: SuggestionHarness, take: str
) -> None:
    harness.suggest("The old light", "house on the")
    assert getattr(harness.controller, take)()
    harness.page.undo()
    assert (harness.page.text, harness.page.ghost) == ("The old light", "house on the")
    harness.timer.advance(200)
    assert harness.controller.accept_all()
    assert harness.page.text == "The old lighthouse on the"


def test_an_answer_for_an_older_text_is_dropped(harness: SuggestionHarness) -> None:
    harness.write("The old light")
    harness.page.type("s")
    harness.timer.advance(50)
    harness.answer("house", request=0)
    harness.timer.advance(1_000)
    assert harness.page.ghost == ""


def test_a_space_that_nobody_sees_is_not_taken(harness: SuggestionHarness) -> None:
    harness.page.commit("The old light")
    harness.grow("house on")
    harness.timer.advance(500)
    while harness.page.ghost.strip():
        harness.page.type(harness.page.ghost[0])
    assert not harness.controller.accept_all()


def test_what_is_still_growing_may_be_read_and_typed_along(harness: SuggestionHarness) -> None:
    harness.write("The old light")
    harness.timer.advance(500)
    harness.grow("house on")
    assert harness.page.ghost == "house "
    harness.page.type("house")
    assert harness.page.ghost == ""
    harness.answer("house on the")
    assert harness.page.ghost == " on the"


def test_a_ghost_that_is_being_read_never_changes(harness: SuggestionHarness) -> None:
    harness.write("The old light")
    harness.timer.advance(500)
    harness.grow("house on the")
    assert harness.page.ghost == "house on "
    harness.answer("weight")
    assert harness.page.ghost == "house on "


def test_uncertain_candidates_stay_unseen_with_the_reason(harness: SuggestionHarness) -> None:
    harness.write("The old light")
    harness.answer("house", probability=0.05)
    harness.timer.advance(1_000)
    assert harness.page.ghost == ""
    assert harness.events[-1].details["reason"] == "low_confidence"
    assert harness.controller.state is SuggestionState.IDLE


def test_several_candidates_can_be_turned_through(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house", "ning", "weight")
    assert (harness.page.ghost, harness.page.index, harness.page.count) == ("house", 0, 3)
    assert harness.controller.turn(1)
    assert (harness.page.ghost, harness.page.index) == ("ning", 1)
    assert harness.controller.turn(-1)
    assert harness.controller.turn(-1)
    assert (harness.page.ghost, harness.page.index) == ("weight", 2)
    harness.controller.accept_all()
    assert harness.page.text == "The old lightweight"


def test_turning_a_single_candidate_asks_for_more_and_shows_the_second(
    harness: SuggestionHarness,
) -> None:
    harness.suggest("The old light", "house")
    assert harness.controller.turn(1)
    assert harness.requests[-1].candidates == 5
    harness.answer("house", "ning")
    assert (harness.page.ghost, harness.page.count) == ("ning", 2)


def test_settings_bound_what_is_asked() -> None:
    harness = SuggestionHarness(SuggestSettings(max_words=12))
    harness.write("The old")
    assert harness.requests[0].max_words == 12


def test_every_shown_suggestion_has_one_outcome(harness: SuggestionHarness) -> None:
    harness.suggest("The light", "house")
    harness.controller.accept_all()
    harness.suggest(". The light", "house on")
    harness.page.type("house")
    harness.page.type("!")
    harness.suggest(" A light", "house")
    harness.controller.reject()
    shown = [e.suggestion_id for e in harness.events if e.kind is EventKind.SHOWN]
    ended = [e.suggestion_id for e in harness.events if e.kind in OUTCOMES]
    assert shown == ended


def test_saving_power_asks_after_a_longer_pause_and_nothing_ahead() -> None:
    harness = SuggestionHarness(SuggestSettings(saves_power=True))
    harness.page.type("The old light")
    harness.timer.advance(200)
    assert harness.requests == []
    harness.timer.advance(200)
    assert len(harness.requests) == 1
    harness.answer("house")
    harness.timer.advance(1_000)
    assert harness.page.ghost == "house"
    assert harness.prefetched == []


@pytest.mark.parametrize(("adapter", "logged"), [("mine", 0.5), ("", None)])
def test_the_log_says_how_strong_the_adapter_was(adapter: str, logged: float | None) -> None:
    harness = SuggestionHarness()
    harness.write("The old light")
    result = result_of(harness.jobs.submitted[-1], ["house on the hill"], 0.9)
    harness.controller.received(replace(result, adapter=adapter, adapter_scale=0.5))
    (generated,) = [each for each in harness.events if each.kind is EventKind.GENERATED]
    assert generated.details["adapter_scale"] == logged
