"""One file is open once, whatever names it has: nobody writes unseen over what somebody else has on screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from documents.test_open_documents import WAYS, hard_link
from open_program import OpenProgram

from cowrite.documents.files import read_document
from cowrite.documents.identity import Identities, document_id_for
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.documents.session import OpenDocument, Session, save_session
from cowrite.editor.dialogs.dialogs import Changed, Unsaved
from cowrite.editor.shell.files.document_actions import DocumentActions
from cowrite.editor.shell.window import EditorWindow
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
Way = Callable[[Path], Path]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "letter.txt"
    path.parent.mkdir()
    path.write_text("Dear Bob")
    return path


@pytest.fixture
def undecodable(letter: Path) -> Path:
    letter.write_bytes(b"\xef\xbb\xbfgood \xff bad")
    return letter


def actions(program: OpenProgram, window: EditorWindow | None = None) -> DocumentActions:
    return program.program.manager.actions_of(window or program.window)


def are_others(program: OpenProgram) -> bool:
    """Whether no two windows have one identity or one file."""
    ids = {window.active_view.document.document_id for window in program.windows}
    files = [
        window.active_view.document.path
        for window in program.windows
        if window.active_view.document.path
    ]
    numbers = {(path.stat().st_dev, path.stat().st_ino) for path in files if path.exists()}
    return len(ids) == len(program.windows) and len(numbers) == sum(map(Path.exists, files))


def journals(paths: Paths) -> dict[str, str]:
    return {entry.document_id: entry.text for entry in Journal(paths.journal_dir).entries()[0]}


def put_journal(paths: Paths, document_id: str, path: Path | None, text: str, at: int = 1) -> None:
    entry = JournalEntry(
        document_id=document_id, path=str(path or ""), text=text, caret=0, saved_at_ms=at
    )
    Journal(paths.journal_dir).write(entry)


@pytest.mark.parametrize("way", WAYS)
def test_opened_by_another_name_it_is_the_same_window(
    open_it: OpenIt, letter: Path, way: Way
) -> None:
    program = open_it(files=[letter, way(letter)])
    assert len(program.windows) == 1
    assert program.program.manager.open_path(letter).result is program.window
    program.program._on_files_received([str(letter)])
    program.program.manager.open_paths([letter], private=True)
    assert len(program.windows) == 1
    program.close()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("private", [True, False])
def test_nothing_is_saved_onto_it_by_another_name(
    open_it: OpenIt, paths: Paths, letter: Path, way: Way, private: bool
) -> None:
    program = open_it(files=[letter])
    program.type("UNSAVED ")
    program.program.manager.open_new(private=private)
    program.until(lambda: program.page.hasFocus())
    program.type("other")
    program.dialogs.save = way(letter)
    assert actions(program).save_as().result is False
    assert actions(program).save().result is False
    program.click_message("Save elsewhere")
    program.dialogs.unsaved = Unsaved.SAVE
    assert actions(program).may_close().result is False
    assert "is open in another tab or window" in " ".join(program.window.messages.texts)
    assert letter.read_text() == "Dear Bob"
    assert are_others(program)
    program.dialogs.unsaved = Unsaved.DISCARD
    program.close()
    texts = set(journals(paths).values())
    assert texts == {"UNSAVED Dear Bob"} | (set() if private else {"other"})


@pytest.mark.parametrize("way", [*WAYS, lambda letter: letter])
def test_a_copy_never_replaces_what_could_not_be_read(
    open_it: OpenIt, undecodable: Path, way: Way
) -> None:
    data = undecodable.read_bytes()
    program = open_it(files=[undecodable])
    program.dialogs.save = way(undecodable)
    program.click_message("Save a copy")
    assert "cannot be replaced by this copy" in " ".join(program.window.messages.texts)
    assert actions(program).save().result is False
    actions(program)._save_as_utf8()
    assert undecodable.read_bytes() == data
    assert program.page.isReadOnly()
    program.dialogs.save = undecodable.with_name("copy.txt")
    program.click_message("Save a copy")
    assert undecodable.read_bytes() == data
    assert not program.page.isReadOnly()
    program.close()


def test_a_copy_is_suggested_a_name_that_is_free(
    open_it: OpenIt, undecodable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("letter copy.txt", "letter copy 2.txt"):
        undecodable.with_name(name).touch()
    undecodable.with_name("letter copy 3.txt").symlink_to("nowhere")
    program = open_it(files=[undecodable])
    suggested: list[Path] = []

    def ask(parent: object, path: Path, filters: str = "") -> Path:
        suggested.append(path)
        return path

    monkeypatch.setattr(program.dialogs, "file_to_save", ask)
    program.click_message("Save a copy")
    assert suggested == [undecodable.with_name("letter copy 4.txt")]
    assert program.window.active_view.document.path == suggested[0]
    program.close()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("She *never* came.", "Untitled.md"),
        ("# One", "Untitled.md"),
        ("2 * 3", "Untitled.txt"),
    ],
)
def test_a_text_with_marks_of_markdown_is_suggested_to_stay_markdown(
    open_it: OpenIt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    program = open_it()
    monkeypatch.setattr(program.dialogs, "file_to_save", lambda _, path, filters="": path)
    program.type(text)
    assert actions(program).save().result
    assert (tmp_path / name).exists()
    program.close()


def test_two_texts_without_a_name_are_suggested_two(
    open_it: OpenIt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    program = open_it()
    monkeypatch.setattr(program.dialogs, "file_to_save", lambda _, path, filters="": path)
    program.type("one")
    assert actions(program).save().result
    program.program.manager.open_new()
    program.until(lambda: program.page.hasFocus())
    program.type("two")
    assert actions(program).save().result
    assert (tmp_path / "Untitled.txt").read_text() == "one"
    assert (tmp_path / "Untitled 2.txt").read_text() == "two"
    program.close()


def test_the_version_of_another_program_is_not_replaced_by_its_own_name(
    open_it: OpenIt, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked to keep both, and by “Save as”."""
    program = open_it(files=[letter])
    program.type("mine ")
    letter.write_text("theirs")
    monkeypatch.setattr(program.dialogs, "file_to_save", lambda _, path, filters="": path)
    assert actions(program).save_as().result is False
    assert program.dialogs.asked == ["changed"]
    program.dialogs.changed = Changed.SAVE_AS
    assert actions(program).save().result
    assert letter.read_text() == "theirs"
    assert letter.with_name("letter copy.txt").read_text() == "mine Dear Bob"
    program.close()


