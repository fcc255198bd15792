"""The text of a document at any event, from what the log holds of its changes. Knows nothing of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from cowrite.base.utf16 import utf16_decoded, utf16_encoded
from cowrite.decisions.events import Event, EventKind

_UNIT_BYTES = 2


def text_hash(text: str) -> str:
    """What OPENED and SAVED call ``hash``: SHA-256 of the text in UTF-8, half characters included, as hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class TextRebuilder:
    """Follows the events of one document, in the order of the log.

    The text is unknown before the first OPENED that carries it, and again after a change that does not fit, as when
    rows were erased; an OPENED with a text makes it known again.
    """

    def __init__(self, text: str | None = None) -> None:
        self._units = None if text is None else bytearray(utf16_encoded(text))

    @property
    def is_known(self) -> bool:
        """Whether :meth:`text` is what the document held."""
        return self._units is not None

    @property
    def length(self) -> int:
        """UTF-16 units; 0 while the text is unknown."""
        return len(self._units or b"") // _UNIT_BYTES

    def text(self) -> str:
        """The text after the events so far; empty while it is unknown."""
        return utf16_decoded(self._units or b"")

    def between(self, start: int, end: int) -> str:
        """What stands from one offset to another, in UTF-16 units."""
        return utf16_decoded((self._units or b"")[_UNIT_BYTES * start : _UNIT_BYTES * end])

    def follow(self, event: Event) -> None:
        """Apply ``event``, if it is one that tells of the text."""
        match event.kind:
            case EventKind.OPENED:
                self._open(event)
            case EventKind.EDITED:
                self._edit(event)
            case EventKind.SAVED:
                self._check(event)

    def splice(self, start: int, removed: int, inserted: str) -> None:
        """At ``start``, ``removed`` UTF-16 units go and ``inserted`` comes."""
        if self._units is None:
            return
        if not 0 <= start <= start + removed <= self.length:
            self._units = None
            return
        first = _UNIT_BYTES * start
        self._units[first : first + _UNIT_BYTES * removed] = utf16_encoded(inserted)

    def _open(self, event: Event) -> None:
        text = event.details.get("text")
        if isinstance(text, str):
            self._units = bytearray(utf16_encoded(text))
        else:
            self._check(event)

    def _check(self, event: Event) -> None:
        if self.is_known and text_hash(self.text()) != event.details.get("hash"):
            self._units = None

    def _edit(self, event: Event) -> None:
        removed, inserted = event.details.get("removed", 0), event.details.get("inserted")
        if isinstance(removed, int) and isinstance(inserted, str):
            self.splice(event.start, removed, inserted)
        else:
            self._units = None


def rebuild(events: Iterable[Event]) -> str | None:
    """The text after ``events`` of one document; None if they do not tell it."""
    rebuilder = TextRebuilder()
    for event in events:
        rebuilder.follow(event)
    return rebuilder.text() if rebuilder.is_known else None
