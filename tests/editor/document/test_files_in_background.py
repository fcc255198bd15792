"""What the writer does while a disk is slow: no text is lost, none comes to the wrong place, and the window goes on."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from free_gui_thread import watched
from open_program import OpenProgram
from PySide6.QtCore import Qt

from cowrite.documents.files import FileStamp, LoadedFile, read_document, save_atomically
from cowrite.documents.journal import Journal
from cowrite.documents.session import OpenDocument, load_session
from cowrite.editor.common.flow import Later
from cowrite.editor.dialogs.dialogs import Changed, Unsaved
from cowrite.editor.document import document_files
from cowrite.editor.shell.files import document_actions, opening, slow_saving
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


class SlowDisk:
    """Lets every reading and every writing of a document wait until the test lets one of them go on."""

    def __init__(self) -> None:
        self.may_write, self.may_read = threading.Semaphore(0), threading.Semaphore(0)
        self.asked: list[bytes] = []
        self.written: list[bytes] = []

    def save(self, path: Path, data: bytes, **how: Any) -> FileStamp:
        self.asked.append(data)
        assert self.may_write.acquire(timeout=60)
        self.written.append(data)
        return save_atomically(path, data, **how)

    def read(self, path: Path, encoding: str = "", *, remembered: str = "") -> LoadedFile:
        assert self.may_read.acquire(timeout=60)
        return read_document(path, encoding, remembered=remembered)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    disk = SlowDisk()
    monkeypatch.setattr(document_files, "save_atomically", disk.save)
    monkeypatch.setattr(opening, "read_document", disk.read)
    monkeypatch.setattr(slow_saving, "OFFER_AFTER_MS", 50)
    yield disk
    for gate in (disk.may_write, disk.may_read):
        gate.release(100)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "story.txt"
    file.write_text("Once", "utf-8")
    return file


def opened(open_it: OpenIt, slow: SlowDisk, *files: Path) -> OpenProgram:
    """The program with its own disk; these files are read."""
    return open_it(files=list(files), disk=None)


def messages(program: OpenProgram) -> str:
    return " ".join(program.window.messages.texts)


def test_what_is_typed_while_it_is_saved_is_not_saved(
    open_it: OpenIt, slow: SlowDisk, story: Path
) -> None:
    program = opened(open_it, slow, story)
    program.type("A ")
    program.press(Key.Key_S, CTRL)
    program.until(lambda: slow.asked)
    program.type("B ")
    assert program.page.text() == "A B Once", "the page can be written on meanwhile"
    slow.may_write.release()
    program.until_settled()
    assert story.read_text("utf-8") == "A Once"
    assert program.window.isWindowModified()
    slow.may_write.release()
    program.press(Key.Key_S, CTRL)
    program.until_settled()
    assert story.read_text("utf-8") == "A B Once"
    assert not program.window.isWindowModified()
    assert program.dialogs.asked == []


def test_two_saves_of_one_document_come_one_after_the_other(
    open_it: OpenIt, slow: SlowDisk, story: Path
) -> None:
    program = opened(open_it, slow, story)
    program.type("A ")
    program.press(Key.Key_S, CTRL)
    program.until(lambda: slow.asked)
    program.type("B ")
    program.press(Key.Key_S, CTRL)
    slow.may_write.release(2)
    program.until_settled()
    assert slow.written == [b"A Once", b"A B Once"]
    assert program.dialogs.asked == [], "the first is no change by another program"
    assert not program.window.isWindowModified()


def test_a_closing_waits_for_the_save_and_says_so(
    open_it: OpenIt, slow: SlowDisk, story: Path
) -> None:
    program = opened(open_it, slow, story)
    program.program.manager.open_new()
    window = program.windows[0]
    program.program.manager.bring_forward(window)
    window.active_view.page.type_text("A ")
    program.program.manager.actions_of(window).save()
    window.close()
    program.until(lambda: "Saving “story.txt”" in " ".join(window.messages.texts))
    assert window.isVisible()
    slow.may_write.release()
    program.until(lambda: len(program.windows) == 1)
    assert story.read_text("utf-8") == "A Once"
    assert program.dialogs.asked == []


def test_what_is_typed_while_a_closing_waits_is_asked_about(
    open_it: OpenIt, slow: SlowDisk, story: Path
) -> None:
    program = opened(open_it, slow, story)
    program.program.manager.open_new()
    window = program.windows[0]
    window.active_view.page.type_text("A ")
    program.dialogs.unsaved = Unsaved.SAVE
    program.program.manager.close_document(window)
    program.until(lambda: slow.asked)
    window.active_view.page.type_text("B ")
    slow.may_write.release(2)
    program.until(lambda: len(program.windows) == 1)
    assert program.dialogs.asked == ["unsaved", "unsaved"]
    assert story.read_text("utf-8") == "A B Once"


def test_where_a_disk_hangs_the_text_can_be_kept_for_the_next_start(
    open_it: OpenIt, slow: SlowDisk, story: Path, paths: Paths
) -> None:
    program = opened(open_it, slow, story)
    program.type("A ")
    program.press(Key.Key_S, CTRL)
    program.window.close()
    program.until(lambda: "the disk does not answer" in messages(program))
    program.type("B ")
    program.click_message("Close, and keep the text")
    program.until(lambda: not program.windows)
    program.close()
    assert story.read_text("utf-8") == "Once"
    assert [each.text for each in Journal(paths.journal_dir).entries()[0]] == ["A B Once"]
    slow.may_read.release(100)
    again = open_it(disk=None)
    assert again.page.text() == "A B Once"
    assert again.window.active_view.document.path == story


def test_one_can_stay_where_a_disk_hangs(open_it: OpenIt, slow: SlowDisk, story: Path) -> None:
    program = opened(open_it, slow, story)
    program.type("A ")
    program.press(Key.Key_S, CTRL)
    program.window.close()
    program.until(lambda: "the disk does not answer" in messages(program))
    program.click_message("Stay open")
    slow.may_write.release()
    program.until_settled()
    assert program.window.isVisible()
    assert story.read_text("utf-8") == "A Once"
    assert program.dialogs.asked == []


def test_quitting_waits_for_every_save(
    open_it: OpenIt, slow: SlowDisk, story: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Twice", "utf-8")
    program = opened(open_it, slow, story, other)
    for window in program.windows:
        window.active_view.page.type_text("A ")
        program.program.manager.actions_of(window).save()
    quitting = program.program.manager.quit()
    assert not quitting.is_done
    assert len(program.windows) == 2
    slow.may_write.release(2)
    program.finish(quitting)
    assert program.windows == []
    assert (story.read_text("utf-8"), other.read_text("utf-8")) == ("A Once", "A Twice")


def test_a_page_that_waits_for_its_text_takes_no_other(
    open_it: OpenIt, slow: SlowDisk, story: Path
) -> None:
    program = opened(open_it, slow)
    opening_it = program.program.manager.open_path(story)
    program.until(lambda: "Opening “story.txt”" in program.window.status_line.message)
    assert "story.txt" in program.window.windowTitle()
    program.type("lost?")
    program.press(Key.Key_S, CTRL)
    assert program.page.text() == ""
    slow.may_read.release()
    window = program.finish(opening_it)
    assert program.windows == [window], "the untouched window was there for it"
    assert program.page.text() == "Once"
    assert not program.window.status_line.message
    program.type("A ")
    assert program.page.text() == "A Once"
    assert program.dialogs.asked == []


def test_a_window_can_be_closed_before_its_text_is_there(
    open_it: OpenIt, slow: SlowDisk, story: Path
) -> None:
    program = opened(open_it, slow)
    program.type("mine")
    program.program.manager.open_paths([story])
    program.until(lambda: len(program.windows) == 2)
    program.window.close()
    program.until(lambda: len(program.windows) == 1)
    slow.may_read.release()
    program.until_settled()
    assert [window.active_view.page.text() for window in program.windows] == ["mine"]


def test_what_cannot_be_read_leaves_no_window_behind(
    open_it: OpenIt, slow: SlowDisk, tmp_path: Path
) -> None:
    program = opened(open_it, slow)
    program.type("mine")
    program.program.manager.open_paths([tmp_path / "gone.txt"])
    program.until(lambda: len(program.windows) == 2)
    slow.may_read.release()
    program.until(lambda: len(program.windows) == 1)
    program.until_settled()
    assert "There is no file" in messages(program)


def test_a_document_that_is_still_being_read_stays_noted(
    open_it: OpenIt, slow: SlowDisk, story: Path, tmp_path: Path, paths: Paths
) -> None:
    """A program that is ended before a disk has answered."""
    far = tmp_path / "far.txt"
    program = opened(open_it, slow, story)
    program.program.manager.session.to_reopen = (OpenDocument(document_id="far", path=str(far)),)
    program.close()
    noted = load_session(paths.session_file)[0].documents
    assert [each.path for each in noted] == [str(story), str(far)]


def test_a_text_whose_file_was_replaced_is_asked_about(
    open_it: OpenIt, story: Path, tmp_path: Path
) -> None:
    """Nobody has touched it since it was saved, and still it is in no file any more."""
    program = open_it(files=[story])
    program.program.manager.open_new()
    window = program.windows[0]
    window.active_view.page.type_text("mine ")
    program.program.manager.actions_of(window).save()
    (tmp_path / "other.txt").write_text("theirs", "utf-8")
    (tmp_path / "other.txt").replace(story)
    program.program.manager.close_document(window)
    assert program.dialogs.asked == ["changed"]
    assert window in program.windows
    program.dialogs.changed = Changed.SAVE_AS
    program.dialogs.save = tmp_path / "copy.txt"
    program.program.manager.close_document(window)
    assert window not in program.windows
    assert (tmp_path / "copy.txt").read_text("utf-8") == "mine Once"
    assert story.read_text("utf-8") == "theirs"


def test_nothing_is_typed_into_a_text_that_is_about_to_be_replaced(
    open_it: OpenIt, story: Path, slow: SlowDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer has chosen the version of another program, which is still being read."""
    program = opened(open_it, slow, story)
    monkeypatch.setattr(document_actions, "read_document", slow.read)
    program.dialogs.changed = Changed.LOAD_THEIRS
    story.write_text("theirs", "utf-8")
    program.type("A ")
    saving = program.program.manager.actions_of(program.window).save()
    program.until(lambda: program.dialogs.asked == ["changed"])
    program.type("lost?")
    assert program.page.text() == "A Once"
    slow.may_read.release()
    assert program.finish(saving)
    assert program.page.text() == "theirs"
    program.type("B ")
    assert program.page.text() == "B theirs"


