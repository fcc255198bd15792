"""What was in a file before an interrupted save is offered at the next start, and nothing is written back by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtWidgets import QPushButton

from cowrite.documents.journal import Journal
from cowrite.documents.kept_bytes import keeping
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
OLD = "The old words, all of them."


class KilledError(BaseException):
    """In the place of an end that nobody sees."""


@pytest.fixture
def book(tmp_path: Path, paths: Paths, request: pytest.FixtureRequest) -> Path:
    """A file that a killed program left half written."""
    old = getattr(request, "param", OLD.encode())
    path = tmp_path / "chapter.txt"
    path.write_bytes(old)
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("cowrite.documents.kept_bytes._remove", lambda *_: None)
        with pytest.raises(KilledError), keeping(path, old, b"The new words.", paths.saves_dir):
            raise KilledError
    path.write_bytes(b"The new words, all of them.")
    return path


def press(program: OpenProgram, label: str) -> None:
    buttons = [
        button
        for window in program.windows
        for bar in window.messages.bars
        for button in bar.findChildren(QPushButton)
        if button.text() == label
    ]
    assert len(buttons) == 1
    buttons[0].click()


def said(program: OpenProgram) -> str:
    return " ".join(text for window in program.windows for text in window.messages.texts)


def kept(paths: Paths) -> list[str]:
    return [path.name for path in paths.saves_dir.iterdir() if path.name != "lock"]


def test_it_is_offered_until_it_is_opened_and_is_then_an_unsaved_text(
    open_it: OpenIt, book: Path, paths: Paths
) -> None:
    half = book.read_bytes()
    program = open_it(files=[book])
    program.until(lambda: "“chapter.txt” may be damaged" in said(program))
    program.close()
    assert len(kept(paths)) == 1
    program = open_it(files=[book])
    program.until(lambda: "“chapter.txt” may be damaged" in said(program))
    press(program, "Open the earlier text")
    assert book.read_bytes() == half
    earlier = program.windows[-1]
    assert earlier.active_view.page.text() == OLD
    assert earlier.active_view.document.path is None
    assert earlier.active_view.document.is_modified
    assert earlier.active_view.document.name == "chapter.txt (before an interrupted save)"
    assert "may be damaged" not in said(program)
    assert kept(paths) == []
    assert list(book.parent.glob(".*cowrite-old")) == []
    program.program.manager.keep_everything()
    program.program.journal_writer.wait_until_idle()
    program.close()
    ((entry,), _) = Journal(paths.journal_dir).entries()
    assert entry.text == OLD
    assert entry.title == "chapter.txt (before an interrupted save)"
    assert book.read_bytes() == half


def test_it_is_kept_while_the_journal_cannot_be_written(
    open_it: OpenIt, book: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_it(files=[book])
    program.until(lambda: "may be damaged" in said(program))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("cowrite.documents.journal.write_private", full)
        press(program, "Open the earlier text")
    assert "could not be stored" in said(program)
    assert len(program.windows) == 1
    assert len(kept(paths)) == 1


def test_it_can_be_deleted(open_it: OpenIt, book: Path, paths: Paths) -> None:
    half = book.read_bytes()
    program = open_it(files=[book])
    program.until(lambda: "may be damaged" in said(program))
    press(program, "Delete the copy")
    assert "may be damaged" not in said(program)
    assert kept(paths) == []
    assert book.read_bytes() == half


@pytest.mark.parametrize("book", [b"\x00\x01\x02 no text"], indirect=True)
def test_what_is_no_text_is_said_to_be_kept_as_a_file(
    open_it: OpenIt, book: Path, paths: Paths
) -> None:
    program = open_it(files=[book])
    program.until(lambda: "may be damaged" in said(program))
    (copy,) = book.parent.glob(".*cowrite-old")
    assert f"is kept as {copy}." in said(program)
    press(program, "Delete the copy")
    assert not copy.exists()


def test_a_hard_linked_file_is_saved_by_the_program_and_nothing_is_left(
    open_it: OpenIt, tmp_path: Path, paths: Paths
) -> None:
    book, other = tmp_path / "book.txt", tmp_path / "other name.txt"
    book.write_text("once", "utf-8")
    other.hardlink_to(book)
    program = open_it(files=[book])
    program.page.type_text("more than ")
    assert program.program.manager.actions_of(program.window).save().result
    assert other.read_text("utf-8") == "more than once"
    assert kept(paths) == []
