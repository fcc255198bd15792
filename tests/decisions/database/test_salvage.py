"""A damaged log: what can be read of it comes back, then what a backup has, and the damaged file stays as it is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest
from event_maker import make_event
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cowrite.decisions.database import log_repair
from cowrite.decisions.database.backups import backups, make_backup
from cowrite.decisions.database.log_file import open_for_writing
from cowrite.decisions.database.log_repair import logs_set_aside, repaired
from cowrite.decisions.database.rows import SELECT_EVENTS, ProvenanceRow, event_from_row
from cowrite.decisions.database.salvage import Salvaged, salvage
from cowrite.decisions.events import Event
from cowrite.decisions.maintenance.erasing import Erasure
from cowrite.decisions.reader import document_paths, integrity, read_provenance, tail
from cowrite.decisions.writing.log import DecisionLog
from cowrite.decisions.writing.log_commands import erase_closed_log, erase_log

EVERYTHING = 1_000_000
NOW_MS = 1_700_000_000_000
PAGE = 4096
LINE = "y" * 200

pytestmark = pytest.mark.expects_warnings


def events(first: int, last: int, filling: str = LINE) -> list[Event]:
    return [make_event(number, filling=filling) for number in range(first, last)]


def write_log(path: Path, rows: int = 300, *, copy_after: int | None = None) -> bytearray:
    file = open_for_writing(path, lambda: NOW_MS, lambda _: None)
    file.append(events(0, rows if copy_after is None else copy_after))
    if copy_after is not None:
        make_backup(file.connection, path, NOW_MS)
        file.append(events(copy_after, rows))
    file.close()
    return bytearray(path.read_bytes())


def reopen(path: Path) -> list[str]:
    said: list[str] = []
    file = open_for_writing(path, lambda: NOW_MS, said.append)
    file.close()
    return said


def numbers(path: Path) -> list[int]:
    return [event.start for event in tail(path, EVERYTHING)]


def names(path: Path) -> set[str]:
    """The files beside the log, without what a reader leaves there."""
    there = {each.name for each in path.parent.iterdir() if each.is_file()}
    return there - {f"{path.name}-wal", f"{path.name}-shm"}


def spoil_text(data: bytearray, pages: int, after: int = 0) -> None:
    """Damage so many pages that hold events, those from the one of that number on."""
    holding = [at for at in range(0, len(data), PAGE) if LINE.encode() in data[at : at + PAGE]]
    for at in holding[after : after + pages]:
        data[at : at + PAGE] = b"\xaa" * PAGE


ASIDE = "decisions.damaged-20231114-221320.sqlite3"


def test_what_is_around_the_damage_comes_back(path: Path) -> None:
    data = write_log(path)
    spoil_text(data, 2, after=5)
    path.write_bytes(data)
    (said,) = reopen(path)
    kept = numbers(path)
    assert 200 < len(kept) < 300
    assert f"{len(kept)} entries were recovered." in said
    assert kept == sorted(set(kept))
    assert integrity(path).is_sound
    assert names(path) == {path.name, ASIDE}
    assert path.with_name(ASIDE).read_bytes() == data


def test_a_backup_fills_the_gaps(path: Path) -> None:
    data = write_log(path, copy_after=250)
    spoil_text(data, 4, after=2)
    path.write_bytes(data)
    (said,) = reopen(path)
    assert numbers(path) == list(range(300))
    assert "from a backup." in said
    assert len(backups(path)) == 1


def test_of_a_file_without_its_beginning_the_backup_is_all(path: Path) -> None:
    write_log(path, copy_after=250)
    path.write_bytes(b"a letter to my aunt " * 1000)
    (said,) = reopen(path)
    assert numbers(path) == list(range(250))
    assert "250 entries were recovered from a backup." in said
    # And its backups are backups of this log from now on.
    data = bytearray(path.read_bytes())
    spoil_text(data, 4, after=2)
    path.write_bytes(data)
    reopen(path)
    assert numbers(path) == list(range(250))


def test_a_backup_of_another_log_is_not_mixed_in(path: Path) -> None:
    write_log(path, copy_after=250)
    path.unlink()  # as somebody does who wants to be rid of it
    later = NOW_MS + 5_000
    file = open_for_writing(path, lambda: later, lambda _: None)
    file.append(events(1_000, 1_100))
    file.close()
    data = bytearray(path.read_bytes())
    spoil_text(data, 1)
    path.write_bytes(data)
    reopen(path)
    assert numbers(path)
    assert set(numbers(path)) <= set(range(1_000, 1_100))


def test_nothing_is_recovered_of_a_file_of_another_program(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE events (kind TEXT, at_ms INTEGER)")
        other.execute("INSERT INTO events VALUES ('shown', 1)")
        other.commit()
    (said,) = reopen(path)
    assert "None of it could be recovered." in said
    assert numbers(path) == []


@pytest.mark.parametrize(
    "damage",
    [
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 0",
        "ALTER TABLE events RENAME TO evunts",
        "ALTER TABLE events RENAME COLUMN kind TO kinf",
        "DROP TABLE documents",
        "DROP TABLE migrations",
    ],
)
def test_where_only_a_mark_is_damaged_everything_comes_back(path: Path, damage: str) -> None:
    write_log(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(damage)
    (said,) = reopen(path)
    assert "300 entries were recovered." in said
    assert tail(path, EVERYTHING) == events(0, 300)
    assert reopen(path) == []


def test_documents_and_provenance_come_back_too(path: Path) -> None:
    log = DecisionLog(path)
    log.start()
    log.begin_session("s")
    log.register_document("d", "/home/ada/naïve.txt")
    log.keep_provenance(
        ProvenanceRow(document_id="d", saved_ms=1, text="the whole text", ranges=lambda: [[0, 3]])
    )
    log.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE events")
    reopen(path)
    assert document_paths(path) == {"d": "/home/ada/naïve.txt"}
    kept = read_provenance(path, "d")
    assert kept is not None
    assert (kept.text, kept.ranges) == ("the whole text", [[0, 3]])


def test_a_row_that_makes_no_sense_does_not_come_back(path: Path) -> None:
    write_log(path, 5)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("DROP INDEX events_for_statistics")
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute("UPDATE events SET details = '{' WHERE id = 2")
        other.execute("UPDATE events SET kind = 'dreamt' WHERE id = 3")
        other.execute("UPDATE events SET details = '[]' WHERE id = 4")
        other.execute("PRAGMA application_id = 7")
    reopen(path)
    assert numbers(path) == [0, 4]


def test_two_rows_of_one_number_both_come_back(path: Path) -> None:
    """As when a bit of a number flips: what was written is true all the same."""
    data = write_log(path, 3)
    # Each cell of the table: its size in two bytes, the number of the row, the size of the header.
    at = data.index(b"suggestion-2document")
    cell = next(n for n in range(at, at - 60, -1) if data[n] == 3 and 10 < data[n + 1] < 20)
    data[cell] = 1
    path.write_bytes(data)
    reopen(path)
    assert sorted(numbers(path)) == [0, 1, 2]


def with_write_ahead_log(path: Path, folder: Path) -> Path:
    """A copy of a log of 300 events and one more that is only in the write-ahead log; a page is damaged."""
    write_log(path)
    log = DecisionLog(path)
    log.start()
    log.record(make_event(1000))
    log.flush()
    copy = folder / "copy" / path.name
    copy.parent.mkdir()
    for file in (path, path.with_name(f"{path.name}-wal")):
        (copy.parent / file.name).write_bytes(file.read_bytes())
    log.close()
    damaged = bytearray(copy.read_bytes())
    spoil_text(damaged, 1, after=5)
    copy.write_bytes(damaged)
    return copy


def test_what_was_only_in_the_write_ahead_log_comes_back(path: Path, tmp_path: Path) -> None:
    copy = with_write_ahead_log(path, tmp_path)
    reopen(copy)
    assert numbers(copy)[-1] == 1000
    assert len(numbers(copy)) > 280
    assert names(copy) - {f"{ASIDE}-wal"} == {copy.name, ASIDE}


class KilledError(BaseException):
    """The program is killed here."""


class Killer:
    """Lets a number of renames and syncs happen, and then none any more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
        self._left = steps
        self.killed = False
        monkeypatch.setattr(log_repair, "sync_folder", self._before(log_repair.sync_folder))
        for name in ("rename", "replace"):
            monkeypatch.setattr(Path, name, self._before(getattr(Path, name)))

    def _before(self, do: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object) -> object:
            self._left -= 1
            if self._left < 0:
                self.killed = True
                raise KilledError
            return do(*arguments)

        return step


