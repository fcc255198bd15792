"""Hits in several texts, as a list of results shows them: with the words around each, and what would come instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cowrite.localization import tr
from cowrite.search.line_hits import Cancelled, each_hit, never
from cowrite.search.pattern import Pattern
from cowrite.search.regex_pattern import TooLongError
from cowrite.search.replacement import Replacement

BEFORE_CHARACTERS = 24
AFTER_CHARACTERS = 80
MOST_IN_TEXT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHit:
    """A hit in ``line`` (from 0), from ``start`` to ``end`` in UTF-16 units of it; ``becomes`` is None if nothing is
    to be replaced. ``before`` and ``after`` are the words around it in its line, shortened.
    """

    line: int
    start: int
    end: int
    before: str
    hit: str
    after: str
    becomes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHits:
    """The hits in one text, ``MOST_IN_TEXT`` at most; ``problem`` says why these are not all."""

    hits: tuple[FoundHit, ...] = ()
    problem: str = ""


def found_hits(
    pattern: Pattern,
    lines: Sequence[str],
    replacement: Replacement | None = None,
    is_cancelled: Cancelled = never,
) -> FoundHits:
    """Search ``lines``. Raises PatternError if nothing can be replaced so."""
    hits: list[FoundHit] = []
    try:
        for line, start, end, text, match in each_hit(pattern, lines, is_cancelled):
            if len(hits) == MOST_IN_TEXT:
                return FoundHits(
                    hits=tuple(hits),
                    problem=tr("Only the first {most:,} are shown.", most=MOST_IN_TEXT),
                )
            hit = text[match.start : match.end]
            hits.append(
                FoundHit(
                    line=line,
                    start=start,
                    end=end,
                    before=_before(text, match.start),
                    hit=hit,
                    after=_after(text, match.end),
                    becomes=None if replacement is None else replacement.of(hit, match.group),
                )
            )
    except TooLongError as error:
        return FoundHits(hits=tuple(hits), problem=str(error))
    return FoundHits(hits=tuple(hits))


def _before(text: str, end: int) -> str:
    start = max(text.rfind("\n", 0, end) + 1, end - BEFORE_CHARACTERS)
    part = text[start:end]
    if start and text[start - 1] != "\n":
        space = part.find(" ")
        part = "…" + (part[space + 1 :] if space >= 0 else part)
    return part.lstrip()


def _after(text: str, start: int) -> str:
    end = text.find("\n", start)
    end = min(len(text) if end < 0 else end, start + AFTER_CHARACTERS)
    return text[start:end]
