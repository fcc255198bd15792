"""Which lines of a text have to be read together, and what each of them is: kept, and kept right through edits.

A group ends where nothing above can matter: before a line that is not indented after an empty one, at headings, at
fences. It never has more than ``MOST_LINES`` lines; in a longer one the lines further down are read each for itself.
All answers depend on the text alone, never on how it came about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import IntFlag
from typing import Any

from cowrite.markdown.analysis import LineMarks, analyse, analyse_alone
from cowrite.markdown.kinds import Style
from cowrite.markdown.lines import (
    LONGEST_FRONT_MATTER,
    PROSE,
    LineState,
    first_state,
    state_after,
)

MOST_LINES = 120
MOST_CHARACTERS = 20_000

_HASH_LINE = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_RULE = re.compile(r" {0,3}(?:=+|-+|(?:[-*_][ \t]*){3,})[ \t]*$")
_SCENE = re.compile(r"[ \t]*(?:#|(?:[*⁂•·~–—+°][ \t]*)+)[ \t]*$")
_DEFINITION = re.compile(r" {0,3}\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:")
_MAY_BE_NOTED = frozenset(" #=-*_[⁂•·~–—+°\t")


class Notable(IntFlag):
    """Why a line is worth a second look when the headings of a text are gathered."""

    NOTHING = 0
    HASH = 1  # begins with one
    RULE = 2  # a line under a heading, or between scenes
    SCENE = 4  # a mark between scenes that Markdown does not know
    DEFINITION = 8  # of what a label of a link means


def notable(line: str) -> Notable:
    """What of this a line may be, judged by itself."""
    if line[:1] not in _MAY_BE_NOTED:
        return Notable.NOTHING
    found = Notable.NOTHING
    if _HASH_LINE.match(line):
        found |= Notable.HASH
    if _RULE.match(line):
        found |= Notable.RULE
    if _SCENE.match(line):
        found |= Notable.SCENE
    if _DEFINITION.match(line):
        found |= Notable.DEFINITION
    return found


class MarkdownLines:
    """The lines of one text. ``text_of(number)`` reads one; nothing of the text itself is kept.

    States are worked out from the top and only as far as somebody asks (:meth:`settle`), groups when one of their
    lines is asked for.
    """

    def __init__(self, text_of: Callable[[int], str], count: int) -> None:
        self._text_of = text_of
        self.reset(count)

    def reset(self, count: int) -> None:
        """The text is another one, of ``count`` lines, at least one."""
        self._states: list[LineState] = [PROSE] * (count + 1)
        self._marks: list[LineMarks | None] = [None] * count
        self._notable = bytearray(count)
        self._starts = bytearray(count)  # 1 where a group began when the line was read
        self._known = 0  # up to which line the state before it, and what was noted above, is right
        self._references: dict[str, Any] = {}
        self._untold: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self._marks)

    @property
    def is_settled(self) -> bool:
        """Whether the state of every line is known, and :meth:`settle` has told of all."""
        return self._known >= len(self._marks) and self._untold is None

    # -- the text changes

    def replace(self, first: int, old: int, new: int, most: int = 2000) -> tuple[int, int]:
        """In place of ``old`` lines from ``first`` on there are ``new`` others, at least one.

        Follows what that means for at most ``most`` lines; :meth:`settle` does the rest. Returns between which lines,
        the second left out, anything may have become something else.
        """
        defined = any(each & Notable.DEFINITION for each in self._notable[first : first + old])
        if self._untold is not None:
            begin, end = self._untold
            self._untold = min(begin, first), max(end + new - old, first + new)
        # Read with lines above it: these are to be read anew, also if it begins a group now.
        was_within = self._marks[first] is not None and not self._starts[first]
        self._states[first : first + old] = [self._states[first]] + [PROSE] * (new - 1)
        self._marks[first : first + old] = [None] * new
        self._notable[first : first + old] = bytes(new)
        self._starts[first : first + old] = bytes(new)
        if self._known > first:
            self._known = max(first + new, self._known + new - old)
        begin = first
        if first <= LONGEST_FRONT_MATTER and self._front_matter_changed():
            begin = 0
        if self._known < begin:
            return self._forget(first, first + new)
        end = self._follow(begin, first + new, most)
        affected = self._forget(begin, max(end, first + new))
        if was_within and begin > 0 and affected[0] == begin:
            affected = self._forget(begin - 1, affected[1])
        # What a line stands in may have become something else as well, up to where it is again as it was.
        defined = defined or any(
            each & Notable.DEFINITION for each in self._notable[begin : max(end, first + new)]
        )
        if defined and self._gather_references():
            self._marks = [None] * len(self._marks)
            return 0, len(self._marks)
        return affected

    def _front_matter_changed(self) -> bool:
        state = first_state(self._text_of, len(self._marks))
        changed, self._states[0] = state != self._states[0], state
        return changed

    def _follow(self, first: int, changed_end: int, most: int) -> int:
        """Work out states from ``first`` on until they are again as they were; returns the first line that stays."""
        number, count = first, len(self._marks)
        known, limit = self._known, first + most
        while number < count:
            line = self._text_of(number)
            if number < changed_end:
                self._notable[number] = notable(line)
            after = state_after(self._states[number], line)
            number += 1
            if number >= changed_end and number <= known and after == self._states[number]:
                return number
            self._states[number] = after
            if number > known:
                known = self._known = number
            if number >= limit:
                self._known = number
                break
        return number

    def _forget(self, first: int, end: int) -> tuple[int, int]:
        """Whatever may depend on the lines from ``first`` to ``end`` is to be worked out anew."""
        start = self._group_start(first, first)
        begin = start if start is not None else first
        count, last = len(self._marks), end
        while (
            last < count
            and last < end + MOST_LINES + 1
            and not (last > end and self._begins_group(last))
        ):
            last += 1
        self._marks[begin:last] = [None] * (last - begin)
        return begin, last

    def settle(self, most: int) -> tuple[int, int] | None:
        """Work out the states of up to ``most`` lines more.

        Returns between which lines something may have become something else, here or while :meth:`marks` was asked,
        or None.
        """
        found = self._settle(most) if self._known < len(self._marks) else None
        told, self._untold = _union(self._untold, found), None
        return told

    def _settle(self, most: int) -> tuple[int, int]:
        if not self._known:
            self._states[0] = first_state(self._text_of, len(self._marks))
        begin, end = self._known, min(len(self._marks), self._known + most)
        state, defined, changed = self._states[begin], False, begin
        for number in range(begin, end):
            line = self._text_of(number)
            noted = notable(line)
            self._notable[number] = noted
            defined = defined or bool(noted & Notable.DEFINITION)
            state = state_after(state, line)
            if state != self._states[number + 1]:
                changed = number + 1
            self._states[number + 1] = state
        self._known = end
        start = max(0, begin - MOST_LINES)
        self._marks[start:end] = [None] * (end - start)
        if changed >= end and end < len(self._marks):
            self._forget(end, end + 1)
        if defined and self._gather_references():
            self._marks = [None] * len(self._marks)
            return 0, len(self._marks)
        return start, end

    def _gather_references(self) -> bool:
        """Which labels links may name; whether they are others than before."""
        from markdown_it.common.utils import normalizeReference

        labels = {}
        for number in self.noted(Notable.DEFINITION):
            found = _DEFINITION.match(self._text_of(number))
            if found is not None and self._states[number] == PROSE:
                labels[normalizeReference(found[1])] = {"href": "#", "title": ""}
        changed = labels.keys() != self._references.keys()
        self._references = labels
        return changed

    # -- what the lines are

    def state(self, number: int) -> LineState:
        """What a line stands in."""
        self._settle_to(number)
        return self._states[number]

    def marks(self, number: int) -> LineMarks:
        """What a line is."""
        self._settle_to(number + MOST_LINES + 2)
        known = self._marks[number]
        if known is None:
            first, last = self.group(number)
            for each, found in zip(range(first, last), self._analysed(first, last), strict=True):
                self._marks[each] = found
                self._starts[each] = each == first
            known = self._marks[number]
        assert known is not None  # noqa: S101 - the group has the line
        return known

    def has_noted(self, first: int, end: int) -> bool:
        """Whether any line from ``first`` to ``end`` may be a heading, part scenes or define a label."""
        return any(self._notable[first:end])

    def headings(self) -> Iterator[tuple[int, int]]:
        """The lines in which headings begin, in order, with their levels."""
        for number in self.noted(Notable.HASH | Notable.RULE):
            if not self._notable[number] & Notable.HASH and not self._is_below_text(number):
                continue
            marks = self.marks(number)
            if marks.underlines:
                yield number - marks.underlines, self.marks(number - marks.underlines).heading
            elif marks.heading:
                yield number, marks.heading

    def _is_below_text(self, number: int) -> bool:
        return number > 0 and bool(self._text_of(number - 1).strip())

    def breaks(self) -> Iterator[int]:
        """The lines that part scenes: those of Markdown, and marks that printers use."""
        for number in self.noted(Notable.RULE | Notable.SCENE):
            if self._parts_scenes(number):
                yield number

    def _parts_scenes(self, number: int) -> bool:
        is_scene = self._notable[number] & Notable.SCENE and self._states[number] == PROSE
        if is_scene and not self._is_below_text(number):
            return True
        return any(style is Style.BREAK for _, _, style in self.marks(number).styles)

    def noted(self, what: Notable, first: int = 0, end: int | None = None) -> Iterator[int]:
        """The numbers of the lines that may be ``what``, as far as they are known."""
        stop = len(self._notable) if end is None else end
        for found in re.finditer(rb"[^\0]", self._notable[first:stop], re.DOTALL):
            if self._notable[first + found.start()] & what:
                yield first + found.start()

    def group(self, number: int) -> tuple[int, int]:
        """From which line to which, the second left out, a line has to be read with others."""
        start = self._group_start(number, number)
        if start is None:
            return number, number + 1
        size = len(self._text_of(start))
        end, count = start + 1, len(self._marks)
        while end < count and end < start + MOST_LINES and not self._begins_group(end):
            size += len(self._text_of(end))
            if size > MOST_CHARACTERS:
                break
            end += 1
        return (start, end) if number < end else (number, number + 1)

    def _analysed(self, first: int, last: int) -> Sequence[LineMarks]:
        lines = [self._text_of(number) for number in range(first, last)]
        if last == first + 1 and self._is_alone(first):
            return [analyse_alone(self._states[first], lines[0], self._references)]
        return analyse(lines, self._references)

    def _settle_to(self, number: int) -> None:
        while self._known < min(number, len(self._marks)):
            self._untold = _union(self._untold, self._settle(MOST_LINES + number - self._known))

    def _group_start(self, number: int, origin: int) -> int | None:
        """Where the group of a line begins; None if that is too far above."""
        for start in range(number, max(-1, origin - MOST_LINES), -1):
            if self._begins_group(start):
                return start
        return None

    def _begins_group(self, number: int) -> bool:
        """Whether nothing above a line matters for it but its state."""
        if number == 0:
            return True
        if self._is_alone(number) or self._is_alone(number - 1):
            return True
        line, above = self._text_of(number), self._text_of(number - 1)
        if line[:1] == "#" and _HASH_LINE.match(line):
            return True
        if above[:1] == "#" and _HASH_LINE.match(above):
            return True
        is_open = not above or above.isspace()
        return is_open and bool(line) and not line[0].isspace()

    def _is_alone(self, number: int) -> bool:
        before, after = self._states[number], self._states[number + 1]
        if before.stands_alone:
            return True
        return before == PROSE and after.stands_alone


def _union(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    """From the first beginning to the last end."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])
