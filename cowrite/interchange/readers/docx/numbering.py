"""The numbers that Word shows before paragraphs. They are nowhere in the file; they come of counting."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cowrite.interchange.readers.common.labels import has_words, numeral
from cowrite.interchange.readers.docx.names import Element, W, child, each, number, switch, value
from cowrite.interchange.readers.docx.styles import Numbering, Styles, left_indent

_PLACE = re.compile(r"%([1-9])")
_BULLETS = ("bullet", "picture")
LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. ``text``: what is shown, with ``%1`` in place of the number.

    ``is_legal``: the numbers of the levels above are shown in digits.
    """

    form: str = "decimal"
    start: int = 1
    text: str = "%1."
    style: str | None = None
    restart: int | None = None  # the level after which it begins again; 0 for never
    left: int | None = None
    is_legal: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands before a paragraph. ``number``: None for a bullet. ``words``: a label that holds words.

    ``left``: how far the paragraph is set in, in twentieths of a point.
    """

    level: int
    number: int | None
    words: str = ""
    left: int | None = None


@dataclass
class _Count:
    """How far the paragraphs of one list have come."""

    values: dict[int, int] = field(default_factory=dict)


@dataclass
class _List:
    """A list that paragraphs name; several may share a definition, and then they count on."""

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int]
    begun: set[int] = field(default_factory=set)


class Numbers:
    """Counts the paragraphs of lists, in the order of the text."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._definitions = {
            found.get(W + "abstractNumId") or "": found for found in each(root, W + "abstractNum")
        }
        self._named = {
            mark: found
            for found in each(root, W + "num")
            if (mark := number(found.get(W + "numId"))) is not None
        }
        self._styles = styles
        self._lists: dict[int, _List | None] = {}
        self._counts: dict[str, _Count] = {}

    def knows(self, list_id: int) -> bool:
        """Whether there is such a list."""
        return self._list(list_id) is not None

    def level_of(self, numbering: Numbering, style_id: str) -> int:
        """The level of a paragraph: as written, or the one that its style belongs to."""
        found = self._list(numbering.list_id)
        if numbering.level is None and found is not None:
            for index, level in found.levels.items():
                if level.style and level.style == style_id:
                    return index
        return min(max(numbering.level or 0, 0), LEVELS - 1)

    def next(self, numbering: Numbering, style_id: str) -> Shown | None:
        """What is shown before the next paragraph with this numbering; None for nothing."""
        found = self._list(numbering.list_id)
        if found is None:
            return None
        index = self.level_of(numbering, style_id)
        level = found.levels.get(index, Level())
        counted = self._count(found, index, level)
        if level.form == "none" and not _PLACE.sub("", level.text).strip():
            return None
        if not level.text.strip():
            return None
        if level.form in _BULLETS or not _PLACE.search(level.text):
            return Shown(index, None, _label(found, index, {}), level.left)
        values = self._counts[found.definition].values
        return Shown(index, counted, _label(found, index, values), level.left)

    def _count(self, found: _List, index: int, level: Level) -> int:
        values = self._counts.setdefault(found.definition, _Count()).values
        start = found.starts.get(index, level.start)
        if index in found.starts and index not in found.begun:
            values.pop(index, None)
        found.begun.add(index)
        values[index] = values[index] + 1 if index in values else start
        for deeper in range(index + 1, LEVELS):
            restart = found.levels.get(deeper, Level()).restart
            if restart is None or (restart > 0 and index < restart):
                values.pop(deeper, None)
        return values[index]

    def _list(self, list_id: int) -> _List | None:
        if list_id not in self._lists:
            self._lists[list_id] = self._read_list(list_id)
        return self._lists[list_id]

    def _read_list(self, list_id: int) -> _List | None:
        named = self._named.get(list_id)
        name, definition = self._definition(named)
        if named is None or definition is None:
            return None
        levels = {
            index: _level(found)
            for found in each(definition, W + "lvl")
            if (index := number(found.get(W + "ilvl"))) is not None
        }
        starts: dict[int, int] = {}
        for override in each(named, W + "lvlOverride"):
            index = number(override.get(W + "ilvl"))
            if index is None:
                continue
            if (changed := child(override, W + "lvl")) is not None:
                levels[index] = _level(changed)
            if (start := number(value(override, W + "startOverride"))) is not None:
                starts[index] = start
        return _List(name, levels, starts)

    def _definition(self, named: Element | None) -> tuple[str, Element | None]:
        """The definition that a list uses, through the styles of lists that lead to another one."""
        seen: set[str] = set()
        while named is not None:
            name = value(named, W + "abstractNumId") or ""
            definition = self._definitions.get(name)
            linked = value(definition, W + "numStyleLink")
            if linked is None or name in seen:
                return name, definition
            seen.add(name)
            named = self._named.get(self._styles.numbering_style(linked) or -1)
        return "", None


def _level(element: Element) -> Level:
    start = number(value(element, W + "start"))
    text = value(element, W + "lvlText")
    if child(element, W + "lvlPicBulletId") is not None:
        text = "•"  # shown as a picture
    return Level(
        form=value(element, W + "numFmt") or "decimal",
        start=1 if start is None else start,
        text="%1." if text is None else text,
        style=value(element, W + "pStyle"),
        restart=number(value(element, W + "lvlRestart")),
        left=left_indent(element.find(W + "pPr")),
        is_legal=switch(element, W + "isLgl"),
    )


def _label(found: _List, index: int, values: dict[int, int]) -> str:
    """The label if words stand in it, as in “Chapter %1”; empty if it is a number or a sign alone."""
    level = found.levels.get(index, Level())
    if not has_words(_PLACE.sub(" ", level.text)):
        return ""

    def shown(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        form = "decimal" if level.is_legal else found.levels.get(at, Level()).form
        return numeral(values.get(at, 1), form)

    return _PLACE.sub(shown, level.text).strip()
