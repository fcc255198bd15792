"""The engine gets to know what the writer wrote: after a pause, at the start, and never what is excluded."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from open_program import OpenProgram, put_model
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.documents.files import LoadedFile, read_document
from cowrite.documents.identity import document_id_for
from cowrite.documents.session import Session, save_session
from cowrite.editor.assistance import personal_words
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.personal_words import RecentFiles
from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.settings.paths import Paths


def test_a_page_is_learned_after_a_pause(writing: OpenProgram) -> None:
    writing.type("Nobody liked Grimblewick.")
    writing.until(lambda: "Nobody liked Grimblewick." in writing.engine.learned.values())


def test_an_excluded_file_is_not_learned_and_forgotten(
    qtbot: QtBot, qapp: QApplication, paths: Paths, tmp_path: Path
) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("Nobody liked Grimblewick.", "utf-8")
    put_model(paths)
    program = OpenProgram(qtbot, qapp, paths, files=[file])
    try:
        program.until_ready()
        document = document_id_for(file)
        program.until(lambda: program.engine.learned.get(document))
        program.program.manager.change(excluded=(str(file),))
        program.until(lambda: program.engine.learned.get(document) == "")
    finally:
        program.close()


def test_files_of_other_days_are_known_from_the_start(
    qtbot: QtBot, qapp: QApplication, paths: Paths, tmp_path: Path
) -> None:
    old = tmp_path / "old.txt"
    old.write_text("Grimblewick was here.", "utf-8")
    put_model(paths)
    save_session(paths.session_file, Session(recent=(str(old), str(tmp_path / "gone.txt"))))
    program = OpenProgram(qtbot, qapp, paths)
    try:
        program.until_ready()
        program.until(lambda: "Grimblewick was here." in program.engine.learned.values())
    finally:
        program.close()


def test_a_private_window_learns_from_nothing_else_and_teaches_nothing(
    writing: OpenProgram,
) -> None:
    first = writing.page
    writing.suggest("Nobody liked ", "Grimblewick")
    writing.dialogs.unsaved = Unsaved.DISCARD
    writing.program.manager.open_new(private=True)
    writing.until(lambda: writing.page.hasFocus())
    writing.suggest("Between us: ", "nobody")
    asked = {request.before: request.is_private for request in writing.engine.requests}
    assert asked["Nobody liked "] is False
    assert asked["Between us: "] is True
    ahead = {request.before.split()[0]: request.is_private for request in writing.engine.prefetched}
    assert ahead.get("Between", True) is True
    QTest.keyClicks(first, "!")  # its pause ends after that of the private page
    writing.until(lambda: any("!" in text for text in writing.engine.learned.values()))
    assert not any("Between us" in text for text in writing.engine.learned.values())


def test_what_is_copied_in_private_is_not_known_elsewhere(writing: OpenProgram) -> None:
    """The whole suggestion would go into the log with the one word of it that is pasted."""
    writing.dialogs.unsaved = Unsaved.DISCARD
    writing.program.manager.open_new(private=True)
    private = writing.window
    writing.until(lambda: writing.page.hasFocus())
    writing.suggest("It was ", "Grimblewick himself")
    writing.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    writing.until(lambda: writing.page.text().endswith("himself"))
    writing.page.selectAll()
    writing.page.copy()
    writing.page.paste()
    writing.program.manager.open_new()
    writing.page.paste()
    origins = [
        [run.origin.value for run in window.active_view.document.provenance.ranges.runs]
        for window in (private, writing.window)
    ]
    assert origins == [["typed", "accepted"], ["pasted"]]


def test_the_end_does_not_wait_for_a_file_that_is_far_away(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(path: Path) -> LoadedFile:
        begun.set()
        arrives.wait()
        return read_document(path)

    begun, arrives = threading.Event(), threading.Event()
    monkeypatch.setattr(personal_words, "read_document", slow)
    file = tmp_path / "far.txt"
    file.write_text("Grimblewick was here.", "utf-8")
    bridge = EngineBridge()
    recent = RecentFiles(bridge, document_id_for)
    recent.read([file])
    assert begun.wait(10)
    recent.close()
    recent.deleteLater()
    bridge.close()
    bridge.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    arrives.set()
