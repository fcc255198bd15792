"""What is different between two versions of a text: passages to read and to take back, and the edits between them.

Offsets are characters of the texts; edits are in UTF-16 units, as documents count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from cowrite.base.diff import Match, unchanged_text
from cowrite.base.utf16 import utf16_length

NEAR_CHARACTERS = 60
"""What differs within so little of the same text, and in one paragraph, is one passage."""
LONGEST_AROUND = 120
"""So much of its paragraph is shown before a passage, and after it."""
MOST_EDITS = 400
"""What differs in more places than that is put into the text as one edit."""


class Side(Enum):
    """In which of the two versions a stretch stands."""

    BOTH = "both"
    THEN = "then"
    NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some text, and where it stands."""

    text: str
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One place where two versions differ, with what stands around it in both; ends are exclusive."""

    then_start: int
    then_end: int
    now_start: int
    now_end: int
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    then_start: int
    then_end: int
    now_start: int
    now_end: int


def passages(then: str, now: str) -> list[Passage]:
    """Where two versions of a text differ, in order, by whole words."""
    groups: list[list[_Change]] = []
    for change in _changes(then, now):
        if groups and _is_near(groups[-1][-1], change, now):
            groups[-1].append(change)
        else:
            groups.append([change])
    return [_passage(group, then, now) for group in groups]


def edits_between(old: str, new: str) -> list[tuple[int, int, str]]:
    """What makes ``new`` of ``old``: for each place start and end in ``old``, in UTF-16 units, and the text there."""
    gaps = list(_gaps(unchanged_text(old, new), len(old), len(new)))
    if len(gaps) > MOST_EDITS:
        first, last = gaps[0], gaps[-1]
        gaps = [_Change(first.then_start, last.then_end, first.now_start, last.now_end)]
    edits, at, units = [], 0, 0
    for gap in gaps:
        start = units + utf16_length(old[at : gap.then_start])
        end = start + utf16_length(old[gap.then_start : gap.then_end])
        edits.append((start, end, new[gap.now_start : gap.now_end]))
        at, units = gap.then_end, end
    return edits


def _gaps(matches: list[Match], old_length: int, new_length: int) -> Iterator[_Change]:
    old_at = new_at = 0
    for old_start, new_start, size in [*matches, Match(old_length, new_length, 0)]:
        if old_at < old_start or new_at < new_start:
            yield _Change(old_at, old_start, new_at, new_start)
        old_at, new_at = old_start + size, new_start + size


def _changes(then: str, now: str) -> list[_Change]:
    """The places that differ, each made longer to whole words, as people read them."""
    found: list[_Change] = []
    gaps = list(_gaps(unchanged_text(then, now), len(then), len(now)))
    for at, gap in enumerate(gaps):
        before = gaps[at - 1].now_end if at else 0
        after = gaps[at + 1].now_start if at + 1 < len(gaps) else len(now)
        left = right = 0
        while gap.now_start - left > before and _is_within_word(then, now, gap, left):
            left += 1
        while gap.now_end + right < after and _goes_on(then, now, gap, right):
            right += 1
        change = _Change(
            gap.then_start - left, gap.then_end + right, gap.now_start - left, gap.now_end + right
        )
        last = found[-1] if found else None
        if last is not None and last.now_end >= change.now_start:
            found[-1] = _Change(last.then_start, change.then_end, last.now_start, change.now_end)
        else:
            found.append(change)
    return found


def _is_within_word(then: str, now: str, gap: _Change, left: int) -> bool:
    """Whether the character before the change, ``left`` of it, is of a word that begins earlier."""
    edge = now[gap.now_start - left - 1]
    return _is_letter(edge) and any(
        start < end and _is_letter(text[start]) if not left else True
        for text, start, end in (
            (then, gap.then_start, gap.then_end),
            (now, gap.now_start, gap.now_end),
        )
    )


def _goes_on(then: str, now: str, gap: _Change, right: int) -> bool:
    edge = now[gap.now_end + right]
    return _is_letter(edge) and any(
        start < end and _is_letter(text[end - 1]) if not right else True
        for text, start, end in (
            (then, gap.then_start, gap.then_end),
            (now, gap.now_start, gap.now_end),
        )
    )


def _is_letter(character: str) -> bool:
    return character.isalnum() or character in "’'_"


def _is_near(last: _Change, change: _Change, now: str) -> bool:
    between = now[last.now_end : change.now_start]
    return len(between) <= NEAR_CHARACTERS and "\n" not in between


def _passage(group: list[_Change], then: str, now: str) -> Passage:
    stretches: list[Stretch] = []
    first, last = group[0], group[-1]
    _add(stretches, _before(now, first.now_start), Side.BOTH)
    at = first.now_start
    for change in group:
        _add(stretches, now[at : change.now_start], Side.BOTH)
        _add(stretches, then[change.then_start : change.then_end], Side.THEN)
        _add(stretches, now[change.now_start : change.now_end], Side.NOW)
        at = change.now_end
    _add(stretches, _after(now, at), Side.BOTH)
    return Passage(
        then_start=first.then_start,
        then_end=last.then_end,
        now_start=first.now_start,
        now_end=last.now_end,
        stretches=tuple(stretches),
    )


def _add(stretches: list[Stretch], text: str, side: Side) -> None:
    if text:
        stretches.append(Stretch(text=text, side=side))


def _before(text: str, place: int) -> str:
    """What stands before a place in its line, without the beginning of a long line."""
    start = max(text.rfind("\n", 0, place) + 1, place - LONGEST_AROUND)
    is_cut = start > 0 and text[start - 1] != "\n"
    around = text[start:place]
    return f"…{around.partition(' ')[2] or around}" if is_cut else around


def _after(text: str, place: int) -> str:
    """What stands after a place in its line, without the end of a long line."""
    end = text.find("\n", place)
    end = len(text) if end < 0 else end
    around = text[place : min(end, place + LONGEST_AROUND)]
    is_cut = place + LONGEST_AROUND < end
    return f"{around.rpartition(' ')[0] or around}…" if is_cut else around
