"""A text is one document from its first key on, whatever file it gets later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram
from support.suggestions import ManualClock

from cowrite.__main__ import main
from cowrite.decisions.past_sessions import past_sessions
from cowrite.decisions.reader import document_paths, moments_of, tail
from cowrite.documents.identity import Identities, document_id_for
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.provenance.ranges import Ranges
from cowrite.provenance.statement import make_statement
from cowrite.settings.paths import Paths

MINUTE_MS = 60_000
OpenIt = Callable[..., OpenProgram]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return tmp_path / "letter.txt"


def save_as(program: OpenProgram, path: Path) -> None:
    program.dialogs.save = path
    assert program.program.manager.actions_of(program.window).save_as().result


def write_and_save(open_it: OpenIt, letter: Path) -> str:
    """Begin a text, give it a file, write on; the identity it had at the first key."""
    program = open_it()
    program.type("Dear ")
    begun = program.window.active_view.document.document_id
    save_as(program, letter)
    program.type("Bob")
    assert program.program.manager.actions_of(program.window).save().result
    assert program.window.active_view.document.document_id == begun
    program.close()
    return begun


def test_the_first_file_makes_no_second_document(
    open_it: OpenIt, paths: Paths, letter: Path
) -> None:
    begun = write_and_save(open_it, letter)
    assert {event.document_id for event in tail(paths.decision_log, 100)} == {begun}
    assert document_paths(paths.decision_log)[begun] == str(letter)
    kinds = [event.kind.value for event in tail(paths.decision_log, 100)]
    assert kinds.count("opened") == 1, "nothing was opened by saving"
    (session,) = past_sessions(paths.decision_log)
    assert session.documents == ("letter.txt",)


def test_opened_again_it_is_the_same_document(open_it: OpenIt, paths: Paths, letter: Path) -> None:
    begun = write_and_save(open_it, letter)
    again = open_it()
    assert again.window.active_view.document.document_id == begun
    assert again.program.manager.open_path(letter).result is again.window, "it is open already"
    again.close()
    named = open_it(files=[letter])
    provenance = named.window.active_view.document.provenance
    named.until(lambda: provenance.is_known)
    assert [run.origin.value for run in provenance.ranges.runs] == ["typed"]
    named.close()


def test_another_file_is_another_document(open_it: OpenIt, letter: Path, tmp_path: Path) -> None:
    program = open_it()
    program.type("Dear Bob")
    save_as(program, letter)
    save_as(program, tmp_path / "second.txt")
    assert program.window.active_view.document.document_id == document_id_for(
        tmp_path / "second.txt"
    )


def test_the_statement_counts_all_that_was_written_under_whatever_name(
    open_it: OpenIt, paths: Paths, letter: Path, tmp_path: Path
) -> None:
    """Before the first save, after it, after a new start and under another name: all of it one sitting."""
    clock = ManualClock()

    def write(text: str, minutes: int) -> None:
        program.type(text)
        clock.now_ms += minutes * MINUTE_MS

    program = open_it(clock=clock)
    for word in ("Dear ", "Bob, ", "well. "):
        write(word, minutes=4)
    save_as(program, letter)
    program.close()
    program = open_it(clock=clock)
    write("And you? ", minutes=4)
    save_as(program, second := tmp_path / "second.txt")
    write("Ada", minutes=40)
    program.close()
    program = open_it(clock=clock)  # to look at it is no work
    program.close()
    program = open_it(clock=clock)
    write("The end", minutes=1)
    assert program.program.manager.actions_of(program.window).save().result
    program.close()
    document = Identities(paths.identities_file).of(second)
    statement = make_statement(
        "second", "", Ranges(), {}, moments=moments_of(paths.decision_log, document), made_ms=0
    )
    assert [each.minutes for each in statement.sessions] == [16, 1]


def test_what_is_forgotten_of_an_open_text_begins_anew_under_the_same_identity(
    open_it: OpenIt, paths: Paths, letter: Path
) -> None:
    program = open_it()
    program.type("Dear Bob")
    save_as(program, letter)
    begun = program.window.active_view.document.document_id
    with program.qtbot.waitSignal(program.program.log_maintenance.forgotten):
        program.program.log_maintenance.forget_document(begun)
    assert Identities(paths.identities_file).of(letter) == begun


def test_the_command_line_finds_it_by_its_file(
    open_it: OpenIt, paths: Paths, letter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = write_and_save(open_it, letter)
    home = ["--home", str(paths.home)]
    assert main([*home, "statement", str(letter)]) == 0
    assert "| typed | 8 | 2 | 100.0 % |" in capsys.readouterr().out
    assert main([*home, "log", "forget", str(letter), "--yes"]) == 0
    assert begun not in document_paths(paths.decision_log)
    assert begun not in paths.identities_file.read_text()


def test_a_private_text_leaves_no_note(open_it: OpenIt, paths: Paths, letter: Path) -> None:
    program = open_it()
    program.program.manager.open_new(private=True)
    program.until(lambda: program.page.hasFocus())
    program.type("mine")
    save_as(program, letter)
    program.program.manager.open_path(letter)
    assert len(program.windows) == 2, "the window that has the file is found by the file"
    assert not paths.identities_file.exists()


def test_unsaved_text_of_a_document_that_has_a_file_is_not_a_second_one_with_its_identity(
    open_it: OpenIt, paths: Paths, letter: Path
) -> None:
    """The program was killed after the file was written and before the journal was emptied."""
    begun = write_and_save(open_it, letter)
    journal = Journal(paths.journal_dir)
    entry = JournalEntry(document_id=begun, path="", text="Dear ", caret=5, saved_at_ms=1)
    journal.write(entry)
    program = open_it(files=[letter])
    ids = {window.active_view.document.document_id for window in program.windows}
    assert len(ids) == len(program.windows) == 2
    program.close()
    assert [each.document_id == begun for each in journal.entries()[0]] == [False]