@pytest.mark.parametrize("steps", range(9))
def test_killed_in_the_middle_nothing_is_lost(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    copy = with_write_ahead_log(path, tmp_path)
    with monkeypatch.context() as patched:
        killer = Killer(patched, steps)
        try:
            reopen(copy)
        except KilledError:
            assert killer.killed
    reopen(copy)
    assert numbers(copy)[-1] == 1000
    assert len(numbers(copy)) > 280
    assert names(copy) - {f"{ASIDE}-wal"} == {copy.name, ASIDE}
    assert integrity(copy).is_sound
    assert reopen(copy) == []


@pytest.mark.parametrize("steps", range(9))
def test_what_is_forgotten_after_a_kill_is_nowhere(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    copy = with_write_ahead_log(path, tmp_path)
    with monkeypatch.context() as patched:
        Killer(patched, steps)
        with suppress(KilledError):
            reopen(copy)
    erase_closed_log(copy, Erasure(documents=frozenset({"document"})), lambda: NOW_MS)
    for each in copy.parent.rglob("*"):
        assert each.is_dir() or LINE.encode() not in each.read_bytes(), each
    assert numbers(copy) == []
    assert not repaired(copy).exists()
    assert logs_set_aside(copy) == []


def test_what_was_forgotten_does_not_come_back(path: Path) -> None:
    file = open_for_writing(path, lambda: NOW_MS, lambda _: None)
    file.append(events(0, 100))
    secret = [make_event(n, filling="the secret of my aunt") for n in range(100, 150)]
    file.append(secret)
    make_backup(file.connection, path, NOW_MS)
    erase_log(file.connection, path, Erasure(since_ms=secret[0].at_ms))
    file.append(events(200, 300))  # with the numbers that the rows had which were forgotten
    file.close()
    data = bytearray(path.read_bytes())
    spoil_text(data, 2, after=8)
    path.write_bytes(data)
    reopen(path)
    kept = set(numbers(path))
    assert 150 < len(kept) < 200 or kept >= set(range(100))
    assert not set(range(100, 150)) & kept
    for each in path.parent.rglob("*"):
        assert each.is_dir() or b"secret of my aunt" not in each.read_bytes(), each


def test_opening_a_damaged_log_keeps_nobody_waiting(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_log(path)
    spoil_text(data, 1)
    path.write_bytes(data)
    may_go_on, threads = threading.Event(), []

    def slow(damaged: Path, log: Path, into: sqlite3.Connection) -> Salvaged:
        threads.append(threading.current_thread().name)
        assert may_go_on.wait(30)
        return salvage(damaged, log, into)

    monkeypatch.setattr(log_repair, "salvage", slow)
    log = DecisionLog(path)
    log.start()
    log.record(make_event(1000))  # returns, while the log is not open yet
    log.begin_session("s")
    assert log.acknowledged == 0
    may_go_on.set()
    log.flush(30)
    log.close()
    assert threads == ["cowrite-decisions"]
    assert numbers(path)[-1] == 1000


def readable(data: bytes, path: Path, count: int) -> list[Event]:
    """What SQLite reads of a file from its beginning, from its end, and by each number."""
    path.write_bytes(data)
    rows = {}
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
            connection.execute("SELECT count(*) FROM events")
        for query in ("", " ORDER BY id DESC", *(f" WHERE id = {n}" for n in range(1, count + 1))):
            try:
                for row in connection.execute(SELECT_EVENTS + query):
                    rows[row] = None
            except (sqlite3.DatabaseError, UnicodeDecodeError):
                continue
    found = []
    for row in rows:
        try:
            found.append(event_from_row(row))
        except (ValueError, TypeError):
            continue
    return found


def check_salvage(folder: Path, data: bytes, count: int) -> None:
    path = folder / "decisions.sqlite3"
    can_be_read = readable(data, folder / "other.sqlite3", count)
    path.write_bytes(data)
    said = reopen(path)
    if not said:
        return  # what was hit holds nothing, or is a text that is still one
    kept = tail(path, EVERYTHING)
    assert integrity(path).is_sound
    written = events(0, count)
    # A bit that flips in a text may go unnoticed; what was written and can be read must be there.
    assert [each for each in written if each in can_be_read and each not in kept] == []
    assert len(kept) <= count
    assert [each.read_bytes() for each in logs_set_aside(path)] == [data] * len(said)


WRITTEN: dict[int, bytes] = {}


def written(folder: Path, count: int) -> bytearray:
    if count not in WRITTEN:
        WRITTEN[count] = bytes(write_log(folder / "first" / "decisions.sqlite3", count))
    return bytearray(WRITTEN[count])


WOUNDS = st.tuples(st.integers(0, 10**6), st.integers(1, 20_000), st.integers(0, 2**16))


@given(st.lists(WOUNDS, min_size=1, max_size=5))
@settings(max_examples=40)
def test_of_pages_that_are_lost_the_rest_comes_back(
    tmp_path_factory: pytest.TempPathFactory, wounds: list[tuple[int, int, int]]
) -> None:
    """Zeros, or bytes that may look like rows with absurd numbers."""
    folder = tmp_path_factory.mktemp("log")
    data = written(folder, 120)
    for place, length, seed in wounds:
        at = 100 + place % (len(data) - 100)
        length = min(length, len(data) - at)
        data[at : at + length] = Random(seed).randbytes(length) if seed else bytes(length)
    check_salvage(folder, bytes(data), 120)


@example([(2323, 1)])  # the definition of a table became bytes
@example([(2508, 128)])  # so did the name of a column
@example(
    [(872, 1), (1003, 48), (638, 61), (1654, 136), (2294, 174), (1562, 108), (2459, 110), (1066, 56),
     (1843, 228), (88, 247), (2336, 198), (1409, 5)]
)  # fmt: skip  # the name of a table has a NUL
@example(
    [(1396, 131), (1092, 80), (2384, 218), (1405, 112), (2130, 210), (2446, 19), (931, 156)]
)  # or is none
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=12))
@settings(max_examples=30)
def test_whatever_bits_flip_what_can_be_read_comes_back(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("log")
    data = written(folder, 120)
    for place, mask in flips:
        data[100 + place % (len(data) - 100)] ^= mask
    check_salvage(folder, bytes(data), 120)
