"""The key that asks for a suggestion: it is answered, or says why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.suggestions import SuggestionHarness

from cowrite.suggest.filter.show_filter import SilenceReason
from cowrite.suggest.live.stage import SuggestionState
from cowrite.suggest.settings import SuggestSettings, Timing


def test_asking_by_key_shows_even_the_uncertain_at_once(harness: SuggestionHarness) -> None:
    harness.write("The old light")
    harness.answer("house", probability=0.05)
    assert harness.controller.ask_now()
    harness.answer("house", probability=0.05)
    assert harness.page.ghost == "house"


def test_asking_in_the_middle_of_a_line_shows_what_a_pause_would_not(
    harness: SuggestionHarness,
) -> None:
    harness.page.type("The old  stood on the rock.")
    harness.page.move(8)
    harness.controller.ask_now()
    harness.answer("lighthouse", probability=0.05)
    assert harness.page.ghost == "lighthouse"


def test_asking_before_a_word_is_answered_and_does_not_join_it(harness: SuggestionHarness) -> None:
    harness.page.type("The old man stood there.")
    harness.page.move(8)
    harness.controller.ask_now()
    harness.answer("tall,", probability=0.3)
    assert harness.page.ghost == "tall, "
    harness.controller.ask_now()
    harness.answer("sailor", probability=0.3)
    assert harness.page.ghost == "sailor "
    harness.timer.advance(1_000)
    assert harness.controller.accept_all()
    assert harness.page.text == "The old sailor man stood there."


def test_asking_in_a_line_that_looks_like_code_is_answered(harness: SuggestionHarness) -> None:
    harness.write("if (x == {y[0]; z->w}) { return (a[")
    assert harness.requests == []
    harness.controller.ask_now()
    harness.answer("0]")
    assert harness.page.ghost == "0]"


def test_what_cannot_be_right_makes_the_key_ask_for_others(harness: SuggestionHarness) -> None:
    harness.page.type("The old  stood on the rock.")
    harness.page.move(8)
    harness.controller.ask_now()
    harness.answer("stood on the rock")
    assert harness.page.ghost == ""
    assert harness.requests[-1].candidates > 1
    harness.answer("stood on the rock", "lighthouse", "oak")
    assert harness.page.ghost == "lighthouse"


def _composing(harness: SuggestionHarness) -> None:
    harness.controller.composing_changed(True)


def _off(harness: SuggestionHarness) -> None:
    harness.controller.apply_settings(SuggestSettings(enabled=False))


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (_composing, SilenceReason.COMPOSING),
        (_off, SilenceReason.OFF),
        (lambda harness: harness.controller.engine_available(False), SilenceReason.OFF),
        (lambda harness: setattr(harness.page, "has_selection", True), SilenceReason.SELECTION),
        (lambda harness: setattr(harness.page, "has_focus", False), SilenceReason.NO_FOCUS),
        (lambda harness: setattr(harness.page, "read_only", True), SilenceReason.READ_ONLY),
        (lambda harness: harness.page.move(0), SilenceReason.NO_TEXT),
        (lambda harness: harness.page.move(6), SilenceReason.INSIDE_WORD),
        (
            lambda harness: harness.page.paste("x" * (Timing().longest_document + 1)),
            SilenceReason.DOCUMENT_TOO_LONG,
        ),
    ],
)
def test_asking_where_nobody_is_asked_says_why(
    harness: SuggestionHarness,
    prepare: Callable[[SuggestionHarness], object],
    reason: SilenceReason,
) -> None:
    harness.write("The old light")
    prepare(harness)
    asked = len(harness.requests)
    harness.controller.ask_now()
    assert harness.in_vain == [reason]
    assert len(harness.requests) == asked


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda harness: harness.answer(), SilenceReason.EMPTY),
        (lambda harness: harness.answer("   "), SilenceReason.EMPTY),
        (lambda harness: harness.answer("-----"), SilenceReason.ONLY_PUNCTUATION),
        (lambda harness: harness.answer("a\ufffdb"), SilenceReason.UNWANTED_CHARACTERS),
        (lambda harness: harness.fail(), SilenceReason.FAILED),
        (lambda harness: harness.controller.engine_available(False), SilenceReason.OFF),
        (
            lambda harness: harness.controller.apply_settings(SuggestSettings(enabled=False)),
            SilenceReason.OFF,
        ),
    ],
)
def test_what_ends_without_a_ghost_says_why_once(
    harness: SuggestionHarness, end: Callable[[SuggestionHarness], object], reason: SilenceReason
) -> None:
    harness.write("The old light")
    harness.controller.ask_now()
    end(harness)
    if harness.controller.state is SuggestionState.PREDICTING:
        assert harness.in_vain == [], "it is asked for others first"
        end(harness)
    assert harness.in_vain == [reason]
    assert harness.page.ghost == ""


def test_nobody_is_told_why_who_did_not_ask(harness: SuggestionHarness) -> None:
    harness.write("The old light")
    harness.answer()
    harness.write("h")
    harness.fail()
    assert harness.in_vain == []
