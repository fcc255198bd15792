"""Chapters of a text as pieces that can change places: a heading with all that is below it, and what is beside that.

Headings are given by their levels in order, 1 the highest; places of them are indices into that list.
"""

from __future__ import annotations

from collections.abc import Sequence


def section_end(levels: Sequence[int], index: int) -> int:
    """The heading before which the section of ``index`` ends; ``len(levels)`` if it goes to the end of the text."""
    own = levels[index]
    after = range(index + 1, len(levels))
    return next((each for each in after if levels[each] <= own), len(levels))


def place_above(levels: Sequence[int], index: int) -> int | None:
    """Before which heading the section of ``index`` stands once it was moved up by one; None if it cannot.

    The first of a chapter becomes the last of the chapter before.
    """
    own = levels[index]
    before = next((each for each in reversed(range(index)) if levels[each] <= own), None)
    if before is None or (before == 0 and levels[0] < own):
        return None
    return before


def place_below(levels: Sequence[int], index: int) -> int | None:
    """The same for down: the last of a chapter becomes the first of the next; ``len(levels)`` is the end."""
    end = section_end(levels, index)
    if end == len(levels):
        return None
    return section_end(levels, end) if levels[end] == levels[index] else end + 1


def swapped(
    levels: Sequence[int], index: int, place: int
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The two neighbouring pieces, as ranges of headings, that change places when a section comes before ``place``.

    The first of them stands first now. None if the section would stay where it is.
    """
    end = section_end(levels, index)
    if place < index:
        return (place, index), (index, end)
    if place > end:
        return (index, end), (end, place)
    return None
