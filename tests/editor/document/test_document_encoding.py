"""A file that does not say its encoding: said to be a guess, chosen once, never changed behind the writer."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import Qt

from cowrite.documents.session import load_session
from cowrite.documents.text_codec import Certainty, TextFormat
from cowrite.editor.common.flow import Flow
from cowrite.editor.shell.files.document_actions import guess_sentence
from cowrite.settings.paths import Paths

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
RUSSIAN = "Дети бежали за трамваем и махали руками, пока он не скрылся за поворотом.\n"
DAMAGED = "Große süße Äpfel, schöne Grüße und Brötchen.\n".encode() + b"\xff end\n"


@pytest.fixture
def russian(tmp_path: Path) -> Path:
    path = tmp_path / "old.txt"
    path.write_bytes(RUSSIAN.encode("koi8-r"))
    return path


def said(program: OpenProgram) -> str:
    return " ".join(program.window.messages.texts)


def test_a_guess_is_said_and_can_be_confirmed_for_good(
    open_it: OpenIt, russian: Path, paths: Paths
) -> None:
    program = open_it(files=[russian])
    assert program.page.text() == RUSSIAN
    assert "does not say its encoding" in said(program)
    assert "Cyrillic (KOI8-R)" in said(program)
    program.click_message("Looks right")
    assert "encoding" not in said(program)
    program.close()
    again = open_it()
    assert again.page.text() == RUSSIAN
    assert "encoding" not in said(again)
    again.close()
    named = open_it(files=[russian])  # read before the session is known
    assert "encoding" not in said(named)


def test_another_encoding_is_used_from_then_on(
    open_it: OpenIt, russian: Path, paths: Paths
) -> None:
    program = open_it(files=[russian])
    program.dialogs.encoding = "cp866"
    program.click_message("Other encoding…")
    (question,) = program.dialogs.shown
    assert (question.current, question.data) == ("koi8-r", russian.read_bytes())
    assert program.page.text() == RUSSIAN.encode("koi8-r").decode("cp866")
    assert not program.window.active_view.document.is_modified
    assert program.page.hasFocus()
    assert "encoding" not in said(program)
    program.close()
    assert load_session(paths.session_file)[0].encoding_of(russian) == "cp866"
    again = open_it()
    assert again.page.text() == RUSSIAN.encode("koi8-r").decode("cp866")
    assert russian.read_bytes() == RUSSIAN.encode("koi8-r")


def test_a_choice_that_was_thought_better_of_changes_nothing(
    open_it: OpenIt, russian: Path
) -> None:
    program = open_it(files=[russian])
    program.click_message("Other encoding…")
    assert program.dialogs.asked == ["encoding"]
    assert program.page.text() == RUSSIAN
    assert "Cyrillic (KOI8-R)" in said(program)


def test_unsaved_changes_stay_when_the_file_is_read_anew(open_it: OpenIt, russian: Path) -> None:
    russian.write_bytes((RUSSIAN * 2).encode("koi8-r"))
    program = open_it(files=[russian])
    Flow(program.window.active_view.document.files.read_in("cp1252"))
    wrong = program.page.text()
    program.window.active_view.place_caret(4)
    program.page.type_text("ABC")
    program.dialogs.encoding = "koi8-r"
    program.menu_action("File", "Reopen with encoding…").trigger()
    assert program.page.text() == "Дети" + "ABC" + (RUSSIAN * 2)[4:]
    assert wrong != RUSSIAN * 2
    assert program.window.active_view.document.is_modified
    program.press(Key.Key_S, CTRL)
    assert russian.read_bytes().decode("koi8-r") == program.page.text()


def test_what_cannot_be_kept_in_the_other_encoding_is_not_lost(
    open_it: OpenIt, russian: Path
) -> None:
    program = open_it(files=[russian])
    program.page.type_text("new ")
    program.dialogs.encoding = "utf-8"
    program.menu_action("File", "Reopen with encoding…").trigger()
    assert "unsaved changes" in said(program)
    assert program.page.text() == "new " + RUSSIAN


def test_a_file_that_changed_meanwhile_keeps_what_is_unsaved(
    open_it: OpenIt, russian: Path
) -> None:
    program = open_it(files=[russian])
    program.page.type_text("new ")
    russian.write_bytes("Другое.".encode("koi8-r"))
    program.dialogs.encoding = "cp866"
    program.menu_action("File", "Reopen with encoding…").trigger()
    assert program.page.text() == "new " + RUSSIAN


def test_saving_as_utf8_shows_the_words_first(open_it: OpenIt, russian: Path) -> None:
    program = open_it(files=[russian])
    program.page.type_text("你")
    program.press(Key.Key_S, CTRL)
    program.dialogs.encoding = None
    program.click_message("Save as UTF-8")
    assert program.dialogs.shown[0].accept == "&Save as UTF-8"
    assert russian.read_bytes() == RUSSIAN.encode("koi8-r")
    program.dialogs.encoding = "koi8-r"
    program.press(Key.Key_S, CTRL)
    program.click_message("Save as UTF-8")
    assert russian.read_text("utf-8") == "你" + RUSSIAN
    assert "encoding" not in said(program)


def test_a_wrong_guess_is_mended_before_it_is_saved_as_utf8(open_it: OpenIt, russian: Path) -> None:
    program = open_it(files=[russian])
    document = program.window.active_view.document
    Flow(document.files.read_in("cp1252"))
    document.format = TextFormat(encoding="cp1252", certainty=Certainty.UNSURE)
    program.page.type_text("я")
    program.press(Key.Key_S, CTRL)
    program.dialogs.encoding = "koi8-r"
    program.click_message("Save as UTF-8")
    assert russian.read_text("utf-8") == "я" + RUSSIAN


def test_the_journal_knows_the_choice(open_it: OpenIt, russian: Path) -> None:
    program = open_it(files=[russian])
    program.dialogs.encoding = "cp866"
    program.click_message("Other encoding…")
    program.page.type_text("Ж")
    text = program.page.text()
    program.close()
    again = open_it()
    assert again.page.text() == text
    assert again.window.active_view.document.format.encoding == "cp866"
    assert "encoding" not in said(again)
    again.press(Key.Key_S, CTRL)
    assert russian.read_bytes() == text.encode("cp866")


def test_unsaved_text_of_a_guess_is_said_to_be_one_again(open_it: OpenIt, russian: Path) -> None:
    program = open_it(files=[russian])
    program.page.type_text("Ж")
    program.close()
    again = open_it()
    assert "Cyrillic (KOI8-R)" in said(again)


def test_nothing_is_noted_of_a_private_window(open_it: OpenIt, russian: Path, paths: Paths) -> None:
    program = open_it()
    program.program.manager.open_paths([russian], private=True)
    program.click_message("Looks right")
    program.close()
    assert str(russian) not in paths.session_file.read_text()


def test_what_cannot_be_read_whole_offers_a_copy_and_other_encodings(
    open_it: OpenIt, tmp_path: Path
) -> None:
    path = tmp_path / "damaged.txt"
    path.write_bytes(DAMAGED)
    program = open_it(files=[path])
    assert program.page.isReadOnly()
    program.dialogs.encoding = "cp1252"
    program.click_message("Other encoding…")
    assert not program.page.isReadOnly()
    assert program.page.text() == DAMAGED.decode("cp1252")
    assert "read-only" not in said(program)
    program.page.type_text("Z")
    program.press(Key.Key_S, CTRL)
    assert path.read_bytes() == b"Z" + DAMAGED


def test_a_copy_of_what_cannot_be_read_gets_another_name(open_it: OpenIt, tmp_path: Path) -> None:
    path, link = tmp_path / "damaged.txt", tmp_path / "link.txt"
    path.write_bytes(DAMAGED)
    link.symlink_to(path)
    program = open_it(files=[path])
    for name in (path, link):
        program.dialogs.save = name
        program.click_message("Save a copy")
        assert path.read_bytes() == DAMAGED
        assert "Choose another name" in said(program)
    program.dialogs.save = path.with_name("damaged copy.txt")
    program.click_message("Save a copy")
    assert path.read_bytes() == DAMAGED
    assert not program.page.isReadOnly()
    program.dialogs.save = link  # nor does the copy replace it later
    program.press(Key.Key_S, CTRL | SHIFT)
    assert path.read_bytes() == DAMAGED
    assert "Choose another name" in said(program)


def test_the_menu_offers_it_where_there_is_a_file(open_it: OpenIt, russian: Path) -> None:
    program = open_it()
    action = program.menu_action("File", "Reopen with encoding…")
    assert not action.isEnabled()
    program.program.manager.open_path(russian)
    assert action.isEnabled()


def test_only_guesses_are_said() -> None:
    assert guess_sentence(TextFormat()) == ""
    assert guess_sentence(TextFormat(encoding="cp1251", certainty=Certainty.CHOSEN)) == ""
    assert "Are the words right?" in guess_sentence(
        TextFormat(encoding="cp1251", certainty=Certainty.UNSURE)
    )
