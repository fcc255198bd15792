"""Opening: a damaged log is set aside whole, a newer one is left alone, an older one is migrated."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from event_maker import make_event
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from older_log import KINDS_OF_VERSION_1, write_rows

from cowrite.base.errors import UserError
from cowrite.decisions.database.log_file import NoLogError, find_damage, open_for_reading
from cowrite.decisions.database.migrations import migrate, schema_version
from cowrite.decisions.database.tables import MIGRATIONS, Migration
from cowrite.decisions.events import EventKind
from cowrite.decisions.reader import integrity, tail
from cowrite.decisions.writing.log import DecisionLog

EVERYTHING = 1_000_000
WRITE_VERSION = 18  # the byte of the header that says who may write


def stored_numbers(path: Path) -> list[int]:
    return [event.start for event in tail(path, EVERYTHING)]


def write_log(path: Path, rows: int) -> bytes:
    log = DecisionLog(path)
    log.start()
    for number in range(rows):
        log.record(make_event(number, filling="y" * 100))
    log.close()
    return path.read_bytes()


def change_database(path: Path, *statements: str) -> bytes:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)
    return path.read_bytes()


def spoil(path: Path, damage: str) -> bytes:
    whole = write_log(path, 300)
    match damage:
        case "header":
            damaged = b"\0" * 100 + whole[100:]
        case "truncated":
            damaged = whole[: len(whole) // 2]
        case "one page":
            damaged = whole[:4096]
        case "a letter":
            damaged = b"not a database, but a letter to my aunt. " * 200
        case "pages":
            damaged = whole[:4096] + bytes(b ^ 0xFF for b in whole[4096:20480]) + whole[20480:]
        case "another program":
            path.unlink()
            return change_database(path, "CREATE TABLE recipes (name TEXT)")
        case "no version":
            return change_database(path, "PRAGMA user_version = 0")
        case "a table is missing":
            return change_database(path, "DROP TABLE events")
        case _:
            raise AssertionError(damage)
    path.write_bytes(damaged)
    return damaged


DAMAGES = ["header", "truncated", "one page", "a letter", "pages"]
DAMAGES += ["another program", "no version", "a table is missing"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_log_is_set_aside_and_a_new_one_begun(
    path: Path, problems: list[str], damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = spoil(path, damage)
    log = DecisionLog(path, on_problem=problems.append, now_ms=lambda: 1_700_000_000_000)
    log.start()
    log.record(make_event(1))
    log.flush()
    log.close()
    assert {file.name: file.read_bytes() for file in path.parent.iterdir() if file != path} == {
        "decisions.damaged-20231114-221320.sqlite3": damaged
    }
    assert len(problems) == 1
    assert "decisions.damaged-20231114-221320.sqlite3" in problems[0]
    assert "text is safe" in problems[0]
    assert stored_numbers(path)[-1] == 1


def test_what_stood_beside_a_damaged_log_can_be_salvaged(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_log(path, 300)
    log = DecisionLog(path)
    log.start()
    log.record(make_event(1, text="only in the write-ahead log so far"))
    log.flush()
    copy = tmp_path / "copy" / path.name
    copy.parent.mkdir()
    for file in (path, path.with_name(f"{path.name}-wal")):
        (copy.parent / file.name).write_bytes(file.read_bytes())
    log.close()
    damaged = bytearray(copy.read_bytes())
    damaged[8192:20480] = bytes(b ^ 0xFF for b in damaged[8192:20480])
    copy.write_bytes(damaged)
    write_log(copy, 1)
    asides = b"".join(file.read_bytes() for file in copy.parent.glob("decisions.damaged-*"))
    assert b"only in the write-ahead log so far" in asides
    assert stored_numbers(copy)[-2:] == [1, 0]


@pytest.mark.parametrize("column", ["details = 'no JSON'", "kind = 'dreamt'"])
def test_a_row_that_makes_no_sense_is_a_damage(path: Path, column: str) -> None:
    write_log(path, 1)
    change_database(
        path,
        "DROP INDEX events_for_statistics",  # it reads what is written, and would refuse this
        "PRAGMA ignore_check_constraints = ON",
        f"UPDATE events SET {column}",
    )
    with pytest.raises(UserError, match="cannot be read because it is damaged"):
        tail(path, 1)


def test_two_damaged_logs_in_one_second_are_both_kept(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"nothing of the sort" * 100)
        log = DecisionLog(path, now_ms=lambda: 1_700_000_000_000)
        log.start()
        log.close()
    assert len(list(path.parent.glob("decisions.damaged-*.sqlite3"))) == 2


@given(st.lists(st.tuples(st.integers(0, 2**16), st.integers(1, 255)), min_size=1, max_size=4))
@example([(2 * 19, 4)])  # the version that may read
@example([(2 * 47, 0xF0)])  # the format of the schema
@example([(2 * 59, 0xF0)])  # the encoding of text
@example([(2 * 63, 1)])  # our version
@example([(2 * 68, 1)])  # the mark of our program
@example([(2145, 1)])  # the name of a column
@settings(max_examples=150)
def test_whatever_bits_flip_the_log_goes_on_and_nothing_is_overwritten(
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
    flips: list[tuple[int, int]],
) -> None:
    path = tmp_path_factory.mktemp("log") / "decisions.sqlite3"
    damaged = bytearray(write_log(path, 60))
    for place, mask in flips:
        # Half of the flips hit the header, where most depends on each byte.
        at = place // 2 % (100 if place % 2 == 0 else len(damaged))
        assume(at != WRITE_VERSION)
        damaged[at] ^= mask
    path.write_bytes(damaged)
    _go_on_and_check(path, bytes(damaged))


def test_a_file_marked_as_not_to_be_written_is_left_alone_and_said(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """SQLite takes it for a read-only file, and so do we: setting aside a sound log would be worse."""
    damaged = bytearray(write_log(path, 60))
    damaged[WRITE_VERSION] ^= 4
    path.write_bytes(damaged)
    said: list[str] = []
    heard = threading.Event()
    log = DecisionLog(path, on_problem=lambda text: (said.append(text), heard.set())[1])
    log.start()
    log.record(make_event(1000))
    assert heard.wait(30)
    log.close()
    assert "is read-only" in said[0]
    assert path.read_bytes() == damaged


def _go_on_and_check(path: Path, damaged: bytes) -> None:
    problems: list[str] = []
    log = DecisionLog(path, on_problem=problems.append)
    log.start()
    log.record(make_event(1000))
    refused = None
    try:
        log.flush(20)
    except UserError as error:
        refused = error
    log.close()
    asides = list(path.parent.glob("decisions.damaged-*.sqlite3"))
    if refused is not None:
        assert "newer version" in str(refused)
        assert path.read_bytes() == damaged
        assert asides == []
    else:
        assert stored_numbers(path)[-1] == 1000
        assert [aside.read_bytes() for aside in asides] == [damaged] * len(problems)


def test_a_newer_log_is_refused_and_left_alone(path: Path, problems: list[str]) -> None:
    write_log(path, 3)
    before = change_database(path, "PRAGMA user_version = 99")
    log = DecisionLog(path, on_problem=problems.append)
    log.start()
    with pytest.raises(UserError, match="newer version"):
        log.flush()
    log.record(make_event(1))
    log.close()
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert len(problems) == 1
    assert "newer version" in problems[0]
    assert "Update Cowrite" in problems[0]
    with pytest.raises(UserError, match="newer version"):
        tail(path, 1)


def test_a_log_that_everybody_could_read_is_made_private(path: Path) -> None:
    if os.name != "posix":
        pytest.skip("modes are POSIX's")
    write_log(path, 1)
    path.chmod(0o644)
    write_log(path, 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_file_is_a_new_log(path: Path, problems: list[str]) -> None:
    path.parent.mkdir()
    path.touch()
    with pytest.raises(NoLogError):
        tail(path, 1)
    write_log(path, 2)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert stored_numbers(path) == [0, 1]


@pytest.mark.expects_warnings
def test_logs_opened_at_the_same_time_do_not_take_each_other_for_damaged(path: Path) -> None:
    """As when the program is started twice for the first time."""
    problems: list[str] = []
    logs = [DecisionLog(path, on_problem=problems.append) for _ in range(6)]
    for number, log in enumerate(logs):
        log.record(make_event(number))
    together = threading.Barrier(len(logs))
    starters = [
        threading.Thread(target=lambda each=log: (together.wait(), each.start())) for log in logs
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    for log in logs:
        log.flush(60)
    for log in logs:
        log.close()
    assert sorted(stored_numbers(path)) == list(range(6))
    # On a busy machine one may have to wait for the others, and says so.
    assert not [problem for problem in problems if "damaged" in problem]


def test_reading_a_missing_or_damaged_log_is_a_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoLogError, match="no decision log"):
        tail(tmp_path / "none.sqlite3", 1)
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"nothing of the sort" * 100)
    with pytest.raises(UserError, match=r"cannot be read.*sets a damaged log aside"):
        tail(broken, 1)
    folder = tmp_path / "folder.sqlite3"
    folder.mkdir()
    with pytest.raises(UserError, match=r"is a folder\. Move it away"):
        tail(folder, 1)


def test_reading_changes_nothing(path: Path) -> None:
    before = write_log(path, 5)
    report = integrity(path)
    assert report.is_sound
    assert (report.events, report.schema_version, report.size_bytes) == (5, NEWEST, len(before))
    with open_for_reading(path) as connection:
        assert find_damage(connection) == []
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM events")
    assert path.read_bytes() == before


def test_integrity_finds_damaged_pages(path: Path) -> None:
    spoil(path, "pages")
    try:
        sound = integrity(path).is_sound
    except UserError:
        sound = False
    assert not sound


# --- migrations ------------------------------------------------------------------------------------------------------

NEWEST = MIGRATIONS[-1].version
NEXT = Migration(NEWEST + 1, "colours", ("ALTER TABLE events ADD COLUMN colour TEXT",))
BROKEN = Migration(
    NEWEST + 1, "breaks half-way", ("ALTER TABLE events ADD COLUMN colour TEXT", "SELECT nonsense")
)


@pytest.mark.parametrize("rows", [0, 25])
def test_a_log_of_version_1_is_migrated_with_its_rows(path: Path, rows: int) -> None:
    old = [make_event(n, KINDS_OF_VERSION_1[n % len(KINDS_OF_VERSION_1)]) for n in range(rows)]
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, lambda: 5, MIGRATIONS[:1])
        write_rows(connection, old)
    with closing(DecisionLog(path)) as log:
        log.start()
        log.record(make_event(rows, EventKind.EDITED))
        log.flush()
    assert tail(path, rows + 1) == [*old, make_event(rows, EventKind.EDITED)]
    assert integrity(path).is_sound
    assert integrity(path).schema_version == NEWEST


@pytest.mark.parametrize("rows", [0, 5])
def test_the_newest_version_can_be_migrated_with_its_rows(path: Path, rows: int) -> None:
    write_log(path, rows)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, lambda: 5, (*MIGRATIONS, NEXT))
        assert schema_version(connection) == NEXT.version
        steps = connection.execute("SELECT version, description FROM migrations").fetchall()
        assert steps == [(each.version, each.description) for each in (*MIGRATIONS, NEXT)]
        events = connection.execute("SELECT count(*), count(colour) FROM events").fetchone()
        assert events == (rows, 0)
        migrate(connection, lambda: 5, (*MIGRATIONS, NEXT))
        assert connection.execute("SELECT count(*) FROM migrations").fetchone() == (NEXT.version,)
        with pytest.raises(UserError, match="newer version"):
            migrate(connection, lambda: 5, MIGRATIONS)


def test_a_migration_that_fails_leaves_the_old_version_whole(path: Path) -> None:
    write_log(path, 5)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, lambda: 5, (*MIGRATIONS, BROKEN))
        assert schema_version(connection) == NEWEST
        assert connection.execute("SELECT max(version) FROM migrations").fetchone() == (NEWEST,)
        columns = [row[1] for row in connection.execute("PRAGMA table_info(events)")]
        assert "colour" not in columns
    assert stored_numbers(path) == list(range(5))


def test_migrations_are_numbered_without_gaps() -> None:
    assert [each.version for each in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("kind", EventKind)
def test_the_newest_schema_takes_every_kind_of_event(
    log: DecisionLog, path: Path, kind: EventKind
) -> None:
    log.record(make_event(1, kind))
    log.flush()
    assert [event.kind for event in tail(path, 1)] == [kind]
