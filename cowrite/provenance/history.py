"""The ranges of earlier states of a document, by the number that its undo stack gives each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cowrite.provenance.ranges import Origin, Ranges, Run

MOST_STATES = 5_000


class History:
    """Follows an undo stack. A state's number is that of the steps that can be undone in it."""

    def __init__(self, ranges: Ranges, *, most: int = MOST_STATES) -> None:
        self._most = most
        self._states: dict[int, Ranges] = {0: ranges}  # by ascending number
        self._at = 0

    @classmethod
    def of(cls, states: Mapping[int, Ranges], at: int) -> History:
        """One that knows these states already, and is in the one of the number ``at``."""
        made = cls(states[at])
        made._states = dict(sorted(states.items()))
        made._at = at
        return made

    def __len__(self) -> int:
        return len(self._states)

    def edited(self, state: int, ranges: Ranges) -> None:
        """An edit led to ``state``; what could be redone before it is gone."""
        oldest_lost = min(self._at + 1, state)
        while self._states and (newest := next(reversed(self._states))) >= oldest_lost:
            del self._states[newest]
        self._states[state] = ranges
        self._at = state
        if len(self._states) > self._most:
            del self._states[next(iter(self._states))]

    def moved(
        self, state: int, ranges: Ranges, *, length: int, offset: int, removed: int, inserted: int
    ) -> Ranges:
        """The ranges of ``state``, which undo or redo reached from ``ranges`` by this change.

        ``length`` is that of the document then, in UTF-16 units. Where that state was not kept, what comes back is
        taken from the nearest one that it fits; if there is none, nothing is known of it.
        """
        self._at = state
        kept = self._states.get(state)
        if kept is not None and kept.length == length:
            return kept
        back = self._what_came_back(state, length, offset, inserted)
        pieced = ranges.replaced(offset, removed, back)
        if pieced.length == length:
            self._states[state] = pieced
            self._states = dict(sorted(self._states.items()))
        return pieced

    def map(self, change: Callable[[Ranges], Ranges]) -> None:
        """Put what ``change`` makes of them in the place of the ranges of every state."""
        self._states = {state: change(ranges) for state, ranges in self._states.items()}

    def _what_came_back(self, state: int, length: int, offset: int, inserted: int) -> list[Run]:
        for number in sorted(self._states, key=lambda each: abs(each - state)):
            other = self._states[number]
            if inserted and other.length == length:
                return [run for _, run in other.between(offset, offset + inserted)]
        return [Run(inserted, Origin.LOADED)]
