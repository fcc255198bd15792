"""A model that cannot be loaded: what worked before is used again, and the writer goes on writing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from open_program import STARTER, OpenIt, OpenProgram, put_model
from PySide6.QtWidgets import QDialog, QPushButton
from scripted_engine import ScriptedEngine

from cowrite.editor.assistance.worked_before import WorkedBefore
from cowrite.engine.messages import EngineState
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences

TOO_LARGE = "“Large” needs 40.0 GB of memory, and 9.0 GB are free."
LOADING, READY, PROBLEM = EngineState.LOADING, EngineState.READY, EngineState.PROBLEM
FIRST = Preferences(model="first")
LARGE = replace(FIRST, model="large")


def follow(*steps: tuple[EngineState, Preferences]) -> list[dict[str, str]]:
    """What is gone back to after each state; an engine begins with each LOADING."""
    worked, found = WorkedBefore(), []
    for state, chosen in steps:
        if state is LOADING:
            worked.begin()
        found.append(worked.heard(state, chosen))
    return found


def test_what_worked_before_is_gone_back_to() -> None:
    found = follow((LOADING, FIRST), (READY, FIRST), (LOADING, LARGE), (PROBLEM, LARGE))
    assert found[:3] == [{}, {}, {}]
    assert found[3] == {"model": "first", "quantization": "auto", "device": "auto"}


def test_the_same_model_in_another_way_is_gone_back_from_too() -> None:
    wide = replace(FIRST, quantization="bf16")
    assert follow((LOADING, FIRST), (READY, FIRST), (LOADING, wide), (PROBLEM, wide))[3]


@pytest.mark.parametrize(
    "steps",
    [
        [(LOADING, LARGE), (PROBLEM, LARGE)],
        [(LOADING, FIRST), (READY, FIRST), (PROBLEM, FIRST)],
        [(LOADING, FIRST), (READY, FIRST), (LOADING, FIRST), (PROBLEM, FIRST)],
        [(LOADING, FIRST), (READY, FIRST), (LOADING, LARGE), (READY, LARGE), (PROBLEM, LARGE)],
    ],
    ids=["nothing worked", "in use", "the same again", "failed later"],
)
def test_there_is_nothing_to_go_back_from(steps: list[tuple[EngineState, Preferences]]) -> None:
    assert not any(follow(*steps))


def test_a_model_that_is_too_large_leaves_the_one_before_and_every_letter(
    open_it: OpenIt, paths: Paths
) -> None:
    put_model(paths)
    put_model(paths, "large")
    engines = iter(
        [
            ScriptedEngine(),
            ScriptedEngine(states=(LOADING, PROBLEM), message=TOO_LARGE),
            ScriptedEngine(),
        ]
    )
    program = open_it(engine=lambda: next(engines))
    program.until_ready()
    program.suggest("The old light", "house")
    program.program.manager.change(model="large")
    program.type("ly s")
    program.until(lambda: len(program.engines) == 3)
    program.until_ready()
    program.type("tone")
    assert program.page.text() == "The old lightly stone"
    assert program.program.manager.preferences.model == STARTER
    said = [text for text in program.window.messages.texts if TOO_LARGE in text]
    assert len(said) == 1
    assert "as before" in said[0]
    program.suggest(" wall", " stood")


def with_unused_card(open_it: OpenIt, paths: Paths, *, needs_pack: bool) -> OpenProgram:
    put_model(paths)
    program = open_it()
    program.until_ready()
    status = program.program.bridge.status
    program.program.bridge.show(
        replace(status, unused_card="A card", needs_pack=needs_pack, message="A card is too old.")
    )
    return program


def click_state(program: OpenProgram) -> None:
    button = program.window.status_line.findChild(QPushButton)
    assert button is not None
    assert button.isEnabled()
    button.click()


def test_a_card_that_is_not_used_is_seen_until_its_pack_was_looked_at(
    open_it: OpenIt, paths: Paths
) -> None:
    program = with_unused_card(open_it, paths, needs_pack=True)
    assert program.state_word == "graphics card not used"
    click_state(program)
    shown = [
        each.windowTitle() for each in program.window.findChildren(QDialog) if each.isVisible()
    ]
    assert shown == ["GPU pack"]
    assert program.state_word == "ready"
    assert program.program.manager.preferences.known_card == "A card"


def test_of_a_card_that_cannot_be_used_a_click_says_why(open_it: OpenIt, paths: Paths) -> None:
    program = with_unused_card(open_it, paths, needs_pack=False)
    click_state(program)
    assert "A card is too old." in program.window.messages.texts
    assert program.state_word == "ready"
    click_nothing = program.window.status_line.findChild(QPushButton)
    assert click_nothing is not None
    assert not click_nothing.isEnabled()


def test_the_word_for_it_wakes_nobody_who_types(open_it: OpenIt, paths: Paths) -> None:
    program = with_unused_card(open_it, paths, needs_pack=True)
    program.type("The ")
    program.until(lambda: program.window.status_line.faded)
    program.suggest("old light", "house")
    assert program.window.status_line.faded
