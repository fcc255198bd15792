"""The table of recorded gaps that comes with the program, as the living typist wants it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from cowrite.base.records import decode
from cowrite.settings.resources import resource_path
from cowrite.suggest.filter.key_places import KeyPlace
from cowrite.suggest.simulation.recorded_gaps import RecordedSession, WordGaps

_WORD = re.compile(r"([psco])(\d+)((?:\.\d+)*)(?:/(\d+(?:\.\d+)*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    writer: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    source: str
    unit_ms: int
    sessions: tuple[_Session, ...]


@cache
def recorded_sessions() -> tuple[RecordedSession, ...]:
    """The sessions in ``resources/typist_gaps.json``; their source and licence stand in the file."""
    text = resource_path("typist_gaps.json").read_text("utf-8")
    table = decode(json.loads(text), _Table)
    return tuple(
        RecordedSession(
            writer=session.writer,
            words=tuple(_word(each, table.unit_ms) for each in session.words.split()),
        )
        for session in table.sessions
    )


def _word(written: str, unit_ms: int) -> WordGaps:
    """A word as in ``o22.13.12/9``: its place, the gap before it, those within it, and those of marks and spaces."""
    found = _WORD.fullmatch(written)
    if found is None:
        raise ValueError("a word of the typist's table is invalid")
    place, first, within, marks = found.groups()

    def gaps(numbers: str | None) -> tuple[float, ...]:
        return tuple(float(int(each) * unit_ms) for each in re.findall(r"\d+", numbers or ""))

    return WordGaps(
        place=KeyPlace(place),
        first=float(int(first) * unit_ms),
        within=gaps(within),
        marks=gaps(marks),
    )
