"""When learning may begin by itself, and when it has to stop: rules over what is known of the machine and the writer.

Knows no clock, no files and no system: :mod:`cowrite.personalize.schedule.system_state` looks, this decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum

from cowrite.localization import tr_noop

GIB = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What must hold. Durations in seconds, memory and disk in bytes, temperature in degrees Celsius.

    ``load`` is that of other programs: runnable threads per core over the last minute.
    """

    night_begins: time = time(23)
    night_ends: time = time(6)
    idle_s: float = 15 * 60
    idle_by_day_s: float = 30 * 60
    most_load: float = 0.5
    most_celsius: float = 85.0
    least_memory: int = 2 * GIB
    least_disk: int = 2 * GIB
    least_new_words: int = 2_000
    least_new_decisions: int = 100
    # After so long without a night that worked, a quiet hour of the day will do.
    missed: timedelta = timedelta(hours=44)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemState:
    """How things stand; None where it cannot be known on this machine.

    ``now`` and ``last_run`` (the end of the last one that got to a decision) are local times.
    """

    now: datetime
    idle_s: float | None
    on_battery: bool
    load: float | None
    celsius: float | None
    free_memory: int
    free_disk: int
    full_screen: bool | None
    new_words: int
    new_decisions: int
    last_run: datetime | None


class NotNow(Enum):
    """Why learning does not begin, or goes no further; the value is the end of a sentence that begins “Not now: ”."""

    BATTERY = tr_noop("the computer is running on battery")
    FULL_SCREEN = tr_noop("a program is using the full screen")
    IN_USE = tr_noop("someone is using the computer")
    BUSY = tr_noop("other programs are using the computer")
    HOT = tr_noop("the computer is hot")
    MEMORY = tr_noop("too little memory is free")
    DISK = tr_noop("too little disk space is free")
    NOTHING_NEW = tr_noop("there is too little new text since last time")
    DAY = tr_noop("learning waits for the night")


def why_not_begin(seen: SystemState, rules: Rules) -> NotNow | None:
    """Why learning may not begin by itself; None if it may."""
    if seen.new_words < rules.least_new_words and seen.new_decisions < rules.least_new_decisions:
        return NotNow.NOTHING_NEW
    by_day = not is_night(seen.now.time(), rules)
    if by_day and not _has_missed_nights(seen, rules):
        return NotNow.DAY
    reason = why_not_go_on(seen, rules)
    if reason is not None:
        return reason
    if seen.load is not None and seen.load > rules.most_load:
        return NotNow.BUSY
    quiet_s = rules.idle_by_day_s if by_day else rules.idle_s
    if seen.idle_s is None:
        # Nobody can be seen; at night that is as good as nobody being there, by day it is not.
        return NotNow.IN_USE if by_day else None
    return NotNow.IN_USE if seen.idle_s < quiet_s else None


def why_not_go_on(seen: SystemState, rules: Rules) -> NotNow | None:
    """Why learning that has begun by itself has to stop; None if it may go on.

    Neither load nor a writer who comes back are reasons: the load is its own, and for a writer it pauses.
    """
    if seen.on_battery:
        return NotNow.BATTERY
    if seen.full_screen:
        return NotNow.FULL_SCREEN
    if seen.celsius is not None and seen.celsius > rules.most_celsius:
        return NotNow.HOT
    if seen.free_memory < rules.least_memory:
        return NotNow.MEMORY
    if seen.free_disk < rules.least_disk:
        return NotNow.DISK
    return None


def is_night(now: time, rules: Rules) -> bool:
    """Whether ``now`` lies between the beginning and the end of the night, which may go past midnight."""
    if rules.night_begins <= rules.night_ends:
        return rules.night_begins <= now < rules.night_ends
    return now >= rules.night_begins or now < rules.night_ends


def _has_missed_nights(seen: SystemState, rules: Rules) -> bool:
    """Whether there was a first time already, and it is longer ago than the night before last."""
    return seen.last_run is not None and seen.now - seen.last_run > rules.missed
