"""The suggestion's life, key by key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from suggestion_desk import WindowManager

from cowrite.decisions.events import OUTCOMES, EventKind
from cowrite.engine.messages import JobFailure
from cowrite.suggest.filter.show_filter import SilenceReason
from cowrite.suggest.live.stage import SuggestionState
from cowrite.suggest.ports import ChangeKind, TextChange
from cowrite.suggest.settings import SuggestSettings, Timing


@pytest.fixture
def desk() -> WindowManager:
    return WindowManager()


def test_typing_asks_at_once_and_shows_after_a_pause(desk: WindowManager) -> None:
    desk.write("The old light")
    assert [request.before for request in desk.requests] == ["The old light"]
    desk.answer("house on the")
    assert desk.page.ghost == ""
    desk.timer.advance(200)
    assert desk.page.ghost == "house on the"
    assert desk.states[-3:] == ["queued", "predicting", "suggesting"]
    assert desk.kinds == ["requested", "generated", "shown"]


def test_a_burst_of_keys_is_one_request(desk: WindowManager) -> None:
    desk.page.type("The old light")
    assert desk.requests == []
    desk.timer.advance(50)
    assert len(desk.requests) == 1


def test_tab_takes_a_word_at_a_time_and_keeps_the_rest(desk: WindowManager) -> None:
    desk.suggest("The old light", "house on the")
    assert desk.controller.accept_word()
    assert (desk.page.text, desk.page.ghost) == ("The old lighthouse ", "on the")
    assert desk.controller.accept_word()
    assert (desk.page.text, desk.page.ghost) == ("The old lighthouse on ", "the")
    assert desk.controller.accept_word()
    assert (desk.page.text, desk.page.ghost) == ("The old lighthouse on the", "")
    assert desk.kinds[3:6] == ["accepted_partial", "accepted_partial", "accepted"]
    assert desk.requests[-1].before == "The old lighthouse on the"


def test_accepting_all_is_logged_with_where_it_stands(desk: WindowManager) -> None:
    desk.suggest("An emoji 😀 and", " a word")
    assert desk.controller.accept_all()
    assert desk.page.text == "An emoji 😀 and a word"
    accepted = next(e for e in desk.events if e.kind is EventKind.ACCEPTED)
    assert (accepted.start, accepted.end) == (15, 22)  # UTF-16: the emoji counts two
    assert accepted.model == "scripted"
    assert accepted.details["text"] == " a word"


def test_a_key_pressed_before_anyone_could_read_is_not_taken(desk: WindowManager) -> None:
    desk.write("The old light")
    desk.answer("house")
    desk.timer.advance(160)
    assert desk.page.ghost
    assert not desk.controller.accept_word()
    desk.timer.advance(150)
    assert desk.controller.accept_word()


def test_typing_along_consumes_and_asks_nothing_again(desk: WindowManager) -> None:
    desk.suggest("The old light", "house on the")
    desk.page.type("hou")
    assert desk.page.ghost == "se on the"
    desk.page.type("se on th")
    assert desk.page.ghost == "e"
    assert len(desk.requests) == 1
    desk.page.type("e")
    assert desk.page.ghost == ""
    assert desk.kinds[-2:] == ["typed_through", "requested"]


def test_typing_along_is_case_sensitive(desk: WindowManager) -> None:
    desk.suggest("The old light", "house")
    desk.page.type("H")
    assert desk.page.ghost == ""
    ignored = desk.events[-1]
    assert ignored.kind is EventKind.IGNORED
    assert ignored.details["typed"] == "H"


def test_escape_rejects_and_the_same_is_not_offered_there_again(desk: WindowManager) -> None:
    desk.suggest("The old light", "house on the")
    assert desk.controller.reject()
    assert desk.page.ghost == ""
    assert desk.kinds[-1] == "rejected"
    desk.page.type("x")
    desk.page.backspace()
    desk.controller.ask_now()
    desk.answer("house on the")
    assert desk.page.ghost == ""
    assert "rejected_before" in [event.details.get("reason") for event in desk.events]
    desk.answer("house on the")
    assert desk.in_vain == [SilenceReason.REJECTED_BEFORE]
    desk.controller.ask_now()
    desk.answer("house on the")
    desk.answer("house on the", "ning", "-hearted")
    assert desk.page.ghost == "ning", "asked again, something else may be right"


def test_keys_mean_nothing_without_a_ghost(desk: WindowManager) -> None:
    assert not desk.controller.accept_word()
    assert not desk.controller.accept_all()
    assert not desk.controller.reject()
    assert not desk.controller.turn(1)


@pytest.mark.parametrize("take", ["accept_word", "accept_all"])
def test_undo_takes_an_accept_back_and_shows_the_ghost_again(
    desk: WindowManager, take: str
) -> None:
    desk.suggest("The old light", "house on the")
    assert getattr(desk.controller, take)()
    desk.page.undo()
    assert (desk.page.text, desk.page.ghost) == ("The old light", "house on the")
    desk.timer.advance(200)
    assert desk.controller.accept_all()
    assert desk.page.text == "The old lighthouse on the"


def test_an_answer_for_an_older_text_is_dropped(desk: WindowManager) -> None:
    desk.write("The old light")
    desk.page.type("s")
    desk.timer.advance(50)
    desk.answer("house", request=0)
    desk.timer.advance(1_000)
    assert desk.page.ghost == ""


def test_what_is_still_growing_may_be_read_and_typed_along(desk: WindowManager) -> None:
    desk.write("The old light")
    desk.timer.advance(500)
    desk.grow("house on")
    assert desk.page.ghost == "house "
    desk.page.type("house")
    assert desk.page.ghost == ""
    desk.answer("house on the")
    assert desk.page.ghost == " on the"


def test_a_ghost_that_is_being_read_never_changes(desk: WindowManager) -> None:
    desk.write("The old light")
    desk.timer.advance(500)
    desk.grow("house on the")
    assert desk.page.ghost == "house on "
    desk.answer("weight")
    assert desk.page.ghost == "house on "


def test_uncertain_candidates_stay_unseen_with_the_reason(desk: WindowManager) -> None:
    desk.write("The old light")
    desk.answer("house", probability=0.05)
    desk.timer.advance(1_000)
    assert desk.page.ghost == ""
    assert desk.events[-1].details["reason"] == "low_confidence"
    assert desk.controller.state is SuggestionState.IDLE


def test_asking_by_key_shows_even_the_uncertain_at_once(desk: WindowManager) -> None:
    desk.write("The old light")
    desk.answer("house", probability=0.05)
    assert desk.controller.ask_now()
    desk.answer("house", probability=0.05)
    assert desk.page.ghost == "house"


def test_asking_in_the_middle_of_a_line_shows_what_a_pause_would_not(desk: WindowManager) -> None:
    desk.page.type("The old  stood on the rock.")
    desk.page.move(8)
    desk.controller.ask_now()
    desk.answer("lighthouse", probability=0.05)
    assert desk.page.ghost == "lighthouse"


def test_asking_before_a_word_is_answered_and_does_not_join_it(desk: WindowManager) -> None:
    desk.page.type("The old man stood there.")
    desk.page.move(8)
    desk.controller.ask_now()
    desk.answer("tall,", probability=0.3)
    assert desk.page.ghost == "tall, "
    desk.controller.ask_now()
    desk.answer("sailor", probability=0.3)
    assert desk.page.ghost == "sailor "
    desk.timer.advance(1_000)
    assert desk.controller.accept_all()
    assert desk.page.text == "The old sailor man stood there."


def test_asking_in_a_line_that_looks_like_code_is_answered(desk: WindowManager) -> None:
    desk.write("if (x == {y[0]; z->w}) { return (a[")
    assert desk.requests == []
    desk.controller.ask_now()
    desk.answer("0]")
    assert desk.page.ghost == "0]"


def test_what_cannot_be_right_makes_the_key_ask_for_others(desk: WindowManager) -> None:
    desk.page.type("The old  stood on the rock.")
    desk.page.move(8)
    desk.controller.ask_now()
    desk.answer("stood on the rock")
    assert desk.page.ghost == ""
    assert desk.requests[-1].candidates > 1
    desk.answer("stood on the rock", "lighthouse", "oak")
    assert desk.page.ghost == "lighthouse"


def _composing(desk: WindowManager) -> None:
    desk.controller.composing_changed(True)


def _off(desk: WindowManager) -> None:
    desk.controller.apply_settings(SuggestSettings(enabled=False))


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (_composing, SilenceReason.COMPOSING),
        (_off, SilenceReason.OFF),
        (lambda desk: desk.controller.engine_available(False), SilenceReason.OFF),
        (lambda desk: setattr(desk.page, "has_selection", True), SilenceReason.SELECTION),
        (lambda desk: setattr(desk.page, "has_focus", False), SilenceReason.NO_FOCUS),
        (lambda desk: setattr(desk.page, "read_only", True), SilenceReason.READ_ONLY),
        (lambda desk: desk.page.move(0), SilenceReason.NO_TEXT),
        (lambda desk: desk.page.move(6), SilenceReason.INSIDE_WORD),
        (
            lambda desk: desk.page.paste("x" * (Timing().longest_document + 1)),
            SilenceReason.DOCUMENT_TOO_LONG,
        ),
    ],
)
def test_asking_where_nobody_is_asked_says_why(
    desk: WindowManager, prepare: Callable[[WindowManager], object], reason: SilenceReason
) -> None:
    desk.write("The old light")
    prepare(desk)
    asked = len(desk.requests)
    desk.controller.ask_now()
    assert desk.in_vain == [reason]
    assert len(desk.requests) == asked


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda desk: desk.answer(), SilenceReason.EMPTY),
        (lambda desk: desk.answer("   "), SilenceReason.EMPTY),
        (lambda desk: desk.answer("-----"), SilenceReason.ONLY_PUNCTUATION),
        (lambda desk: desk.answer("a\ufffdb"), SilenceReason.UNWANTED_CHARACTERS),
        (lambda desk: desk.fail(), SilenceReason.FAILED),
        (lambda desk: desk.controller.engine_available(False), SilenceReason.OFF),
        (
            lambda desk: desk.controller.apply_settings(SuggestSettings(enabled=False)),
            SilenceReason.OFF,
        ),
    ],
)
def test_what_ends_without_a_ghost_says_why_once(
    desk: WindowManager, end: Callable[[WindowManager], object], reason: SilenceReason
) -> None:
    desk.write("The old light")
    desk.controller.ask_now()
    end(desk)
    if desk.controller.state is SuggestionState.PREDICTING:
        assert desk.in_vain == [], "it is asked for others first"
        end(desk)
    assert desk.in_vain == [reason]
    assert desk.page.ghost == ""


def test_nobody_is_told_why_who_did_not_ask(desk: WindowManager) -> None:
    desk.write("The old light")
    desk.answer()
    desk.write("h")
    desk.fail()
    assert desk.in_vain == []


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda page: setattr(page, "has_selection", True), "selection"),
        (lambda page: setattr(page, "has_focus", False), "no_focus"),
        (lambda page: setattr(page, "read_only", True), "read_only"),
    ],
)
def test_silence_with_its_reason(desk: WindowManager, prepare, reason: str) -> None:  # type: ignore[no-untyped-def]
    prepare(desk.page)
    desk.write("The old")
    assert desk.requests == []
    assert desk.events[-1].details["reason"] == reason


def test_silence_after_deleting_and_after_undo(desk: WindowManager) -> None:
    desk.write("The old")
    desk.page.backspace()
    desk.timer.advance(1_000)
    assert desk.events[-1].details["reason"] == "after_deletion"
    desk.page.undo()
    desk.timer.advance(1_000)
    assert desk.events[-1].details["reason"] == "after_undo"
    assert len(desk.requests) == 1


def test_composing_hides_the_ghost_and_the_commit_counts_as_typing(desk: WindowManager) -> None:
    desk.suggest("The old light", "house")
    desk.controller.composing_changed(True)
    assert desk.page.ghost == ""
    assert desk.controller.state is SuggestionState.COMPOSING
    assert not desk.controller.accept_word()
    desk.controller.composing_changed(False)
    desk.write("你好")
    assert desk.requests[-1].before.endswith("你好")


def test_moving_the_caret_drops_the_ghost_without_blame(desk: WindowManager) -> None:
    desk.suggest("The old light", "house")
    desk.page.move(2)
    assert desk.page.ghost == ""
    assert desk.kinds[-1] == "superseded"


def test_losing_the_engine_disables_and_its_return_enables(desk: WindowManager) -> None:
    desk.suggest("The old light", "house")
    desk.controller.engine_available(False)
    assert desk.page.ghost == ""
    assert desk.controller.state is SuggestionState.DISABLED
    desk.write("more")
    assert len(desk.requests) == 1
    desk.controller.engine_available(True)
    desk.write("!")
    assert len(desk.requests) == 2


def test_switching_off_is_immediate(desk: WindowManager) -> None:
    desk.suggest("The old light", "house")
    desk.controller.apply_settings(SuggestSettings(enabled=False))
    assert desk.page.ghost == ""
    desk.write("x")
    assert len(desk.requests) == 1


def test_a_failed_suggestion_leaves_the_writer_alone(desk: WindowManager) -> None:
    desk.write("The old light")
    desk.controller.received(
        JobFailure(job_id=desk.jobs.submitted[-1].id, message="Out of memory.")
    )
    assert desk.controller.state is SuggestionState.IDLE


def test_several_candidates_can_be_turned_through(desk: WindowManager) -> None:
    desk.suggest("The old light", "house", "ning", "weight")
    assert (desk.page.ghost, desk.page.index, desk.page.count) == ("house", 0, 3)
    assert desk.controller.turn(1)
    assert (desk.page.ghost, desk.page.index) == ("ning", 1)
    assert desk.controller.turn(-1)
    assert desk.controller.turn(-1)
    assert (desk.page.ghost, desk.page.index) == ("weight", 2)
    desk.controller.accept_all()
    assert desk.page.text == "The old lightweight"


def test_turning_a_single_candidate_asks_for_more_and_shows_the_second(desk: WindowManager) -> None:
    desk.suggest("The old light", "house")
    assert desk.controller.turn(1)
    assert desk.requests[-1].candidates == 5
    desk.answer("house", "ning")
    assert (desk.page.ghost, desk.page.count) == ("ning", 2)


def test_ten_rejections_in_a_row_pause_for_half_a_minute(desk: WindowManager) -> None:
    for i in range(10):
        desk.suggest(f"word{i} light", "house")
        assert desk.controller.reject(), i
    assert desk.controller.state is SuggestionState.COOLDOWN
    desk.write("more")
    assert len(desk.requests) == 10
    desk.timer.advance(30_000)
    assert desk.controller.state is SuggestionState.IDLE
    desk.write("again")
    assert len(desk.requests) == 11


def test_five_rejections_double_the_delay_and_an_accept_forgives(desk: WindowManager) -> None:
    for i in range(5):
        desk.suggest(f"word{i} light", "house")
        desk.controller.reject()
    desk.write("The light")
    desk.answer("house")
    desk.timer.advance(200)
    assert desk.page.ghost == ""
    desk.timer.advance(150)
    assert desk.page.ghost == "house"
    desk.timer.advance(200)
    desk.controller.accept_all()
    desk.write(". The light")
    desk.answer("house")
    desk.timer.advance(150)
    assert desk.page.ghost == "house"


def test_nothing_is_asked_in_the_middle_of_a_word(desk: WindowManager) -> None:
    desk.page.type("lighthouse")
    desk.page.move(5)
    desk.write("x")
    assert desk.requests == []
    assert desk.events[-1].details["reason"] == "inside_word"


def test_close_ends_what_is_on_screen(desk: WindowManager) -> None:
    desk.suggest("The old light", "house")
    desk.controller.close()
    assert desk.kinds[-1] == "superseded"
    assert not desk.timer.is_running


def test_loading_another_text_asks_nothing(desk: WindowManager) -> None:
    desk.suggest("The old light", "house")
    desk.page.text, desk.page.caret = "Other text", 0
    desk.page.revision += 1
    desk.controller.text_changed(
        TextChange(kind=ChangeKind.LOADED, offset=0, removed=13, inserted="Other text")
    )
    desk.timer.advance(1_000)
    assert desk.page.ghost == ""
    assert len(desk.requests) == 1


def test_settings_bound_what_is_asked() -> None:
    desk = WindowManager(SuggestSettings(max_words=12))
    desk.write("The old")
    assert desk.requests[0].max_words == 12


def test_every_shown_suggestion_has_one_outcome(desk: WindowManager) -> None:
    desk.suggest("The light", "house")
    desk.controller.accept_all()
    desk.suggest(". The light", "house on")
    desk.page.type("house")
    desk.page.type("!")
    desk.suggest(" A light", "house")
    desk.controller.reject()
    shown = [e.suggestion_id for e in desk.events if e.kind is EventKind.SHOWN]
    ended = [e.suggestion_id for e in desk.events if e.kind in OUTCOMES]
    assert shown == ended


def test_what_follows_the_ghost_is_asked_ahead_once_just_as_it_will_be_asked() -> None:
    desk = WindowManager()
    desk.suggest("The old light", "house on the hill")
    assert [request.before for request in desk.prefetched] == ["The old lighthouse on the "]
    desk.controller.accept_all()
    assert desk.jobs.submitted[-1].asks_the_same_as(desk.jobs.prefetched[0])


def test_saving_power_asks_after_a_longer_pause_and_nothing_ahead() -> None:
    desk = WindowManager(SuggestSettings(saves_power=True))
    desk.page.type("The old light")
    desk.timer.advance(200)
    assert desk.requests == []
    desk.timer.advance(200)
    assert len(desk.requests) == 1
    desk.answer("house")
    desk.timer.advance(1_000)
    assert desk.page.ghost == "house"
    assert desk.prefetched == []
