"""Lists from paragraphs that only say how deep they stand and which number they show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from cowrite.interchange.manuscript import Block, Blocks, ListBlock

DEEPEST = 9
_ROMAN = re.compile(r"m{0,4}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_MARK = re.compile(r"[\s(\[]*(\d{1,9}|[A-Za-z]{1,12})\s*[.)\]:、．]*\s*")
_HAN_MARK = re.compile(
    r"[\s(（\[]*([一二三四五六七八九十百千〇零]{1,7}|[①-⑳])\s*[.)）\]:、．，]*\s*"
)
_HAN = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_OUTLINE = re.compile(r"[\s(]*(?:\d{1,4}[.])+(\d{1,9})[.)]?\s*")


NumberedItem: TypeAlias = tuple[int | None, list[Block]]
"""The number that an item shows, or None for a bullet, and what it holds."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A paragraph, or more, that is an item of a list. ``level`` is 1 for the outermost; no number means a bullet.

    ``goes_on``: it belongs to the last item of that level.
    """

    level: int
    number: int | None
    blocks: Blocks
    goes_on: bool = False


def nested(blocks: Iterable[Block | ListEntry]) -> Blocks:
    """The same blocks with entries that follow each other as lists in lists."""
    found: list[Block] = []
    entries: list[ListEntry] = []
    for block in blocks:
        if isinstance(block, ListEntry):
            entries.append(block)
            continue
        if entries:
            found.extend(_lists(entries))
            entries = []
        found.append(block)
    found.extend(_lists(entries))
    return tuple(found)


def _lists(entries: Sequence[ListEntry]) -> list[ListBlock]:
    """Built from the end of what is open, so that a list is complete before its parent is."""
    outer = _Open(DEEPEST)
    waiting = [outer]
    for entry in entries:
        level = min(max(entry.level, 1), DEEPEST)
        while len(waiting) > 1 and waiting[-1].level > level:
            _close(waiting)
        top = waiting[-1]
        if level > top.level and not entry.goes_on:
            waiting.append(top := _Open(level))
        # A list that begins deep begins where its first entry stands; what is less deep is of the same list.
        top.level = min(top.level, level) if top is not outer or top.items else level
        if entry.goes_on and top.items:
            top.items[-1][1].extend(entry.blocks)
        else:
            top.items.append((entry.number, list(entry.blocks)))
    while len(waiting) > 1:
        _close(waiting)
    return lists_of(outer.items)


@dataclass
class _Open:
    """A list that may still get items."""

    level: int
    items: list[NumberedItem] = field(default_factory=list)


def _close(waiting: list[_Open]) -> None:
    inner = lists_of(waiting.pop().items)
    waiting[-1].items[-1][1].extend(inner)


def lists_of(items: Iterable[NumberedItem]) -> list[ListBlock]:
    """Lists in which each number follows the one before; a number that does not begins another list."""
    found: list[tuple[int | None, list[Blocks]]] = []
    for number, blocks in items:
        first, current = found[-1] if found else (None, [])
        goes_on = number is None if first is None else first + len(current) == number
        if found and goes_on:
            current.append(tuple(blocks))
        else:
            found.append((number, [tuple(blocks)]))
    return [ListBlock(tuple(current), first) for first, current in found]


def number_of(mark: str, before: int | None = None) -> int | None:
    """The number that a mark in front of an item shows (``3.``, ``(b)``, ``iv)``, ``三、``); None for a bullet.

    ``before``: the number of the item before it, which tells ``i`` the letter from ``i`` the numeral.
    """
    outline = _OUTLINE.fullmatch(mark)
    if outline:
        return int(outline.group(1))
    found = _MARK.fullmatch(mark)
    if found is None:
        han = _HAN_MARK.fullmatch(mark)
        return _han_value(han[1]) if han else None
    text = found.group(1).lower()
    if text.isdigit():
        return int(text)
    letter = _letter_value(text)
    roman = _roman_value(text)
    has_sign = mark.strip() != found.group(1)  # a bare letter may be Word's hollow bullet
    if not has_sign and text == "o":
        return None
    if before is not None and before + 1 in (letter, roman):
        return before + 1
    return roman if roman == 1 or letter is None else letter


def _letter_value(text: str) -> int | None:
    """a is 1, z is 26, aa is 27."""
    if len(set(text)) != 1 or len(text) > 4:
        return None
    return ord(text[0]) - ord("a") + 1 + 26 * (len(text) - 1)


def _han_value(text: str) -> int:
    """一百二十三 is 123, ② is 2."""
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    if not any(each in _HAN_UNITS for each in text):
        return int("".join(str(_HAN[each]) for each in text))
    total, digit = 0, 1
    for each in text:
        if each in _HAN_UNITS:
            total, digit = total + digit * _HAN_UNITS[each], 0
        else:
            digit = _HAN[each]
    return total + digit


def _roman_value(text: str) -> int | None:
    if not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES[each] for each in text]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < other else one for one, other in pairs)
