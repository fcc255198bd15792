"""Autosave: the file holds what is written without a key, and nothing is written that must be asked about first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram, choose
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cowrite.base.errors import UserError
from cowrite.editor.document import document_files
from cowrite.editor.shell.files import autosave
from cowrite.editor.shell.files.document_actions import DocumentActions
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, paths: Paths) -> None:
    monkeypatch.setattr(autosave, "QUIET_MS", 30)
    monkeypatch.setattr(autosave, "LONGEST_MS", 90)
    choose(paths, autosave=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_bytes(b"Once upon a time\r\n")
    return path


def actions_of(program: OpenProgram) -> DocumentActions:
    return program.program.manager.actions_of(program.window)


def test_what_is_typed_is_in_the_file_soon(open_it: OpenIt, file: Path, paths: Paths) -> None:
    program = open_it(files=[file])
    program.type("So: ")
    assert program.window.isWindowModified()
    program.until(lambda: file.read_bytes() == b"So: Once upon a time\r\n")
    program.until(lambda: not program.window.isWindowModified())
    assert program.window.status_line.message == "Saved"
    program.program.journal_writer.wait_until_idle()
    assert list(paths.journal_dir.glob("*.journal")) == []


def test_a_writer_who_never_pauses_is_saved_as_well(
    open_it: OpenIt, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "QUIET_MS", 3_600_000)
    program = open_it(files=[file])
    program.type("So: ")
    program.until(lambda: file.read_bytes().startswith(b"So: "))


def test_undo_goes_on_after_it(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("So: ")
    program.until(lambda: file.read_bytes().startswith(b"So: "))
    program.press(Qt.Key.Key_Z, CTRL)
    assert program.page.text() == "Once upon a time\n"
    program.until(lambda: file.read_bytes() == b"Once upon a time\r\n")


def test_leaving_the_program_saves_at_once(
    open_it: OpenIt, file: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "QUIET_MS", 3_600_000)
    monkeypatch.setattr(autosave, "LONGEST_MS", 3_600_000)
    program = open_it(files=[file])
    program.type("So: ")
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert file.read_bytes() == b"So: Once upon a time\r\n"


@pytest.mark.parametrize("close_window", [True, False])
def test_closing_saves_and_asks_nothing(
    open_it: OpenIt, file: Path, close_window: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "QUIET_MS", 3_600_000)
    program = open_it(files=[file])
    program.type("So: ")
    if close_window:
        program.program.manager.close_document(program.window)
    else:
        program.program.manager.quit()
    assert file.read_bytes() == b"So: Once upon a time\r\n"
    assert program.dialogs.asked == []
    assert program.windows == []


def test_switched_off_it_writes_nothing(open_it: OpenIt, file: Path, paths: Paths) -> None:
    choose(paths, autosave=False)
    program = open_it(files=[file])
    program.type("So: ")
    actions_of(program).autosave.save_now()
    assert file.read_bytes() == b"Once upon a time\r\n"


def test_what_another_program_wrote_is_not_overwritten(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    file.write_bytes(b"Theirs")
    program.type("So: ")
    actions_of(program).autosave.save_now()
    assert file.read_bytes() == b"Theirs"
    assert program.window.isWindowModified()


def test_a_guessed_encoding_is_confirmed_first(open_it: OpenIt, file: Path) -> None:
    data = "C’était l’été à Besançon, où l’on rêvait déjà.\r\n".encode("cp1252")
    file.write_bytes(data)
    program = open_it(files=[file])
    assert program.window.active_view.document.format.certainty.is_guess
    program.type("So: ")
    actions_of(program).autosave.save_now()
    assert file.read_bytes() == data
    program.click_message("Looks right")
    actions_of(program).autosave.save_now()
    assert file.read_bytes() == b"So: " + data


def test_a_private_text_is_saved_by_itself_only_after_its_writer_did(
    open_it: OpenIt, file: Path
) -> None:
    program = open_it()
    program.program.manager.open_path(file, private=True)
    program.until(lambda: program.window.is_private and program.page.hasFocus())
    program.type("So: ")
    actions_of(program).autosave.save_now()
    assert file.read_bytes() == b"Once upon a time\r\n"
    program.press(Qt.Key.Key_S, CTRL)
    program.type("and: ")
    program.until(lambda: file.read_bytes() == b"So: and: Once upon a time\r\n")
    program.program.manager.close_document(program.window)


def test_a_save_that_fails_is_said_once_and_the_message_goes_when_it_works(
    open_it: OpenIt, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_it(files=[file])

    def fail(*_: object, **__: object) -> None:
        raise UserError("story.txt could not be saved, because the disk is full.")

    def said() -> list[str]:
        return [text for text in program.window.messages.texts if "could not be saved" in text]

    monkeypatch.setattr(document_files, "save_atomically", fail)
    program.type("So: ")
    actions_of(program).autosave.save_now()
    assert len(said()) == 1
    assert program.page.hasFocus()
    program.window.messages.dismiss(autosave.KEY, program.window.active_view)
    program.type("and: ")
    actions_of(program).autosave.save_now()
    assert said() == [], "once is enough"
    monkeypatch.undo()
    program.type("then: ")
    actions_of(program).autosave.save_now()
    assert file.read_bytes() == b"So: and: then: Once upon a time\r\n"


def test_a_text_without_a_file_stays_one(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_it()
    program.type("So: ")
    actions_of(program).autosave.save_now()
    assert program.window.isWindowModified()
    assert program.window.status_line.message == ""


def test_what_another_program_writes_at_the_last_moment_is_not_overwritten(
    open_it: OpenIt, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the file and the write the window may be busy for long."""
    program = open_it(files=[file])
    write = document_files.FileWriting.run

    def written_first(writing: document_files.FileWriting) -> object:
        file.write_bytes(b"Theirs\r\n")
        return write(writing)

    monkeypatch.setattr(document_files.FileWriting, "run", written_first)
    program.type("So: ")
    actions_of(program).autosave.save_now()
    assert file.read_bytes() == b"Theirs\r\n"
    assert any("another program changed it" in text for text in program.window.messages.texts)
    assert program.window.isWindowModified()


def test_a_file_that_nobody_can_read_any_more_is_said_once(
    open_it: OpenIt, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_it(files=[file])

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("cowrite.documents.files._read", refuse)
    for word in ("So: ", "and: "):
        program.type(word)
        actions_of(program).autosave.save_now()
        said = [t for t in program.window.messages.texts if "no longer saved by itself" in t]
        assert len(said) == 1
    monkeypatch.undo()
    actions_of(program).autosave.save_now()
    assert file.read_bytes() == b"So: and: Once upon a time\r\n"
