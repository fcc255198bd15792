"""What was taken from the machine, piece by piece, and whether it still stands as it was taken."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cowrite.base.utf16 import from_units, in_units, utf16_length
from cowrite.provenance.ranges import Origin, Ranges, Run

LONGEST_GAP = 200
"""Units that the writer may type along between two accepts of one suggestion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One suggestion, as far as it was taken.

    ``text`` runs from the first character taken to the last, with what the writer typed along in between; ``pieces``
    are the accepts: where each begins in it and how long it is, in UTF-16 units. ``accepted_ms`` is Unix time of the
    first. ``followed``: what was left of it at the next opening of the document is in the log. ``gave_way`` is the
    space that came along at the end of ``text`` and whose place a comma or the like took: its loss is no edit, and an
    undo may bring it back. ``task`` is what the model was asked for; empty for a suggestion at the caret.
    """

    id: str
    text: str = ""
    pieces: tuple[tuple[int, int], ...] = ()
    model: str = ""
    adapter: str = ""
    accepted_ms: int = 0
    followed: bool = False
    gave_way: str = ""
    task: str = ""

    @property
    def length(self) -> int:
        """Of ``text``, in UTF-16 units."""
        return utf16_length(self.text)

    @property
    def taken(self) -> int:
        """How many units were inserted by accepts."""
        return sum(length for _, length in self.pieces)

    def with_more(self, end: int, typed: str, text: str) -> Source:
        """The same as it was up to ``end``, then what the writer typed of it, then another accept."""
        begins = end + utf16_length(typed)
        kept = tuple(piece for piece in self.pieces if sum(piece) <= end)
        return replace(
            self,
            text=from_units(in_units(self.text)[:end]) + typed + text,
            pieces=(*kept, (begins, utf16_length(text))),
            gave_way="",
        )

    def without_last_space(self) -> Source:
        """The same after the space at its end gave way to what the writer typed."""
        *pieces, (begins, length) = self.pieces
        left = ((begins, length - 1),) if length > 1 else ()
        return replace(self, text=self.text[:-1], pieces=(*pieces, *left), gave_way=self.text[-1])

    def reads_as_taken(self, text: str) -> bool:
        """Whether ``text`` is what was taken, but for the space that gave way."""
        return text in (self.text, self.text + self.gave_way)


def stands_whole(ranges: Ranges, start: int, run: Run, source: Source) -> bool:
    """Whether ``run``, which begins at ``start``, belongs to a source of which every character is in its place."""
    begins = start - run.offset
    if begins < 0 or begins + source.length > ranges.length:
        return False
    there = 0
    for at, each in ranges.between(begins, begins + source.length):
        if each.source == source.id:
            if at - begins != each.offset:
                return False
            there += each.length
        elif each.origin is not Origin.TYPED:
            return False
    return there == source.taken
