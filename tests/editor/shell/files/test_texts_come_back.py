"""Texts come back after an end, a crash or a damaged file."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, journals
from PySide6.QtCore import Qt

from cowrite.app.program import RECOVERED
from cowrite.settings.paths import Paths


def test_everything_is_there_again_without_a_question(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("So ")
    program.program.manager.open_new()
    program.until(lambda: program.page.hasFocus())
    program.type("a loose leaf")
    program.close()
    assert program.dialogs.asked == []
    assert file.read_bytes() == b"Once upon a time\r\n"
    again = open_it()
    assert [w.active_view.page.text() for w in again.windows] == [
        "So Once upon a time\n",
        "a loose leaf",
    ]
    assert all(w.isWindowModified() for w in again.windows)
    assert [w.active_view.page.textCursor().position() for w in again.windows] == [3, 12]
    assert again.window.messages.texts[:1] != [RECOVERED]
    again.windows[0].activateWindow()
    again.program.manager.actions_of(again.windows[0]).save()
    assert file.read_bytes() == b"So Once upon a time\r\n"
    assert again.dialogs.asked == []


def test_closing_the_last_window_keeps_its_text(open_it: OpenIt) -> None:
    program = open_it()
    program.type("unfinished")
    program.window.close()
    assert program.dialogs.asked == []
    program.close()
    assert open_it().page.text() == "unfinished"


@pytest.mark.parametrize("end", ["window", "quit"])
def test_a_saved_file_comes_back_however_it_ended(open_it: OpenIt, file: Path, end: str) -> None:
    program = open_it(files=[file])
    if end == "window":
        program.window.close()
    else:
        program.press(Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    program.close()
    assert [w.active_view.document.name for w in open_it().windows] == ["story.txt"]


def test_a_saved_file_comes_back_where_it_was(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.press(Qt.Key.Key_Right)
    program.window.resize(700, 500)
    program.close()
    again = open_it()
    assert again.page.text() == "Once upon a time\n"
    assert again.page.textCursor().position() == 1
    assert not again.window.isWindowModified()
    assert (again.window.width(), again.window.height()) == (700, 500)


def test_a_file_that_went_away_is_told_and_its_unsaved_text_is_not_lost(
    open_it: OpenIt, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("other")
    program = open_it(files=[file, other])
    program.windows[0].active_view.page.type_text("kept: ")
    program.close()
    file.unlink()
    other.unlink()
    again = open_it()
    assert [w.active_view.page.text() for w in again.windows] == ["kept: Once upon a time\n"]
    assert any("There is no file" in text for text in again.window.messages.texts)


def test_files_of_the_command_line_come_with_text_that_was_never_saved(
    open_it: OpenIt, file: Path
) -> None:
    program = open_it()
    program.type("never saved")
    program.close()
    again = open_it(files=[file])
    assert [w.active_view.page.text() for w in again.windows] == [
        "never saved",
        "Once upon a time\n",
    ]


def test_a_crash_costs_nothing_that_was_journaled(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("Half a sent")
    program.until(lambda: journals(program.paths))
    program.crash()
    again = open_it()
    assert again.page.text() == "Half a sentOnce upon a time\n"
    assert again.window.isWindowModified()
    assert again.page.textCursor().position() == 11


def test_saving_removes_the_journal(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("x")
    program.until(lambda: journals(program.paths))
    program.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    program.until(lambda: not journals(program.paths))


def test_a_journal_that_holds_what_the_file_holds_is_nothing_unsaved(
    open_it: OpenIt, file: Path
) -> None:
    program = open_it(files=[file])
    program.type("x")
    program.until(lambda: journals(program.paths))
    file.write_bytes(b"xOnce upon a time\r\n")
    program.crash()
    again = open_it()
    assert not again.window.isWindowModified()
    again.until(lambda: not journals(again.paths))


@pytest.mark.expects_warnings
def test_a_damaged_journal_is_told_and_kept(open_it: OpenIt, paths: Paths) -> None:
    (paths.journal_dir / "abc.journal").write_bytes(b"rubbish")
    program = open_it()
    assert any("damaged" in text for text in program.window.messages.texts)
    assert any(b"rubbish" in p.read_bytes() for p in paths.journal_dir.iterdir())


@pytest.mark.expects_warnings
def test_a_damaged_session_and_damaged_settings_are_told(open_it: OpenIt, paths: Paths) -> None:
    paths.session_file.write_text("{")
    paths.settings_file.write_text("{")
    program = open_it()
    texts = " ".join(program.window.messages.texts)
    assert "The list of documents open last time" in texts
    assert "The settings file was damaged" in texts


def test_a_journal_that_cannot_be_written_is_told_until_it_can(
    open_it: OpenIt, paths: Paths
) -> None:
    program = open_it()
    paths.journal_dir.rmdir()
    paths.journal_dir.write_bytes(b"")  # a file in place of the folder
    program.type("words")
    program.until(lambda: any("crash recovery" in t for t in program.window.messages.texts))
    paths.journal_dir.unlink()
    paths.journal_dir.mkdir()
    program.type(" more")
    program.until(lambda: journals(paths))
    program.until(lambda: not any("crash recovery" in t for t in program.window.messages.texts))
