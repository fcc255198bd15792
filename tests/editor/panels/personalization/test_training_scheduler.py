"""When learning begins and ends by itself, with a machine that stands as the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from night_state import NIGHT
from pytestqt.qtbot import QtBot
from support.suggestions import ManualClock

from cowrite.base.errors import UserError
from cowrite.editor.panels.personalization.training_scheduler import (
    REST_S,
    RESTING,
    TrainingScheduler,
    system_state_probe,
)
from cowrite.personalize.schedule.new_data import NewData
from cowrite.personalize.schedule.rules import NotNow, SystemState
from cowrite.settings.paths import Paths


class Machine:
    """``seen`` is how it stands; ``new_data`` what is new, or an error."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.seen = NIGHT
        self.new_data: NewData | UserError = NewData(words=5_000)
        self.idle: list[float] = []
        self.clock = ManualClock()
        self.watch = TrainingScheduler(
            probe=self.probe,
            read_new_data=self.read_new_data,
            idle_s=lambda: 7.0,
            clock=self.clock,
        )
        self.begins = 0
        self.stops: list[NotNow] = []
        self.watch.may_begin.connect(self._count)
        self.watch.must_stop.connect(self.stops.append)
        self.watch.set_on(True)

    def _count(self) -> None:
        self.begins += 1

    def probe(self, new_data: NewData, idle_here_s: float) -> SystemState:
        self.idle.append(idle_here_s)
        return self.seen

    def read_new_data(self) -> NewData:
        if isinstance(self.new_data, UserError):
            raise self.new_data
        return self.new_data

    def check_now(self) -> None:
        self.watch.refresh()
        self.qtbot.waitUntil(lambda: not self.watch._is_checking, timeout=20_000)


@pytest.fixture
def machine(qtbot: QtBot) -> Iterator[Machine]:
    found = Machine(qtbot)
    yield found
    found.watch.close()


def test_a_quiet_night_begins(machine: Machine) -> None:
    machine.check_now()
    assert machine.begins == 1
    assert machine.watch.sentence == ""
    assert machine.idle == [7.0]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"now": datetime(2026, 5, 5, 14, 0)}, "Not now: learning waits for the night."),
        ({"on_battery": True}, "Not now: the computer is running on battery."),
        ({"idle_s": 3.0}, "Not now: someone is using the computer."),
        ({"new_words": 0}, "Not now: there is too little new text since last time."),
    ],
)
def test_it_says_why_not_now(machine: Machine, values: dict[str, object], sentence: str) -> None:
    machine.seen = replace(NIGHT, **values)  # type: ignore[arg-type]
    machine.check_now()
    assert machine.begins == 0
    assert machine.watch.sentence == sentence


def test_what_began_by_itself_goes_on_while_the_writer_is_there_but_not_on_battery(
    machine: Machine,
) -> None:
    machine.check_now()
    machine.watch.began()
    machine.seen = replace(NIGHT, idle_s=0.0, load=4.0, now=datetime(2026, 5, 5, 9, 0))
    machine.check_now()
    assert machine.stops == []
    machine.seen = replace(machine.seen, on_battery=True)
    machine.check_now()
    assert machine.stops == [NotNow.BATTERY]
    assert machine.watch.sentence == "Not now: the computer is running on battery."
    machine.watch.ended(of_itself=False)
    machine.seen = NIGHT
    machine.check_now()
    assert machine.begins == 2  # it goes on once it may


def test_a_run_that_ended_of_itself_is_not_repeated_the_same_night(machine: Machine) -> None:
    machine.check_now()
    machine.watch.began()
    machine.watch.ended(of_itself=True)
    machine.check_now()
    assert machine.begins == 1
    assert machine.watch.sentence == RESTING
    machine.clock.now_ms += 1000 * REST_S
    machine.check_now()
    assert machine.begins == 2


def test_switched_off_it_neither_looks_nor_says_anything(machine: Machine) -> None:
    machine.seen = replace(NIGHT, on_battery=True)
    machine.check_now()
    machine.watch.set_on(False)
    assert machine.watch.sentence == ""
    machine.watch.refresh()
    assert len(machine.idle) == 1


def test_an_answer_that_comes_after_switching_off_begins_nothing(
    qtbot: QtBot, machine: Machine
) -> None:
    machine.watch.refresh()
    machine.watch.set_on(False)
    qtbot.waitUntil(lambda: not machine.watch._is_checking, timeout=20_000)
    assert machine.begins == 0


def test_a_log_that_cannot_be_read_is_looked_at_again_later(machine: Machine) -> None:
    machine.new_data = UserError("The log is damaged.")
    machine.check_now()
    assert machine.begins == 0
    machine.new_data = NewData(words=5_000)
    machine.check_now()
    assert machine.begins == 1


def test_two_checks_at_once_are_one(machine: Machine) -> None:
    machine.watch.refresh()
    machine.check_now()
    assert len(machine.idle) == 1


def test_this_machine_can_be_looked_at(paths: Paths) -> None:
    probe: Callable[[NewData, float], SystemState] = system_state_probe(paths.data)
    seen = probe(NewData(words=3, decisions=4), 60.0)
    assert (seen.new_words, seen.new_decisions) == (3, 4)
    assert seen.free_disk > 0
