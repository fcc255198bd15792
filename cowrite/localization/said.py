"""How what was said came about, so that it can be said again when the language of the interface has changed.

A message that stands on screen is a finished text by then. Here is kept of which message it was made and of which
values: of messages without values all, which are only so many, of the others the last ones.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

MOST_OF_OTHERS = 2000
_PLAIN = (str, int, float, date, PurePath)
"""What is kept as it is. Of anything else only how it is written: an exception would keep windows alive."""


@dataclass(frozen=True, slots=True)
class Said:
    """What made a text: ``say(*parts, **values)``."""

    say: Callable[..., str]
    parts: tuple[object, ...]
    values: Mapping[str, object] = field(default_factory=dict)


class Memory:
    """Of all that was said. Threads say things as well."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: dict[str, Said] = {}
        self._others: OrderedDict[str, Said] = OrderedDict()

    def keep_message(self, text: str, say: Callable[..., str], *parts: object) -> None:
        """``text`` is a message of the catalogue, without values."""
        said = Said(say, parts)
        with self._lock:
            self._messages[text] = said

    def keep(
        self,
        text: str,
        say: Callable[..., str],
        parts: tuple[object, ...],
        values: Mapping[str, object],
    ) -> None:
        """``text`` is made of a message and values, or of several sentences."""
        said = Said(say, parts, {name: _lasting(value) for name, value in values.items()})
        with self._lock:
            self._others[text] = said
            self._others.move_to_end(text)
            if len(self._others) > MOST_OF_OTHERS:
                self._others.popitem(last=False)

    def how(self, text: str) -> Said | None:
        """What made ``text``, if that is known."""
        with self._lock:
            return self._others.get(text) or self._messages.get(text)


def _lasting(value: object) -> object:
    return value if isinstance(value, _PLAIN) else str(value)


memory = Memory()
"""That of this process."""
