"""The same signs while a line is typed key by key: set at once, and set right when more of the word is known.

A :class:`TypingSession` remembers what was typed without a jump, and which straight sign each set one stands for. Only
that is ever changed: what was pasted, accepted or taken back stays. All places are characters of the line. Knows no Qt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cowrite.typography.inline import masked_in_line
from cowrite.typography.signs import Masked, Paragraph, Sign
from cowrite.typography.styles import QuoteStyle

SIGN_KEYS = frozenset("'\"-.`)>]%;:!?")
_SIGN_IN_LAST_WORD = re.compile(r"['\"\-.‘’“”„‚«»‹›—–…′″]\S*$")
_LOOKED_BACK, _LOOKED_AHEAD = 600, 200
_NEAR_CHARACTERS = 40
_LONGEST_SESSION = 800


@dataclass(frozen=True, slots=True)
class LineEdit:
    """``text`` in the place of what stands from ``start`` up to ``end`` before the key."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class TypedKey:
    """What a key makes of the line: ``edit`` is what it writes, ``corrections`` stand before it, in order.

    ``straight`` are edits of the line as it is afterwards that bring the straight signs back; empty if none was set.
    """

    edit: LineEdit
    corrections: tuple[LineEdit, ...] = ()
    straight: tuple[LineEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Set:
    """A sign that was set: where it stands, and what was typed."""

    start: int
    end: int
    straight: str


class TypingSession:
    """What was typed in one line since the caret last came from elsewhere."""

    def __init__(self) -> None:
        self._start = 0
        self._typed = ""
        self._set: list[_Set] = []
        self._declined: list[tuple[int, int]] = []

    def end(self) -> None:
        """What is typed from now on has nothing to do with what was typed so far."""
        self._start, self._typed, self._set, self._declined = 0, "", [], []

    def type(
        self,
        line: str,
        at: int,
        key: str,
        style: QuoteStyle,
        *,
        mask: Callable[[str], Iterable[Masked]] = masked_in_line,
    ) -> TypedKey:
        """What ``key`` makes of ``line`` at ``at``; the session then counts on that edit being made."""
        self._go_to(line, at)
        if not self._concerns(line, at, key):
            self._typed += key
            return TypedKey(LineEdit(at, at, key))
        plain = _PlainLine(line, at, key, self._start, self._set)
        ahead = line[at : at + _LOOKED_AHEAD]
        text = plain.text + ahead
        paragraph = Paragraph(text, style, mask(text), is_typing=not ahead.strip())
        signs = [each for each in paragraph.signs() if self._may_set(plain, each)]
        result, self._set, self._typed = plain.changed(signs)
        return result

    def take_back(self, straight: Sequence[LineEdit]) -> None:
        """The edits ``straight`` of a :class:`TypedKey` are made: these signs stay as they are."""
        for edit in reversed(straight):
            place = edit.start - self._start
            self._typed = self._typed[:place] + edit.text + self._typed[edit.end - self._start :]
            grown = len(edit.text) - (edit.end - edit.start)
            self._set = [
                _Set(each.start + grown, each.end + grown, each.straight)
                if each.start >= edit.end
                else each
                for each in self._set
                if each.end <= edit.start or each.start >= edit.end
            ]
            self._declined = [
                (start + grown, end + grown) if start >= edit.end else (start, end)
                for start, end in self._declined
            ]
            self._declined.append((edit.start, edit.start + len(edit.text)))

    # --- what is its own ---

    def _go_to(self, line: str, at: int) -> None:
        """Keep as much of the session as still stands before ``at``."""
        length = at - self._start
        goes_on = 0 <= length <= min(len(self._typed), _LONGEST_SESSION)
        if not goes_on or line[self._start : at] != self._typed[:length]:
            self.end()
            self._start = at
            return
        self._typed = self._typed[:length]
        self._set = [each for each in self._set if each.end <= at]
        self._declined = [each for each in self._declined if each[1] <= at]

    def _concerns(self, line: str, at: int, key: str) -> bool:
        if key in SIGN_KEYS:
            return True
        near = line[max(self._start, at - _NEAR_CHARACTERS) : at]
        return _SIGN_IN_LAST_WORD.search(near) is not None

    def _may_set(self, plain: _PlainLine, sign: Sign) -> bool:
        if sign.start < plain.own_from or sign.end > plain.own_until:
            return False
        if not self._declined:
            return True
        start, end = plain.in_line(sign.start), plain.in_line(sign.end)
        return not any(start < last and first < end for first, last in self._declined)


class _PlainLine:
    """A line up to the caret and the key after it, as it would stand had nothing been set."""

    def __init__(self, line: str, at: int, key: str, start: int, known: Sequence[_Set]) -> None:
        self._line, self._at, self._key = line, at, key
        self.base = max(0, start - _LOOKED_BACK)
        self._start = start
        pieces, place, size = [], self.base, 0
        self._known: list[tuple[int, int, _Set]] = []  # from where to where it is in the text
        for each in known:
            pieces += [line[place : each.start], each.straight]
            size += each.start - place
            self._known.append((size, size + len(each.straight), each))
            size += len(each.straight)
            place = each.end
        pieces += [line[place:at], key]
        self.text = "".join(pieces)
        self.own_from = start - self.base
        self.own_until = len(self.text)
        self._key_from = self.own_until - len(key)

    def in_line(self, place: int) -> int:
        """Where ``place`` of the text is in the line; within a sign that was set, where that begins."""
        shift = self.base
        for start, end, known in self._known:
            if place < end:
                return known.start if place > start else place + shift
            shift = known.end - end
        return min(place + shift, self._at)

    def changed(self, signs: Sequence[Sign]) -> tuple[TypedKey, list[_Set], str]:
        """What comes of ``signs``, which stand from now on and no others, and what is then typed."""
        wanted = {(each.start, each.end): each.text for each in signs}
        present = {
            (start, end): self._line[each.start : each.end] for start, end, each in self._known
        }
        differing = [
            span for span in {**wanted, **present} if wanted.get(span) != present.get(span)
        ]
        clusters = _merged([*differing, (self._key_from, self.own_until)])
        edits, straight, grown = [], [], 0
        for start, end in clusters:
            first, last = self.in_line(start), self._line_end(end)
            text = self._rendered(start, end, wanted)
            edits.append(LineEdit(first, last, text))
            if text != self.text[start:end]:
                back = self._plain_signs(start, end, wanted)
                straight += [LineEdit(first + grown + a, first + grown + b, t) for a, b, t in back]
            grown += len(text) - (last - first)
        result = TypedKey(edits[-1], tuple(edits[:-1]), tuple(straight))
        return result, self._sets(signs), self._rendered(self.own_from, self.own_until, wanted)

    def _line_end(self, place: int) -> int:
        """As :meth:`in_line`, for the end of a range."""
        for start, end, known in self._known:
            if start < place <= end:
                return known.end
        return self.in_line(place)

    def _rendered(self, start: int, end: int, wanted: dict[tuple[int, int], str]) -> str:
        pieces, at = [], start
        for (first, last), text in sorted(wanted.items()):
            if start <= first and last <= end:
                pieces += [self.text[at:first], text]
                at = last
        return "".join([*pieces, self.text[at:end]])

    def _plain_signs(
        self, start: int, end: int, wanted: dict[tuple[int, int], str]
    ) -> list[tuple[int, int, str]]:
        """Each sign of a cluster, from where to where it then stands in it, and what was typed."""
        found, grown = [], 0
        for (first, last), text in sorted(wanted.items()):
            if start <= first and last <= end:
                place = first - start + grown
                found.append((place, place + len(text), self.text[first:last]))
                grown += len(text) - (last - first)
        return found

    def _sets(self, signs: Sequence[Sign]) -> list[_Set]:
        found, grown = [], self.base
        for each in signs:
            start = each.start + grown
            found.append(_Set(start, start + len(each.text), self.text[each.start : each.end]))
            grown += len(each.text) - (each.end - each.start)
        return found


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """``spans`` in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