def test_what_was_moved_away_and_replaced(open_it: OpenIt, paths: Paths, letter: Path) -> None:
    """``mv letter moved``, a new ``letter``: the window is that of ``letter``, and asks before it replaces it."""
    program = open_it(files=[letter])
    program.type("mine ")
    moved = letter.with_name("moved.txt")
    letter.rename(moved)
    letter.write_text("another")
    first = program.window
    assert program.program.manager.open_path(letter).result is first
    second = program.program.manager.open_path(moved).result
    assert second is not first
    assert are_others(program)
    program.until(lambda: program.page.hasFocus())
    program.type("also mine ")
    program.program.manager.keep_everything()
    program.program.journal_writer.wait_until_idle()
    assert sorted(journals(paths).values()) == ["also mine Dear Bob", "mine Dear Bob"]
    assert actions(program, first).save().result is False
    assert program.dialogs.asked == ["changed"]
    assert (letter.read_text(), moved.read_text()) == ("another", "Dear Bob")
    assert actions(program, second).save().result
    assert (letter.read_text(), moved.read_text()) == ("another", "also mine Dear Bob")
    program.close()


def test_two_files_that_became_one_are_not_written_over_each_other(
    open_it: OpenIt, letter: Path
) -> None:
    other = letter.with_name("other.txt")
    other.write_text("Dear Bob")
    program = open_it(files=[letter, other])
    one, two = program.windows
    one.active_view.page.type_text("UNSAVED ")
    other.unlink()
    other.hardlink_to(letter)
    two.active_view.page.type_text("other ")
    assert actions(program, two).save().result is False
    assert "is open in another tab or window" in " ".join(two.messages.texts)
    assert letter.read_text() == "Dear Bob"
    program.close()


