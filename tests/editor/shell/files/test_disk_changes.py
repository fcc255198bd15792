"""What another program does to a file that is open: taken over, merged, or asked about; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram, choose
from waiting_disk import WaitingDisk

from cowrite.base.errors import UserError
from cowrite.documents.journal import Journal
from cowrite.documents.versions.snapshots import SnapshotStore
from cowrite.editor.panels.history.history_panel import HistoryPanel
from cowrite.editor.shell.files.disk_changes import KEY
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
TEXT = "The lion slept.\n\nNobody came.\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(TEXT, "utf-8")
    return path


def said(program: OpenProgram) -> str:
    bars = [bar for bar in program.window.messages.bars if bar.notice.key == KEY]
    return bars[0].text if bars else ""


def look(program: OpenProgram) -> None:
    program.program.manager.actions_of(program.window).disk_changes.look()


def kept(program: OpenProgram, paths: Paths) -> list[str]:
    store, document_id = (
        SnapshotStore(paths.versions_dir),
        program.window.active_view.document.document_id,
    )
    return [store.text(document_id, each.id) for each in store.all(document_id)]


def test_a_text_that_was_not_changed_here_is_what_the_file_holds(
    open_it: OpenIt, file: Path
) -> None:
    program = open_it(files=[file], watches_files=True)
    file.write_text(TEXT.replace("lion", "tiger"), "utf-8")
    program.until(lambda: "tiger" in program.page.text())
    assert not program.window.isWindowModified()
    assert "was changed by another program" in said(program)
    assert program.page.hasFocus()
    program.click_message("Undo")
    assert program.page.text() == TEXT
    assert program.window.isWindowModified()
    assert said(program) == ""


def test_a_file_that_is_replaced_again_and_again_is_followed(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file], watches_files=True)
    for number in range(3):
        new = file.with_suffix(".new")
        new.write_text(f"{TEXT}{number}\n", "utf-8")
        new.replace(file)
        program.until(lambda n=number: program.page.text() == f"{TEXT}{n}\n")


def test_what_cowrite_saves_itself_is_no_change(open_it: OpenIt, file: Path, paths: Paths) -> None:
    choose(paths, autosave=True)
    program = open_it(files=[file], watches_files=True)
    program.type("So: ")
    program.program.manager.actions_of(program.window).autosave.save_now()
    look(program)
    assert said(program) == ""
    assert file.read_text("utf-8") == "So: " + TEXT


def test_changes_of_different_places_are_merged(open_it: OpenIt, file: Path, paths: Paths) -> None:
    program = open_it(files=[file])
    program.type("So: ")
    theirs = TEXT.replace("came", "came back")
    file.write_text(theirs, "utf-8")
    look(program)
    assert program.page.text() == "So: " + theirs
    assert program.window.isWindowModified(), "the file holds only theirs"
    assert "both in the text" in said(program)
    assert {theirs, "So: " + TEXT} <= set(kept(program, paths))
    program.press_keys("Ctrl+S")
    assert file.read_text("utf-8") == "So: " + theirs
    assert program.dialogs.asked == []


def test_a_merged_text_is_saved_by_itself(open_it: OpenIt, file: Path, paths: Paths) -> None:
    choose(paths, autosave=True)
    program = open_it(files=[file])
    program.type("So: ")
    theirs = TEXT.replace("came", "came back")
    file.write_text(theirs, "utf-8")
    autosave = program.program.manager.actions_of(program.window).autosave
    autosave.save_now()
    program.until(lambda: program.page.text() == "So: " + theirs)
    autosave.save_now()
    assert file.read_text("utf-8") == "So: " + theirs


@pytest.mark.parametrize("choice", ["Keep mine", "Take theirs"])
def test_changes_of_one_place_are_asked_about_and_both_are_kept(
    open_it: OpenIt, file: Path, paths: Paths, choice: str
) -> None:
    program = open_it(files=[file])
    program.type("My ")
    mine, theirs = "My " + TEXT, "Their " + TEXT
    file.write_text(theirs, "utf-8")
    look(program)
    assert "in the same places" in said(program)
    assert program.page.text() == mine
    assert file.read_text("utf-8") == theirs
    assert {mine, theirs} <= set(kept(program, paths))
    look(program)  # once is enough
    program.click_message(choice)
    expected = mine if choice == "Keep mine" else theirs
    assert program.page.text() == file.read_text("utf-8") == expected
    assert not program.window.isWindowModified()
    assert {mine, theirs} <= set(kept(program, paths))


def test_both_can_be_looked_at_before_choosing(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("My ")
    file.write_text("Their " + TEXT, "utf-8")
    look(program)
    program.click_message("Compare")
    panel = program.window.side_panels.widget("history")
    assert isinstance(panel, HistoryPanel)
    assert panel.isVisible()
    assert panel.passages.toPlainText().startswith("Their My The lion slept.")
    assert "in the same places" in said(program)


def test_a_file_that_is_deleted_is_said_and_written_again_by_saving(
    open_it: OpenIt, file: Path, paths: Paths
) -> None:
    program = open_it(files=[file], watches_files=True)
    file.unlink()
    program.until(lambda: "not where it was" in said(program))
    assert program.page.text() == TEXT
    assert program.window.isWindowModified()
    program.program.journal_writer.wait_until_idle()
    assert [entry.text for entry in Journal(paths.journal_dir).entries()[0]] == [TEXT]
    program.click_message("Save it there again")
    assert file.read_text("utf-8") == TEXT
    assert not program.window.isWindowModified()


def test_a_deleted_file_is_not_written_again_by_itself(
    open_it: OpenIt, file: Path, paths: Paths
) -> None:
    choose(paths, autosave=True)
    program = open_it(files=[file])
    program.type("My ")
    file.unlink()
    program.program.manager.actions_of(program.window).autosave.save_now()
    program.until(lambda: "not where it was" in said(program))
    assert not file.exists()


def test_a_disk_that_comes_back_with_the_same_file_is_forgiven(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    away = file.with_suffix(".away")
    file.rename(away)
    look(program)
    program.until(program.window.isWindowModified)
    away.rename(file)
    look(program)
    assert said(program) == ""
    assert not program.window.isWindowModified()


def test_the_caret_stays_where_it_is(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.window.active_view.place_caret(8)
    file.write_text(TEXT + "The end.\n", "utf-8")
    look(program)
    assert program.page.text() == TEXT + "The end.\n"
    assert program.window.active_view.caret == 8


def test_what_is_typed_while_the_file_is_compared_is_not_overwritten(
    open_it: OpenIt, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_it(files=[file])
    document = program.window.active_view.document
    theirs = TEXT.replace("came", "came back")
    file.write_text(theirs, "utf-8")
    typed: list[str] = []

    class TypedMeanwhile(WaitingDisk):
        def run(self, work):  # type: ignore[no-untyped-def]
            answer = super().run(work)
            if not typed:
                typed.append("So: ")
                program.type("So: ")
            return answer

    monkeypatch.setattr(document.history, "_disk", TypedMeanwhile())
    look(program)
    assert program.page.text() == "So: " + TEXT
    look(program)
    assert program.page.text() == "So: " + theirs


@pytest.mark.parametrize("kind", ["folder", "link to nothing"])
def test_what_is_no_file_any_more_holds_no_text(
    open_it: OpenIt, file: Path, paths: Paths, kind: str
) -> None:
    program = open_it(files=[file])
    file.unlink()
    if kind == "folder":
        file.mkdir()
    else:
        file.symlink_to(file.with_name("nowhere"))
    look(program)
    program.until(lambda: "not where it was" in said(program))
    assert program.window.isWindowModified()
    program.program.journal_writer.wait_until_idle()
    assert [entry.text for entry in Journal(paths.journal_dir).entries()[0]] == [TEXT]


@pytest.mark.expects_warnings
def test_a_version_that_could_not_be_kept_is_kept_later(
    open_it: OpenIt, file: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_it(files=[file])
    history = program.window.active_view.document.history
    failures: list[str] = []
    history.failed.connect(failures.append)

    def full(*_: object, **__: object) -> None:
        raise UserError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(SnapshotStore, "take", full)
        program.type("So: ")
        history.keep()
        program.until(lambda: failures)
    history.close()
    program.until(lambda: "So: " + TEXT in kept(program, paths))


def test_another_encoding_that_is_a_guess_is_asked_about(
    open_it: OpenIt, file: Path, paths: Paths
) -> None:
    """As long as it is a guess nothing is saved by itself: that is not to go unnoticed."""
    choose(paths, autosave=True)
    program = open_it(files=[file])
    file.write_bytes("The café slept. Nobody came — no one.\n".encode("cp1252"))
    look(program)
    program.until(lambda: "café" in program.page.text())
    assert any("encoding" in text for text in program.window.messages.texts)
    program.type("So: ")
    autosave = program.program.manager.actions_of(program.window).autosave
    assert not autosave.may_save
    program.click_message("Looks right")
    assert autosave.may_save


def test_a_file_that_is_no_text_any_more_is_said_and_not_overwritten(
    open_it: OpenIt, file: Path, paths: Paths
) -> None:
    choose(paths, autosave=True)
    program = open_it(files=[file])
    data = b"\xef\xbb\xbfThe lion\xff\xfe slept.\n"
    file.write_bytes(data)
    program.type("So: ")
    program.program.manager.actions_of(program.window).autosave.save_now()
    program.until(lambda: "cannot be read as text any more" in said(program))
    assert "no longer saved by itself" in said(program)
    assert file.read_bytes() == data
    assert program.page.text() == "So: " + TEXT