def test_quitting_keeps_a_text_whose_file_was_replaced(
    open_it: OpenIt, story: Path, tmp_path: Path
) -> None:
    program = open_it(files=[story])
    (tmp_path / "other.txt").write_text("theirs", "utf-8")
    (tmp_path / "other.txt").replace(story)
    program.close()
    assert program.dialogs.asked == []
    again = open_it()
    assert again.page.text() == "Once"
    assert again.window.isWindowModified()


def test_a_closed_document_is_given_back_with_its_page_and_its_text(
    open_it: OpenIt, story: Path
) -> None:
    """Whatever was under way for it: opening, saving, the journal, the log."""
    program = open_it(disk=None)
    program.type("mine")
    window = program.finish(program.program.manager.open_path(story))
    window.active_view.page.type_text("A ")
    program.finish(program.program.manager.actions_of(window).save())
    view = window.active_view
    parts = (window, view.page, view.document, view.document.content, view.document.content.mirror)
    gone = [weakref.ref(each) for each in parts]
    closing = program.program.manager.close_document(window)
    del window, view, parts
    program.finish(closing)
    program.until(lambda: gc.collect() >= 0 and not any(each() for each in gone))
    assert program.page.text() == "mine"


class InlineDisk:
    """What the program must not use: everything on the thread that asks."""

    def run(self, work: Callable[[], object]) -> Later[object]:
        later = Later[object]()
        later.set(work())
        return later


@pytest.mark.blocks_gui_thread("to see that it is noticed")
def test_it_is_noticed_when_the_gui_thread_waits_for_a_disk(
    open_it: OpenIt, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(monkeypatch) as found:
        program = open_it(files=[story], disk=InlineDisk())
        program.type("A ")
        program.press(Key.Key_S, CTRL)
        program.close()
    done = {each.splitlines()[0].rsplit(".", 1)[-1] for each in found}
    assert {"fsync", "_read", "_digest"} <= done