@pytest.mark.parametrize("way", [*WAYS, lambda letter: letter])
def test_a_statement_replaces_no_document_that_is_open(
    open_it: OpenIt, letter: Path, way: Way
) -> None:
    program = open_it(files=[letter])
    first = program.window
    program.program.manager.open_new()
    program.until(lambda: program.page.hasFocus())
    program.dialogs.save = way(letter)
    for window in (first, program.window):
        program.program.manager.bring_forward(window)
        export = next(
            a for a in window.menuBar().actions()[0].menu().actions() if "xport auth" in a.text()
        )
        export.trigger()
        assert "cannot replace" in " ".join(window.messages.texts)
    assert letter.read_text() == "Dear Bob"
    program.close()


@pytest.mark.parametrize("name", ["a\0b", "/\ud800", ""])
def test_a_second_start_with_an_impossible_name_is_answered(open_it: OpenIt, name: str) -> None:
    program = open_it()
    program.program._on_files_received([name])
    assert len(program.windows) == 1
    assert program.window.messages.texts
    program.close()


# --- after a start ---


def test_a_session_with_one_file_by_many_names(open_it: OpenIt, paths: Paths, letter: Path) -> None:
    names = [
        letter,
        hard_link(letter),
        letter.parent / ".." / letter.parent.name / letter.name,
        letter,
    ]
    documents = [
        OpenDocument(document_id=f"d{number}", path=str(name)) for number, name in enumerate(names)
    ]
    save_session(paths.session_file, Session(documents=(*documents, *documents)))
    put_journal(paths, "d2", names[1], "unsaved Dear Bob")
    program = open_it()
    assert [window.active_view.page.text() for window in program.windows] == ["unsaved Dear Bob"]
    program.close()


def test_several_unsaved_texts_of_one_file(open_it: OpenIt, paths: Paths, letter: Path) -> None:
    """The newest is the text of the file; no word of the others is lost, and none is written over another."""
    put_journal(paths, "old", letter, "old words", at=1)
    put_journal(paths, "new", hard_link(letter), "new words", at=3)
    put_journal(paths, document_id_for(letter), letter, "middle words", at=2)
    save_session(
        paths.session_file, Session(documents=(OpenDocument(document_id="old", path=str(letter)),))
    )
    for _ in range(2):
        program = open_it(files=[letter])
        texts = {
            window.active_view.page.text(): window.active_view.document.path
            for window in program.windows
        }
        assert set(texts) == {"old words", "middle words", "new words"}
        assert texts["new words"] is not None
        assert texts["old words"] is texts["middle words"] is None
        assert are_others(program)
        program.crash()
    assert sorted(journals(paths).values()) == ["middle words", "new words", "old words"]


def test_two_files_that_are_noted_to_hold_one_document(
    open_it: OpenIt, paths: Paths, letter: Path
) -> None:
    other = letter.with_name("other.txt")
    other.write_text("other")
    identities = Identities(paths.identities_file)
    for path in (letter, other):
        identities.note(path, "same")
    program = open_it(files=[letter, other])
    assert are_others(program)
    for window in program.windows:
        window.active_view.page.type_text("unsaved ")
    program.program.manager.keep_everything()
    program.crash()
    assert sorted(journals(paths).values()) == ["unsaved Dear Bob", "unsaved other"]
    program = open_it()
    assert sorted(w.active_view.page.text() for w in program.windows) == [
        "unsaved Dear Bob",
        "unsaved other",
    ]
    program.close()


def test_a_file_noted_to_hold_what_is_unsaved_of_another(
    open_it: OpenIt, paths: Paths, letter: Path
) -> None:
    """The identity of ``other`` is in the journal of ``letter``: its journal is written over by neither."""
    other = letter.with_name("other.txt")
    other.write_text("other")
    Identities(paths.identities_file).note(other, "begun")
    put_journal(paths, "begun", letter, "unsaved words")
    documents = [OpenDocument(document_id="x", path=str(path)) for path in (other, letter)]
    save_session(paths.session_file, Session(documents=tuple(documents)))
    program = open_it()
    assert [w.active_view.page.text() for w in program.windows] == ["other", "unsaved words"]
    assert are_others(program)
    program.windows[0].active_view.page.type_text("more ")
    program.program.manager.keep_everything()
    program.crash()
    assert sorted(journals(paths).values()) == ["more other", "unsaved words"]


