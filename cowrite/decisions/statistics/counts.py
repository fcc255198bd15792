"""Suggestions counted, in slices: those of one hour, length, version and occasion together."""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TypeGuard

from cowrite.decisions.details import MOST
from cowrite.decisions.events import CONTINUE
from cowrite.decisions.statistics.queries import ENDED, KEPT, OCCASIONS, SHOWN, TAKEN
from cowrite.decisions.statistics.rates import Rate
from cowrite.decisions.statistics.time_saved import REACTION_MS

KEPT_SHARE = 0.5
"""A suggestion counts as kept if so much of what was taken is still there."""
LONGEST_LENGTH = 4
"""Suggestions of so many words and of more are counted together."""
WHILE_TYPING = "typing"
"""The occasion of what came by itself because something had been typed or accepted. Others are the log's own words: the
trigger of a suggestion at the caret, such as “key”, or the task of anything else."""

# Every time zone of today is a multiple of a quarter of an hour from UTC.
_QUARTER_MS = 900_000


@dataclass(slots=True)
class Counts:
    """Suggestions, and characters of them.

    ``shown``: on screen. ``right``: taken, or typed by the writer as far as the first word goes. ``taken``: wholly or
    in part, by key. ``known``: of those taken, how many were looked for later; ``kept``: of those, how many are there
    with at least half of their characters. ``characters_taken``, ``characters_known`` (of those looked for later) and
    ``characters_kept``: Python characters. ``keys``: how many keys were pressed to take them. ``flashes``: gone before
    they could be noticed, and nothing taken.
    """

    shown: int = 0
    right: int = 0
    taken: int = 0
    known: int = 0
    kept: int = 0
    characters_taken: int = 0
    characters_known: int = 0
    characters_kept: int = 0
    keys: int = 0
    flashes: int = 0

    def add(self, other: Counts) -> None:
        """Count ``other`` in."""
        for name in _NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def unknown(self) -> int:
        """Taken, and not looked for yet: neither kept nor gone."""
        return self.taken - self.known

    @property
    def glances(self) -> int:
        """Suggestions that could be noticed, or of which something was taken."""
        return self.shown - self.flashes

    @property
    def wrong_glances(self) -> int:
        """Those that could be noticed, and nothing was taken."""
        return self.glances - self.taken

    @property
    def characters_expected(self) -> float:
        """Characters kept, if what was not looked for yet fares as the rest; all that was taken if nothing is known."""
        if not self.characters_known:
            return float(self.characters_taken)
        return self.characters_taken * self.characters_kept / self.characters_known

    @property
    def characters_per_glance(self) -> float | None:
        """Characters expected to be kept, for each glance; None without one."""
        return self.characters_expected / self.glances if self.glances else None

    @property
    def right_rate(self) -> Rate:
        """How many of those shown were how the writer went on."""
        return Rate(hits=self.right, tries=self.shown)

    @property
    def taken_rate(self) -> Rate:
        """The precision: how many of those shown were taken."""
        return Rate(hits=self.taken, tries=self.shown)

    @property
    def kept_rate(self) -> Rate:
        """How many of those taken are still there, as far as known."""
        return Rate(hits=self.kept, tries=self.known)


_NAMES = tuple(each.name for each in fields(Counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """An hour of one day, with one length, model, adapter (“” for none) and occasion.

    With ``is_passage`` the counts are of changes proposed for passages, and the occasion is the task that made them.
    """

    day: date
    hour: int
    words: int | None
    model: str
    adapter: str
    occasion: str
    counts: Counts
    is_passage: bool = False


def slices(connection: sqlite3.Connection, between: Mapping[str, int]) -> Iterator[Slice]:
    """Everything shown; a suggestion belongs to the moment it was shown. Raises sqlite3.Error."""
    outcomes = _Outcomes(connection, between)
    moments: dict[int, tuple[date, int]] = {}
    groups: defaultdict[tuple[date, int, int | None, str, str, str, bool], Counts]
    groups = defaultdict(Counts)
    for suggestion, at_ms, words, task, model, adapter in connection.execute(SHOWN, between):
        quarter = at_ms // _QUARTER_MS
        if quarter not in moments:
            moment = datetime.fromtimestamp(quarter * _QUARTER_MS // 1000)
            moments[quarter] = moment.date(), moment.hour
        is_passage = task != CONTINUE
        occasion = task if is_passage else outcomes.occasion(suggestion)
        group = (*moments[quarter], _length(words), model, adapter, occasion, is_passage)
        outcomes.count(suggestion, groups[group])
    for (day, hour, length, model, adapter, occasion, is_passage), counts in groups.items():
        yield Slice(
            day=day,
            hour=hour,
            words=length,
            model=model,
            adapter=adapter,
            occasion=occasion,
            counts=counts,
            is_passage=is_passage,
        )


def total_of(counts: Iterable[Counts]) -> Counts:
    """The sum."""
    total = Counts()
    for each in counts:
        total.add(each)
    return total


class _Outcomes:
    """What became of each suggestion, by its id."""

    def __init__(self, connection: sqlite3.Connection, between: Mapping[str, int]) -> None:
        self._taken: dict[str, tuple[int, int]] = {}
        for suggestion, characters in connection.execute(TAKEN, between):
            keys, before = self._taken.get(suggestion, (0, 0))
            self._taken[suggestion] = keys + 1, before + whole_number(characters)
        self._kept = {
            suggestion: (whole_number(characters), min(max(float(share), 0.0), 1.0))
            for suggestion, characters, share, _ in connection.execute(KEPT, between)
            if suggestion in self._taken and is_number(share)
        }
        # What is not known to have been short was on screen for long enough.
        self._ended = {
            suggestion: (bool(right), not refused and is_number(ms) and ms < REACTION_MS)
            for suggestion, right, refused, ms in connection.execute(ENDED, between)
        }
        self._occasions = dict(connection.execute(OCCASIONS, between).fetchall())

    def occasion(self, suggestion: str) -> str:
        """Why it was asked for."""
        return str(self._occasions.get(suggestion) or WHILE_TYPING)

    def count(self, suggestion: str, counts: Counts) -> None:
        """One suggestion more in ``counts``."""
        right, is_short = self._ended.get(suggestion, (False, False))
        counts.shown += 1
        counts.right += right or suggestion in self._taken
        counts.flashes += is_short and suggestion not in self._taken
        if suggestion not in self._taken:
            return
        keys, characters = self._taken[suggestion]
        counts.taken += 1
        counts.keys += keys
        counts.characters_taken += characters
        if suggestion in self._kept:
            looked_for, share = self._kept[suggestion]
            counts.known += 1
            counts.kept += share >= KEPT_SHARE
            counts.characters_known += characters
            counts.characters_kept += round(share * looked_for)


def whole_number(value: object) -> int:
    """``value`` as a count; 0 if it is none."""
    return int(min(value, MOST)) if is_number(value) and value > 0 else 0


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether SQLite gave a number that is one: of a row that somebody altered it may be infinite."""
    return isinstance(value, int | float) and math.isfinite(value)


def _length(words: object) -> int | None:
    return max(1, min(int(words), LONGEST_LENGTH)) if is_number(words) else None
