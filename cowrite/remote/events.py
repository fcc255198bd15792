"""Server-sent events, read as they arrive: with any line end, with comments, and cut anywhere, even in a character."""

from __future__ import annotations

import codecs
import re

# No event of these servers is longer; one that is has gone wrong.
MOST_CHARACTERS = 4_000_000
# To keep a line takes memory even if nothing is in it; an event of these servers has one or two.
_LINE_COSTS = 100


class TooLongError(ValueError):
    """There is no end to a line."""


class EventReader:
    """Give it bytes; it gives back the data of each event that has ended.

    Of the standard (HTML, “Server-sent events”) what these servers use: ``data`` fields, comments, and any of the three
    line ends. Other fields mean nothing here.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, received: bytes) -> list[str]:
        """The events that end within what was ``received``. Raises TooLongError."""
        text = self._rest + self._decoder.decode(received)
        events = list[str]()
        # In what was there before no line ends, unless its last character is half of an end.
        at, look_from = 0, max(0, len(self._rest) - 1)
        while (end := _LINE_END.search(text, look_from)) is not None:
            self._take(text[at : end.start()], events)
            at = look_from = end.end()
        self._rest = text[at:]
        if len(self._rest) + self._size > MOST_CHARACTERS:
            raise TooLongError
        return events

    def end(self) -> list[str]:
        """There is no more: some servers leave out the empty line after the last event."""
        events = list[str]()
        self._take(self._rest.rstrip("\r"), events)
        self._take("", events)
        self._rest = ""
        return events

    def _take(self, line: str, events: list[str]) -> None:
        if not line:
            if self._data:
                events.append("\n".join(self._data))
                self._data, self._size = [], 0
        elif line.startswith("data:"):
            self._data.append(line[5:].removeprefix(" "))
            self._size += len(line) + _LINE_COSTS


# A CR at the very end may be half of a line end.
_LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")
