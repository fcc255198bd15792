"""Files in the whole window: open, save, close, come back, survive."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenIt, journals
from PySide6.QtCore import Qt

from cowrite.base.errors import UserError
from cowrite.documents.files_to_open import check_files
from cowrite.documents.session import load_session
from cowrite.editor.dialogs.dialogs import Changed, Unsaved
from cowrite.settings.paths import Paths

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


# --- opening and saving ---


def test_a_file_is_shown_with_its_name_and_saved_as_it_was(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    assert program.page.text() == "Once upon a time\n"
    assert program.window.windowTitle() == "story.txt[*] – Cowrite"
    program.press(Qt.Key.Key_S, CTRL)
    assert file.read_bytes() == b"Once upon a time\r\n"


def test_typing_marks_the_title_and_saving_clears_it(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("So: ")
    assert program.window.isWindowModified()
    program.press(Qt.Key.Key_S, CTRL)
    assert not program.window.isWindowModified()
    assert file.read_bytes() == b"So: Once upon a time\r\n"
    assert program.dialogs.asked == []


def test_a_new_text_asks_for_a_name(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_it()
    program.type("new words")
    program.press(Qt.Key.Key_S, CTRL)
    assert program.window.isWindowModified()  # the dialog was cancelled
    program.dialogs.save = tmp_path / "new.txt"
    program.press(Qt.Key.Key_S, CTRL)
    assert (tmp_path / "new.txt").read_text() == "new words"
    assert program.window.windowTitle().startswith("new.txt")
    assert program.program.manager.recent == [tmp_path / "new.txt"]


@pytest.mark.parametrize("name", ["half \ud800.txt", "zero \0.txt"])
def test_a_name_that_no_file_can_have_is_told(open_it: OpenIt, tmp_path: Path, name: str) -> None:
    program = open_it()
    program.type("new words")
    program.dialogs.save = tmp_path / name
    assert program.program.manager.actions_of(program.window).save_as().result is False
    assert "No file can have the name" in " ".join(program.window.messages.texts)
    assert list(tmp_path.glob("*.txt")) == []


def test_save_as_goes_on_in_the_new_file(open_it: OpenIt, file: Path, tmp_path: Path) -> None:
    program = open_it(files=[file])
    program.dialogs.save = tmp_path / "other.txt"
    program.press(Qt.Key.Key_S, CTRL | SHIFT)
    program.type("x")
    program.press(Qt.Key.Key_S, CTRL)
    assert file.read_bytes() == b"Once upon a time\r\n"
    assert (tmp_path / "other.txt").read_bytes() == b"xOnce upon a time\r\n"


def test_open_takes_the_untouched_window_and_never_the_same_file_twice(
    open_it: OpenIt, file: Path, tmp_path: Path
) -> None:
    program = open_it()
    program.dialogs.open = [file]
    program.press(Qt.Key.Key_O, CTRL)
    assert [w.active_view.document.name for w in program.windows] == ["story.txt"]
    program.press(Qt.Key.Key_O, CTRL)
    assert len(program.windows) == 1
    other = tmp_path / "other.txt"
    other.write_text("other")
    program.program.manager.open_paths([other])
    assert [w.active_view.document.name for w in program.windows] == ["story.txt", "other.txt"]
    assert program.program.manager.recent == [other, file]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_a_file_whose_name_is_not_utf8_is_remembered_by_its_name(
    open_it: OpenIt, tmp_path: Path
) -> None:
    file = tmp_path / os.fsdecode(b"caf\xe9.txt")
    file.write_text("words")
    program = open_it()
    private = program.program.manager.open_path(file, private=True).result
    assert program.program.manager.recent == []
    program.program.manager.close_document(private)
    program.program.manager.open_path(file)
    assert program.program.manager.recent == [file]
    program.close()
    again = open_it()
    assert [window.active_view.document.path for window in again.windows] == [file]
    assert again.program.manager.recent == [file]


def test_recent_files_are_in_the_menu(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    menu = program.menu_action("File", "Open recent").menu()
    menu.aboutToShow.emit()
    assert [action.text().split(" – ")[0] for action in menu.actions()] == ["story.txt"]
    program.program.manager.close_document(program.window)


def test_a_recent_file_that_is_gone_is_forgotten_and_one_out_of_reach_is_grey(
    open_it: OpenIt, file: Path, tmp_path: Path, paths: Paths
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "far.txt").write_text("far")
    (tmp_path / "gone.txt").write_text("gone")
    program = open_it(files=[file, disk / "far.txt", tmp_path / "gone.txt"])
    (tmp_path / "gone.txt").unlink()
    disk.rename(tmp_path / "unplugged")
    menu = program.menu_action("File", "Open recent").menu()
    menu.aboutToShow.emit()
    offered = {action.text().split(" – ")[0]: action.isEnabled() for action in menu.actions()}
    assert offered == {"far.txt": False, "story.txt": True}
    assert set(load_session(paths.session_file)[0].recent) == {str(disk / "far.txt"), str(file)}
    (tmp_path / "unplugged").rename(disk)
    menu.aboutToShow.emit()
    assert all(action.isEnabled() for action in menu.actions())


def test_a_recent_file_that_cannot_be_opened_is_forgotten_at_the_next_start_too(
    open_it: OpenIt, file: Path, paths: Paths
) -> None:
    program = open_it(files=[file])
    program.program.manager.close_document(program.window)
    program.program.manager.open_new()
    file.unlink()
    program.program.manager.open_paths([file])
    assert "There is no file" in program.window.messages.texts[-1]
    assert load_session(paths.session_file)[0].recent == ()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b"\x00\x01\x02"), "is not a text file"),
    ],
)
def test_what_cannot_be_opened_is_one_plain_sentence(
    open_it: OpenIt, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "thing"
    make(path)
    with pytest.raises(UserError, match=words):
        check_files([path])
    program = open_it()
    program.dialogs.open = [path]
    program.press(Qt.Key.Key_O, CTRL)
    assert words in program.window.messages.texts[-1]
    program.type("on I write")
    assert program.page.text() == "on I write"


def test_of_several_files_the_good_ones_open_and_the_bad_ones_are_told(
    open_it: OpenIt, file: Path, tmp_path: Path
) -> None:
    program = open_it(files=[tmp_path / "missing", file])
    assert [w.active_view.document.name for w in program.windows] == ["story.txt"]
    assert any("There is no file" in text for text in program.window.messages.texts)


def test_an_undecodable_file_is_shown_for_reading_only(open_it: OpenIt, tmp_path: Path) -> None:
    path = tmp_path / "half.txt"
    path.write_bytes(b"\xef\xbb\xbfgood \xff bad")
    program = open_it(files=[path])
    assert "read-only" in program.window.messages.texts[0]
    program.type("x")
    assert "x" not in program.page.text()
    copy = tmp_path / "copy.txt"
    program.dialogs.save = copy
    program.click_message("Save a copy")
    assert copy.read_text("utf-8") == "good \ufffd bad"
    assert path.read_bytes() == b"\xef\xbb\xbfgood \xff bad"
    program.type("x")
    assert program.page.text().startswith("x")


def test_a_character_without_a_place_offers_utf8(open_it: OpenIt, tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes("café".encode("cp1252"))
    program = open_it(files=[path])
    program.page.type_text("你")
    program.press(Qt.Key.Key_S, CTRL)
    assert "Your text is still here" in program.window.messages.texts[-1]
    assert path.read_bytes() == "café".encode("cp1252")
    program.click_message("Save as UTF-8")
    assert path.read_bytes() == "café".encode("cp1252")  # the question was answered with Cancel
    program.dialogs.encoding = "cp1252"
    program.press(Qt.Key.Key_S, CTRL)
    program.click_message("Save as UTF-8")
    assert path.read_text("utf-8") == "你café"
    assert not any("Your text is still here" in text for text in program.window.messages.texts)


@pytest.mark.skipif(os.name == "nt", reason="a missing folder is enough elsewhere")
def test_a_failed_save_keeps_the_text_and_offers_another_place(
    open_it: OpenIt, file: Path, tmp_path: Path
) -> None:
    program = open_it(files=[file])
    program.type("more ")
    file.unlink()
    file.mkdir()
    program.dialogs.changed = Changed.KEEP_MINE
    program.press(Qt.Key.Key_S, CTRL)
    assert "could not be saved" in program.window.messages.texts[-1]
    assert program.window.isWindowModified()
    program.dialogs.save = tmp_path / "safe.txt"
    program.click_message("Save as…")
    assert (tmp_path / "safe.txt").read_bytes() == b"more Once upon a time\r\n"


# --- changed elsewhere ---


@pytest.mark.parametrize(
    ("answer", "on_disk", "on_page"),
    [
        (Changed.KEEP_MINE, "mine: Once upon a time\r\n", "mine: Once upon a time\n"),
        (Changed.LOAD_THEIRS, "theirs", "theirs"),
        (Changed.CANCEL, "theirs", "mine: Once upon a time\n"),
    ],
)
def test_a_file_changed_by_others_is_asked_about(
    open_it: OpenIt, file: Path, answer: Changed, on_disk: str, on_page: str
) -> None:
    program = open_it(files=[file])
    program.type("mine: ")
    file.write_text("theirs")
    program.dialogs.changed = answer
    program.press(Qt.Key.Key_S, CTRL)
    assert program.dialogs.asked == ["changed"]
    assert file.read_bytes().decode() == on_disk
    assert program.page.text() == on_page


# --- closing ---


@pytest.mark.parametrize(
    ("answer", "closes", "on_disk"),
    [
        (Unsaved.SAVE, True, b"x Once upon a time\r\n"),
        (Unsaved.DISCARD, True, b"Once upon a time\r\n"),
        (Unsaved.CANCEL, False, b"Once upon a time\r\n"),
    ],
)
def test_closing_one_of_two_windows_asks(
    open_it: OpenIt, file: Path, answer: Unsaved, closes: bool, on_disk: bytes
) -> None:
    program = open_it(files=[file])
    first = program.window
    program.type("x ")
    program.program.manager.open_new()
    program.dialogs.unsaved = answer
    first.close()
    assert program.dialogs.asked == ["unsaved"]
    assert (first not in program.windows) == closes
    assert file.read_bytes() == on_disk
    program.program.journal_writer.wait_until_idle()
    assert not closes or not journals(program.paths)


def test_closing_a_document_by_menu_asks_even_for_the_last(open_it: OpenIt) -> None:
    program = open_it()
    program.type("rubbish")
    program.press(Qt.Key.Key_W, CTRL)
    assert program.dialogs.asked == ["unsaved"]
    assert len(program.windows) == 1
    program.dialogs.unsaved = Unsaved.DISCARD
    program.press(Qt.Key.Key_W, CTRL)
    assert program.windows == []
    program.close()
    assert open_it().page.text() == ""


def test_a_window_with_nothing_in_it_just_closes(open_it: OpenIt) -> None:
    program = open_it()
    program.type("x")
    program.press(Qt.Key.Key_Backspace)
    program.program.manager.open_new()
    program.windows[0].close()
    assert len(program.windows) == 1
    assert program.dialogs.asked == []


def test_a_file_that_is_gone_is_written_again_if_the_writer_says_so(
    open_it: OpenIt, file: Path
) -> None:
    program = open_it(files=[file])
    program.type("mine: ")
    file.unlink()
    program.press(Qt.Key.Key_S, CTRL)
    assert program.dialogs.gone
    assert not file.exists()
    program.dialogs.changed = Changed.KEEP_MINE
    program.press(Qt.Key.Key_S, CTRL)
    assert file.read_bytes() == b"mine: Once upon a time\r\n"
    file.write_text("theirs")
    program.press(Qt.Key.Key_S, CTRL)
    assert not program.dialogs.gone
