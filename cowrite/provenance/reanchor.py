"""Carries ranges over to a text that was changed elsewhere: what is the same keeps its origin, the rest is LOADED."""

from __future__ import annotations

from collections.abc import Iterator

from cowrite.base.diff import unchanged_text
from cowrite.base.utf16 import in_units
from cowrite.provenance.ranges import Origin, Ranges, Run


def reanchored(old: str, ranges: Ranges, new: str) -> Ranges:
    """The ranges of ``new``, as far as they are known from those of ``old``. Raises ValueError if they do not fit."""
    old_units, new_units = in_units(old), in_units(new)
    if ranges.length != len(old_units):
        raise ValueError("ranges of another text")
    if old_units == new_units:
        return ranges
    return Ranges(_carried_over(old_units, ranges, new_units))


def _carried_over(old: str, ranges: Ranges, new: str) -> Iterator[Run]:
    at = 0
    runs = ranges.placed()
    start, run = 0, Run(0, Origin.LOADED)
    for match in unchanged_text(old, new):
        yield Run(match.new_start - at, Origin.LOADED)
        place, end = match.old_start, match.old_start + match.size
        while place < end:
            while start + run.length <= place:
                start, run = next(runs)
            stop = min(end, start + run.length)
            yield run.cut(place - start, stop - start)
            place = stop
        at = match.new_start + match.size
    yield Run(len(new) - at, Origin.LOADED)
