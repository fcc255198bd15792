"""An acknowledged decision is never lost, and the log never disturbs the writer."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from event_maker import EVENTS, make_event
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.decisions import log as log_module
from cowrite.decisions.events import Event
from cowrite.decisions.log import DecisionLog
from cowrite.decisions.schema import MIGRATIONS, Migration, migrate, schema_version
from cowrite.decisions.storage import find_damage, open_for_reading, open_for_writing, read_last
from cowrite.errors import UserError

KILLS = int(os.environ.get("COWRITE_TEST_KILLS", "40"))
HERE = Path(__file__).parent


class Problems(list[str]):
    """The plain sentences that were said."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "decisions.sqlite3"


@pytest.fixture
def problems() -> Problems:
    return Problems()


@pytest.fixture
def log(path: Path, problems: Problems) -> Iterator[DecisionLog]:
    log = DecisionLog(path, on_problem=problems.append)
    log.start()
    yield log
    log.close()


def stored(path: Path) -> list[Event]:
    with open_for_reading(path) as connection:
        return read_last(connection, 1_000_000)


@given(st.lists(EVENTS, max_size=8))
@settings(max_examples=30, deadline=None)
def test_what_is_recorded_is_read_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event]
) -> None:
    path = tmp_path_factory.mktemp("log") / "decisions.sqlite3"
    log = DecisionLog(path)
    log.start()
    for event in events:
        log.record(event)
    log.close()
    assert stored(path) == events


def test_flush_makes_durable_while_still_open(log: DecisionLog, path: Path) -> None:
    log.record(make_event(1))
    log.flush()
    assert [event.start for event in stored(path)] == [1]


def test_recording_does_not_wait_for_a_locked_file(log: DecisionLog, path: Path) -> None:
    log.flush()
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(100):
            log.record(make_event(number))
        assert other.execute("SELECT count(*) FROM events").fetchone() == (0,)
        other.execute("COMMIT")
    other.close()
    log.flush()
    assert len(stored(path)) == 100


def test_only_this_person_can_read_it(log: DecisionLog, path: Path) -> None:
    log.record(make_event(1))
    log.flush()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_sessions_and_documents_are_noted(log: DecisionLog, path: Path) -> None:
    log.begin_session("s1")
    log.register_document("d1", "")
    log.register_document("d1", "/home/someone/letter.txt")
    log.flush()
    with open_for_reading(path) as connection:
        assert connection.execute("SELECT id, path FROM documents").fetchall() == [
            ("d1", "/home/someone/letter.txt")
        ]
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (1,)


def test_paused_keeps_nothing(log: DecisionLog, path: Path) -> None:
    log.pause()
    log.record(make_event(1))
    log.resume()
    log.record(make_event(2))
    log.flush()
    assert [event.start for event in stored(path)] == [2]


def test_recording_after_the_end_is_harmless(log: DecisionLog, path: Path) -> None:
    log.close()
    log.record(make_event(1))
    log.close()
    assert stored(path) == []


@pytest.mark.expects_warnings
def test_a_full_disk_is_said_once_and_nothing_is_lost(
    path: Path, problems: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "RETRY_S", 0.02)
    connections: list[sqlite3.Connection] = []

    def small_disk(*arguments: object) -> sqlite3.Connection:
        connection = open_for_writing(*arguments)  # type: ignore[arg-type]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        connections.append(connection)
        return connection

    said = threading.Event()
    monkeypatch.setattr(log_module, "open_for_writing", small_disk)
    log = DecisionLog(path, on_problem=lambda text: (problems.append(text), said.set()) and None)
    log.start()
    for number in range(200):
        log.record(make_event(number, filling="x" * 500))
    assert said.wait(30)
    with pytest.raises(UserError, match="could not be written in time"):
        log.flush(0.3)
    assert len(problems) == 1
    assert "disk is full" in problems[0]
    assert "text is safe" in problems[0]
    # The log's thread owns the connection; SQLite lets another thread's pragma through only if asked to. Make room by
    # replacing the limit through the thread's own next statement.
    monkeypatch.setattr(log_module, "write_events", _with_room(log_module.write_events))
    log.flush(30)
    log.close()
    assert [event.start for event in stored(path)] == list(range(200))


def _with_room(write):  # type: ignore[no-untyped-def]
    def write_with_room(connection: sqlite3.Connection, events: list[Event]) -> None:
        connection.execute("PRAGMA max_page_count = 1000000")
        write(connection, events)

    return write_with_room


