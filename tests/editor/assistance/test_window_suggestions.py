"""A suggestion in the whole window, key by key, with a scripted engine and the real log."""

from __future__ import annotations

import itertools

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cowrite.decisions.reader import tail
from cowrite.editor.common.flow import Flow
from cowrite.engine.messages import EngineState
from cowrite.suggest.live.stage import SuggestionState

Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def test_tab_takes_a_word_and_shift_tab_the_rest(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on the hill")
    writing.press(Key.Key_Tab)
    assert (writing.page.text(), writing.page.ghost_text) == ("The old lighthouse ", "on the hill")
    writing.press(Key.Key_Backtab, SHIFT)
    assert (writing.page.text(), writing.page.ghost_text) == ("The old lighthouse on the hill", "")


def test_a_ghost_is_in_neither_text_nor_undo_nor_modified_flag(writing: OpenProgram) -> None:
    writing.page.content.load("Once ")
    writing.press(Key.Key_End)
    writing.press(Key.Key_Backslash, ALT)
    writing.until(lambda: writing.engine.requests)
    writing.engine.answer("upon a time")
    writing.until(lambda: writing.page.ghost_text == "upon a time")
    assert writing.page.text() == "Once "
    assert not writing.window.isWindowModified()
    assert not writing.page.document().isUndoAvailable()


def test_escape_refuses(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house")
    writing.press(Key.Key_Escape)
    assert (writing.page.text(), writing.page.ghost_text) == ("The old light", "")


def test_typing_along_consumes_and_anything_else_drops(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on")
    writing.type("hou")
    assert (writing.page.text(), writing.page.ghost_text) == ("The old lighthou", "se on")
    writing.type("x")
    assert (writing.page.text(), writing.page.ghost_text) == ("The old lighthoux", "")


def test_one_undo_gives_back_an_accept_and_shows_it_again(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on the")
    writing.press(Key.Key_Tab)
    writing.press(Key.Key_Z, CTRL)
    assert (writing.page.text(), writing.page.ghost_text) == ("The old light", "house on the")


def test_tab_without_a_suggestion_is_a_tab(writing: OpenProgram) -> None:
    writing.press(Key.Key_Tab)
    assert writing.page.text() == "\t"


def test_a_streamed_ghost_only_grows(writing: OpenProgram) -> None:
    writing.type("The old light")
    writing.until(lambda: writing.engine.requests)
    seen: list[str] = []
    for text, whole_words in (("house on", "house "), ("house on the h", "house on the ")):
        writing.engine.stream(text)  # its last word may go on
        writing.until(lambda shown=whole_words: writing.page.ghost_text == shown)
        seen.append(writing.page.ghost_text)
    writing.engine.answer("house on the hill")
    writing.until(lambda: writing.page.ghost_text == "house on the hill")
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(seen))


def test_other_candidates_by_key(writing: OpenProgram) -> None:
    writing.type("The old light")
    writing.until(lambda: writing.engine.requests)
    writing.engine.answer("house", "ning")
    writing.until(lambda: writing.page.ghost_text == "house")
    writing.press(Key.Key_BracketRight, ALT)
    assert writing.page.ghost_text == "ning"
    writing.press(Key.Key_BracketLeft, ALT)
    assert writing.page.ghost_text == "house"


def test_the_menu_takes_and_refuses_as_the_keys_do(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on")
    entry = writing.menu_action("Suggestions", "Accept word")
    assert entry.isEnabled()
    assert entry.text().endswith("\tTab")
    entry.trigger()
    assert writing.page.text() == "The old lighthouse "
    writing.until_readable()
    writing.menu_action("Suggestions", "Dismiss").trigger()
    assert writing.page.ghost_text == ""
    assert not writing.menu_action("Suggestions", "Dismiss").isEnabled()


def test_one_key_switches_suggestions_off_and_on(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house")
    writing.press(Key.Key_F9)
    assert writing.page.ghost_text == ""
    assert writing.state_word == "off"
    assert not writing.window.hint.isVisible()
    writing.type(" and")
    assert writing.window.active_view.suggestions.state is SuggestionState.DISABLED
    writing.press(Key.Key_F9)
    writing.until(lambda: writing.state_word == "ready")
    writing.type(" so")
    writing.until(lambda: writing.engine.last.before.endswith("and so"))


def test_thinking_and_ready_in_the_status_line(writing: OpenProgram) -> None:
    assert writing.state_word == "ready"
    writing.type("The old light")
    writing.until(lambda: writing.state_word == "thinking")
    writing.engine.answer("house")
    writing.until(lambda: writing.state_word == "ready")


def test_ten_refusals_make_it_rest(writing: OpenProgram) -> None:
    writing.type("The")
    for number in range(10):
        asked = len(writing.engine.requests)
        writing.press(Key.Key_Backslash, ALT)
        writing.until(lambda asked=asked: len(writing.engine.requests) > asked)
        writing.engine.answer(f" word{number}")
        writing.until(lambda: writing.page.ghost_text)
        writing.press(Key.Key_Escape)
    assert writing.state_word == "paused"


def test_a_failed_suggestion_changes_nothing_for_the_next_one(writing: OpenProgram) -> None:
    writing.type("The old light")
    writing.until(lambda: writing.engine.requests)
    writing.engine.fail("This suggestion failed. Your text is safe.")
    writing.until(lambda: writing.window.active_view.suggestions.state is SuggestionState.IDLE)
    assert writing.state_word != "problem"
    assert writing.window.messages.texts == []
    writing.suggest("h", "ouse")
    assert len(writing.engines) == 1


def test_an_engine_with_a_problem_can_be_tried_again(writing: OpenProgram) -> None:
    writing.type("The old light")
    writing.until(lambda: writing.engine.requests)
    writing.engine.fail("The model ran out of memory. Close other programs.", EngineState.PROBLEM)
    writing.until(lambda: writing.state_word == "problem")
    writing.window.status_line.problem_clicked.emit()
    assert "ran out of memory" in writing.window.messages.texts[0]
    first = writing.engine
    writing.click_message("Try again")
    writing.until(lambda: writing.engine is not first)
    writing.until_ready()
    assert first.is_stopped
    writing.suggest("h", "ouse")


def test_an_open_menu_keeps_the_ghost_and_another_window_drops_it(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house")
    window, page = writing.window, writing.page
    menu = window.menuBar().actions()[2].menu()
    menu.popup(window.pos())
    assert page.ghost_text == "house"
    menu.close()
    writing.program.manager.open_new()
    writing.until(lambda: not page.hasFocus())
    assert page.ghost_text == ""


def test_accepts_hide_the_tab_hint_after_five(writing: OpenProgram) -> None:
    writing.suggest("One ", "two three four five six seven")
    for _ in range(5):
        writing.press(Key.Key_Tab)
    writing.until(lambda: writing.program.manager.preferences.tab_hints_used == 5)


def test_every_decision_is_in_the_log(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on the")
    writing.press(Key.Key_Tab)
    writing.press(Key.Key_Escape)
    writing.program.decisions.flush()
    kinds = [str(event.kind) for event in tail(writing.paths.decision_log, 50)]
    about_the_text = {"opened", "edited", "kept"}
    assert "edited" in kinds
    # Every key asks, and the newest question takes the place of the one before.
    assert [
        kind for kind in dict.fromkeys(kinds) if kind not in {"not_shown", *about_the_text}
    ] == [
        "requested",
        "generated",
        "shown",
        "accepted_partial",
        "rejected",
    ]


def test_nothing_is_logged_when_the_writer_said_so(writing: OpenProgram) -> None:
    writing.program.manager.change(keep_log=False)
    writing.suggest("The old light", "house")
    writing.press(Key.Key_Tab)
    writing.program.decisions.flush()
    assert tail(writing.paths.decision_log, 20) == []


@pytest.mark.parametrize("state", [EngineState.LOADING, EngineState.RESTING])
def test_typing_works_in_every_state_of_the_engine(
    writing: OpenProgram, state: EngineState
) -> None:
    writing.engine.tell(state)
    writing.until(lambda: writing.state_word == state.value)
    asked = len(writing.engine.requests)
    QTest.keyClicks(writing.page, "words")
    assert writing.page.text() == "words"
    assert len(writing.engine.requests) == asked


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (" ", "The old lighthouse "),
        (",", "The old lighthouse,"),
        ("s", "The old lighthouse s"),
        (".", "The old lighthouse."),
        ("“", "The old lighthouse “"),
    ],
)
def test_the_space_after_a_taken_word_gives_way_to_a_mark(
    writing: OpenProgram, typed: str, text: str
) -> None:
    writing.suggest("The old light", "house on")
    writing.press(Key.Key_Tab)
    assert writing.page.text() == "The old lighthouse "
    writing.page.type_text(typed)
    assert writing.page.text() == text


def test_only_the_space_that_came_along_gives_way(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on")
    writing.press(Key.Key_Tab)
    writing.type("x")
    writing.press(Key.Key_Backspace)
    writing.type(",")
    assert writing.page.text() == "The old lighthouse ,"


def test_undo_gives_the_space_back_and_then_the_word(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on")
    writing.press(Key.Key_Tab)
    writing.type(",")
    writing.press(Key.Key_Z, CTRL)
    assert writing.page.text() == "The old lighthouse "
    writing.press(Key.Key_Z, CTRL)
    assert (writing.page.text(), writing.page.ghost_text) == ("The old light", "house on")


def test_asking_while_snoozing_says_until_when(writing: OpenProgram) -> None:
    writing.type("The old light")
    writing.window.active_view.document.policy.snooze_here()
    writing.press(Key.Key_Backslash, ALT)
    assert "snoozed in this file" in writing.window.status_line.message
    assert writing.page.text() == "The old light"


def test_asking_where_nothing_can_be_suggested_says_so(writing: OpenProgram) -> None:
    line = writing.window.status_line
    writing.press(Key.Key_Backslash, ALT)
    assert "Write a few words first" in line.message
    writing.type("The old light")
    writing.press(Key.Key_A, CTRL)
    writing.press(Key.Key_Backslash, ALT)
    assert "while text is selected" in line.message
    writing.press(Key.Key_End)
    asked = len(writing.engine.requests)
    writing.press(Key.Key_Backslash, ALT)
    for requests in (1, 2):  # the second is for other candidates
        writing.until(lambda count=asked + requests: len(writing.engine.requests) == count)
        writing.engine.answer("   ")
    writing.until(lambda: "found nothing that fits here" in line.message)


def test_a_failure_is_told_to_who_asked(writing: OpenProgram) -> None:
    writing.type("The old light")
    writing.press(Key.Key_Backslash, ALT)
    writing.until(lambda: writing.engine.requests)
    writing.engine.fail("oh")
    writing.until(lambda: "This suggestion failed" in writing.window.status_line.message)


@pytest.mark.parametrize(
    ("state", "message", "said"),
    [
        (EngineState.LOADING, "", "The model is still loading."),
        (EngineState.PROBLEM, "No room.", "No room."),
        (EngineState.PROBLEM, "", "There is a problem with the model."),
        (EngineState.MISSING, "There is no model.", "There is no model."),
    ],
)
def test_asking_an_engine_that_cannot_answer_says_why(
    writing: OpenProgram, state: EngineState, message: str, said: str
) -> None:
    writing.type("The old light")
    writing.engine.tell(state, message)
    writing.until(lambda: writing.window.active_view.suggestions.state is SuggestionState.DISABLED)
    writing.press(Key.Key_Backslash, ALT)
    assert writing.window.status_line.message == said


def test_no_key_is_named_while_there_is_no_model(writing: OpenProgram) -> None:
    hint = writing.window.hint
    writing.until(hint.isVisible)
    writing.engine.tell(EngineState.MISSING, "There is no model.")
    writing.until(lambda: not hint.isVisible())
    writing.engine.tell(EngineState.READY)
    writing.until(hint.isVisible)


def test_asking_while_suggestions_are_off_says_so(writing: OpenProgram) -> None:
    writing.type("The old light")
    writing.press(Key.Key_F9)
    writing.press(Key.Key_Backslash, ALT)
    assert "Suggestions are off" in writing.window.status_line.message


def test_asking_in_a_file_that_is_left_alone_says_so(writing: OpenProgram) -> None:
    writing.type("The old light")
    Flow(writing.window.active_view.document.files.save_as(writing.paths.home / "secret.txt"))
    writing.program.manager.change(excluded=(str(writing.paths.home / "secret.txt"),))
    writing.press(Key.Key_Backslash, ALT)
    assert "secret.txt" in writing.window.status_line.message
