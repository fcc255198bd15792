"""A text from its beginning to its end: which characters are prose, and which are machinery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cowrite.markdown.groups import MarkdownLines
from cowrite.markdown.kinds import TextKind


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` up to ``end``, in characters of the text, it is of that kind."""

    start: int
    end: int
    kind: TextKind


def spans(text: str, *, markdown: bool) -> list[Span]:
    r"""The whole text in pieces, sorted and without gaps; none of them is empty, and no two neighbours are of one kind.

    Lines are separated by ``\n``, which goes with what is before it. Without ``markdown`` all of it is prose.
    """
    if not markdown:
        return [Span(0, len(text), TextKind.PROSE)] if text else []
    result: list[Span] = []
    for start, end, kind in _pieces(text):
        if result and result[-1].kind is kind:
            result[-1] = Span(result[-1].start, end, kind)
        elif start < end:
            result.append(Span(start, end, kind))
    return result


def prose(text: str, *, markdown: bool) -> list[Span]:
    """Only what a reader reads: see :func:`spans`."""
    return [each for each in spans(text, markdown=markdown) if each.kind is TextKind.PROSE]


def _pieces(text: str) -> Iterator[tuple[int, int, TextKind]]:
    lines = text.split("\n")
    known = MarkdownLines(lines.__getitem__, len(lines))
    known.settle(len(lines))
    at, kind = 0, TextKind.PROSE
    for number, line in enumerate(lines):
        for start, end, kind in known.marks(number).kinds:
            yield at + start, at + end, kind
        at += len(line)
        if at < len(text):
            yield at, at + 1, kind
        at += 1
