"""When nothing is suggested, and what ends or dampens suggestions."""

from __future__ import annotations

import pytest
from support.suggestions import SuggestionHarness

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.engine.messages import JobFailure
from cowrite.suggest.live.stage import SuggestionState
from cowrite.suggest.settings import SuggestSettings


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda page: setattr(page, "has_selection", True), "selection"),
        (lambda page: setattr(page, "has_focus", False), "no_focus"),
        (lambda page: setattr(page, "read_only", True), "read_only"),
    ],
)
def test_silence_with_its_reason(harness: SuggestionHarness, prepare, reason: str) -> None:  # type: ignore[no-untyped-def]
    prepare(harness.page)
    harness.write("The old")
    assert harness.requests == []
    assert harness.events[-1].details["reason"] == reason


def test_silence_after_deleting_and_after_undo(harness: SuggestionHarness) -> None:
    harness.write("The old")
    harness.page.backspace()
    harness.timer.advance(1_000)
    assert harness.events[-1].details["reason"] == "after_deletion"
    harness.page.undo()
    harness.timer.advance(1_000)
    assert harness.events[-1].details["reason"] == "after_undo"
    assert len(harness.requests) == 1


def test_composing_hides_the_ghost_and_the_commit_counts_as_typing(
    harness: SuggestionHarness,
) -> None:
    harness.suggest("The old light", "house")
    harness.controller.composing_changed(True)
    assert harness.page.ghost == ""
    assert harness.controller.state is SuggestionState.COMPOSING
    assert not harness.controller.accept_word()
    harness.controller.composing_changed(False)
    harness.write("你好")
    assert harness.requests[-1].before.endswith("你好")


def test_moving_the_caret_drops_the_ghost_without_blame(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house")
    harness.page.move(2)
    assert harness.page.ghost == ""
    assert harness.kinds[-1] == "superseded"


def test_losing_the_engine_disables_and_its_return_enables(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house")
    harness.controller.engine_available(False)
    assert harness.page.ghost == ""
    assert harness.controller.state is SuggestionState.DISABLED
    harness.write("more")
    assert len(harness.requests) == 1
    harness.controller.engine_available(True)
    harness.write("!")
    assert len(harness.requests) == 2


def test_switching_off_is_immediate(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house")
    harness.controller.apply_settings(SuggestSettings(enabled=False))
    assert harness.page.ghost == ""
    harness.write("x")
    assert len(harness.requests) == 1


def test_a_failed_suggestion_leaves_the_writer_alone(harness: SuggestionHarness) -> None:
    harness.write("The old light")
    harness.controller.received(
        JobFailure(job_id=harness.jobs.submitted[-1].id, message="Out of memory.")
    )
    assert harness.controller.state is SuggestionState.IDLE


def test_ten_rejections_in_a_row_pause_for_half_a_minute(harness: SuggestionHarness) -> None:
    for i in range(10):
        harness.suggest(f"word{i} light", "house")
        assert harness.controller.reject(), i
    assert harness.controller.state is SuggestionState.COOLDOWN
    harness.write("more")
    assert len(harness.requests) == 10
    harness.timer.advance(30_000)
    assert harness.controller.state is SuggestionState.IDLE
    harness.write("again")
    assert len(harness.requests) == 11


def test_five_rejections_make_it_rarer_and_an_accept_forgives(harness: SuggestionHarness) -> None:
    def offer(before: str) -> str:
        harness.write(before)
        harness.answer("house", probability=0.6)
        harness.timer.advance(1_000)
        return harness.page.ghost

    for i in range(5):
        assert offer(f"word{i} light")
        harness.controller.reject()
    assert not offer("The light")
    harness.suggest(". The", " lighthouse keeper")
    assert harness.controller.accept_all()
    assert offer(". A light")


def test_nothing_is_asked_in_the_middle_of_a_word(harness: SuggestionHarness) -> None:
    harness.page.paste("lighthouse")
    harness.page.move(5)
    asked = len(harness.requests)
    harness.write("x")
    assert len(harness.requests) == asked
    assert harness.events[-1].details["reason"] == "inside_word"


def test_close_ends_what_is_on_screen(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house")
    harness.controller.close()
    assert harness.kinds[-1] == "superseded"
    assert not harness.timer.is_running


def test_loading_another_text_asks_nothing(harness: SuggestionHarness) -> None:
    harness.suggest("The old light", "house")
    harness.page.text, harness.page.caret = "Other text", 0
    harness.page.revision += 1
    harness.controller.text_changed(
        TextChange(kind=ChangeKind.LOADED, offset=0, removed=13, inserted="Other text")
    )
    harness.timer.advance(1_000)
    assert harness.page.ghost == ""
    assert len(harness.requests) == 1
