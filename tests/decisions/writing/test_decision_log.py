"""What is recorded is kept, in order, and recording never disturbs the writer."""

from __future__ import annotations

import math
import os
import sqlite3
import stat
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from event_maker import make_event
from event_strategies import EVENTS
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.decisions.database.rows import ProvenanceRow
from cowrite.decisions.events import Event
from cowrite.decisions.reader import document_paths, integrity, tail
from cowrite.decisions.writing.backlog import BATCH
from cowrite.decisions.writing.log import DecisionLog

EVERYTHING = 1_000_000


def stored_numbers(path: Path) -> list[int]:
    return [event.start for event in tail(path, EVERYTHING)]


@given(st.lists(EVENTS, max_size=8))
@settings(max_examples=60)
def test_what_is_recorded_is_read_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event]
) -> None:
    path = tmp_path_factory.mktemp("log") / "decisions.sqlite3"
    log = DecisionLog(path)
    log.start()
    for event in events:
        log.record(event)
    log.close()
    assert tail(path, EVERYTHING) == events
    assert log.acknowledged == len(events)


def test_more_than_a_batch_is_kept_in_order(log: DecisionLog, path: Path) -> None:
    count = 3 * BATCH + 7
    for number in range(count):
        log.record(make_event(number))
    log.flush(60)
    assert stored_numbers(path) == list(range(count))


