"""Once a day: rows that are too old go, few at a time, and a sound copy is made while writing goes on."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from event_maker import make_event
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.decisions.database import backups as backups_module
from cowrite.decisions.database.backups import (
    backup_folder,
    backups,
    is_sound,
    kept_of,
    make_backup,
    newest_sound,
)
from cowrite.decisions.database.log_file import LogFile, open_for_writing
from cowrite.decisions.maintenance.retention import (
    ROWS_PER_STEP,
    Interrupted,
    LogRetention,
    erase_older,
)
from cowrite.decisions.reader import integrity, tail
from cowrite.decisions.writing.log import DecisionLog

DAY_MS = 86_400_000
START_MS = 1_700_000_000_000
EVERYTHING = 1_000_000


class Wall:
    """A system clock that is set by hand."""

    def __init__(self) -> None:
        self.ms = START_MS

    def __call__(self) -> int:
        return self.ms


def wait_for_backups(path: Path, count: int) -> None:
    """The end of the program would put it off until another day."""
    deadline = time.monotonic() + 30
    while len(backups(path)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def file(path: Path):
    opened = open_for_writing(path, lambda: START_MS, lambda _: None)
    yield opened
    opened.close()


def numbers(path: Path) -> list[int]:
    return [event.start for event in tail(path, EVERYTHING)]


def test_a_copy_is_made_once_a_day_and_old_rows_go(path: Path) -> None:
    wall = Wall()
    log = DecisionLog(path, now_ms=wall, retention=LogRetention(lambda: 30))
    log.start()

    def write_at(ms: int, number: int) -> None:
        wall.ms = ms
        log.record(replace(make_event(number), at_ms=ms))
        log.flush()
        log.record(replace(make_event(number + 100), at_ms=ms))
        log.flush()

    write_at(START_MS, 1)
    assert backups(path) == [], "nothing before the program has run for a minute"
    write_at(START_MS + 61_000, 2)
    wait_for_backups(path, 1)
    write_at(START_MS + 120_000, 3)
    log.close()
    assert len(backups(path)) == 1
    log = DecisionLog(path, now_ms=wall, retention=LogRetention(lambda: 30))
    log.start()
    write_at(START_MS + 31 * DAY_MS, 4)
    write_at(START_MS + 31 * DAY_MS + 61_000, 5)
    wait_for_backups(path, 2)
    log.close()
    assert numbers(path) == [4, 104, 5, 105]
    old, new = backups(path)
    assert numbers(old) == [], "what is too old for the log is too old for its copies"
    assert numbers(new)[:2] == [4, 104]


def test_everything_stays_if_the_writer_asks_for_nothing(path: Path) -> None:
    wall = Wall()
    log = DecisionLog(path, now_ms=wall, retention=LogRetention(lambda: 0))
    log.start()
    for day in (0, 1, 2000):
        wall.ms = START_MS + day * DAY_MS
        log.record(replace(make_event(day), at_ms=wall.ms))
        log.flush()
    log.close()
    assert numbers(path) == [0, 1, 2000]


def test_old_rows_go_few_at_a_time_and_writing_goes_on(file: LogFile) -> None:
    old = [replace(make_event(n), at_ms=START_MS - DAY_MS) for n in range(3 * ROWS_PER_STEP)]
    file.append(old)
    written: list[int] = []

    def between() -> None:
        number = 10_000 + len(written)
        file.append([replace(make_event(number), at_ms=START_MS)])
        written.append(number)

    assert erase_older(file.connection, START_MS, between) == len(old)
    assert len(written) == 3
    assert numbers(file.path) == written


def test_what_is_written_during_the_copy_is_not_held_up_and_the_copy_is_sound(
    file: LogFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups_module, "PAGES_PER_STEP", 4)
    file.append([make_event(n, filling="x" * 500) for n in range(500)])
    written: list[int] = []

    def between() -> None:
        written.append(1000 + len(written))
        file.append([make_event(written[-1])])

    copy = make_backup(file.connection, file.path, START_MS, between=between)
    assert len(written) > 10
    assert numbers(file.path) == [*range(500), *written]
    assert is_sound(copy)
    assert numbers(copy)[:500] == [*range(500)]
    if os.name == "posix":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700


def test_a_copy_that_is_interrupted_leaves_nothing(file: LogFile) -> None:
    file.append([make_event(n, filling="x" * 500) for n in range(5000)])

    def end() -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        make_backup(file.connection, file.path, START_MS, between=end)
    assert list(backup_folder(file.path).iterdir()) == []
    assert numbers(file.path) == [*range(5000)]


def test_a_copy_that_is_damaged_never_takes_the_place_of_a_good_one(
    file: LogFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.append([make_event(1)])
    good = make_backup(file.connection, file.path, START_MS)
    before = good.read_bytes()
    monkeypatch.setattr(backups_module, "is_sound", lambda _: False)
    with pytest.raises(UserError, match="damaged"):
        make_backup(file.connection, file.path, START_MS)
    assert [path.read_bytes() for path in backups(file.path)] == [before]
    assert len(list(backup_folder(file.path).iterdir())) == 1


def test_the_newest_sound_copy_is_found(file: LogFile) -> None:
    file.append([make_event(1)])
    good = make_backup(file.connection, file.path, START_MS)
    bad = make_backup(file.connection, file.path, START_MS + DAY_MS)
    bad.write_bytes(good.read_bytes()[:5000] + b"\xff" * 20_000)
    with closing(sqlite3.connect(good.with_name("decisions-20991231-000000.sqlite3"))) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    assert newest_sound(file.path) == good
    assert integrity(file.path).is_sound


@given(st.lists(st.integers(0, 400), min_size=1, max_size=80, unique=True))
def test_of_the_copies_twelve_days_ten_weeks_and_nine_months_stay(days: list[int]) -> None:
    start = datetime(2026, 1, 1, 3, tzinfo=UTC)
    made = {start + timedelta(days=day) for day in days}
    paths = {moment: Path(f"decisions-{moment:%Y%m%d-%H%M%S}.sqlite3") for moment in made}
    kept = kept_of(paths.values())
    newest = sorted(made)[-12:]
    assert {paths[moment] for moment in newest} <= kept
    assert len(kept) <= 12 + 10 + 9
    months = {f"{moment:%Y-%m}" for moment in made}
    kept_months = {path.name[10:16] for path in kept}
    assert {month.replace("-", "") for month in sorted(months)[-9:]} <= kept_months
    assert kept_of(kept) == kept, "thinning out again changes nothing"
