"""What the log says about suggestions: how many were shown, taken and kept, how fast they came, why others did not.

Reads the numbers of one index (schema version 3) and not the events themselves, of which most are edits. An older log
has the same answers, later. What was imported is left out: another writer's sessions say nothing of this one.
"""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TypeGuard, TypeVar

from cowrite.decisions.database.log_file import NoLogError, open_for_reading
from cowrite.decisions.details import MOST
from cowrite.decisions.statistics.queries import (
    ANSWERS,
    INTERVALS,
    KEPT,
    SHOWN,
    SILENCES,
    TAKEN,
)
from cowrite.decisions.statistics.rates import Rate, percentile

GLANCE_MS = 230.0
"""One look at something: an eye movement with its fixation. Source: Card, Moran and Newell, "The psychology of
human-computer interaction" (1983), the model human processor; 70 to 700 ms were observed."""
LONGEST_INTERVAL_MS = 2_000.0
"""A longer time between two keys is thinking and not typing: the usual threshold of research on pauses in writing."""
FEWEST_INTERVALS = 20
"""With fewer, nothing is said of how fast somebody types."""
KEPT_SHARE = 0.5
"""A suggestion counts as kept if so much of what was taken is still there."""
LONGEST_LENGTH = 4
"""Suggestions of so many words and of more are counted together."""

# Every time zone of today is a multiple of a quarter of an hour from UTC.
_QUARTER_MS = 900_000