def test_events_of_several_threads_are_all_kept(log: DecisionLog, path: Path) -> None:
    def record_hundred(first: int) -> None:
        for number in range(first, first + 100):
            log.record(make_event(number))
        log.flush(60)

    threads = [threading.Thread(target=record_hundred, args=(1000 * i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = stored_numbers(path)
    for i in range(4):
        mine = [number for number in numbers if number // 1000 == i]
        assert mine == list(range(1000 * i, 1000 * i + 100))


def test_flush_makes_durable_while_still_open(log: DecisionLog, path: Path) -> None:
    log.record(make_event(1))
    log.flush()
    assert stored_numbers(path) == [1]
    assert log.acknowledged == 1


def test_an_event_becomes_durable_without_a_flush(log: DecisionLog, path: Path) -> None:
    log.flush()
    log.record(make_event(1))
    with closing(sqlite3.connect(path)) as other:
        while other.execute("SELECT count(*) FROM events").fetchone() == (0,):
            pass  # the test's time limit ends this
    log.flush()


def test_recording_does_not_wait_for_a_locked_file(log: DecisionLog, path: Path) -> None:
    log.flush()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(100):
            log.record(make_event(number))
        log.begin_session("s1")
        log.register_document("d1", "")
        assert other.execute("SELECT count(*) FROM events").fetchone() == (0,)
        assert log.acknowledged == 0
        other.execute("COMMIT")
    log.flush(60)
    assert stored_numbers(path) == list(range(100))


def test_recording_does_not_wait_for_the_file_to_be_opened(path: Path) -> None:
    opened = threading.Event()

    def open_slowly(*_: object) -> None:
        opened.wait()
        raise UserError("enough")

    log = DecisionLog(path, open_file=open_slowly)  # type: ignore[arg-type]
    log.start()
    for number in range(100):
        log.record(make_event(number))
    assert not path.exists()
    opened.set()
    log.close()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_this_person_can_read_it(log: DecisionLog, path: Path) -> None:
    log.record(make_event(1))
    log.flush()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    names = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert names == {
        "decisions.sqlite3": 0o600,
        "decisions.sqlite3-wal": 0o600,
        "decisions.sqlite3-shm": 0o600,
    }


def test_closing_leaves_one_file(log: DecisionLog, path: Path) -> None:
    log.record(make_event(1))
    log.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_deleted_rows_leave_no_trace(log: DecisionLog, path: Path) -> None:
    """``secure_delete`` is on for whoever deletes with our settings; here the file is read for the words."""
    log.record(make_event(1, text="a secret of the writer"))
    log.close()
    assert b"a secret of the writer" in path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA secure_delete = ON")
        other.execute("DELETE FROM events")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"a secret of the writer" not in path.read_bytes()


def test_sessions_and_documents_are_noted(path: Path) -> None:
    log = DecisionLog(path, now_ms=lambda: 17)
    log.start()
    log.begin_session("s1")
    log.register_document("d1", "")
    log.register_document("d1", "/home/someone/letter.txt")
    log.close()
    assert document_paths(path) == {"d1": "/home/someone/letter.txt"}
    with closing(sqlite3.connect(path)) as connection:
        (session,) = connection.execute("SELECT * FROM sessions").fetchall()
        assert session[:3] == ("s1", 17, __version__)
        assert session[3]
        assert connection.execute("SELECT first_seen_ms FROM documents").fetchall() == [(17,)]


def test_a_file_name_that_is_not_unicode_is_noted(log: DecisionLog, path: Path) -> None:
    log.register_document("d1", "/home/someone/caf\udce9.txt")
    log.record(make_event(1))
    log.flush()
    assert document_paths(path) == {"d1": "/home/someone/caf\\udce9.txt"}
    assert stored_numbers(path) == [1]


def test_paused_keeps_nothing(log: DecisionLog, path: Path) -> None:
    log.pause()
    log.record(make_event(1))
    log.resume()
    log.record(make_event(2))
    log.flush()
    assert stored_numbers(path) == [2]


def test_decisions_alone_can_be_left_out(log: DecisionLog, path: Path) -> None:
    origin = ProvenanceRow(document_id="d1", saved_ms=1, text="Words", ranges=lambda: [[0, 5]])
    log.pause()
    log.register_document("d1", "/novel.txt")
    log.keep_provenance(origin)
    log.pause(keep_provenance=True)
    assert log.is_paused
    log.record(make_event(1))
    log.keep_provenance(origin)
    log.flush()
    assert stored_numbers(path) == []
    assert document_paths(path) == {"d1": "/novel.txt"}
    assert log.acknowledged == 2
    log.pause()
    log.keep_provenance(origin)
    log.flush()
    assert log.acknowledged == 2


def test_paused_keeps_no_name_of_a_file_until_it_is_needed(log: DecisionLog, path: Path) -> None:
    log.pause()
    log.begin_session("s1")
    log.register_document("d1", "/private/diary.txt")
    log.flush()
    assert document_paths(path) == {}
    assert log.acknowledged == 0
    log.resume()
    log.flush()
    assert document_paths(path) == {"d1": "/private/diary.txt"}
    assert log.acknowledged == 2


def test_recording_after_the_end_is_harmless_but_not_acknowledged(
    log: DecisionLog, path: Path
) -> None:
    log.record(make_event(1))
    log.close()
    log.flush()
    log.record(make_event(2))
    with pytest.raises(UserError, match="could not be recorded: 1"):
        log.flush()
    log.close()
    assert stored_numbers(path) == [1]


def test_a_log_that_was_never_started_can_be_closed(path: Path) -> None:
    log = DecisionLog(path)
    log.record(make_event(1))
    log.close()
    assert not path.exists()


def test_nothing_infinite_stops_an_event(log: DecisionLog, path: Path) -> None:
    log.record(make_event(1, logprob=-math.inf, tokens=[["a", math.nan], ["b", -1.5]]))
    log.flush()
    (event,) = tail(path, 1)
    assert event.details == {"number": 1, "logprob": None, "tokens": [["a", None], ["b", -1.5]]}


@pytest.mark.parametrize(
    "event",
    [
        make_event(2, thing=object()),
        make_event(2**70),
        make_event(2, model_text={"deep": {1, 2}}),
        replace(make_event(2), model="half \ud83d"),
        None,
    ],
    ids=["no JSON", "too large a number", "a set", "half a character in a name", "no event"],
)
def test_an_event_that_no_file_can_hold_does_not_stop_the_others(
    log: DecisionLog, path: Path, event: Event, caplog: pytest.LogCaptureFixture
) -> None:
    log.record(make_event(1))
    log.record(event)
    log.record(make_event(3))
    with pytest.raises(UserError, match="could not be recorded: 1"):
        log.flush()
    log.flush()
    assert stored_numbers(path) == [1, 3]
    assert log.acknowledged == 2
    assert "cannot be stored" in caplog.text


def test_what_cannot_be_stored_is_not_quoted_in_the_log_of_errors(
    log: DecisionLog, caplog: pytest.LogCaptureFixture
) -> None:
    log.record(make_event(2, text="a secret of the writer", thing=object()))
    with pytest.raises(UserError):
        log.flush()
    assert "secret" not in caplog.text


def test_memory_is_bounded_and_what_found_no_room_is_said(path: Path, problems: list[str]) -> None:
    log = DecisionLog(path, on_problem=problems.append, most_waiting=10)
    for number in range(25):
        log.record(make_event(number))
    log.start()
    with pytest.raises(UserError, match="could not be recorded: 15"):
        log.flush()
    log.close()
    assert stored_numbers(path) == list(range(10))
    assert len(problems) == 1
    assert "waiting to be recorded" in problems[0]


def test_counting_reads_all(log: DecisionLog, path: Path) -> None:
    for number in range(12):
        log.record(make_event(number))
    log.flush()
    assert integrity(path).events == 12
    assert [event.start for event in tail(path, 5)] == [7, 8, 9, 10, 11]
