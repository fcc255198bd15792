"""Which item of a list a paragraph belongs to that has no number of its own: the one that it stands under."""

from __future__ import annotations

from dataclasses import dataclass

_USUAL_STEP = 360
_TOLERANCE = 60
"""In twentieths of a point: programs round."""


@dataclass(frozen=True, slots=True)
class _Item:
    level: int
    left: int


class OpenItems:
    """The last item of each level, while what follows may still belong to it."""

    def __init__(self) -> None:
        self._items: list[_Item] = []

    def add(self, level: int, left: int | None) -> None:
        """An item at ``level``, set in by ``left``."""
        while self._items and self._items[-1].level >= level:
            self._items.pop()
        self._items.append(_Item(level, _USUAL_STEP * (level + 1) if left is None else left))

    def close(self) -> None:
        """Something that belongs to no item came."""
        self._items.clear()

    def under(self, left: int | None) -> tuple[int, int] | None:
        """The level and the indent of the innermost item that something set in by ``left`` stands under, if any."""
        for item in reversed(self._items):
            if left is not None and 0 < item.left <= left + _TOLERANCE:
                return item.level, item.left
        return None

    def last(self) -> tuple[int, int] | None:
        """The level and the indent of the last item."""
        return (self._items[-1].level, self._items[-1].left) if self._items else None
