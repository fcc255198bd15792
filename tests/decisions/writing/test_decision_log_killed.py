"""Processes that are killed, and processes that write at once: nothing acknowledged is lost, nothing is damaged.

COWRITE_TEST_KILLS sets how often the writing process is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from decision_writer import write_many, write_until_killed

from cowrite.decisions.database.log_file import NoLogError
from cowrite.decisions.reader import integrity, tail

KILLS = int(os.environ.get("COWRITE_TEST_KILLS", "40"))
KILLS_PER_FILE = 10
LONGEST_LIFE_S = 0.06
PATIENCE_S = 30.0
EVERYTHING = 10_000_000

# A server that has imported the log already forks a writer in a few milliseconds.
_METHODS = multiprocessing.get_all_start_methods()
PROCESSES = multiprocessing.get_context("forkserver" if "forkserver" in _METHODS else "spawn")
if "forkserver" in _METHODS:
    PROCESSES.set_forkserver_preload(["__main__", "decision_writer"])


def numbers_in(path: Path) -> list[int]:
    try:
        return [event.start for event in tail(path, EVERYTHING)]
    except NoLogError:
        return []  # killed before the tables were made


def write_and_kill(path: Path, after: int, life_s: float, *, at_work: bool) -> int:
    """The last number that the writer acknowledged in its life of ``life_s`` seconds.

    ``at_work``: it lives that long after its first acknowledgement, however slow its start is on this machine.
    """
    receiver, sender = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=write_until_killed, args=(path, after, sender))
    process.start()
    sender.close()
    try:
        if at_work:
            assert receiver.poll(PATIENCE_S), "the writer never wrote"
        acknowledged = _listen(receiver, after, life_s)
        process.kill()
        return _drain(receiver, acknowledged)
    finally:
        process.kill()
        process.join()
        process.close()
        receiver.close()


def _listen(receiver: Connection, acknowledged: int, life_s: float) -> int:
    end = time.monotonic() + life_s
    while receiver.poll(max(0.0, end - time.monotonic())):
        acknowledged = int(receiver.recv_bytes())
        if time.monotonic() >= end:
            break
    return acknowledged


def _drain(receiver: Connection, acknowledged: int) -> int:
    """What was acknowledged before the kill; a message that was cut off is no acknowledgement."""
    try:
        while True:
            acknowledged = int(receiver.recv_bytes())
    except (EOFError, OSError):
        return acknowledged


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    randomness = random.Random(7)
    total = 0
    for kill in range(KILLS):
        path = tmp_path / f"log-{kill // KILLS_PER_FILE}" / "decisions.sqlite3"
        before = numbers_in(path) if path.exists() else []
        acknowledged = write_and_kill(
            path,
            after=len(before),
            life_s=randomness.uniform(0, LONGEST_LIFE_S),
            at_work=kill % 2 == 1,
        )
        numbers = numbers_in(path)
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= acknowledged
        if numbers:
            assert integrity(path).is_sound
        assert not list(path.parent.glob("*.damaged-*"))
        total += acknowledged - len(before)
    assert total >= KILLS // 2, "half of the writers were killed at work and wrote nothing"


@pytest.mark.timeout(120)
def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "data" / "decisions.sqlite3"
    processes = [
        PROCESSES.Process(target=write_many, args=(path, 1000 * each, 100)) for each in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
        process.close()
    expected = [1000 * each + number for each in range(3) for number in range(100)]
    assert sorted(numbers_in(path)) == expected
    assert integrity(path).is_sound
    assert not list(path.parent.glob("*.damaged-*"))
