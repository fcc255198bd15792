"""Disk full, locked, read-only, deleted: events wait in memory, it is said once, and writing goes on when it can."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from event_maker import make_event

from cowrite.base.errors import UserError
from cowrite.decisions.database import log_file
from cowrite.decisions.database.log_file import LogFile, open_for_writing
from cowrite.decisions.database.rows import Record
from cowrite.decisions.reader import document_paths, tail
from cowrite.decisions.writing.log import DecisionLog

EVERYTHING = 1_000_000


def stored_numbers(path: Path) -> list[int]:
    return [event.start for event in tail(path, EVERYTHING)]


class Listener:
    """Keeps what is said, and lets a test wait for it."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.heard = threading.Event()

    def __call__(self, sentence: str) -> None:
        self.said.append(sentence)
        self.heard.set()


class Fault:
    """Makes SQLite itself refuse to write, from the opening of a file until ``repaired``."""

    def __init__(self, spoil: str, repair: str) -> None:
        self.spoil = spoil
        self.repair = repair
        self.repaired = threading.Event()

    def open(
        self, path: Path, now_ms: Callable[[], int], on_problem: Callable[[str], None]
    ) -> LogFile:
        open_for_writing(path, now_ms, on_problem).close()
        return _FaultyFile(path, self)


class _FaultyFile(LogFile):
    def __init__(self, path: Path, fault: Fault) -> None:
        super().__init__(path, sqlite3.connect(path, timeout=0.01, isolation_level=None))
        self._fault = fault
        self._connection.execute(fault.spoil)

    def append(self, records: Sequence[Record]) -> int:
        if self._fault.repaired.is_set():
            self._connection.execute(self._fault.repair)
        return super().append(records)


FULL = ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000", "the disk is full")
READ_ONLY = ("PRAGMA query_only = ON", "PRAGMA query_only = OFF", "is read-only")


