"""Which parts of two texts are the same: patience diff, in about linear time, fast enough for whole books.

Tokens that occur once on either side anchor the rest (Bram Cohen's patience diff): lines by themselves, or paragraphs,
between them words, and within a changed word its beginning and end. difflib alone takes quadratic time where tokens
repeat, as the empty lines of a book do. Knows nothing of files, encodings or authors.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import NamedTuple

_PARAGRAPH = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\w+|\W")
MOST_COMPARED = 250_000
"""The product of the numbers of tokens up to which difflib is asked."""


class Match(NamedTuple):
    """``old[old_start : old_start + size] == new[new_start : new_start + size]``."""

    old_start: int
    new_start: int
    size: int


class _Gap(NamedTuple):
    """Part of the old sequence and part of the new that are still to be compared; ends are exclusive."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


_Compare = Callable[[Sequence[str], Sequence[str], _Gap], Iterator[Match]]


def unchanged_lines(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Runs of lines that ``old`` and ``new`` share, in order. No line is in two of them, and none crosses another."""
    return _matching_tokens(old, new, _same_places)


def line_pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which line of ``new`` each line of ``old`` has become: the unchanged ones, and those rewritten between them."""
    pairs: list[tuple[int, int]] = []
    old_at = new_at = 0
    for match in [*unchanged_lines(old, new), Match(len(old), len(new), 0)]:
        rewritten = min(match.old_start - old_at, match.new_start - new_at)
        pairs += ((old_at + k, new_at + k) for k in range(rewritten))
        pairs += ((match.old_start + k, match.new_start + k) for k in range(match.size))
        old_at, new_at = match.old_start + match.size, match.new_start + match.size
    return pairs


def unchanged_tokens(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Runs of tokens that a short ``old`` and ``new`` share, in order; where all repeat, the longest runs first."""
    return _matching_tokens(old, new, _by_difflib)


def unchanged_text(old: str, new: str) -> list[Match]:
    """The characters of ``old`` that are in ``new`` too, in order, in runs as long as they can be. Never raises."""
    return _joined(_matching_text(old, new, (_PARAGRAPH, _WORD)))


def common_prefix(one: str, other: str) -> int:
    """The length of the longest common beginning, by bisection over slices, which compare at memory speed."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while low + 1 < high:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


def common_suffix(one: str, other: str) -> int:
    """The length of the longest common end."""
    return common_prefix(one[::-1], other[::-1])


def _matching_text(old: str, new: str, levels: Sequence[re.Pattern[str]]) -> Iterator[Match]:
    """Matches of two texts, by tokens of the first level and, between those, of the next."""
    head = common_prefix(old, new)
    tail = common_suffix(old[head:], new[head:])
    yield Match(0, 0, head)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if levels and middle_old and middle_new:
        for match in _matching_between(middle_old, middle_new, levels):
            yield Match(match.old_start + head, match.new_start + head, match.size)
    yield Match(len(old) - tail, len(new) - tail, tail)


def _matching_between(old: str, new: str, levels: Sequence[re.Pattern[str]]) -> Iterator[Match]:
    old_tokens, new_tokens = levels[0].findall(old), levels[0].findall(new)
    old_at = [0, *accumulate(map(len, old_tokens))]
    new_at = [0, *accumulate(map(len, new_tokens))]
    i = j = 0
    end = Match(len(old_tokens), len(new_tokens), 0)
    for k, m, size in [*_matching_tokens(old_tokens, new_tokens, _by_difflib), end]:
        if i < k and j < m:
            base_old, base_new = old_at[i], new_at[j]
            between = _matching_text(
                old[base_old : old_at[k]], new[base_new : new_at[m]], levels[1:]
            )
            for match in between:
                yield Match(match.old_start + base_old, match.new_start + base_new, match.size)
        yield Match(old_at[k], new_at[m], old_at[k + size] - old_at[k])
        i, j = k + size, m + size


def _matching_tokens(old: Sequence[str], new: Sequence[str], compare: _Compare) -> list[Match]:
    """Runs of equal tokens, in order; ``compare`` finds them where no token occurs only once."""
    found: list[Match] = []
    gaps = [_Gap(0, len(old), 0, len(new))]
    while gaps:
        gap = gaps.pop()
        head = _common(old, new, gap)
        rest = _Gap(gap.old_start + head, gap.old_end, gap.new_start + head, gap.new_end)
        tail = _common_backwards(old, new, rest)
        if head:
            found.append(Match(gap.old_start, gap.new_start, head))
        if tail:
            found.append(Match(gap.old_end - tail, gap.new_end - tail, tail))
        rest = _Gap(rest.old_start, gap.old_end - tail, rest.new_start, gap.new_end - tail)
        anchors = _anchors(old, new, rest)
        if not anchors:
            found += compare(old, new, rest)
            continue
        # Each anchor begins a gap, and is the head of it: every round takes at least that one token away.
        cuts = [(rest.old_start, rest.new_start), *anchors, (rest.old_end, rest.new_end)]
        gaps += [_Gap(a, c, b, d) for (a, b), (c, d) in pairwise(cuts) if a < c and b < d]
    return sorted(found)


def _common(old: Sequence[str], new: Sequence[str], gap: _Gap) -> int:
    size = min(gap.old_end - gap.old_start, gap.new_end - gap.new_start)
    count = 0
    while count < size and old[gap.old_start + count] == new[gap.new_start + count]:
        count += 1
    return count


def _common_backwards(old: Sequence[str], new: Sequence[str], gap: _Gap) -> int:
    size = min(gap.old_end - gap.old_start, gap.new_end - gap.new_start)
    count = 0
    while count < size and old[gap.old_end - 1 - count] == new[gap.new_end - 1 - count]:
        count += 1
    return count


def _same_places(old: Sequence[str], new: Sequence[str], gap: _Gap) -> Iterator[Match]:
    """For tokens that all repeat: those that are equal at the same distance from the start of ``gap``."""
    size = min(gap.old_end - gap.old_start, gap.new_end - gap.new_start)
    start = 0
    for i in range(size + 1):
        if i < size and old[gap.old_start + i] == new[gap.new_start + i]:
            continue
        if i > start:
            yield Match(gap.old_start + start, gap.new_start + start, i - start)
        start = i + 1


def _by_difflib(old: Sequence[str], new: Sequence[str], gap: _Gap) -> Iterator[Match]:
    """For tokens that all repeat, in short stretches: the longest runs first."""
    i, k, j, m = gap
    if (k - i) * (m - j) > MOST_COMPARED:
        return
    matcher = SequenceMatcher(None, old[i:k], new[j:m], autojunk=False)
    for block in matcher.get_matching_blocks():
        if block.size:
            yield Match(i + block.a, j + block.b, block.size)


def _anchors(old: Sequence[str], new: Sequence[str], gap: _Gap) -> list[tuple[int, int]]:
    """Places of tokens that occur once on either side of ``gap``, in an order that both sides share."""
    in_old = Counter(old[gap.old_start : gap.old_end])
    in_new = Counter(new[gap.new_start : gap.new_end])
    once = {token for token, count in in_old.items() if count == 1 and in_new[token] == 1}
    place = {new[i]: i for i in range(gap.new_start, gap.new_end) if new[i] in once}
    pairs = [(i, place[old[i]]) for i in range(gap.old_start, gap.old_end) if old[i] in once]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence whose second numbers rise (the first ones do already); patience sorting."""
    # By length - 1: the smallest number in which a subsequence of it ends, and the index of that pair.
    smallest_last: list[int] = []
    holder: list[int] = []
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


def _joined(found: Iterator[Match]) -> list[Match]:
    joined: list[Match] = []
    for match in found:
        if not match.size:
            continue
        last = joined[-1] if joined else None
        if last and last[0] + last.size == match[0] and last[1] + last.size == match[1]:
            joined[-1] = Match(last[0], last[1], last.size + match.size)
        else:
            joined.append(match)
    return joined