@pytest.mark.parametrize("damage", ["header", "truncated", "text", "bits"])
def test_a_damaged_log_is_set_aside_and_a_new_one_begun(
    path: Path, problems: Problems, damage: str
) -> None:
    first = DecisionLog(path)
    first.start()
    for number in range(300):
        first.record(make_event(number, filling="y" * 100))
    first.close()
    whole = path.read_bytes()
    damaged = {
        "header": b"\0" * 100 + whole[100:],
        "truncated": whole[: len(whole) // 2],
        "text": b"not a database, but a letter to my aunt. " * 200,
        "bits": whole[:4096] + bytes(b ^ 0xFF for b in whole[4096:20480]) + whole[20480:],
    }[damage]
    path.write_bytes(damaged)
    log = DecisionLog(path, on_problem=problems.append)
    log.start()
    log.record(make_event(1))
    log.flush()
    log.close()
    assert [event.start for event in stored(path)] == [1]
    asides = list(path.parent.glob("decisions.damaged-*.sqlite3"))
    assert [aside.read_bytes() for aside in asides] == [damaged]
    assert len(problems) == 1
    assert asides[0].name in problems[0]


def test_a_file_of_another_program_is_not_touched(path: Path, problems: Problems) -> None:
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    log = DecisionLog(path, on_problem=problems.append)
    log.start()
    log.flush()
    log.close()
    (aside,) = path.parent.glob("decisions.damaged-*.sqlite3")
    with sqlite3.connect(aside) as kept:
        assert kept.execute("SELECT count(*) FROM recipes").fetchone() == (0,)
    kept.close()


def test_a_newer_log_is_refused_and_left_alone(path: Path, problems: Problems) -> None:
    first = DecisionLog(path)
    first.start()
    first.close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    before = path.read_bytes()
    log = DecisionLog(path, on_problem=problems.append)
    log.start()
    with pytest.raises(UserError, match="newer version"):
        log.flush()
    log.record(make_event(1))
    log.close()
    assert path.read_bytes() == before
    assert len(problems) == 1
    assert "newer version" in problems[0]
    with pytest.raises(UserError, match="newer version"):
        stored(path)


def test_reading_a_missing_or_damaged_log_is_a_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no log"):
        stored(tmp_path / "none.sqlite3")
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"nothing of the sort" * 100)
    with pytest.raises(UserError, match="cannot be read"):
        stored(broken)


SECOND = Migration(2, "colours", ("ALTER TABLE events ADD COLUMN colour TEXT",))
BROKEN = Migration(
    2, "breaks half-way", ("ALTER TABLE events ADD COLUMN colour TEXT", "SELECT nonsense")
)


@pytest.mark.parametrize("rows", [0, 5])
def test_a_first_version_is_migrated_with_its_rows(path: Path, rows: int) -> None:
    _first_version(path, rows)
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, lambda: 5, (*MIGRATIONS, SECOND))
    assert schema_version(connection) == 2
    assert connection.execute("SELECT version FROM migrations").fetchall() == [(1,), (2,)]
    assert connection.execute("SELECT count(*), count(colour) FROM events").fetchone() == (rows, 0)
    migrate(connection, lambda: 5, (*MIGRATIONS, SECOND))
    connection.close()


def test_a_migration_that_fails_leaves_the_old_version_whole(path: Path) -> None:
    _first_version(path, 5)
    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, lambda: 5, (*MIGRATIONS, BROKEN))
    assert schema_version(connection) == 1
    assert connection.execute("SELECT version FROM migrations").fetchall() == [(1,)]
    columns = [row[1] for row in connection.execute("PRAGMA table_info(events)")]
    assert "colour" not in columns
    connection.close()
    assert len(stored(path)) == 5


def _first_version(path: Path, rows: int) -> None:
    log = DecisionLog(path)
    log.start()
    for number in range(rows):
        log.record(make_event(number))
    log.close()


def test_killed_while_writing_nothing_acknowledged_is_lost(path: Path) -> None:
    randomness = random.Random(7)
    acknowledged = 0
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, str(HERE / "write_until_killed.py"), str(path), str(acknowledged)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert child.stdout is not None
        for _ in range(randomness.randrange(1, 8)):
            acknowledged = max(acknowledged, int(child.stdout.readline()))
        child.kill()
        rest = child.stdout.read().split("\n")
        child.wait()
        child.stdout.close()
        # A line that was cut off by the kill is no acknowledgement.
        acknowledged = max([acknowledged, *(int(line) for line in rest[:-1] if line)])
        with open_for_reading(path) as connection:
            assert find_damage(connection) == []
    numbers = {event.start for event in stored(path)}
    assert set(range(1, acknowledged + 1)) <= numbers
