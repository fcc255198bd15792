"""A child process: writes events for as long as it lives, and says of each when it is durable."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from event_maker import make_event

from cowrite.decisions.writing.log import DecisionLog


def write_until_killed(path: Path, number: int, acknowledged: Connection) -> None:
    log = DecisionLog(path)
    log.start()
    while True:
        # Bursts of different sizes, so that a kill meets transactions of different sizes.
        for _ in range(1 + number % 7):
            number += 1
            log.record(make_event(number, filling="x" * (number % 50) * 40))
        log.flush()
        acknowledged.send_bytes(str(number).encode())


def write_many(path: Path, first: int, count: int) -> None:
    log = DecisionLog(path)
    log.start()
    for number in range(first, first + count):
        log.record(make_event(number))
        if number % 10 == 0:
            log.flush(60)
    log.flush(60)
    log.close()
