"""The typists of the promotion gate are as fast as the writer, where the log tells how fast that is."""

from __future__ import annotations

from pathlib import Path

import pytest
from decisions.statistics_log import DAY_MS, NOON_MS, Told, write_log

from cowrite.cli.keystroke_replay import writers_hands
from cowrite.settings.paths import Paths
from cowrite.suggest.simulation.ghost_watch import Notice


def keep(log: Path, interval_ms: float, *, count: int = 30, days_ago: int = 1) -> None:
    told = [
        Told(before_ms=days_ago * DAY_MS + at, interval_ms=interval_ms, reason="mid_line")
        for at in range(count)
    ]
    write_log(log, [event for at, each in enumerate(told) for event in each.as_events(at)])


@pytest.mark.parametrize(("interval_ms", "wpm"), [(130.0, 48.2), (180.0, 34.8), (65.0, 96.4)])
def test_they_type_as_fast_as_the_writer(paths: Paths, interval_ms: float, wpm: float) -> None:
    keep(paths.decision_log, interval_ms)
    hands = writers_hands(paths.decision_log, NOON_MS)
    assert hands.wpm == pytest.approx(wpm, abs=0.1)
    assert (hands.reaction_ms, hands.notice, hands.engine_ms) == (300.0, Notice.TYPING, 60.0)


def test_without_enough_keys_lately_they_type_49_words_a_minute(paths: Paths) -> None:
    assert writers_hands(paths.decision_log, NOON_MS).wpm == 49.0
    keep(paths.decision_log, 300.0, count=5)
    assert writers_hands(paths.decision_log, NOON_MS).wpm == 49.0
    keep(paths.decision_log, 300.0, days_ago=200)
    assert writers_hands(paths.decision_log, NOON_MS).wpm == 49.0


def test_a_damaged_log_stops_nobody_from_learning(paths: Paths) -> None:
    paths.decision_log.parent.mkdir(parents=True, exist_ok=True)
    paths.decision_log.write_bytes(b"a letter to my aunt " * 100)
    assert writers_hands(paths.decision_log, NOON_MS).wpm == 49.0
