"""A line that stands elsewhere is not offered, however it is asked for; what may be right instead is."""

from __future__ import annotations

import pytest
from support.suggestions import SuggestionHarness

from cowrite.suggest.filter.show_filter import SilenceReason
from cowrite.suggest.settings import Length, SuggestSettings

EARLIER = "“You never told me that the ferry was gone,” said Ilse, and put the lamp down.\n"
BEGINNING = "“You never told me that"
LINE = " the ferry was gone"


@pytest.fixture
def harness() -> SuggestionHarness:
    return SuggestionHarness(SuggestSettings(length=Length.SENTENCE))


def reasons(harness: SuggestionHarness) -> list[object]:
    return [event.details["reason"] for event in harness.events if "reason" in event.details]


def test_a_line_of_the_page_is_not_offered_again(harness: SuggestionHarness) -> None:
    harness.suggest(f"{EARLIER}The next day he began once more. {BEGINNING}", LINE)
    assert harness.page.ghost == ""
    assert reasons(harness) == [SilenceReason.REPEATS_ELSEWHERE.value]
    harness.suggest(" there", " is no bridge either")
    assert harness.page.ghost == " is no bridge either"


def test_nor_is_a_sentence_of_another_file_until_it_is_forgotten(
    harness: SuggestionHarness,
) -> None:
    harness.known_texts["other"] = EARLIER
    harness.suggest(f"Once more: {BEGINNING}", LINE)
    assert harness.page.ghost == ""
    del harness.known_texts["other"]
    harness.page.type("x")
    harness.page.backspace()
    harness.controller.ask_now()
    harness.answer(LINE)
    harness.timer.advance(1_000)
    assert harness.page.ghost == LINE


def test_what_was_learned_of_the_page_itself_counts_once(harness: SuggestionHarness) -> None:
    """Its beginning is beyond what is seen around the caret; the learned text has it."""
    harness.known_texts[harness.page.caret_context().document_id] = EARLIER * 3
    harness.suggest(f"He wrote it down: {BEGINNING}", LINE)
    assert harness.page.ghost == LINE, "written three times it is a phrase"


def test_asked_by_key_another_candidate_is_shown(harness: SuggestionHarness) -> None:
    harness.write(f"{EARLIER}The next day he began once more. {BEGINNING}")
    harness.controller.ask_now()
    harness.answer(LINE)
    assert harness.requests[-1].candidates > 1
    harness.answer(LINE, " you were leaving")
    harness.timer.advance(1_000)
    assert harness.page.ghost == " you were leaving"


def test_if_there_is_no_other_the_writer_is_told_why(harness: SuggestionHarness) -> None:
    harness.write(f"{EARLIER}The next day he began once more. {BEGINNING}")
    harness.controller.ask_now()
    harness.answer(LINE)
    harness.answer(LINE)
    assert harness.in_vain == [SilenceReason.REPEATS_ELSEWHERE]
