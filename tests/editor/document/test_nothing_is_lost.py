"""Rare ways in which a text could have been lost: the program keeps it, and says what is the matter."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtWidgets import QFileDialog, QWidget

from cowrite.base.errors import UserError
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.editor.dialogs.dialogs import QtDialogs, Unsaved
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]


def journal_texts(paths: Paths) -> list[str]:
    return sorted(entry.text for entry in Journal(paths.journal_dir).entries()[0])


def test_a_text_is_not_saved_onto_one_that_is_open_in_another_window(
    open_it: OpenIt, tmp_path: Path, paths: Paths
) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("one", "utf-8")
    second.write_text("two", "utf-8")
    program = open_it(files=[first, second])
    one, two = program.windows
    one.active_view.page.type_text("UNSAVED ")
    program.dialogs.save = first
    program.program.manager.bring_forward(two)
    assert program.program.manager.actions_of(two).save_as().result is False
    assert "is open in another tab or window" in " ".join(two.messages.texts)
    assert one.active_view.document.document_id != two.active_view.document.document_id
    program.close()
    assert first.read_text("utf-8") == "one"
    assert journal_texts(paths) == ["UNSAVED one"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other limits")
def test_a_name_that_is_too_long_comes_back_as_it_was_typed(
    open_it: OpenIt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever saves says that it does not work; before, the question itself failed."""
    program = open_it()
    typed = tmp_path / ("写" * 90)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(typed), ""))
    chosen = QtDialogs().file_to_save(program.window, tmp_path / "Untitled.txt")
    assert chosen is not None
    program.dialogs.save = chosen
    program.type("Once")
    assert program.program.manager.actions_of(program.window).save().result is False
    assert program.window.messages.texts
    assert program.page.text() == "Once"


def test_a_question_that_fails_leaves_the_window_open(
    open_it: OpenIt, caplog: pytest.LogCaptureFixture
) -> None:
    program = open_it()
    program.program.manager.open_new()
    window: QWidget = program.window
    program.type("Once")

    def fail() -> bool:
        raise OSError("a disk that is gone")

    program.window.set_close_guard(fail)
    with pytest.raises(OSError, match="a disk that is gone"):
        window.close()
    assert window.isVisible()
    program.window.set_close_guard(lambda: True)


def test_what_is_unsaved_is_kept_before_a_private_window_is_asked_about(
    open_it: OpenIt, paths: Paths
) -> None:
    program = open_it()
    program.type("An ordinary text")
    program.program.manager.open_new(private=True)
    program.until(lambda: program.page.hasFocus())
    program.type("A private one")
    program.program.manager.quit()  # the answer is Cancel
    program.program.journal_writer.wait_until_idle()
    assert len(program.windows) == 2
    assert journal_texts(paths) == ["An ordinary text"]
    program.dialogs.unsaved = Unsaved.DISCARD


def test_one_part_that_does_not_end_keeps_no_other_from_being_written(
    open_it: OpenIt, paths: Paths, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_it()
    program.type("Once")
    close, learning = program.program.learning.close, program.program.learning

    def fail() -> None:
        close()
        raise RuntimeError("one part fails")

    monkeypatch.setattr(learning, "close", fail)
    with caplog.at_level(logging.ERROR):
        program.close()
    assert journal_texts(paths) == ["Once"]
    assert "did not end as it should" in caplog.text


@pytest.mark.parametrize("several", [False, True])
def test_text_that_cannot_be_kept_for_the_next_start_is_asked_about(
    open_it: OpenIt, paths: Paths, monkeypatch: pytest.MonkeyPatch, several: bool
) -> None:
    """A full disk, say: to quit would lose what no file and no journal holds."""
    program = open_it()
    if several:
        program.program.manager.open_new()
        program.until(lambda: len(program.windows) == 2 and program.page.hasFocus())
    program.type("Once")

    def fail(_entry: JournalEntry) -> None:
        raise UserError("The disk is full.")

    monkeypatch.setattr(program.program.journal_writer._journal, "write", fail)
    count = len(program.windows)
    program.program.manager.quit()  # the answer is Cancel
    assert program.dialogs.asked == ["unsaved"]
    assert len(program.windows) == count
    if not several:
        assert program.window.close() is False
        assert program.dialogs.asked == ["unsaved", "unsaved"]
    monkeypatch.undo()
    program.program.manager.quit()
    assert program.windows == []
    assert journal_texts(paths) == ["Once"]
