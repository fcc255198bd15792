"""Server-sent events, read as they arrive: with any line end, with comments, and cut anywhere, even in a character."""

from __future__ import annotations

import codecs

# No event of these servers is longer; one that is has gone wrong.
MOST_CHARACTERS = 4_000_000


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

    def feed(self, received: bytes) -> list[str]:
        """The events that end within what was ``received``. Raises TooLongError."""
        self._rest += self._decoder.decode(received)
        events = list[str]()
        while (end := self._line_end()) is not None:
            line, self._rest = self._rest[: end[0]], self._rest[end[1] :]
            self._take(line, events)
        if len(self._rest) + sum(map(len, self._data)) > MOST_CHARACTERS:
            raise TooLongError
        return events

    def end(self) -> list[str]:
        """There is no more: some servers leave out the empty line after the last event."""
        events = list[str]()
        self._take(self._rest.rstrip("\r"), events)
        self._take("", events)
        self._rest = ""
        return events

    def _line_end(self) -> tuple[int, int] | None:
        """Where the first line ends and the next begins; a CR at the very end may be half of a line end."""
        found = [at for at in (self._rest.find("\n"), self._rest.find("\r")) if at >= 0]
        if not found:
            return None
        at = min(found)
        if self._rest[at] == "\n":
            return at, at + 1
        if at + 1 == len(self._rest):
            return None
        return at, at + (2 if self._rest[at + 1] == "\n" else 1)

    def _take(self, line: str, events: list[str]) -> None:
        if not line:
            if self._data:
                events.append("\n".join(self._data))
                self._data = []
        elif line.startswith("data:"):
            self._data.append(line[5:].removeprefix(" "))
