"""Where every character of a text is from: an immutable partition of the text into runs of one origin.

Lengths are UTF-16 code units. An edit makes new ranges that share all but a few hundred runs with the old ones, so
keeping the old ones for undo costs next to nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import accumulate, chain, islice
from operator import itemgetter
from typing import NamedTuple


class Origin(StrEnum):
    """Where characters came from. LOADED stands for all of which nothing is known."""

    TYPED = "typed"
    PASTED = "pasted"
    ACCEPTED = "accepted"
    REWRITTEN = "rewritten"
    LOADED = "loaded"


class Run(NamedTuple):
    """``length`` characters in a row of one origin; with a ``source``, they are those from its ``offset`` on."""

    length: int
    origin: Origin
    source: str = ""
    offset: int = 0

    def cut(self, start: int, end: int) -> Run:
        """The part between two places in it."""
        offset = self.offset + start if self.source else 0
        return Run(end - start, self.origin, self.source, offset)


class _Block(NamedTuple):
    length: int
    runs: tuple[Run, ...]


_LENGTH = itemgetter(0)  # of a run and of a block
FEWEST, USUAL, MOST = 32, 128, 256
"""Runs in a block: below the first it is joined to its neighbour, above the last divided into blocks of USUAL."""


class Ranges:
    """The runs of a text, from its first character to its last. Neighbours that could be one run are one."""

    __slots__ = ("_blocks", "length")

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._blocks = _blocks(join(runs))
        self.length = sum(block.length for block in self._blocks)

    @classmethod
    def _made_of(cls, blocks: tuple[_Block, ...], length: int) -> Ranges:
        made = cls.__new__(cls)
        made._blocks, made.length = blocks, length
        return made

    @property
    def runs(self) -> Iterator[Run]:
        """All runs in order."""
        return chain.from_iterable(block.runs for block in self._blocks)

    def _ends(self) -> list[int]:
        """Where each block ends."""
        return [*accumulate(map(_LENGTH, self._blocks))]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ranges):
            return NotImplemented
        return self is other or (self.length == other.length and [*self.runs] == [*other.runs])

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Ranges({[*self.runs]!r})"

    def placed(self) -> Iterator[tuple[int, Run]]:
        """Every run with where it begins."""
        start = 0
        for run in self.runs:
            yield start, run
            start += run.length

    def between(self, start: int, end: int) -> Iterator[tuple[int, Run]]:
        """What lies from ``start`` to ``end``: runs, cut at both, with where each begins."""
        start, end = max(0, start), min(end, self.length)
        ends = self._ends()
        number = bisect_right(ends, start)
        at = ends[number - 1] if number else 0
        skipped = 0
        if number < len(ends):
            within = [*accumulate(map(_LENGTH, self._blocks[number].runs))]
            skipped = bisect_right(within, start - at)
            at += within[skipped - 1] if skipped else 0
        runs = chain.from_iterable(block.runs for block in self._blocks[number:])
        for run in islice(runs, skipped, None):
            if at >= end:
                return
            first = max(start, at)
            yield first, run.cut(first - at, min(end, at + run.length) - at)
            at += run.length

    def replaced(self, offset: int, removed: int, inserted: Sequence[Run] = ()) -> Ranges:
        """Ranges in which ``inserted`` stands for the ``removed`` units at ``offset``.

        Raises ValueError if the text is not that long.
        """
        if not 0 <= offset <= offset + removed <= self.length:
            raise ValueError("an edit outside the text")
        blocks, ends = self._blocks, self._ends()
        # An edit at the edge of a block may join runs over it.
        first = bisect_left(ends, offset)
        last = min(bisect_right(ends, offset + removed), len(blocks) - 1)
        first = max(0, min(first, last))
        start = ends[first - 1] if first else 0
        old = [*chain.from_iterable(block.runs for block in blocks[first : last + 1])]
        new = _spliced(old, offset - start, offset - start + removed, inserted)
        if len(new) < FEWEST and len(blocks) > last - first + 1:
            if first:
                first -= 1
                new = join((*blocks[first].runs, *new))
            else:
                last += 1
                new = join((*new, *blocks[last].runs))
        made = (*blocks[:first], *_blocks(new), *blocks[last + 1 :])
        return Ranges._made_of(made, self.length - removed + sum(run.length for run in inserted))

    def mapped(self, change: Callable[[Run], Iterable[Run]]) -> Ranges:
        """Ranges with what ``change`` makes of each run; it must be as long."""
        return Ranges(chain.from_iterable(map(change, self.runs)))


def join(runs: Iterable[Run]) -> list[Run]:
    """``runs`` without empty ones, and with neighbours joined where they are one."""
    joined: list[Run] = []
    for run in runs:
        if not run.length:
            continue
        if joined and _continues(joined[-1], run):
            before = joined[-1]
            joined[-1] = Run(before.length + run.length, run.origin, run.source, before.offset)
        else:
            joined.append(run)
    return joined


def _continues(one: Run, other: Run) -> bool:
    return (
        one.origin is other.origin
        and one.source == other.source
        and (not one.source or one.offset + one.length == other.offset)
    )


def _blocks(runs: list[Run]) -> tuple[_Block, ...]:
    size = max(len(runs), 1) if len(runs) <= MOST else USUAL
    pieces = (tuple(runs[i : i + size]) for i in range(0, len(runs), size))
    return tuple(_Block(sum(map(_LENGTH, piece)), piece) for piece in pieces)


def _spliced(runs: list[Run], start: int, end: int, inserted: Sequence[Run]) -> list[Run]:
    """Joined ``runs`` with ``inserted`` for what is from ``start`` to ``end``, joined."""
    ends = [*accumulate(map(_LENGTH, runs))]
    first, last = bisect_left(ends, start), bisect_right(ends, end)
    head, tail = runs[:first], runs[last:]
    if first < len(runs):
        cut = runs[first].length - (ends[first] - start)
        if cut:
            head.append(runs[first].cut(0, cut))
    if tail:
        tail[0] = tail[0].cut(tail[0].length - (ends[last] - end), tail[0].length)
    seam = join((*head[-1:], *inserted, *tail[:1]))
    return [*head[:-1], *seam, *tail[1:]]
