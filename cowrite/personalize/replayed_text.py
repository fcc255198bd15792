"""A document's text as its rows of the log tell it, and of every character whether the writer typed it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from cowrite.decisions.events import Event, EventKind
from cowrite.personalize.examples import Span


class Hand(IntEnum):
    """Who made a character."""

    WRITER = 1
    MACHINE = 2
    UNKNOWN = 3


_HANDS = {"typed": Hand.WRITER, "accepted": Hand.MACHINE}
# So many deleted stretches are remembered, so that an undo brings back who made them.
REMEMBERED = 50


class ReplayedText:
    """Text in UTF-16 units, the unit of the log's offsets. What was there when the log began is by an unknown hand."""

    def __init__(self) -> None:
        self._units = bytearray()
        self._hands = bytearray()
        self._deleted: dict[bytes, bytes] = {}

    def __len__(self) -> int:
        return len(self._hands)

    def apply(self, event: Event) -> None:
        """Follow an EDITED or OPENED row; any other changes nothing."""
        if event.kind is EventKind.OPENED and isinstance(event.details.get("text"), str):
            opened = _encoded(str(event.details["text"]))
            if opened != self._units:
                self._units, self._hands = opened, bytearray([Hand.UNKNOWN]) * (len(opened) // 2)
        if event.kind is not EventKind.EDITED:
            return
        removed = event.details.get("removed")
        count = removed if isinstance(removed, int) else 0
        inserted = _encoded(str(event.details.get("inserted") or ""))
        start = min(event.start, len(self))
        self._forget(start, count)
        origin = str(event.details.get("origin"))
        hands = bytes([_HANDS.get(origin, Hand.UNKNOWN)]) * (len(inserted) // 2)
        if origin in ("undo", "redo"):
            hands = self._deleted.get(bytes(inserted), hands)
        self._units[2 * start : 2 * start] = inserted
        self._hands[start:start] = hands

    def between(self, start: int, end: int) -> str:
        """The text of a range; half a character at its ends is left out."""
        return _decoded(self._units[2 * max(0, start) : 2 * max(0, end)])

    def spans(self) -> Iterator[Span]:
        """All of it; the model learns what the writer typed."""
        start = 0
        for end in range(1, len(self) + 1):
            if end == len(self) or self._is_own(end) != self._is_own(start):
                yield Span(self.between(start, end), self._is_own(start))
                start = end

    def _is_own(self, at: int) -> bool:
        return self._hands[at] == Hand.WRITER

    def _forget(self, start: int, count: int) -> None:
        if not count:
            return
        key = bytes(self._units[2 * start : 2 * (start + count)])
        self._deleted.pop(key, None)
        self._deleted[key] = bytes(self._hands[start : start + count])
        if len(self._deleted) > REMEMBERED:
            del self._deleted[next(iter(self._deleted))]
        del self._units[2 * start : 2 * (start + count)]
        del self._hands[start : start + count]


def _encoded(text: str) -> bytearray:
    return bytearray(text.encode("utf-16-le", "surrogatepass"))


def _decoded(units: bytes | bytearray) -> str:
    return bytes(units).decode("utf-16-le", "ignore")


def utf16_length(text: str) -> int:
    """How many UTF-16 units ``text`` has."""
    return len(_encoded(text)) // 2
