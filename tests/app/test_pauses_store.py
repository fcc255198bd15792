"""What is known of the writer's typing outlives the program, in a private file, and a bad file costs nothing else."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from support.suggestions import ManualClock, ManualTimer

from cowrite.app.pauses_store import EVERY_MS, PausesStore
from cowrite.base.errors import UserError
from cowrite.suggest.filter.key_places import KeyPlace
from cowrite.suggest.live.pauses import TypingPauses


class Program:
    """A store with a clock, and its writes done at once."""

    def __init__(self, file: Path) -> None:
        self.clock = ManualClock()
        self.timer = ManualTimer(self.clock)
        self.problems: list[UserError] = []
        self.writes = 0
        self.store = PausesStore(file, self.timer, self._write)

    def _write(self, work: Callable[[], None]) -> None:
        self.writes += 1
        try:
            work()
        except UserError as error:
            self.problems.append(error)

    def types(self, gap_ms: float = 90.0) -> None:
        for _ in range(50):
            self.store.pauses.learn(KeyPlace.WITHIN, gap_ms)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "typing.json"


def test_the_next_start_knows_the_writer(file: Path) -> None:
    first = Program(file)
    first.types()
    first.store.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Program(file).store.pauses.to_json() == first.store.pauses.to_json()


def test_it_is_kept_every_few_minutes_if_there_is_anything_new(file: Path) -> None:
    program = Program(file)
    program.store.start()
    program.timer.advance(3 * EVERY_MS)
    assert program.writes == 0
    program.types()
    program.timer.advance(2 * EVERY_MS)
    assert program.writes == 1
    program.store.close()
    assert not program.timer.is_running


@pytest.mark.expects_warnings
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"version": 0}', b"[1, 2]"])
def test_a_bad_file_is_set_aside_and_begun_anew(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    program = Program(file)
    assert program.store.pauses.to_json() == TypingPauses().to_json()
    assert [other.read_bytes() for other in file.parent.iterdir()] == [content]
    program.types()
    program.store.close()
    assert TypingPauses.from_json(file.read_text("utf-8")).key_ms < TypingPauses().key_ms


@pytest.mark.expects_warnings
def test_a_disk_that_refuses_is_said_in_a_sentence(file: Path) -> None:
    file.parent.mkdir()
    file.mkdir()
    program = Program(file)
    program.types()
    program.store.close()
    assert [error.message.startswith("How fast you type") for error in program.problems] == [True]


def test_what_is_forgotten_is_in_no_file_and_in_no_page(file: Path) -> None:
    program = Program(file)
    pauses = program.store.pauses
    program.types()
    program.store.keep()
    program.store.forget()
    assert not file.exists()
    assert pauses.to_json() == TypingPauses().to_json()
    program.store.close()
    assert not file.exists()


def test_what_is_being_written_while_it_is_forgotten_does_not_come_back(file: Path) -> None:
    clock = ManualClock()
    written: list[Callable[[], None]] = []
    store = PausesStore(file, ManualTimer(clock), written.append)
    store.pauses.learn(KeyPlace.WITHIN, 90.0)
    store.keep()
    store.forget()
    for work in written:
        work()
    assert not file.exists()
