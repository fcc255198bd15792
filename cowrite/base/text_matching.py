"""Which parts of two texts are the same, fast enough for whole books.

Paragraphs that occur once in both texts are the anchors ("patience diff"); between them words are, and within a changed
word its beginning and end. Where nothing is unique, difflib compares short stretches.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import NamedTuple

_PARAGRAPH = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\w+|\W")
MOST_COMPARED = 250_000
"""The product of the numbers of tokens up to which difflib is asked."""


class Match(NamedTuple):
    """``length`` characters that stand at ``old`` in one text and at ``new`` in the other."""

    old: int
    new: int
    length: int


class _Stretch(NamedTuple):
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def matches(old: str, new: str) -> list[Match]:
    """The parts of ``old`` that are in ``new`` too, in order, as long as they can be. Never raises."""
    found = [*_match(old, new, (_PARAGRAPH, _WORD))]
    return _joined(found)


def _match(old: str, new: str, levels: Sequence[re.Pattern[str]]) -> Iterator[Match]:
    """Matches of two texts, by tokens of the first level and, between those, of the next."""
    head = common_prefix(old, new)
    tail = common_suffix(old[head:], new[head:])
    yield Match(0, 0, head)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if levels and middle_old and middle_new:
        for match in _match_tokens(middle_old, middle_new, levels):
            yield Match(match.old + head, match.new + head, match.length)
    yield Match(len(old) - tail, len(new) - tail, tail)


def _match_tokens(old: str, new: str, levels: Sequence[re.Pattern[str]]) -> Iterator[Match]:
    old_tokens, new_tokens = levels[0].findall(old), levels[0].findall(new)
    old_at = [0, *accumulate(map(len, old_tokens))]
    new_at = [0, *accumulate(map(len, new_tokens))]
    i = j = 0
    for k, m in [*_same_tokens(old_tokens, new_tokens), (len(old_tokens), len(new_tokens))]:
        if i < k and j < m:
            base_old, base_new = old_at[i], new_at[j]
            between = _match(old[base_old : old_at[k]], new[base_new : new_at[m]], levels[1:])
            for match in between:
                yield Match(match.old + base_old, match.new + base_new, match.length)
        if k < len(old_tokens):
            yield Match(old_at[k], new_at[m], len(old_tokens[k]))
        i, j = k + 1, m + 1


def _same_tokens(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indices of equal tokens, ascending in both."""
    pairs: list[tuple[int, int]] = []
    waiting = [_Stretch(0, len(old), 0, len(new))]
    while waiting:
        stretch = waiting.pop()
        i, k, j, m = stretch
        while i < k and j < m and old[i] == new[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        while i < k and j < m and old[k - 1] == new[m - 1]:
            k, m = k - 1, m - 1
            pairs.append((k, m))
        if i == k or j == m:
            continue
        anchors = _anchors(old, new, _Stretch(i, k, j, m))
        if anchors:
            pairs += anchors
            edges = [(i - 1, j - 1), *anchors, (k, m)]
            waiting += [
                _Stretch(a + 1, c, b + 1, d)
                for (a, b), (c, d) in pairwise(edges)
                if a + 1 < c and b + 1 < d
            ]
        elif (k - i) * (m - j) <= MOST_COMPARED:
            pairs += _compared(old, new, _Stretch(i, k, j, m))
    return sorted(pairs)


def _anchors(old: Sequence[str], new: Sequence[str], stretch: _Stretch) -> list[tuple[int, int]]:
    """Tokens that occur once in both parts, as many as stand in the same order."""
    i, k, j, m = stretch
    old_part, new_part = old[i:k], new[j:m]
    old_counts, new_counts = Counter(old_part), Counter(new_part)
    places = {
        token: number
        for number, token in enumerate(old_part, i)
        if old_counts[token] == 1 and new_counts.get(token) == 1
    }
    candidates = [
        (places[token], number) for number, token in enumerate(new_part, j) if token in places
    ]
    return _longest_ascending(candidates)


def _longest_ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence in which the first numbers ascend; the second do already."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (first, _) in enumerate(pairs):
        place = bisect_left(ends, first)
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [first]
        last[place : place + 1] = [number]
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _compared(old: Sequence[str], new: Sequence[str], stretch: _Stretch) -> list[tuple[int, int]]:
    i, k, j, m = stretch
    matcher = SequenceMatcher(None, old[i:k], new[j:m], autojunk=False)
    return [
        (i + block.a + step, j + block.b + step)
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]


def _joined(found: Sequence[Match]) -> list[Match]:
    joined: list[Match] = []
    for match in found:
        if not match.length:
            continue
        last = joined[-1] if joined else None
        if last and last.old + last.length == match.old and last.new + last.length == match.new:
            joined[-1] = Match(last.old, last.new, last.length + match.length)
        else:
            joined.append(match)
    return joined


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