def test_a_stale_journal_under_another_identity_does_not_come_back(
    open_it: OpenIt, paths: Paths, letter: Path
) -> None:
    put_journal(paths, "stale", letter, "Dear Bob")
    open_it().close()
    assert journals(paths) == {}
    letter.write_text("newer")
    program = open_it()
    assert [window.active_view.page.text() for window in program.windows] == ["newer"]
    program.close()


def test_unsaved_text_never_replaces_a_file_that_cannot_be_read(
    open_it: OpenIt, paths: Paths, undecodable: Path
) -> None:
    """Not even one that looks as it did when the text was kept."""
    data = undecodable.read_bytes()
    stamp = read_document(undecodable).stamp
    entry = JournalEntry(
        document_id="d", path=str(undecodable), text="mine", caret=0, saved_at_ms=1, stamp=stamp
    )
    Journal(paths.journal_dir).write(entry)
    program = open_it()
    assert program.page.text() == "mine"
    assert "cannot be read as text" in " ".join(program.window.messages.texts)
    assert actions(program).save().result is False
    assert undecodable.read_bytes() == data
    program.close()
    program = open_it(files=[undecodable])
    assert "mine" in [window.active_view.page.text() for window in program.windows]
    program.close()


def test_a_copied_journal_is_shown_as_well(open_it: OpenIt, paths: Paths, letter: Path) -> None:
    put_journal(paths, "d1", letter, "unsaved")
    file = paths.journal_dir / "d1.journal"
    (paths.journal_dir / "d1 (copy).journal").write_bytes(file.read_bytes())
    program = open_it()
    assert [window.active_view.page.text() for window in program.windows] == ["unsaved", "unsaved"]
    assert are_others(program)
    assert "several versions" in " ".join(program.window.messages.texts)
    program.close()


def test_a_text_keeps_its_journal_where_it_cannot_get_another_name(
    open_it: OpenIt, paths: Paths, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Identities(paths.identities_file).note(letter, "begun")
    put_journal(paths, "begun", None, "unsaved")

    def fail(*_: object) -> JournalEntry:
        raise OSError("a disk that is read-only")

    monkeypatch.setattr("cowrite.documents.journal._rename", fail)
    program = open_it(files=[letter])
    assert are_others(program)
    for window in program.windows:
        window.active_view.page.type_text("more ")
    program.program.manager.keep_everything()
    program.crash()
    assert sorted(journals(paths).values()) == ["more Dear Bob", "more unsaved"]


def test_one_that_fails_to_come_back_keeps_its_journal(
    open_it: OpenIt, paths: Paths, letter: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    identity = document_id_for(letter)
    put_journal(paths, identity, letter, "unsaved")
    put_journal(paths, "other", None, "other")
    show = EditorWindow.place_as

    def fail(window: EditorWindow, document: OpenDocument) -> None:
        if window.active_view.page.text() == "unsaved":
            window.active_view.document.close()
            window.active_view.page.content.load("")
            window.active_view.document.become(None)
            raise RuntimeError("nobody thought of it")
        show(window, document)

    monkeypatch.setattr(EditorWindow, "place_as", fail)
    program = open_it(files=[letter])
    assert "other" in [window.active_view.page.text() for window in program.windows]
    assert "could not be opened again" in " ".join(program.window.messages.texts)
    program.window.active_view.page.type_text("more ")
    program.window.active_view.document.journal.write()
    program.crash()
    assert journals(paths)[identity] == "unsaved"


def test_asked_to_end_twice_a_private_window_asks_once(
    open_it: OpenIt, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_it()
    program.type("kept")
    program.program.manager.open_new(private=True)
    program.until(lambda: program.page.hasFocus())
    program.type("private")
    asked: list[str] = []

    def ask(parent: object, name: str) -> Unsaved:
        asked.append(name)
        program.program.manager.quit()
        return Unsaved.CANCEL

    monkeypatch.setattr(program.dialogs, "about_unsaved", ask)
    program.program.manager.quit()
    assert asked == ["Untitled"]
    program.program.journal_writer.wait_until_idle()
    assert list(journals(paths).values()) == ["kept"]
    monkeypatch.undo()
    program.dialogs.unsaved = Unsaved.DISCARD
    program.close()
