"""Every event tells which task made its suggestion; older logs get the column, and the table takes every kind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from event_maker import make_event
from older_log import KINDS_OF_VERSION_1, old_log

from cowrite.base.errors import UserError
from cowrite.decisions.database.log_file import open_for_writing
from cowrite.decisions.database.migrations import migrate, schema_version, transaction
from cowrite.decisions.database.rows import insert
from cowrite.decisions.database.tables import MIGRATIONS, TASKS_SINCE, Migration
from cowrite.decisions.events import CONTINUE, Event, EventKind
from cowrite.decisions.exchange.bundle import load
from cowrite.decisions.reader import integrity, tail
from cowrite.decisions.writing.log import DecisionLog

NEWEST = MIGRATIONS[-1].version


def write_log(path: Path, rows: int) -> None:
    with closing(DecisionLog(path)) as log:
        log.start()
        for number in range(rows):
            log.record(make_event(number))


@pytest.mark.parametrize(
    "event",
    [
        replace(make_event(2), kind="dreamt"),  # type: ignore[arg-type]
        replace(make_event(2), task="What I wrote"),
        replace(make_event(2), task=""),
        replace(make_event(2), task="a" * 41),
    ],
)
def test_a_kind_or_task_that_is_none_is_not_stored(path: Path, event: Event) -> None:
    write_log(path, 1)
    with closing(sqlite3.connect(path)) as connection, pytest.raises(ValueError, match="not"):
        insert(connection, event)
    assert [each.start for each in tail(path, 9)] == [0]


@pytest.mark.parametrize("damage", ["kind = 'dreamt'", "task = 'What I wrote'"])
def test_a_row_of_an_unknown_kind_or_task_is_damage(path: Path, damage: str) -> None:
    write_log(path, 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE events SET {damage}")
    with pytest.raises(UserError, match="damaged"):
        tail(path, 1)


@pytest.mark.parametrize("rows", [0, 25])
@pytest.mark.parametrize("version", range(1, TASKS_SINCE))
@pytest.mark.parametrize("defensive", [False, True])
def test_every_older_log_gets_tasks_and_takes_every_kind(
    path: Path, version: int, rows: int, defensive: bool
) -> None:
    path.parent.mkdir()
    old = old_log(path, version, rows)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if defensive:  # as some systems build SQLite: the schema cannot be written
            connection.set_authorizer(
                lambda action, name, *_: (
                    sqlite3.SQLITE_IGNORE
                    if action == sqlite3.SQLITE_PRAGMA and name == "writable_schema"
                    else sqlite3.SQLITE_OK
                )
            )
        migrate(connection, lambda: 6)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM events WHERE document_id = 'a'"
        ).fetchone()
        assert "events_by_document" in plan[3]
        with transaction(connection):
            connection.execute("UPDATE events SET kind = 'dreamt' WHERE id = 1")
            connection.execute("UPDATE events SET kind = ? WHERE id = 1", (KINDS_OF_VERSION_1[0],))
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute("INSERT INTO events (kind) VALUES ('shown')")
    new = replace(make_event(rows, EventKind.EDITED), task="fill_in")
    with closing(DecisionLog(path)) as log:
        log.start()
        log.record(new)
        log.flush()
    assert tail(path, rows + 1) == [*old, new]
    assert {each.task for each in old} <= {CONTINUE}
    assert integrity(path).is_sound
    assert integrity(path).schema_version == NEWEST


@pytest.mark.parametrize("version", range(1, TASKS_SINCE))
def test_an_older_log_is_read_before_it_is_migrated(path: Path, version: int) -> None:
    path.parent.mkdir()
    old = old_log(path, version, 30)
    assert tail(path, 12) == old[-12:]
    assert tail(path, 100, without=[EventKind.SHOWN]) == [
        each for each in old if each.kind is not EventKind.SHOWN
    ]
    assert load(path).events == old
    assert integrity(path).schema_version == version


def test_a_migration_to_tasks_that_fails_leaves_the_log_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    old = old_log(path, TASKS_SINCE - 1, 5)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        broken = Migration(TASKS_SINCE, "breaks", MIGRATIONS[3].statements, fail_after_rewriting)
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, lambda: 5, (*MIGRATIONS[: TASKS_SINCE - 1], broken))
        assert schema_version(connection) == TASKS_SINCE - 1
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            connection.execute("UPDATE events SET kind = 'dreamt'")
    assert tail(path, 5) == old


def fail_after_rewriting(connection: sqlite3.Connection) -> None:
    step = MIGRATIONS[TASKS_SINCE - 1].step
    assert step is not None
    step(connection)
    connection.execute("SELECT nonsense")


@pytest.mark.expects_warnings
@pytest.mark.parametrize("version", range(1, NEWEST + 1))
def test_a_damaged_log_of_any_version_is_salvaged(path: Path, version: int) -> None:
    path.parent.mkdir()
    old = old_log(path, version, 200)
    data = bytearray(path.read_bytes())
    data[-4096:] = bytes(4096)  # a page of the table or of an index
    data[20_000:20_100] = b"x" * 100
    path.write_bytes(data)
    said: list[str] = []
    file = open_for_writing(path, lambda: 7, said.append)
    file.close()
    assert "damaged" in said[0]
    found = tail(path, 1000)
    assert len(found) > 50
    assert all(each in old for each in found)
    assert integrity(path).schema_version == NEWEST
