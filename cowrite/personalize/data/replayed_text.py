"""A document's text as its rows of the log tell it, and of every character who made it."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from enum import IntEnum
from types import MappingProxyType

from cowrite.base.utf16 import whole_pairs
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.rebuild import TextRebuilder
from cowrite.personalize.data.examples import Span


class Author(IntEnum):
    """Who made a character."""

    WRITER = 1
    MACHINE = 2
    UNKNOWN = 3


_AUTHORS = {
    "typed": Author.WRITER,
    "replaced": Author.WRITER,
    "dictated": Author.WRITER,
    "accepted": Author.MACHINE,
    "rewritten": Author.MACHINE,
}
# What is more than any author is the number of a suggestion.
_FIRST_SUGGESTION = 16
# So many deleted stretches are remembered, so that an undo brings back who made them.
REMEMBERED = 50


class ReplayedText:
    """Text in UTF-16 units, the unit of the log's offsets. What was there when the log began is by an unknown author.

    Where the rows do not tell the text, as after some were erased, there is none until a row tells all of it.
    """

    def __init__(self) -> None:
        self._text = TextRebuilder("")
        self._authors = array("I")
        self._deleted: dict[str, array[int]] = {}
        self._suggestions: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._authors)

    def apply(self, event: Event) -> None:
        """Follow a row that tells of the text; any other changes nothing."""
        if event.kind is EventKind.EDITED:
            self._edit(event)
            return
        before = self._text.text()
        self._text.follow(event)
        if self._text.text() != before or not self._text.is_known:
            self._authors = array("I", [Author.UNKNOWN]) * self._text.length

    def copy(self) -> ReplayedText:
        """The same, to go on with under another name."""
        return deepcopy(self)

    def between(self, start: int, end: int) -> str:
        """The text of a range; half a character at its ends is left out."""
        found = self._text.between(max(0, start), max(0, end))
        return whole_pairs(found)

    def mark(self, start: int, end: int, suggestion: str) -> bool:
        """From now on it is known which suggestion brought a range. False if the range is not a model's."""
        known = self._authors[start:end]
        if not known or set(known) != {Author.MACHINE}:
            return False
        number = self._suggestions.setdefault(
            suggestion, len(self._suggestions) + _FIRST_SUGGESTION
        )
        self._authors[start:end] = array("I", [number]) * len(known)
        return True

    def suggestions(self) -> list[str]:
        """Those that were marked and of which something is left."""
        left = set(self._authors)
        return [each for each, number in self._suggestions.items() if number in left]

    def spans(
        self,
        own: Collection[Author] = (Author.WRITER,),
        weights: Mapping[str, float] = MappingProxyType({}),
    ) -> Iterator[Span]:
        """All of it; the model learns what is by ``own`` authors, and marked suggestions as much as ``weights`` say."""
        counts = {int(author): (True, 0.0) for author in own}
        for suggestion, number in self._suggestions.items():
            counts[number] = (False, weights.get(suggestion, 0.0))
        ignored = (False, 0.0)
        start = 0
        for end in range(1, len(self) + 1):
            here = counts.get(self._authors[start], ignored)
            if end == len(self) or counts.get(self._authors[end], ignored) != here:
                yield Span(self.between(start, end), *here)
                start = end

    def _edit(self, event: Event) -> None:
        start, length = event.start, len(self)
        removed = event.details.get("removed")
        end = start + removed if isinstance(removed, int) else start
        gone = self._text.between(start, end)
        self._text.follow(event)
        if not self._text.is_known:
            self._authors = array("I")
            return
        if gone:
            self._remember(gone, self._authors[start:end])
        inserted = str(event.details.get("inserted") or "")
        origin = str(event.details.get("origin"))
        count = self._text.length - length + end - start
        authors = array("I", [_AUTHORS.get(origin, Author.UNKNOWN)]) * count
        if origin in ("undo", "redo"):
            authors = self._deleted.get(inserted, authors)
        self._authors[start:end] = authors

    def _remember(self, gone: str, authors: array[int]) -> None:
        self._deleted.pop(gone, None)
        self._deleted[gone] = authors
        if len(self._deleted) > REMEMBERED:
            del self._deleted[next(iter(self._deleted))]
