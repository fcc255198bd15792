"""Adverbs in -ly that stand so close together that a reader hears the rhyme. Speech is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cowrite.check import english
from cowrite.check.findings import Finding, Kind
from cowrite.check.quotes import Quotes
from cowrite.check.tokens import Token
from cowrite.localization import listed, tr

FEWEST = 3
WITHIN = 12
"""So many adverbs within so many words are too many."""
_SHORTEST = 5
_WEIGHT, _MORE = 0.36, 0.06


def heaped_adverbs(tokens: Sequence[Token], quotes: Quotes) -> Iterator[Finding]:
    """The heaps of a paragraph; one that goes on is one."""
    numbers = [number for number, token in enumerate(tokens) if _is_adverb(token)]
    at = 0
    while at + FEWEST <= len(numbers):
        if numbers[at + FEWEST - 1] - numbers[at] >= WITHIN:
            at += 1
            continue
        last = at + FEWEST - 1
        while last + 1 < len(numbers) and numbers[last + 1] - numbers[last] < WITHIN // 2:
            last += 1
        heap = [tokens[number] for number in numbers[at : last + 1]]
        if not quotes.touches(heap[0].start, heap[-1].end):
            yield _finding(heap)
        at = last + 1


def _finding(heap: list[Token]) -> Finding:
    said = listed(f"“{each.text}”" for each in heap)
    return Finding(
        kind=Kind.ADVERBS,
        start=heap[0].start,
        end=heap[-1].end,
        message=tr("{count} adverbs close together: {said}.", count=len(heap), said=said),
        weight=_WEIGHT + _MORE * (len(heap) - FEWEST),
    )


def _is_adverb(token: Token) -> bool:
    form = token.form
    return (
        form.endswith("ly")
        and len(form) >= _SHORTEST
        and token.text[1:].islower()
        and form not in english.words("no adverbs")
    )
