"""A page on a document: it follows what the document says, and both go together."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram
from plain_document import plain_document
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from support.pages import PageHarness

from cowrite.base.text_changes import ChangeKind
from cowrite.editor.common.flow import Flow
from cowrite.editor.document.document import Document

OpenIt = Callable[..., OpenProgram]


@pytest.fixture
def harness(qapp: QApplication) -> PageHarness:
    harness = PageHarness(plain_document())
    yield harness  # type: ignore[misc]
    harness.view.close()
    harness.controller.close()
    harness.close()


def test_what_is_edited_in_the_document_is_on_the_page(harness: PageHarness) -> None:
    document = harness.view.document
    document.edit(0, 0, "dictated", ChangeKind.DICTATED)
    assert harness.page.text() == "dictated"
    document.undo()
    assert harness.page.text() == ""
    harness.page.redo()
    assert document.text() == "dictated"


def test_an_edit_elsewhere_leaves_the_caret_with_its_word(harness: PageHarness) -> None:
    document = harness.view.document
    document.load("one two three")
    harness.view.place_caret(8)
    document.edit(0, 3, "eleven", ChangeKind.REPLACED)
    assert harness.view.caret == 11
    harness.page.type_text("x")
    assert document.text() == "eleven two xthree"


def test_a_ghost_goes_when_something_else_is_edited(harness: PageHarness) -> None:
    document = harness.view.document
    document.load("one two")
    harness.view.place_caret(7)
    harness.page.show_ghost(" three")
    document.edit(0, 3, "eleven", ChangeKind.REPLACED)
    assert harness.page.ghost_text == ""
    assert document.text() == "eleven two"


def test_a_caret_never_stands_within_a_character(harness: PageHarness) -> None:
    harness.view.document.load("a😀b")
    harness.view.place_caret(2)
    assert harness.view.caret == 1
    harness.view.document.content.place_caret(99)
    assert harness.view.caret == 4


def test_the_page_is_read_only_while_the_document_is(harness: PageHarness) -> None:
    harness.view.document.set_read_only("Parts of it are no text.")
    assert harness.page.isReadOnly()
    harness.view.document.set_read_only("")
    assert not harness.page.isReadOnly()


def test_what_was_written_before_it_was_shown_is_there_and_not_modified(qapp: QApplication) -> None:
    document = plain_document()
    document.load("written\nbefore")
    harness = PageHarness(document)
    assert harness.page.text() == "written\nbefore"
    assert not document.is_modified
    assert harness.view.caret == 0
    assert document.content.document.lastBlock().blockFormat().lineHeight() > 0
    harness.view.close()
    harness.controller.close()
    harness.close()


def test_a_window_has_one_view_and_it_is_the_active_one(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_it()
    window = program.window
    assert window.views == [window.active_view]
    program.type("Dear ")
    document = window.active_view.document
    assert (document.text(), document.path, document.is_modified) == ("Dear ", None, True)
    Flow(document.files.save_as(tmp_path / "letter.txt"))
    assert (document.path, document.is_modified) == (tmp_path / "letter.txt", False)


def test_a_document_is_given_back_with_its_window(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_it()
    (tmp_path / "story.txt").write_text("Once")
    window = program.program.manager.open_path(tmp_path / "story.txt").result
    if len(program.windows) == 1:
        program.program.manager.open_new()
    assert window.active_view.document.text() == "Once"
    gone: weakref.ref[Document] = weakref.ref(window.active_view.document)
    program.program.manager.close_document(window)
    del window
    program.until(lambda: gc.collect() >= 0 and gone() is None)
    program.press(Qt.Key.Key_A)
    assert program.page.text() == "a"
