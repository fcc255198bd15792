"""A long text that is loaded in parts is the same as one that is loaded at once, and nobody comes in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from open_program import OpenProgram
from plain_document import plain_document
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.editor.page.listeners import ListenerStage
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
CTRL = Qt.KeyboardModifier.ControlModifier
LONG = "".join(f"{number} Once upon a time there was a lighthouse. 🌊\n" for number in range(8_000))
TEXTS = st.text(st.sampled_from("ab\n\n\u2029\u2028\r\ufdd0é🌊\ud800"), max_size=40)


@given(before=TEXTS, text=TEXTS, size=st.integers(1, 12))
def test_in_parts_or_at_once(qapp: QApplication, before: str, text: str, size: int) -> None:
    at_once, in_parts = plain_document(), plain_document()
    told: list[TextChange] = []
    for document in (at_once, in_parts):
        document.load(before)
    in_parts.listeners.add(ListenerStage.VIEW, told.append)
    at_once.load(text)
    for _ in in_parts.content.loading(text, size):
        assert told == []
    assert in_parts.text() == at_once.text()
    assert in_parts.length == at_once.length == utf16_length(in_parts.text())
    assert not in_parts.is_modified
    assert in_parts.content.undo_steps == 0
    assert [(each.kind, each.inserted) for each in told] == [(ChangeKind.LOADED, at_once.text())]
    assert told[0].removed == utf16_length(before)
    for document in (at_once, in_parts):
        document.close()


@pytest.fixture
def novel(tmp_path: Path) -> Path:
    file = tmp_path / "novel.txt"
    file.write_text(LONG, "utf-8")
    return file


def begin(program: OpenProgram, novel: Path) -> None:
    """Open the novel, until some of it is there."""
    program.program.manager.open_paths([novel])
    program.until(lambda: program.window.active_view.document.path == novel)
    program.until(lambda: program.page.document().characterCount() > 1)
    assert program.window.active_view.document.is_loading
    assert program.window.isVisible()
    assert program.window.status_line.message == "Opening “novel.txt”…"


def test_a_key_that_comes_before_the_end_changes_nothing(open_it: OpenIt, novel: Path) -> None:
    program = open_it(disk=None)
    begin(program, novel)
    program.type("lost?")
    program.press(Qt.Key.Key_S, CTRL)
    program.until_settled()
    assert program.page.text() == LONG
    assert not program.window.isWindowModified()
    assert novel.read_text("utf-8") == LONG
    program.type("A ")
    assert program.page.text() == "A " + LONG
    program.window.active_view.document.undo()
    assert program.page.text() == LONG


def test_it_can_be_closed_before_it_is_all_there(
    open_it: OpenIt, novel: Path, paths: Paths
) -> None:
    program = open_it(disk=None)
    program.type("mine")
    begin(program, novel)
    program.window.close()
    program.until(lambda: len(program.windows) == 1)
    program.until_settled()
    assert program.page.text() == "mine"
    assert program.program.manager.open_path(novel)
    program.until_settled()
    assert program.page.text() == LONG


def test_one_can_quit_before_it_is_all_there(open_it: OpenIt, novel: Path) -> None:
    program = open_it(disk=None)
    begin(program, novel)
    program.finish(program.program.manager.quit())
    program.close()
    assert novel.read_text("utf-8") == LONG
    again = open_it(disk=None)
    assert again.page.text() == LONG
    assert again.window.active_view.document.path == novel
