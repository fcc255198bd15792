"""Notes on a text in a real window: kept beside it, never in it, one note for each document."""

from __future__ import annotations

import stat
from pathlib import Path

from open_program import OpenIt, OpenProgram, choose

from cowrite.documents.notes import NotesStore
from cowrite.editor.panels.notes.commands import PANEL_ID
from cowrite.editor.panels.notes.notes_panel import NotesPanel
from cowrite.settings.paths import Paths


def notes(program: OpenProgram) -> NotesPanel:
    program.window.side_panels.show(PANEL_ID)
    panel = program.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, NotesPanel)
    program.until(lambda: not panel.field.isReadOnly())
    return panel


def open_two(open_it: OpenIt, paths: Paths, tmp_path: Path) -> OpenProgram:
    choose(paths, open_in="tabs")
    for name in ("one.md", "two.md"):
        (tmp_path / name).write_text(name)
    return open_it(files=[tmp_path / "one.md", tmp_path / "two.md"])


def test_each_document_has_its_own_and_they_are_there_again(
    open_it: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    program = open_two(open_it, paths, tmp_path)
    panel = notes(program)
    panel.field.setPlainText("ask about the flood")
    program.press_keys("Ctrl+Tab")
    program.until(lambda: panel.field.toPlainText() == "")
    program.press_keys("Ctrl+Tab")
    program.until(lambda: panel.field.toPlainText() == "ask about the flood")
    assert program.page.text() == "two.md"
    assert not program.window.active_view.document.is_modified
    program.close()
    (kept,) = paths.notes_dir.iterdir()
    assert kept.read_text() == "ask about the flood"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_an_empty_note_is_none(open_it: OpenIt, paths: Paths, tmp_path: Path) -> None:
    program = open_two(open_it, paths, tmp_path)
    panel = notes(program)
    for text in ("x", " "):
        panel.field.setPlainText(text)
        panel.keep()
    program.until(lambda: not list(paths.notes_dir.glob("*")))


def test_notes_on_a_private_document_are_not_kept(open_it: OpenIt, paths: Paths) -> None:
    program = open_it()
    program.press_keys("Ctrl+Shift+N")
    program.until(lambda: program.window.is_private)
    panel = notes(program)
    assert panel.said.isVisible()
    panel.field.setPlainText("secret")
    panel.keep()
    panel.follow(program.window.active_view)
    assert panel.field.toPlainText() == "secret"
    program.close()
    assert not paths.notes_dir.exists()


def test_what_cannot_be_read_is_said_and_not_written_over(
    open_it: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    program = open_two(open_it, paths, tmp_path)
    document_id = program.window.active_view.document.document_id
    paths.notes_dir.mkdir(parents=True)
    file = paths.notes_dir / f"{document_id}.txt"
    file.write_bytes(b"\xff\xfe\x00bad")
    program.window.side_panels.show(PANEL_ID)
    program.until(lambda: "notes" in " ".join(program.window.messages.texts))
    panel = program.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, NotesPanel)
    assert panel.field.isReadOnly()
    panel.keep()
    assert file.read_bytes() == b"\xff\xfe\x00bad"


def test_the_store(tmp_path: Path) -> None:
    store = NotesStore(tmp_path / "notes")
    assert store.read("a") == ""
    store.write("a", "mine")
    assert store.read("a") == "mine"


def test_a_long_note_is_kept_whole(tmp_path: Path) -> None:
    store, text = NotesStore(tmp_path / "notes"), "Who sent the letter?\n" * 60_000
    store.write("one", text)
    assert store.read("one") == text
