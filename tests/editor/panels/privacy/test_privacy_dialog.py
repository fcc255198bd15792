"""“Privacy and stored data” and private windows, in the whole program with the real log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram, put_model
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from cowrite.decisions.database.backups import backups
from cowrite.decisions.reader import document_paths, integrity, tail
from cowrite.documents.identity import document_id_for
from cowrite.documents.session import load_session
from cowrite.editor.dialogs.dialogs import Erase, Unsaved
from cowrite.editor.panels.privacy.privacy_dialog import FORGETTING, PrivacyDialog
from cowrite.editor.shell.window import EditorWindow
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
CANARY = "kanarienvogel"
EVERYTHING = 100_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text("")
    return path


def open_privacy(program: OpenProgram) -> PrivacyDialog:
    program.menu_action("File", "Privacy and stored data…").trigger()
    (dialog,) = program.window.findChildren(PrivacyDialog)
    program.until(lambda: dialog.facts["Log"].text() != "…")
    return dialog


def click(program: OpenProgram, dialog: PrivacyDialog, title: str) -> None:
    (button,) = [b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == title]
    program.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def files_with(paths: Paths, canary: str = CANARY) -> list[str]:
    files = (path for path in paths.data.rglob("*") if path.is_file())
    return [path.name for path in files if canary.encode() in path.read_bytes()]


def write_and_take(program: OpenProgram) -> None:
    program.until_ready()
    program.suggest("so ", f"{CANARY} sings")
    program.press(Qt.Key.Key_End)
    program.program.decisions.flush()


def save(program: OpenProgram) -> None:
    program.program.manager.actions_of(program.window).save()
    program.program.journal_writer.wait_until_idle()


@pytest.mark.parametrize("title", ["“letter.txt”", "The last hour", "Everything…"])
def test_what_the_writer_wants_forgotten_is_gone(
    open_it: OpenIt, paths: Paths, file: Path, title: str
) -> None:
    put_model(paths)
    program = open_it(files=[file])
    write_and_take(program)
    save(program)
    dialog = open_privacy(program)
    click(program, dialog, "Back up now")
    program.until(lambda: "was copied to" in dialog.said.text())
    program.program.decisions.flush()
    assert len(files_with(paths)) >= 2

    click(program, dialog, title)
    assert dialog.said.text() != FORGETTING, "the answer was Cancel"
    program.dialogs.erase = Erase.ERASE
    click(program, dialog, title)
    assert len(program.dialogs.asked) == 2
    program.until(lambda: "Log entries deleted" in dialog.said.text())

    assert files_with(paths) == []
    program.program.decisions.flush()
    assert document_paths(paths.decision_log)[document_id_for(file)] == str(file), "it is open"
    assert backups(paths.decision_log) == [] or title != "Everything…"
    assert (program.program.manager.recent == []) == (title != "The last hour")
    assert program.page.text().startswith(f"so {CANARY} sings"), "the text is the writer's"
    dialog.close()


def test_what_is_kept_is_said_and_can_be_switched_off(
    open_it: OpenIt, paths: Paths, file: Path
) -> None:
    put_model(paths)
    program = open_it(files=[file])
    write_and_take(program)
    dialog = open_privacy(program)
    assert "for 1 document since" in dialog.facts["Log"].text()
    assert "for 1 document" in dialog.facts["Log"].text()
    assert dialog.facts["Folder"].text() == str(paths.data)
    dialog.keep.click()
    assert not program.program.manager.preferences.keep_log
    program.program.manager.change(keep_log=True)
    assert dialog.keep.isChecked()
    dialog.close()


def private_window(program: OpenProgram) -> EditorWindow:
    program.menu_action("File", "New private window").trigger()
    program.until(lambda: program.window.is_private and program.page.hasFocus())
    return program.window


def test_in_a_private_window_suggestions_come_and_nothing_is_kept(
    open_it: OpenIt, paths: Paths, file: Path
) -> None:
    put_model(paths)
    program = open_it()
    program.until_ready()
    program.program.decisions.flush()
    before = integrity(paths.decision_log).events
    window = private_window(program)
    assert window.windowTitle() == "Untitled[*] – Private – Cowrite"
    assert "Private" in [label.text() for label in window.status_line.findChildren(QLabel)]
    write_and_take(program)
    window.active_view.document.journal.write()
    program.program.manager.keep_everything()
    program.program.journal_writer.wait_until_idle()
    assert program.page.text() == f"so {CANARY} sings"
    assert CANARY not in "".join(program.engine.learned.values())
    assert files_with(paths) == []
    assert integrity(paths.decision_log).events == before
    program.dialogs.save = file
    program.program.manager.actions_of(window).save_as()
    program.program.manager.keep_everything()
    program.program.decisions.flush()
    assert file.read_text().startswith("so ")
    assert files_with(paths, file.name) == [], "not even that the file exists"
    assert document_id_for(file) not in document_paths(paths.decision_log)
    assert load_session(paths.session_file)[0].recent == ()


def test_a_file_opened_from_a_private_window_is_private_too(
    open_it: OpenIt, paths: Paths, file: Path
) -> None:
    program = open_it()
    window = private_window(program)
    program.dialogs.open = [file]
    program.menu_action("File", "Open…").trigger()
    assert window.active_view.document.path == file
    program.program.manager.open_new()
    assert not program.window.is_private
    program.program.decisions.flush()
    assert tail(paths.decision_log, EVERYTHING) == []


def test_quitting_asks_about_text_that_is_only_in_a_private_window(
    open_it: OpenIt, paths: Paths
) -> None:
    program = open_it()
    private_window(program)
    program.type("only here")
    program.program.manager.quit()
    assert program.dialogs.asked == ["unsaved"]
    assert len(program.windows) == 2, "the answer was Cancel"
    program.dialogs.unsaved = Unsaved.DISCARD
    program.program.manager.quit()
    assert program.windows == []
    assert files_with(paths, "only here") == []


def test_the_last_window_asks_too_if_it_is_private(open_it: OpenIt) -> None:
    program = open_it()
    window = private_window(program)
    program.windows[0].close()
    program.type("only here")
    assert not window.close()
    assert program.dialogs.asked == ["unsaved"]
    program.dialogs.unsaved = Unsaved.DISCARD
    assert window.close()
