"""What the writer wants forgotten is in no byte of no file afterwards, whatever it was written in."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from event_maker import make_event
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.decisions.database.backups import backups
from cowrite.decisions.database.log_file import LogFile
from cowrite.decisions.database.migrations import migrate
from cowrite.decisions.database.rows import ProvenanceRow, Record, insert
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.maintenance.erasing import Erased, Erasure, erase_rows
from cowrite.decisions.reader import document_paths, integrity, tail
from cowrite.decisions.writing.backlog import Backlog
from cowrite.decisions.writing.log import DecisionLog

CANARY = "Kanarienvögel singen"
EVERYTHING = 1_000_000
HOUR_MS = 3_600_000
NOW_MS = 1_700_000_000_000


def holds(data: bytes, canary: str = CANARY) -> bool:
    return any(canary.encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def files_with(folder: Path, canary: str = CANARY) -> list[str]:
    """The files below ``folder`` that hold ``canary``: in any byte, or in a text that SQLite holds compressed."""
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        data = path.read_bytes()
        if holds(data, canary) or any(holds(text, canary) for text in decompressed(data)):
            found.append(str(path.relative_to(folder)))
    return found


def decompressed(data: bytes) -> list[bytes]:
    """Whatever zlib streams are in ``data``, whole or cut off, wherever they begin."""
    texts, at = [], data.find(b"\x78")
    while at >= 0:
        if data[at + 1 : at + 2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
            with suppress(zlib.error):
                texts.append(zlib.decompressobj().decompress(data[at:], 1_000_000))
        at = data.find(b"\x78", at + 1)
    return texts


def event(number: int, document: str, text: str = "", at_ms: int = NOW_MS) -> Event:
    made = make_event(number, EventKind.EDITED, origin="typed", inserted=text, removed=0)
    return replace(made, document_id=document, at_ms=at_ms, session_id=f"session of {document}")


def provenance(document: str, text: str, at_ms: int = NOW_MS) -> ProvenanceRow:
    return ProvenanceRow(document_id=document, saved_ms=at_ms, text=text, ranges=lambda: [])


def write(log: DecisionLog, *, at_ms: int = NOW_MS) -> None:
    """A canary in document “a”, other words in “b”, enough of both for many pages."""
    log.register_document("a", f"/home/ada/{CANARY}.txt")
    log.register_document("b", "/home/ada/letter.txt")
    for number in range(400):
        log.record(event(number, "a", f"{CANARY} {number} " * 20, at_ms))
        log.record(event(number, "b", f"another bird {number} " * 20, at_ms - 2 * HOUR_MS))
    log.keep_provenance(provenance("a", f"{CANARY} {'x' * 100}", at_ms))
    log.keep_provenance(provenance("b", "another bird", at_ms - 2 * HOUR_MS))
    log.flush()


def erase(log: DecisionLog, erasure: Erasure) -> Erased:
    answers: list[tuple[Erased | None, UserError | None]] = []
    answered = threading.Event()
    log.erase(erasure, lambda *answer: (answers.append(answer), answered.set())[1])
    assert answered.wait(60)
    erased, error = answers[0]
    if error is not None:
        raise error
    assert erased is not None
    return erased


def back_up(log: DecisionLog) -> Path:
    made: list[Path | None] = []
    answered = threading.Event()
    log.back_up(lambda path, _error: (made.append(path), answered.set())[1])
    assert answered.wait(60)
    assert made[0] is not None
    return made[0]


FORGET_A = Erasure(documents=frozenset({"a"}))
LAST_HOUR = Erasure(since_ms=NOW_MS - HOUR_MS)
SESSION = Erasure(session="session of a")
ALL = Erasure(everything=True)


@pytest.mark.parametrize("erasure", [FORGET_A, LAST_HOUR, SESSION, ALL], ids=lambda e: str(e)[:40])
def test_what_is_erased_is_in_no_file(path: Path, log: DecisionLog, erasure: Erasure) -> None:
    write(log)
    back_up(log)
    aside = path.with_name("decisions.damaged-20231114-221320.sqlite3")
    aside.write_bytes(b"damaged " + CANARY.encode())
    aside.with_name(f"{aside.name}-wal").write_bytes(CANARY.encode("utf-16-le"))
    found = files_with(path.parent)
    assert path.name in found or f"{path.name}-wal" in found
    assert any(name.startswith("backups/") for name in found)
    assert aside.name in found

    erased = erase(log, erasure)

    assert files_with(path.parent) == []
    assert erased.events == (800 if erasure.everything else 400)
    assert "a" in erased.documents
    kept = [] if erasure.everything else list(range(400))
    assert [e.start for e in tail(path, EVERYTHING)] == kept
    assert integrity(path).is_sound
    log.close()
    assert files_with(path.parent) == []
    for backup in backups(path):
        assert [e.start for e in tail(backup, EVERYTHING)] == kept


def test_the_search_of_these_tests_finds_compressed_text(path: Path, log: DecisionLog) -> None:
    log.keep_provenance(provenance("a", CANARY))
    log.flush()
    assert f"{path.name}-wal" in files_with(path.parent)
    erase(log, FORGET_A)
    assert files_with(path.parent) == []


def test_what_waits_for_the_log_is_dropped_too(path: Path) -> None:
    log = DecisionLog(path)  # its thread does not run yet: everything waits
    log.register_document("a", f"/{CANARY}.txt")
    log.record(event(1, "a", CANARY))
    log.record(event(2, "b", "another bird"))
    done = threading.Event()
    log.erase(FORGET_A, lambda *_: done.set())
    log.record(event(3, "a", "written afterwards"))
    log.start()
    assert done.wait(60)
    log.flush()
    log.close()
    assert files_with(path.parent) == []
    assert [e.start for e in tail(path, EVERYTHING)] == [2, 3]


def test_what_the_log_knows_by_heart_does_not_come_back_with_a_new_file(
    path: Path, log: DecisionLog, caplog: pytest.LogCaptureFixture
) -> None:
    write(log)
    erase(log, FORGET_A)
    path.unlink()
    log.record(event(1, "b"))
    log.flush()
    assert document_paths(path) == {"b": "/home/ada/letter.txt"}


def test_names_withheld_in_a_pause_are_forgotten(path: Path, log: DecisionLog) -> None:
    log.pause()
    log.register_document("a", f"/{CANARY}.txt")
    erase(log, FORGET_A)
    log.resume()
    log.flush()
    assert files_with(path.parent) == []


def test_documents_that_are_still_open_keep_their_names(path: Path, log: DecisionLog) -> None:
    log.begin_session("now")
    log.register_document("b", "/home/ada/letter.txt")
    log.register_document("a", "/home/ada/other.txt")
    log.flush()
    erase(log, FORGET_A)
    assert document_paths(path) == {"b": "/home/ada/letter.txt"}


def test_a_damaged_backup_is_removed(path: Path, log: DecisionLog, caplog: object) -> None:
    write(log)
    backup = back_up(log)
    backup.write_bytes(b"damaged " + CANARY.encode())
    erase(log, FORGET_A)
    assert files_with(path.parent) == []
    assert backups(path) == []


def test_a_file_that_cannot_be_removed_is_said_and_nothing_is_half_done(
    path: Path, log: DecisionLog
) -> None:
    write(log)
    aside = path.with_name("decisions.damaged-20231114-221320.sqlite3")
    aside.mkdir()  # a folder cannot be unlinked
    with pytest.raises(UserError, match="could not be deleted"):
        erase(log, FORGET_A)
    assert len(tail(path, EVERYTHING)) == 800
    aside.rmdir()
    erase(log, FORGET_A)
    assert files_with(path.parent) == []


def test_a_reader_in_the_way_is_said_and_a_second_attempt_finishes(
    path: Path, log: DecisionLog, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cowrite.decisions.database.log_file.BUSY_TIMEOUT_S", 0.05)
    impatient = DecisionLog(path)
    impatient.start()
    write(impatient)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        with pytest.raises(UserError, match="was deleted, but another program is reading"):
            erase(impatient, FORGET_A)
        reader.execute("COMMIT")
    erase(impatient, FORGET_A)
    assert files_with(path.parent) == []
    impatient.close()


def test_a_log_that_gave_up_says_that_it_did_not_erase(path: Path, problems: list[str]) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("CREATE TABLE t (a)")
        newer.execute("PRAGMA application_id = 0x4357444C")
        newer.execute("PRAGMA user_version = 99")
    log = DecisionLog(path, on_problem=problems.append)
    log.start()
    with pytest.raises(UserError):
        log.flush()
    with pytest.raises(UserError, match="is not available"):
        erase(log, FORGET_A)
    log.close()


def test_a_command_given_at_the_very_end_is_answered_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log's thread turns down what it finds, while another is about to hand its command over."""
    handing_over, said = threading.Event(), threading.Event()
    answers: list[UserError | None] = []

    def refuse(*_: object) -> LogFile:
        assert handing_over.wait(60)
        raise UserError("This log is closed.")

    put = Backlog.put

    def put_too_late(backlog: Backlog[Record], item: Record) -> bool:
        handing_over.set()
        assert said.wait(60)
        return put(backlog, item)

    log = DecisionLog(path, on_problem=lambda _: said.set(), open_file=refuse)
    log.start()
    monkeypatch.setattr(Backlog, "put", put_too_late)
    log.erase(FORGET_A, lambda _, error: answers.append(error))
    log.close()
    assert [type(each) for each in answers] == [UserError]


@given(
    written=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.text(max_size=5)), max_size=30
    ),
    documents=st.frozensets(st.sampled_from("abc"), max_size=2),
    since=st.none() | st.integers(0, 9),
)
def test_exactly_what_was_asked_for_goes(
    written: list[tuple[str, int, str]], documents: frozenset[str], since: int | None
) -> None:
    erasure = Erasure(documents=documents, since_ms=since)
    events = [event(n, document, text, at) for n, (document, at, text) in enumerate(written)]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, lambda: NOW_MS)
        for each in events:
            insert(connection, each)
        erased = erase_rows(connection, erasure)
        left = [row[0] for row in connection.execute("SELECT start_offset FROM events ORDER BY id")]
    gone = [e for e in events if erasure.covers(e)]
    assert left == [e.start for e in events if not erasure.covers(e)]
    assert erased.events == len(gone)
    assert erased.documents == {e.document_id for e in gone}
