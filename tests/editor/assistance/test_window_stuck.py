"""Help for a writer who is stuck, in the whole window: by itself and by key, with a scripted engine."""

from __future__ import annotations

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt, QTimer

from cowrite.decisions.reader import tail
from cowrite.editor.page import ghost_accessibility
from cowrite.suggest.settings import Timing

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
STORY = "It rained all day. "
FIRST, SECOND, THIRD = (
    "Nobody came to the door. ",
    "The old dog slept by a fire. ",
    "She thought of Paris, where summers last. ",
)


def ask(writing: OpenProgram, text: str = STORY) -> None:
    """Write ``text``, leave the ordinary question without an answer, and press the key."""
    writing.type(text)
    writing.until(lambda: writing.engine.requests)
    asked = len(writing.engine.requests)
    writing.press(Key.Key_Return, ALT)
    writing.until(lambda: len(writing.engine.requests) > asked)
    assert writing.engine.last.one_sentence


def answer(writing: OpenProgram, *texts: str) -> None:
    """Answer each question for a sentence as it comes."""
    for text in texts:
        asked = len(writing.engine.requests)
        writing.engine.answer(text)
        if text != texts[-1]:
            writing.until(lambda asked=asked: len(writing.engine.requests) > asked)


def test_the_key_offers_sentences_to_turn_through(writing: OpenProgram) -> None:
    ask(writing)
    answer(writing, FIRST, SECOND, THIRD)
    writing.until(lambda: "(1 of 3)" in writing.window.hint.text())
    assert writing.page.ghost_text == FIRST
    assert writing.page.text() == STORY
    writing.press(Key.Key_BracketRight, ALT)
    assert writing.page.ghost_text == SECOND
    assert "next (2 of 3)" in writing.window.hint.text()
    writing.press(Key.Key_BracketLeft, ALT)
    writing.until_readable()
    writing.press(Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert writing.page.text() == STORY + FIRST
    assert " of 3" not in writing.window.hint.text()


def test_the_log_says_that_the_key_was_pressed(writing: OpenProgram) -> None:
    ask(writing)
    answer(writing, FIRST)
    writing.until(lambda: writing.page.ghost_text == FIRST)
    writing.press(Key.Key_Escape)
    writing.program.decisions.flush()
    events = tail(writing.paths.decision_log, 50)
    asked = [e for e in events if e.details.get("trigger") == "pause_key"]
    assert len(asked) == 1
    ends = [e.kind.value for e in events if e.suggestion_id == asked[0].suggestion_id]
    assert ends[-1] == "rejected"


def pauses_waited_for(writing: OpenProgram) -> list[QTimer]:
    timers = writing.window.active_view.suggestions.findChildren(QTimer)
    return [each for each in timers if each.isActive() and each.interval() == Timing().stuck_ms]


def test_a_pause_offers_a_phrase_that_the_next_key_takes_away(writing: OpenProgram) -> None:
    writing.type(STORY)
    writing.until(lambda: writing.engine.requests)
    writing.engine.answer("")
    asked = len(writing.engine.requests)
    (pause,) = pauses_waited_for(writing)
    pause.start(0)  # it is over
    writing.until(lambda: len(writing.engine.requests) > asked)
    writing.engine.answer("Nobody came to")
    writing.until(lambda: writing.page.ghost_text.strip() == "Nobody came to")
    writing.type("x")
    assert writing.page.ghost_text == ""


def test_nothing_comes_in_a_pause_where_the_writer_said_so(writing: OpenProgram) -> None:
    writing.type(STORY)
    assert len(pauses_waited_for(writing)) == 1
    writing.program.manager.change(when_paused="nothing")
    writing.type(STORY)
    assert pauses_waited_for(writing) == []


def test_a_screen_reader_hears_of_three_sentences_once(
    writing: OpenProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(ghost_accessibility, "announce", lambda _page, text: said.append(text))
    ask(writing)
    answer(writing, FIRST, SECOND, THIRD)
    writing.until(lambda: "(1 of 3)" in writing.window.hint.text())
    assert said == [f"Suggestion: {FIRST.strip()}"]
    writing.press(Key.Key_BracketRight, ALT)
    assert said[1:] == [f"Suggestion 2 of 3: {SECOND.strip()}"]