@pytest.mark.parametrize(
    ("spoil", "repair", "reason"), [FULL, READ_ONLY], ids=["full", "read-only"]
)
def test_trouble_is_said_once_and_nothing_is_lost(
    path: Path, spoil: str, repair: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault, listener = Fault(spoil, repair), Listener()
    log = DecisionLog(path, on_problem=listener, open_file=fault.open)
    log.start()
    for number in range(200):
        log.record(make_event(number, filling="x" * 500))
    assert listener.heard.wait(30)
    for _ in range(3):
        with pytest.raises(UserError, match=reason):
            log.flush(0.05)
    assert log.acknowledged == 0
    assert stored_numbers(path) == []
    fault.repaired.set()
    log.flush(60)
    log.close()
    assert stored_numbers(path) == list(range(200))
    assert len(listener.said) == 1
    assert reason in listener.said[0]
    assert "text is safe" in listener.said[0]


def test_a_new_spell_of_trouble_is_said_again(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fault, listener = Fault(READ_ONLY[0], READ_ONLY[1]), Listener()
    log = DecisionLog(path, on_problem=listener, open_file=fault.open)
    log.start()
    log.record(make_event(1))
    assert listener.heard.wait(30)
    fault.repaired.set()
    log.flush(60)
    listener.heard.clear()
    fault.repair = READ_ONLY[0]
    log.record(make_event(2))
    assert listener.heard.wait(30)
    fault.repair = READ_ONLY[1]
    log.close()
    assert len(listener.said) == 2
    assert stored_numbers(path) == [1, 2]


def test_closing_in_trouble_says_what_was_lost(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener()
    log = DecisionLog(path, on_problem=listener, open_file=Fault(READ_ONLY[0], "").open)
    log.start()
    log.record(make_event(1))
    log.record(make_event(2))
    assert listener.heard.wait(30)
    log.close()
    assert "The last 2 decisions could not be recorded" in listener.said[-1]
    with pytest.raises(UserError, match="could not be recorded: 2"):
        log.flush()


def test_a_file_that_another_program_holds_is_waited_for(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener()
    # Not spoilt: this opener only waits less long for the lock.
    impatient = Fault("SELECT 1", "SELECT 1")
    log = DecisionLog(path, on_problem=listener, open_file=impatient.open)
    log.start()
    log.flush()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        log.record(make_event(1))
        assert listener.heard.wait(30)
        assert "another program" in listener.said[0]
        other.execute("COMMIT")
    log.flush(60)
    log.close()
    assert stored_numbers(path) == [1]
    assert len(listener.said) == 1


def test_a_log_that_cannot_be_opened_is_opened_later(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir(parents=True)  # a folder stands where the file should be
    listener = Listener()
    log = DecisionLog(path, on_problem=listener)
    log.start()
    log.record(make_event(1))
    assert listener.heard.wait(30)
    with pytest.raises(UserError, match="Your text is safe"):
        log.flush(0.01)
    path.rmdir()
    log.flush(60)
    log.close()
    assert stored_numbers(path) == [1]
    assert len(listener.said) == 1


def test_a_log_that_is_locked_when_opened_is_opened_later(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "BUSY_TIMEOUT_S", 0.01)
    first = DecisionLog(path)
    first.start()
    first.close()
    listener = Listener()
    log = DecisionLog(path, on_problem=listener)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("DELETE FROM documents")
        log.start()
        log.record(make_event(1))
        assert listener.heard.wait(30)
        other.execute("COMMIT")
    log.flush(60)
    log.close()
    assert stored_numbers(path) == [1]
    assert not list(path.parent.glob("*.damaged-*"))


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="only POSIX, and the superuser may do anything"
)
@pytest.mark.parametrize("mode", [0o400, 0o000])
def test_a_read_only_file_is_left_alone_and_said(
    path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    first = DecisionLog(path)
    first.start()
    first.close()
    before = path.read_bytes()
    path.chmod(mode)
    listener = Listener()
    log = DecisionLog(path, on_problem=listener)
    log.start()
    log.record(make_event(1))
    assert listener.heard.wait(30)
    path.chmod(0o600)
    assert path.read_bytes() == before
    log.flush(60)
    log.close()
    assert stored_numbers(path) == [1]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file cannot be deleted")
def test_a_log_that_is_deleted_while_open_is_begun_anew(
    log: DecisionLog, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log.begin_session("s1")
    log.register_document("d1", "/letter.txt")
    log.record(make_event(1))
    log.flush()
    path.unlink()
    log.record(make_event(2))
    log.flush()
    assert stored_numbers(path) == [2]
    assert document_paths(path) == {"d1": "/letter.txt"}
    log.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file cannot be replaced")
def test_a_log_that_is_replaced_while_open_stays_whole(
    log: DecisionLog, path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backup = tmp_path / "backup.sqlite3"
    other = DecisionLog(backup)
    other.start()
    other.record(make_event(77))
    other.close()
    log.record(make_event(1))
    log.flush()
    backup.replace(path)
    log.record(make_event(2))
    log.flush()
    log.close()
    assert stored_numbers(path) == [77, 2]


def test_a_listener_that_fails_does_not_stop_the_log(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(b"nothing of the sort" * 100)

    def fail(_: str) -> None:
        raise RuntimeError("the window is gone")

    log = DecisionLog(path, on_problem=fail)
    log.start()
    log.record(make_event(1))
    log.flush()
    log.close()
    assert stored_numbers(path) == [1]


def test_a_mistake_of_ours_is_said_and_nobody_waits_for_ever(
    path: Path, problems: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> LogFile:
        raise ZeroDivisionError

    log = DecisionLog(path, on_problem=problems.append, open_file=broken)
    log.start()
    log.record(make_event(1))
    with pytest.raises(UserError, match="Nothing is recorded"):
        log.flush(30)
    log.close()
    assert len(problems) == 1


def test_a_log_that_breaks_while_open_is_set_aside_and_goes_on(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener()
    log = DecisionLog(path, on_problem=listener)
    log.start()
    log.register_document("d1", "/letter.txt")
    log.flush()
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE events")
    log.record(make_event(1))
    log.flush(60)
    log.close()
    assert stored_numbers(path) == [1]
    assert document_paths(path) == {"d1": "/letter.txt"}
    (aside,) = path.parent.glob("decisions.damaged-*.sqlite3")
    assert aside.name in listener.said[-1]
