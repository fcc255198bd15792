"""Three-way merge of prose: two texts that come of one, by lines and, where both changed a line, by its words.

Merging as in diff3 (Khanna, Kunal and Pierce, “A Formal Investigation of Diff3”, 2007) over the patience diff of
:mod:`cowrite.base.diff`. What both changed at one place, differently, is a conflict; nobody decides it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cowrite.base.diff import Match, unchanged_lines

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of a merge. ``text`` is whole if there are no ``conflicts``; else it has ``mine`` at each of them."""

    text: str
    conflicts: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing was changed on both sides at one place."""
        return not self.conflicts


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the base, and what it has become on both sides."""

    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Put what was changed from ``base`` to ``mine``, and from ``base`` to ``theirs``, into one text."""
    parts: list[str] = []
    conflicts = 0
    for piece in _pieces(*(_LINES.findall(text) for text in (base, mine, theirs))):
        decided = _decided(piece)
        if decided is None:
            merged = _merge_words(piece)
            parts.append(merged.text)
            conflicts += merged.conflicts
        else:
            parts += decided
    return Merged(text="".join(parts), conflicts=conflicts)


def _merge_words(lines: _Piece) -> Merged:
    """The same within lines that both sides changed."""
    texts = ["".join(side) for side in (lines.base, lines.mine, lines.theirs)]
    parts: list[str] = []
    conflicts = 0
    for piece in _pieces(*(_WORDS.findall(text) for text in texts)):
        decided = _decided(piece)
        if decided is None:
            conflicts += 1
            decided = piece.mine
        parts += decided
    return Merged(text="".join(parts), conflicts=conflicts)


def _decided(piece: _Piece) -> Sequence[str] | None:
    """What becomes of a stretch; None if both sides changed it, and not in the same way."""
    if piece.mine == piece.theirs or piece.theirs == piece.base:
        return piece.mine
    return piece.theirs if piece.mine == piece.base else None


def _pieces(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[_Piece]:
    """The three sequences, cut where all of them agree: by turns what differs and what is the same."""
    at_base = at_mine = at_theirs = 0
    for start, in_mine, in_theirs, size in _common(
        unchanged_lines(base, mine), unchanged_lines(base, theirs)
    ):
        changed = _Piece(base[at_base:start], mine[at_mine:in_mine], theirs[at_theirs:in_theirs])
        if changed.base or changed.mine or changed.theirs:
            yield changed
        same = base[start : start + size]
        yield _Piece(same, same, same)
        at_base, at_mine, at_theirs = start + size, in_mine + size, in_theirs + size
    rest = _Piece(base[at_base:], mine[at_mine:], theirs[at_theirs:])
    if rest.base or rest.mine or rest.theirs:
        yield rest


def _common(mine: list[Match], theirs: list[Match]) -> Iterator[tuple[int, int, int, int]]:
    """Where both sides kept the base: its place there, in mine and in theirs, and how many tokens."""
    i = j = 0
    while i < len(mine) and j < len(theirs):
        one, other = mine[i], theirs[j]
        start = max(one.old_start, other.old_start)
        end = min(one.old_start + one.size, other.old_start + other.size)
        if start < end:
            in_mine = one.new_start + start - one.old_start
            in_theirs = other.new_start + start - other.old_start
            yield start, in_mine, in_theirs, end - start
        if one.old_start + one.size <= other.old_start + other.size:
            i += 1
        else:
            j += 1
