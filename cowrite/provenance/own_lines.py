"""Which lines of a text its writer typed."""

from __future__ import annotations

from cowrite.base.utf16 import utf16_length
from cowrite.provenance.ranges import Origin, Ranges

OWN_SHARE = 0.9
"""So much of a line has to be typed: a word that was taken here and there makes it nobody else's."""


def typed_lines(text: str, ranges: Ranges) -> frozenset[int]:
    r"""The numbers, from 0, of the lines of ``text`` that are its writer's own; lines are separated by ``\n``."""
    runs = [
        (start, start + run.length, run.origin is Origin.TYPED) for start, run in ranges.placed()
    ]
    found, at, first = set(), 0, 0
    for number, line in enumerate(text.split("\n")):
        length = utf16_length(line)
        end = at + length
        while first < len(runs) and runs[first][1] <= at:
            first += 1
        typed, place = 0, first
        while place < len(runs) and runs[place][0] < end:
            start, stop, is_typed = runs[place]
            typed += (min(stop, end) - max(start, at)) * is_typed
            place += 1
        if length and typed >= OWN_SHARE * length:
            found.add(number)
        at = end + 1
    return frozenset(found)
