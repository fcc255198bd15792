"""Where every character of a text is from: an immutable partition of the text into runs of one origin.

Lengths are UTF-16 code units. An edit makes new ranges that share all but a few hundred runs with the old ones, so
keeping the old ones for undo costs next to nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import accumulate, chain
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
        ends = [*accumulate(block.length for block in self._blocks)]
        number = bisect_right(ends, start)
        at = ends[number - 1] if number else 0
        for block in self._blocks[number:]:
            for run in block.runs:
                if at >= end:
                    return
                if at + run.length > start:
                    first = max(start, at)
                    yield first, run.cut(first - at, min(end, at + run.length) - at)
                at += run.length

    def replaced(self, offset: int, removed: int, inserted: Sequence[Run] = ()) -> Ranges:
        """Ranges in which ``inserted`` stands for the ``removed`` units at ``offset``.

        Raises ValueError if the text is not that long.
        """
        if not 0 <= offset <= offset + removed <= self.length:
            raise ValueError("an edit outside the text")
        blocks = self._blocks
        ends = [*accumulate(block.length for block in blocks)]
        # An edit at the edge of a block may join runs over it.
        first = bisect_left(ends, offset)
        last = min(bisect_right(ends, offset + removed), len(blocks) - 1)
        first = max(0, min(first, last))
        start = ends[first - 1] if first else 0
        end = ends[last] if blocks else 0
        old = [*chain.from_iterable(block.runs for block in blocks[first : last + 1])]
        new = join(
            (*_head(old, offset - start), *inserted, *_tail(old, end - offset - removed)),
        )
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
    return tuple(_Block(sum(run.length for run in piece), piece) for piece in pieces)


def _head(runs: list[Run], length: int) -> list[Run]:
    """The first ``length`` units."""
    head = []
    for run in runs:
        if length <= 0:
            break
        head.append(run if run.length <= length else run.cut(0, length))
        length -= run.length
    return head


def _tail(runs: list[Run], length: int) -> list[Run]:
    """The last ``length`` units."""
    tail = []
    for run in reversed(runs):
        if length <= 0:
            break
        tail.append(run if run.length <= length else run.cut(run.length - length, run.length))
        length -= run.length
    tail.reverse()
    return tail
