"""Undo goes on after a file was closed and opened again, if it is the same file; who wrote what stays right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram, choose
from PySide6.QtCore import Qt

from cowrite.base.text_changes import ChangeKind
from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.provenance.ranges import Origin
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
CTRL = Qt.KeyboardModifier.ControlModifier
TEXT = "The lion slept. 🦁\n\nNobody came.\n"


@pytest.fixture
def file(tmp_path: Path, paths: Paths) -> Path:
    choose(paths, autosave=True)
    path = tmp_path / "story.md"
    path.write_text(TEXT, "utf-8")
    return path


def origins(program: OpenProgram) -> list[tuple[int, Origin]]:
    ranges = program.window.active_view.document.provenance.ranges
    return [(run.length, run.origin) for run in ranges.runs]


def undo(program: OpenProgram) -> str:
    program.press(Qt.Key.Key_Z, CTRL)
    return str(program.page.text())


def redo(program: OpenProgram) -> str:
    program.window.active_view.document.redo()
    return str(program.page.text())


def write(program: OpenProgram) -> list[tuple[str, list[tuple[int, Origin]]]]:
    """Some steps of several kinds; the text and its provenance before the first and after each."""
    document = program.window.active_view.document
    program.until(lambda: document.provenance.is_known)
    states = [(document.text(), origins(program))]

    def note() -> None:
        states.append((document.text(), origins(program)))

    program.type("Once")
    note()
    document.edit(20, 20, " and a tiger", ChangeKind.ACCEPTED)
    note()
    document.edit(0, 4, "Twice🦁", ChangeKind.REPLACED)
    note()
    document.edit_all([(0, 5, "Thrice"), (12, 16, "cat"), (30, 34, "")], ChangeKind.REPLACED)
    note()
    return states


def test_every_step_comes_back_with_who_wrote_it(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    states = write(program)
    program.close()
    assert file.read_text("utf-8") == states[-1][0]
    program = open_it(files=[file])
    program.until(lambda: program.window.active_view.document.provenance.is_known)
    assert (program.page.text(), origins(program)) == states[-1]
    assert not program.window.isWindowModified()
    for text, known in states[-2::-1]:
        assert undo(program) == text
        assert origins(program) == known
    assert program.window.isWindowModified()
    assert undo(program) == TEXT, "nothing more"
    for text, known in states[1:]:
        assert redo(program) == text
        assert origins(program) == known
    assert not program.window.isWindowModified()


def test_they_are_there_after_many_sessions(open_it: OpenIt, file: Path) -> None:
    for word in ("one ", "two ", "three "):
        program = open_it(files=[file])
        program.type(word)
        program.close()
    program = open_it(files=[file])
    assert program.page.text() == "three two one " + TEXT
    assert [undo(program) for _ in range(3)] == ["two one " + TEXT, "one " + TEXT, TEXT]
    program.close()
    program = open_it(files=[file])  # what was undone and saved is not there any more to be undone
    assert program.page.text() == TEXT
    assert undo(program) == TEXT


def test_new_steps_go_on_top_of_them(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("one ")
    program.close()
    program = open_it(files=[file])
    program.type("two ")
    assert program.page.text() == "two one " + TEXT
    assert [undo(program), undo(program)] == ["one " + TEXT, TEXT]


def test_a_file_that_was_changed_elsewhere_has_none(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("one ")
    program.close()
    file.write_text("another", "utf-8")
    program = open_it(files=[file])
    assert undo(program) == "another"


def test_of_private_and_excluded_texts_none_are_kept(
    open_it: OpenIt, file: Path, paths: Paths
) -> None:
    choose(paths, autosave=True, excluded=(str(file.parent),))
    program = open_it(files=[file])
    program.type("one ")
    program.close()
    assert list(paths.versions_dir.glob("*")) == []


def test_what_was_discarded_is_not_kept(open_it: OpenIt, file: Path, paths: Paths) -> None:
    choose(paths, autosave=False)
    program = open_it(files=[file])
    program.program.manager.open_new()
    program.until(lambda: program.page.hasFocus())
    program.dialogs.unsaved = Unsaved.DISCARD
    window = program.windows[0]
    window.active_view.page.type_text("secret ")
    program.program.manager.close_document(window)
    assert list(paths.versions_dir.glob("*.undo")) == []


def test_the_caret_stays_where_it_was(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.window.active_view.place_caret(8)
    program.type("big ")
    program.close()
    program = open_it()
    assert program.page.text() == TEXT[:8] + "big " + TEXT[8:]
    assert program.window.active_view.caret == 12


def test_what_is_erased_comes_back_in_no_way(open_it: OpenIt, file: Path, paths: Paths) -> None:
    program = open_it(files=[file])
    program.type("secret ")
    program.press(Qt.Key.Key_S, CTRL)
    assert list(paths.versions_dir.glob("*.undo"))
    done: list[object] = []
    program.program.log_maintenance.forgotten.connect(done.append)
    program.program.log_maintenance.delete_everything()
    program.until(lambda: done)
    assert list(paths.versions_dir.glob("*")) == []
    program.close()
    assert list(paths.versions_dir.glob("*.undo")) == []
