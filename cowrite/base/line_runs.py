"""Which lines of an older text stand unchanged in a newer one, in about linear time.

Knows nothing of files or encodings. The method is patience diff (Bram Cohen): lines that occur once on
either side anchor the rest. difflib takes quadratic time where lines repeat, as the blank ones of a book do.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """``old[old_start : old_start + size] == new[new_start : new_start + size]``."""

    old_start: int
    new_start: int
    size: int


@dataclass(frozen=True, slots=True)
class _Gap:
    """Part of the old text and part of the new that are still to be compared; ends are exclusive."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def unchanged_runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Runs of lines that ``old`` and ``new`` share. No line is in two runs, and none crosses another."""
    gaps = [_Gap(0, len(old), 0, len(new))]
    while gaps:
        gap = gaps.pop()
        head = _common(old, new, gap)
        rest = _Gap(gap.old_start + head, gap.old_end, gap.new_start + head, gap.new_end)
        tail = _common_backwards(old, new, rest)
        if head:
            yield Run(old_start=gap.old_start, new_start=gap.new_start, size=head)
        if tail:
            yield Run(old_start=gap.old_end - tail, new_start=gap.new_end - tail, size=tail)
        rest = _Gap(rest.old_start, gap.old_end - tail, rest.new_start, gap.new_end - tail)
        anchors = _anchors(old, new, rest)
        if not anchors:
            yield from _same_places(old, new, rest)
            continue
        # Each anchor begins a gap, and is the head of it: every round takes at least that one line away.
        cuts = [(rest.old_start, rest.new_start), *anchors, (rest.old_end, rest.new_end)]
        gaps += [_Gap(a, c, b, d) for (a, b), (c, d) in pairwise(cuts) if a < c and b < d]


def line_pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which line of ``new`` each line of ``old`` has become: the unchanged ones, and those rewritten between them."""
    pairs: list[tuple[int, int]] = []
    old_at = new_at = 0
    for run in [*_in_order(old, new), Run(old_start=len(old), new_start=len(new), size=0)]:
        rewritten = min(run.old_start - old_at, run.new_start - new_at)
        pairs += ((old_at + k, new_at + k) for k in range(rewritten))
        pairs += ((run.old_start + k, run.new_start + k) for k in range(run.size))
        old_at, new_at = run.old_start + run.size, run.new_start + run.size
    return pairs


def _in_order(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    return sorted(unchanged_runs(old, new), key=lambda run: run.old_start)


def _common(old: Sequence[str], new: Sequence[str], gap: _Gap) -> int:
    size = min(gap.old_end - gap.old_start, gap.new_end - gap.new_start)
    differing = (i for i in range(size) if old[gap.old_start + i] != new[gap.new_start + i])
    return next(differing, size)


def _common_backwards(old: Sequence[str], new: Sequence[str], gap: _Gap) -> int:
    size = min(gap.old_end - gap.old_start, gap.new_end - gap.new_start)
    differing = (i for i in range(size) if old[gap.old_end - 1 - i] != new[gap.new_end - 1 - i])
    return next(differing, size)


def _same_places(old: Sequence[str], new: Sequence[str], gap: _Gap) -> Iterator[Run]:
    """For lines that all repeat: those that are equal at the same distance from the start of ``gap``."""
    size = min(gap.old_end - gap.old_start, gap.new_end - gap.new_start)
    start = 0
    for i in range(size + 1):
        if i < size and old[gap.old_start + i] == new[gap.new_start + i]:
            continue
        if i > start:
            yield Run(
                old_start=gap.old_start + start, new_start=gap.new_start + start, size=i - start
            )
        start = i + 1


def _anchors(old: Sequence[str], new: Sequence[str], gap: _Gap) -> list[tuple[int, int]]:
    """Places of lines that occur once on either side of ``gap``, in an order that both sides share."""
    in_old = Counter(old[gap.old_start : gap.old_end])
    in_new = Counter(new[gap.new_start : gap.new_end])
    once = {line for line, count in in_old.items() if count == 1 and in_new[line] == 1}
    place = {new[i]: i for i in range(gap.new_start, gap.new_end) if new[i] in once}
    pairs = [(i, place[old[i]]) for i in range(gap.old_start, gap.old_end) if old[i] in once]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence whose second numbers rise (the first ones do already); patience sorting."""
    smallest_last: list[
        int
    ] = []  # by length - 1: the smallest number that a subsequence of it ends in
    holder: list[int] = []  # by length - 1: the index of that pair
    before: list[int | None] = []  # by pair: the index of the pair before it
    for index, (_, value) in enumerate(pairs):
        length = bisect_left(smallest_last, value)
        before.append(holder[length - 1] if length else None)
        smallest_last[length : length + 1] = [value]
        holder[length : length + 1] = [index]
    chain: list[tuple[int, int]] = []
    at = holder[-1] if holder else None
    while at is not None:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
