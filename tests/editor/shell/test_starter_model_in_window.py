"""The whole program with the real model: a sentence is written with its help, and the log tells what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from open_program import STARTER, OpenProgram, choose
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.base.words import next_word
from cowrite.decisions.events import OUTCOMES, Event, EventKind
from cowrite.decisions.reader import tail
from cowrite.engine.messages import EngineState
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths
from cowrite.suggest.live.stage import SuggestionState

pytestmark = pytest.mark.starter_model

Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
OPENING = "Once upon a time, there was a little girl who lived in a small vill"


@pytest.fixture
def open_real(
    qtbot: QtBot, qapp: QApplication, starter_paths: Paths
) -> Iterator[Callable[[], OpenProgram]]:
    """Opens the program as a person would: with its own engine, on the processor."""
    opened: list[OpenProgram] = []
    choose(starter_paths, device="cpu")

    def open_program() -> OpenProgram:
        opened.append(OpenProgram(qtbot, qapp, starter_paths, real_engine=True))
        return opened[-1]

    yield open_program
    for each in opened:
        each.program.close()


def until_a_ghost(program: OpenProgram) -> str:
    """Wait for a suggestion; ask for it by key if the model is too unsure to show one by itself."""
    decided = (SuggestionState.SUGGESTING, SuggestionState.IDLE)
    program.until(lambda: program.window.active_view.suggestions.state in decided)
    if not program.page.ghost_text:
        program.press(Key.Key_Backslash, ALT)
    program.until(
        lambda: program.window.active_view.suggestions.state is SuggestionState.SUGGESTING
    )
    program.until_ready()  # until then it may still grow
    program.until_readable()
    return program.page.ghost_text


def events_of(program: OpenProgram) -> list[Event]:
    return tail(program.paths.decision_log, 1_000)


def require_one_outcome_each(events: list[Event]) -> None:
    shown = [event.suggestion_id for event in events if event.kind is EventKind.SHOWN]
    ended = Counter(event.suggestion_id for event in events if event.kind in OUTCOMES)
    assert len(shown) == len(set(shown)) > 0
    assert ended == Counter(shown)


def test_a_sentence_is_written_saved_and_logged_with_the_real_model(
    open_real: Callable[[], OpenProgram], tmp_path: Path
) -> None:
    program = open_real()
    program.until_ready()
    page = program.page

    program.type(OPENING)
    ghost = until_a_ghost(program)
    assert page.text() == OPENING

    word = next_word(ghost)
    program.press(Key.Key_Tab)
    assert page.text() == OPENING + word
    program.press(Key.Key_Z, CTRL)
    assert (page.text(), page.ghost_text) == (OPENING, ghost)

    program.type(word[:1])
    assert (page.text(), page.ghost_text) == (OPENING + word[:1], ghost[1:])
    program.press(Key.Key_Escape)
    assert (page.text(), page.ghost_text) == (OPENING + word[:1], "")

    program.dialogs.save = tmp_path / "story.txt"
    program.press(Key.Key_S, CTRL)
    program.until(lambda: not program.window.isWindowModified())
    assert (tmp_path / "story.txt").read_text() == OPENING + word[:1]

    program.close()
    events = events_of(program)
    require_one_outcome_each(events)
    kinds = Counter(event.kind for event in events)
    assert kinds[EventKind.ACCEPTED] + kinds[EventKind.ACCEPTED_PARTIAL] == 1
    assert kinds[EventKind.REJECTED] == 1
    _require_the_model_is_named(events, program.paths)


def _require_the_model_is_named(events: list[Event], paths: Paths) -> None:
    generated = [event for event in events if event.kind is EventKind.GENERATED]
    expected = ModelStore(paths.models_dir).get(STARTER).quantizations()["cpu"]
    assert generated
    for event in generated:
        assert event.model == STARTER
        assert (event.details["device"], event.details["quantization"]) == ("cpu", expected)
    for event in events:
        if event.kind in (EventKind.REJECTED, EventKind.ACCEPTED, EventKind.ACCEPTED_PARTIAL):
            assert event.model == STARTER


def test_closing_while_the_real_model_thinks_leaves_nothing_open(
    open_real: Callable[[], OpenProgram], qtbot: QtBot
) -> None:
    program = open_real()
    program.until_ready()
    program.type(OPENING)
    until_a_ghost(program)
    with qtbot.waitSignal(
        program.program.bridge.status_changed,
        check_params_cb=lambda status: status.state is EngineState.THINKING,
    ):
        program.type(" and then ")
    program.close()
    require_one_outcome_each(events_of(program))


def test_closing_while_the_real_model_is_being_loaded(
    open_real: Callable[[], OpenProgram],
) -> None:
    program = open_real()
    assert program.program.bridge.status.state is EngineState.LOADING
    program.type("Written meanwhile")
    assert program.page.text() == "Written meanwhile"
    program.close()
    assert program.windows == []


def test_what_was_written_with_the_real_model_is_there_at_the_next_start(
    open_real: Callable[[], OpenProgram],
) -> None:
    first = open_real()
    first.until_ready()
    first.type(OPENING)
    word = next_word(until_a_ghost(first))
    first.press(Key.Key_Tab)
    first.close()
    second = open_real()
    assert second.page.text() == OPENING + word
    second.until_ready()
    require_one_outcome_each(events_of(second))
