"""A file that another program renamed is offered the history of its text, and only takes it when the writer says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram, choose

from cowrite.editor.common.flow import Flow
from cowrite.settings.paths import Paths

TEXT = "Nobody in the village had ever seen the river so high, and nobody said a word. " * 3


@pytest.fixture
def moved(open_it: OpenIt, paths: Paths, tmp_path: Path) -> tuple[OpenProgram, Path, str]:
    """A text that was written here and renamed elsewhere, opened again; its file now, and which document it was."""
    choose(paths, open_in="tabs")
    old, new = tmp_path / "flood.md", tmp_path / "chapter 1.md"
    old.write_text(TEXT)
    first = open_it(files=[old])
    first.press_keys("Ctrl+End")
    first.type("It rained.")
    manager = first.program.manager
    assert first.finish(manager.actions_of(first.window).save())
    before = first.window.active_view.document.document_id
    first.close()
    old.rename(new)
    return open_it(files=[new]), new, before


def offered(program: OpenProgram) -> bool:
    return any("holds the text of “flood.md”" in text for text in program.window.messages.texts)


def test_the_history_is_taken_over(moved: tuple[OpenProgram, Path, str]) -> None:
    program, new, before = moved
    document = program.window.active_view.document
    program.until(lambda: offered(program))
    assert document.document_id != before
    program.click_message("Take its history")
    program.until(lambda: document.document_id == before)
    assert not offered(program)
    assert document.text() == TEXT + "It rained."
    assert len(program.finish(Flow(document.history.versions()))) == 2
    assert program.program._shared.identities.of(new) == before


def test_another_text_keeps_its_own(moved: tuple[OpenProgram, Path, str]) -> None:
    program, _, before = moved
    program.until(lambda: offered(program))
    program.click_message("Close")
    assert not offered(program)
    assert program.window.active_view.document.document_id != before


def test_what_is_not_saved_is_saved_first(moved: tuple[OpenProgram, Path, str]) -> None:
    program, _, before = moved
    program.until(lambda: offered(program))
    program.type("New. ")
    program.click_message("Take its history")
    program.until(
        lambda: any("Save your changes first" in t for t in program.window.messages.texts)
    )
    assert program.finish(program.program.manager.actions_of(program.window).save())
    program.click_message("Take its history")
    document = program.window.active_view.document
    program.until(lambda: document.document_id == before)
    assert document.text().startswith("New. Nobody")


def test_a_copy_is_offered_nothing(open_it: OpenIt, paths: Paths, tmp_path: Path) -> None:
    choose(paths, open_in="tabs")
    old, new = tmp_path / "flood.md", tmp_path / "copy.md"
    old.write_text(TEXT)
    program = open_it(files=[old])
    program.type("It rained.")
    assert program.finish(program.program.manager.actions_of(program.window).save())
    new.write_text(old.read_text())
    program.finish(program.program.manager.open_path(new))
    actions = program.program.manager.actions_of(program.window)
    program.finish(actions.history_offer.look())
    assert not offered(program)
