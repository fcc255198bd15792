"""The journal's own thread: the newest wins, failures are told, nothing is lost at the end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.documents.journal_writer import JournalWriter


def entry(text: str, document_id: str = "one") -> JournalEntry:
    return JournalEntry(document_id=document_id, path="", text=text, caret=0, saved_at_ms=1)


class SlowJournal(Journal):
    """Waits in its first write until told, and counts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.began, self.go_on = threading.Event(), threading.Event()
        self.written: list[str] = []

    def write(self, entry: JournalEntry) -> None:
        self.began.set()
        assert self.go_on.wait(20)
        self.written.append(entry.text)
        super().write(entry)


def kept(folder: Path) -> dict[str, str]:
    return {each.document_id: each.text for each in Journal(folder).entries()[0]}


def test_of_what_waits_only_the_newest_is_written(tmp_path: Path) -> None:
    journal = SlowJournal(tmp_path)
    writer = JournalWriter(journal)
    writer.write(entry("a"))
    assert journal.began.wait(20)
    for text in ("ab", "abc"):
        writer.write(entry(text))
    writer.write(entry("other", "two"))
    journal.go_on.set()
    writer.close()
    assert journal.written == ["a", "abc", "other"]
    assert kept(tmp_path) == {"one": "abc", "two": "other"}


def test_a_discard_after_a_write_wins_and_the_other_way_round(tmp_path: Path) -> None:
    writer = JournalWriter(Journal(tmp_path))
    for number in range(50):
        writer.write(entry(str(number)))
        writer.discard("one")
    writer.discard("two")
    writer.write(entry("stays", "two"))
    writer.close()
    assert kept(tmp_path) == {"two": "stays"}


def test_closing_writes_what_waits_and_may_be_repeated(tmp_path: Path) -> None:
    writer = JournalWriter(Journal(tmp_path))
    for number in range(20):
        writer.write(entry("text", f"document-{number}"))
    writer.close()
    writer.close()
    assert len(kept(tmp_path)) == 20


class BrokenJournal(Journal):
    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(folder)
        self._error = error

    def write(self, entry: JournalEntry) -> None:
        raise self._error


@pytest.mark.expects_warnings
@pytest.mark.parametrize("error", [UserError("The disk is full."), ZeroDivisionError()])
def test_every_failure_is_told_and_the_thread_goes_on(tmp_path: Path, error: Exception) -> None:
    told: list[tuple[str, UserError | None]] = []
    writer = JournalWriter(BrokenJournal(tmp_path, error), lambda *each: told.append(each))
    writer.write(entry("text"))
    assert writer.wait_until_idle()
    writer.discard("one")
    assert writer.wait_until_idle()
    writer.close()
    assert [document_id for document_id, _ in told] == ["one", "one"]
    assert isinstance(told[0][1], UserError)
    assert told[1][1] is None


def test_it_is_known_what_could_not_be_kept(tmp_path: Path) -> None:
    writer = JournalWriter(BrokenJournal(tmp_path, UserError("The disk is full.")))
    writer.write(entry("text"))
    writer.write(entry("other", "two"))
    assert writer.unkept() == {"one", "two"}
    writer.discard("one")
    assert writer.unkept() == {"two"}
    writer.close()


def test_what_waits_too_long_is_not_kept_and_what_is_written_is(tmp_path: Path) -> None:
    journal = SlowJournal(tmp_path)
    writer = JournalWriter(journal)
    writer.write(entry("a"))
    assert journal.began.wait(20)
    writer.write(entry("ab"))
    assert writer.unkept(timeout_s=0.0) == {"one"}
    journal.go_on.set()
    assert writer.unkept() == frozenset()
    writer.close()