@dataclass(slots=True)
class Counts:
    """Suggestions, and characters of them.

    ``shown``: on screen. ``taken``: wholly or in part, by key. ``known``: of those taken, how many were looked for
    later; ``kept``: of those, how many are there with at least half of their characters. ``characters_taken`` and
    ``characters_kept``: Python characters. ``keys``: how many keys were pressed to take them.
    """

    shown: int = 0
    taken: int = 0
    known: int = 0
    kept: int = 0
    characters_taken: int = 0
    characters_kept: int = 0
    keys: int = 0

    def add(self, other: Counts) -> None:
        """Count ``other`` in."""
        self.shown += other.shown
        self.taken += other.taken
        self.known += other.known
        self.kept += other.kept
        self.characters_taken += other.characters_taken
        self.characters_kept += other.characters_kept
        self.keys += other.keys

    @property
    def unknown(self) -> int:
        """Taken, and not looked for yet: neither kept nor gone."""
        return self.taken - self.known

    @property
    def taken_rate(self) -> Rate:
        """The precision: how many of those shown were taken."""
        return Rate(hits=self.taken, tries=self.shown)

    @property
    def kept_rate(self) -> Rate:
        """How many of those taken are still there, as far as known."""
        return Rate(hits=self.kept, tries=self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one model did with one adapter, "" for none. ``first`` and ``last``: days on which it was seen."""

    model: str
    adapter: str
    first: date
    last: date
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """``reason`` as in the log; ``asked`` if the model had answered before."""

    reason: str
    asked: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds from asking: to the first token and to the end, for half and for 95 % of the ``count`` answers.

    ``foreseen`` answers were there before they were asked for, and are in no percentile.
    """

    count: int = 0
    foreseen: int = 0
    first_token_p50: float | None = None
    first_token_p95: float | None = None
    total_p50: float | None = None
    total_p95: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """From day ``since`` (None: the beginning) to day ``until``, both counted.

    ``days`` are those on which something was shown, in order; ``hours`` are of the local clock; ``lengths`` in words,
    LONGEST_LENGTH for more. ``typing_interval_ms`` is the median time between two keys, None if hardly any were seen.
    """

    since: date | None
    until: date
    total: Counts = field(default_factory=Counts)
    days: Mapping[date, Counts] = field(default_factory=dict)
    hours: Mapping[int, Counts] = field(default_factory=dict)
    lengths: Mapping[int, Counts] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    silences: tuple[Silence, ...] = ()
    latency: Latency = Latency()
    typing_interval_ms: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no suggestion was shown."""
        return not self.total.shown

    @property
    def saved_ms(self) -> float | None:
        """Time saved, negative if reading cost more; None as long as it is not known how fast this writer types.

        ``interval * (characters kept - keys that took them) - GLANCE_MS * suggestions shown``, with the writer's own
        median interval between two keys. Every suggestion shown is counted as looked at, so it is rather too little.
        Source: the keystroke-level model (Card, Moran and Newell 1980), with a glance for each suggestion.
        """
        if self.typing_interval_ms is None:
            return None
        keys = self.total.characters_kept - self.total.keys
        return self.typing_interval_ms * keys - GLANCE_MS * self.total.shown


def read_statistics(
    path: Path,
    now_ms: int,
    days: int | None = None,
    opened: Callable[[sqlite3.Connection], None] = lambda _: None,
) -> Statistics:
    """The last ``days`` days, today included; None for all. ``opened`` gets the connection, which may be interrupted.

    What is dated after today, by a clock that was wrong, is left out. A log that is not there yet is an empty one.
    Raises UserError if it is damaged, newer or out of reach.
    """
    try:
        with open_for_reading(path) as connection:
            opened(connection)
            return summarize(connection, now_ms, days)
    except NoLogError:
        return Statistics(since=_first_day(now_ms, days), until=_day(now_ms))


def summarize(connection: sqlite3.Connection, now_ms: int, days: int | None = None) -> Statistics:
    """As :func:`read_statistics`, of an open log. Raises sqlite3.Error."""
    since, until = _first_day(now_ms, days), _day(now_ms)
    between = _between(since, until)
    slices = list(_slices(connection, between))
    return Statistics(
        since=since,
        until=until,
        total=_sum(each.counts for each in slices),
        days=_grouped((each.day, each.counts) for each in slices),
        hours=_grouped((each.hour, each.counts) for each in slices),
        lengths=_grouped((each.words, each.counts) for each in slices if each.words),
        versions=_versions(slices),
        silences=_silences(connection, between),
        latency=_latency(connection, between),
        typing_interval_ms=_typing_interval(connection, between),
    )


def read_slices(path: Path, now_ms: int, days: int) -> list[Slice]:
    """What the last ``days`` days consist of. Raises as :func:`read_statistics` does."""
    try:
        with open_for_reading(path) as connection:
            between = _between(_first_day(now_ms, days), _day(now_ms))
            return list(_slices(connection, between))
    except NoLogError:
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """An hour of one day, with one length, model and adapter, “” for none."""

    day: date
    hour: int
    words: int | None
    model: str
    adapter: str
    counts: Counts


def _slices(connection: sqlite3.Connection, between: Mapping[str, int]) -> Iterator[Slice]:
    """A suggestion belongs to the moment it was shown."""
    taken: dict[str, tuple[int, int]] = {}
    for suggestion, characters in connection.execute(TAKEN, between):
        keys, before = taken.get(suggestion, (0, 0))
        taken[suggestion] = keys + 1, before + _whole(characters)
    kept = {
        suggestion: (_whole(characters), min(max(float(share), 0.0), 1.0))
        for suggestion, characters, share, _ in connection.execute(KEPT, between)
        if suggestion in taken and _is_number(share)
    }
    moments: dict[int, tuple[date, int]] = {}
    groups: defaultdict[tuple[date, int, int | None, str, str], Counts] = defaultdict(Counts)
    for suggestion, at_ms, words, model, adapter in connection.execute(SHOWN, between):
        quarter = at_ms // _QUARTER_MS
        if quarter not in moments:
            moment = datetime.fromtimestamp(quarter * _QUARTER_MS // 1000)
            moments[quarter] = moment.date(), moment.hour
        counts = groups[(*moments[quarter], _length(words), model, adapter)]
        counts.shown += 1
        if suggestion in taken:
            keys, characters = taken[suggestion]
            counts.taken += 1
            counts.keys += keys
            counts.characters_taken += characters
        if suggestion in kept:
            characters, share = kept[suggestion]
            counts.known += 1
            counts.kept += share >= KEPT_SHARE
            counts.characters_kept += round(share * characters)
    for (day, hour, length, model, adapter), counts in groups.items():
        yield Slice(day=day, hour=hour, words=length, model=model, adapter=adapter, counts=counts)


def _whole(value: object) -> int:
    return int(min(value, MOST)) if _is_number(value) and value > 0 else 0


def _length(words: object) -> int | None:
    return max(1, min(int(words), LONGEST_LENGTH)) if _is_number(words) else None


_Key = TypeVar("_Key", int, date)


def _grouped(pairs: Iterable[tuple[_Key, Counts]]) -> dict[_Key, Counts]:
    groups: defaultdict[_Key, Counts] = defaultdict(Counts)
    for key, counts in pairs:
        groups[key].add(counts)
    return dict(sorted(groups.items()))


def _versions(slices: Iterable[Slice]) -> tuple[Version, ...]:
    """In the order in which they came."""
    groups: defaultdict[tuple[str, str], list[Slice]] = defaultdict(list)
    for each in sorted(slices, key=lambda each: (each.day, each.hour)):
        groups[each.model, each.adapter].append(each)
    return tuple(
        Version(
            model=model,
            adapter=adapter,
            first=group[0].day,
            last=group[-1].day,
            counts=_sum(each.counts for each in group),
        )
        for (model, adapter), group in groups.items()
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for each in counts:
        total.add(each)
    return total


def _silences(connection: sqlite3.Connection, between: Mapping[str, int]) -> tuple[Silence, ...]:
    """The most frequent first."""
    rows = connection.execute(SILENCES, between)
    return tuple(
        Silence(reason=str(reason or ""), asked=bool(asked), count=count)
        for reason, asked, count in rows
    )


def _latency(connection: sqlite3.Connection, between: Mapping[str, int]) -> Latency:
    rows = connection.execute(ANSWERS, between).fetchall()
    waited = [row for row in rows if _is_number(row[1]) and row[1] > 0]
    first = sorted(first for first, _ in waited if _is_number(first))
    whole = sorted(total for _, total in waited)
    return Latency(
        count=len(waited),
        foreseen=sum(1 for row in rows if row[1] == 0),
        first_token_p50=percentile(first, 50),
        first_token_p95=percentile(first, 95),
        total_p50=percentile(whole, 50),
        total_p95=percentile(whole, 95),
    )


def _is_number(value: object) -> TypeGuard[int | float]:
    """Whether SQLite gave a number that is one: of a row that somebody altered it may be infinite."""
    return isinstance(value, int | float) and math.isfinite(value)


def _typing_interval(connection: sqlite3.Connection, between: Mapping[str, int]) -> float | None:
    rows = connection.execute(INTERVALS, {**between, "longest": LONGEST_INTERVAL_MS}).fetchall()
    return median(row[0] for row in rows) if len(rows) >= FEWEST_INTERVALS else None


def _between(since: date | None, until: date) -> dict[str, int]:
    """From the first moment of ``since`` to the last of ``until``."""
    return {
        "since": _midnight_ms(since) if since else 0,
        "until": _midnight_ms(until + timedelta(days=1)),
    }


def _first_day(now_ms: int, days: int | None) -> date | None:
    return _day(now_ms) - timedelta(days=days - 1) if days else None


def _day(now_ms: int) -> date:
    return datetime.fromtimestamp(now_ms / 1000).date()


def _midnight_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day).timestamp() * 1000)
