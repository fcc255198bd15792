"""The labels that headings show by the outline of a document: “Chapter 3”, “第三章”."""

from __future__ import annotations

from collections.abc import Mapping

from cowrite.interchange.readers.odt.names import TEXT, Element, number
from cowrite.interchange.readers.odt.styles import ListLevel

_MOST_LEVELS = 10


class Outline:
    """Counts the headings of a text, in their order."""

    def __init__(self, levels: Mapping[int, ListLevel]) -> None:
        self._levels = levels
        self._values: dict[int, int] = {}

    def shows(self, level: int) -> bool:
        """Whether headings of that level show a number."""
        shown = self._levels.get(level)
        return shown is not None and bool(shown.format)

    def next(self, heading: Element, level: int) -> str:
        """The label of the next heading if words stand in it; empty if it shows but a number."""
        shown = self._levels.get(level, ListLevel())
        begins = heading.get(TEXT + "restart-numbering") == "true"
        if begins or level not in self._values:
            self._values[level] = number(heading.get(TEXT + "start-value"), shown.start)
        else:
            self._values[level] += 1
        for deeper in range(level + 1, _MOST_LEVELS + 1):
            self._values.pop(deeper, None)
        return shown.label(level, self._values, self._levels)
