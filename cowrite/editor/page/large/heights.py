"""How high every paragraph of a large document is, and where it begins, without having seen most of them."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

_CHUNK = 512
"""Paragraphs summed up together: a change touches one chunk, a search a few hundred sums."""

Chunk = list[float | None]


class Heights:
    """Heights in pixels of ``count`` paragraphs; one that was not measured yet counts with ``estimate``."""

    def __init__(self, count: int, estimate: float) -> None:
        self.reset(count, estimate)

    def reset(self, count: int, estimate: float) -> None:
        """Know nothing but the number of paragraphs."""
        self._estimate = estimate
        self._chunks = _chunked([None] * count)
        self._sums = [self._sum(chunk) for chunk in self._chunks]
        self._index()

    @property
    def count(self) -> int:
        """Of paragraphs."""
        return self._firsts[-1]

    @property
    def total(self) -> float:
        """All heights together."""
        return self._tops[-1]

    def is_measured(self, number: int) -> bool:
        """Whether the height of that paragraph is known."""
        chunk, within = self._find(number)
        return self._chunks[chunk][within] is not None

    def height(self, number: int) -> float:
        """Of a paragraph. Raises IndexError if there is none of that number."""
        chunk, within = self._find(number)
        height = self._chunks[chunk][within]
        return self._estimate if height is None else height

    def top(self, number: int) -> float:
        """Where a paragraph begins: the heights of all before it. Raises IndexError if there is none."""
        chunk, within = self._find(number)
        return self._tops[chunk] + self._sum(self._chunks[chunk][:within])

    def at(self, y: float) -> int:
        """The paragraph at a height, the first for what is above it and the last for what is below."""
        chunk = max(0, min(bisect_right(self._tops, y) - 1, len(self._chunks) - 1))
        bottom = self._tops[chunk]
        for within, height in enumerate(self._chunks[chunk]):
            bottom += self._estimate if height is None else height
            if bottom > y:
                return self._firsts[chunk] + within
        return self._firsts[chunk + 1] - 1

    def measure(self, number: int, height: float) -> float:
        """Note the height of a paragraph; returns by how much it is higher than it counted."""
        chunk, within = self._find(number)
        higher = height - self.height(number)
        self._chunks[chunk][within] = height
        if higher:
            self._sums[chunk] = self._sum(self._chunks[chunk])
            self._tops = [0.0, *accumulate(self._sums)]
        return higher

    def replace(self, first: int, old: int, new: int) -> None:
        """Instead of ``old`` paragraphs from ``first`` on there are ``new`` ones, not measured yet."""
        begin, within = self._find(first)
        end, behind = self._find(first + old - 1)
        merged = [*self._chunks[begin][:within], *[None] * new, *self._chunks[end][behind + 1 :]]
        chunks = _chunked(merged) if len(merged) > 2 * _CHUNK else [merged] if merged else []
        self._chunks[begin : end + 1] = chunks
        self._sums[begin : end + 1] = [self._sum(chunk) for chunk in chunks]
        self._index()

    def _index(self) -> None:
        self._firsts = [0, *accumulate(map(len, self._chunks))]
        self._tops = [0.0, *accumulate(self._sums)]

    def _find(self, number: int) -> tuple[int, int]:
        if not 0 <= number < self.count:
            raise IndexError(number)
        chunk = bisect_right(self._firsts, number) - 1
        return chunk, number - self._firsts[chunk]

    def _sum(self, chunk: Chunk) -> float:
        unknown = chunk.count(None)
        known = sum(each for each in chunk if each is not None) if unknown < len(chunk) else 0.0
        return known + unknown * self._estimate


def _chunked(heights: Chunk) -> list[Chunk]:
    return [heights[start : start + _CHUNK] for start in range(0, len(heights), _CHUNK)]
