"""What the log says about suggestions: how many were shown, taken and kept, how fast they came, why others did not.

Reads the numbers of two indexes (schema version 5) and not the events themselves, of which most are edits. An older log
has the same answers, later. What was imported is left out: another writer's sessions say nothing of this one.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TypeVar

from cowrite.decisions.database.log_file import NoLogError, open_for_reading
from cowrite.decisions.statistics.counts import (
    WHILE_TYPING,
    Counts,
    Slice,
    is_number,
    slices,
    total_of,
    whole_number,
)
from cowrite.decisions.statistics.queries import ANSWERS, INTERVALS, SILENCES, WRITTEN
from cowrite.decisions.statistics.rates import percentile
from cowrite.decisions.statistics.time_saved import USUAL_KEY_MS, TimeSaved, time_saved

LONGEST_INTERVAL_MS = 2_000.0
"""A longer time between two keys is thinking and not typing: the usual threshold of research on pauses in writing."""
FEWEST_INTERVALS = 20
"""With fewer, nothing is said of how fast somebody types."""
FEWEST_WORDS = 20
"""With fewer, nothing is said per 100 words."""
# A text with fewer spaces is in a script that writes none between words.
_LONGEST_WORDS = 15


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

    ``total``, ``days``, ``hours``, ``lengths`` and ``versions`` are of what came by itself while something was typed;
    what else there was is in ``occasions`` alone, by the log's word. ``passages`` are changes proposed for passages, by
    the task that made them: no suggestions, and in no other figure. ``days`` are those on which something was shown,
    in order; ``hours`` are of the local clock; ``lengths`` in words, LONGEST_LENGTH for more. ``words`` were written,
    accepted ones too; 0 where that is not known. ``typing_interval_ms`` is the median time between two keys, None if
    hardly any were seen.
    """

    since: date | None
    until: date
    total: Counts = field(default_factory=Counts)
    days: Mapping[date, Counts] = field(default_factory=dict)
    hours: Mapping[int, Counts] = field(default_factory=dict)
    lengths: Mapping[int, Counts] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    occasions: Mapping[str, Counts] = field(default_factory=dict)
    passages: Mapping[str, Counts] = field(default_factory=dict)
    words: int = 0
    silences: tuple[Silence, ...] = ()
    latency: Latency = Latency()
    typing_interval_ms: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was shown, neither a suggestion nor a change of a passage."""
        shown = (*self.occasions.values(), *self.passages.values())
        return not any(each.shown for each in shown)

    @property
    def characters_kept(self) -> int:
        """Characters of suggestions that are still in the text, whatever the occasion."""
        return sum(each.characters_kept for each in self.occasions.values())

    @property
    def saved(self) -> TimeSaved | None:
        """Time saved while typing; None if nothing was shown."""
        key_ms = self.typing_interval_ms or USUAL_KEY_MS
        return time_saved(self.total, key_ms) if self.total.shown else None

    def per_100_words(self, count: int) -> float | None:
        """How often that is in 100 words; None if too few were written."""
        return 100 * count / self.words if self.words >= FEWEST_WORDS else None


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
    everything = list(slices(connection, between))
    ghosts = [each for each in everything if not each.is_passage]
    typing = [each for each in ghosts if each.occasion == WHILE_TYPING]
    return Statistics(
        since=since,
        until=until,
        total=total_of(each.counts for each in typing),
        days=_grouped((each.day, each.counts) for each in typing),
        hours=_grouped((each.hour, each.counts) for each in typing),
        lengths=_grouped((each.words, each.counts) for each in typing if each.words),
        versions=_versions(typing),
        occasions=_grouped((each.occasion, each.counts) for each in ghosts),
        passages=_grouped((each.occasion, each.counts) for each in everything if each.is_passage),
        words=_words_written(connection, between),
        silences=_silences(connection, between),
        latency=_latency(connection, between),
        typing_interval_ms=_typing_interval(connection, between),
    )


def read_slices(path: Path, now_ms: int, days: int) -> list[Slice]:
    """What the last ``days`` days consist of. Raises as :func:`read_statistics` does."""
    try:
        with open_for_reading(path) as connection:
            between = _between(_first_day(now_ms, days), _day(now_ms))
            return list(slices(connection, between))
    except NoLogError:
        return []


_Key = TypeVar("_Key", int, date, str)


def _grouped(pairs: Iterable[tuple[_Key, Counts]]) -> dict[_Key, Counts]:
    groups: defaultdict[_Key, Counts] = defaultdict(Counts)
    for key, counts in pairs:
        groups[key].add(counts)
    return dict(sorted(groups.items()))


def _versions(found: Iterable[Slice]) -> tuple[Version, ...]:
    """In the order in which they came."""
    groups: defaultdict[tuple[str, str], list[Slice]] = defaultdict(list)
    for each in sorted(found, key=lambda each: (each.day, each.hour)):
        groups[each.model, each.adapter].append(each)
    return tuple(
        Version(
            model=model,
            adapter=adapter,
            first=group[0].day,
            last=group[-1].day,
            counts=total_of(each.counts for each in group),
        )
        for (model, adapter), group in groups.items()
    )


def _silences(connection: sqlite3.Connection, between: Mapping[str, int]) -> tuple[Silence, ...]:
    """The most frequent first."""
    rows = connection.execute(SILENCES, between)
    return tuple(
        Silence(reason=str(reason or ""), asked=bool(asked), count=count)
        for reason, asked, count in rows
    )


def _latency(connection: sqlite3.Connection, between: Mapping[str, int]) -> Latency:
    rows = connection.execute(ANSWERS, between).fetchall()
    waited = [row for row in rows if is_number(row[1]) and row[1] > 0]
    first = sorted(first for first, _ in waited if is_number(first))
    whole = sorted(total for _, total in waited)
    return Latency(
        count=len(waited),
        foreseen=sum(1 for row in rows if row[1] == 0),
        first_token_p50=percentile(first, 50),
        first_token_p95=percentile(first, 95),
        total_p50=percentile(whole, 50),
        total_p95=percentile(whole, 95),
    )


def _typing_interval(connection: sqlite3.Connection, between: Mapping[str, int]) -> float | None:
    rows = connection.execute(INTERVALS, {**between, "longest": LONGEST_INTERVAL_MS}).fetchall()
    return median(row[0] for row in rows) if len(rows) >= FEWEST_INTERVALS else None


def _words_written(connection: sqlite3.Connection, between: Mapping[str, int]) -> int:
    """Spaces and line ends among what was typed and accepted, about one for each word; 0 in a script without them."""
    characters, words = map(whole_number, connection.execute(WRITTEN, between).fetchone())
    return words if characters <= _LONGEST_WORDS * words else 0


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
