"""The logits at places of a text that was read, so that who asks for the same place again needs no pass.

All letters of a word are asked for at one place: healing backs up to the word's beginning and only restricts what may
be chosen there.
"""

from __future__ import annotations

from torch import Tensor

# Ends of what was read, and places within what was generated after them; a place takes four bytes for each token that
# there is, so some hundred kilobytes.
MOST_ENDS = 4
MOST_GENERATED = 4


class KnownScores:
    """Logits ``(V,)`` by how many tokens stand before the place."""

    def __init__(self) -> None:
        self._ends: dict[int, Tensor] = {}
        self._generated: dict[int, Tensor] = {}

    def put(self, first: int, logits: Tensor) -> None:
        """Those of generated places: ``logits (N, V)`` after ``first`` tokens, after one more, and so on."""
        for place, row in enumerate(logits[:MOST_GENERATED], start=first):
            _put_last(self._generated, place, row.clone(), MOST_GENERATED)

    def put_end(self, place: int, logits: Tensor) -> None:
        """Those at the end of what was read, ``logits (V,)``."""
        _put_last(self._ends, place, logits.clone(), MOST_ENDS)

    def at(self, place: int) -> Tensor | None:
        """The logits ``(V,)`` after ``place`` tokens, or None if they are not known. Not to be written into."""
        found = self._ends.get(place)
        return self._generated.get(place) if found is None else found

    def keep(self, length: int) -> None:
        """Forget the places after more than ``length`` tokens."""
        for known in (self._ends, self._generated):
            for place in [each for each in known if each > length]:
                del known[place]

    def copy(self, length: int) -> KnownScores:
        """Those of the places after up to ``length`` tokens, for a text that begins with these."""
        copied = KnownScores()
        copied._ends.update(self._ends)
        copied._generated.update(self._generated)
        copied.keep(length)
        return copied


def _put_last(known: dict[int, Tensor], place: int, row: Tensor, most: int) -> None:
    known.pop(place, None)
    known[place] = row
    if len(known) > most:
        del known[next(iter(known))]
