"""Which sign a typesetter would set for each straight one of a paragraph: quotation marks, apostrophes, dashes, dots.

Rules of our own: what stands on both sides of a sign decides, and only where that leaves a choice, what is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from cowrite.typography.neighbours import (
    BEGINS,
    HIDDEN,
    SOLID,
    WORD,
    Kind,
    after,
    before,
    kind_of,
    leads_to,
)
from cowrite.typography.styles import APOSTROPHE, DOUBLE_PRIME, PRIME, QuoteStyle

_SIGNS = re.compile(r"\"|'|-{2,}|\.{3,}|[“”„«»‘’‚‹›]| [;:!?]")
_ONLY_RULES = re.compile(r"[\s|:+>=-]*")
_FEET_BEFORE = re.compile(r"\d\s?['′]\s?\d+(?:[.,]\d+)?$")
_DEGREES_BEFORE = re.compile(r"°[\s\d.,'′]{0,12}$")
_DECADE = re.compile(r"\d\d(?:s|er|ern)(?!\w)|\d\d(?![\w'])")
_WORD_HERE = re.compile(r"[^\W\d_]+")
_MOST_DOTS = 4
_LOOKED_BACK = 24


@dataclass(frozen=True, slots=True)
class Sign:
    """``text`` is to stand from ``start`` up to ``end``, in characters of the paragraph."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Masked:
    """From ``start`` up to ``end`` stands no prose: code, which counts as a word, or what a reader does not see."""

    start: int
    end: int
    is_code: bool = False


class _Role(Enum):
    OPENS = auto()
    CLOSES = auto()
    IN_WORD = auto()
    MEASURES = auto()


_ROLE_KINDS = {
    _Role.OPENS: Kind.OPENER,
    _Role.CLOSES: Kind.CLOSER,
    _Role.IN_WORD: Kind.LETTER,
    _Role.MEASURES: Kind.DIGIT,
}
_DOUBLE, _SINGLE = '"', "'"


class Paragraph:
    """One paragraph, read once from left to right.

    ``goes_on``: a quotation was open at the end of the paragraph before. ``is_typing``: the text may go on at its end,
    so that the last word is not taken for whole.
    """

    def __init__(
        self,
        text: str,
        style: QuoteStyle,
        masked: Iterable[Masked] = (),
        *,
        goes_on: bool = False,
        is_typing: bool = False,
    ) -> None:
        self._text = _with_masks(text, masked)
        self._style = style
        self._goes_on = goes_on
        self._is_typing = is_typing
        self._open: list[str] = []
        self._roles: dict[int, _Role] = {}

    @property
    def is_open(self) -> bool:
        """Whether a quotation is open where it ends."""
        return _DOUBLE in self._open

    def signs(self) -> list[Sign]:
        """What is to be set in place of what is straight, in order; nothing that is right already."""
        found = []
        for match in _SIGNS.finditer(self._text):
            sign = self._sign(match)
            if sign is not None:
                found.append(sign)
        return found

    def _sign(self, match: re.Match[str]) -> Sign | None:
        run, at = match[0], match.start()
        if self._is_escaped(at):
            return None
        if run == _DOUBLE:
            return self._double(at)
        if run == _SINGLE:
            return self._single(at)
        if run[0] == "-":
            return self._dash(at, match.end())
        if run[0] == ".":
            return self._dots(at, match.end())
        if run[0] == " ":
            return self._fixed_space(at, run[1])
        self._note_set(at)
        return None

    def _is_escaped(self, at: int) -> bool:
        place = at
        while place and self._text[place - 1] == "\\":
            place -= 1
        return (at - place) % 2 == 1

    # --- both sides ---

    def _left(self, at: int) -> Kind:
        place = before(self._text, at)
        role = self._roles.get(place)
        return _ROLE_KINDS[role] if role else kind_of(self._text[place] if place >= 0 else "")

    # --- double marks ---

    def _double(self, at: int) -> Sign:
        left, right = self._left(at), leads_to(self._text, at + 1)
        if left is Kind.DIGIT and self._is_inches(at):
            self._roles[at] = _Role.MEASURES
            return Sign(at, at + 1, DOUBLE_PRIME)
        return self._set(at, _DOUBLE, opens=self._double_opens(left, right))

    def _double_opens(self, left: Kind, right: Kind) -> bool:
        is_open = _DOUBLE in self._open
        at_edge = right in (Kind.EDGE, Kind.SPACE)
        if left is Kind.EAST_ASIAN or (right is Kind.EAST_ASIAN and left in (Kind.MARK, *WORD)):
            return not is_open
        if left in (Kind.EDGE, Kind.OPENER):
            return True
        if left is Kind.SPACE:
            return not (at_edge and (is_open or self._goes_on))
        if left is Kind.DASH:
            return right in BEGINS or not (is_open or self._goes_on)
        return right in WORD and not is_open and not self._goes_on

    def _is_inches(self, at: int) -> bool:
        back = self._text[max(0, at - _LOOKED_BACK) : at]
        if _FEET_BEFORE.search(back) or _DEGREES_BEFORE.search(back):
            return True
        if _DOUBLE not in self._open:
            return not self._goes_on
        coming = self._text.find(_DOUBLE, at + 1)
        if coming < 0:
            return False
        kind = kind_of(self._text[before(self._text, coming)])
        return kind in (Kind.MARK, Kind.LETTER, Kind.CLOSER) and (
            leads_to(self._text, coming + 1) not in WORD
        )

    # --- single marks ---

    def _single(self, at: int) -> Sign:
        left, right = self._left(at), leads_to(self._text, at + 1)
        is_open = _SINGLE in self._open
        next_is_quote = self._text.startswith(_DOUBLE, after(self._text, at + 1))
        if next_is_quote and left in WORD | {Kind.MARK, Kind.CLOSER}:
            right = Kind.MARK
        if left is Kind.DIGIT and self._is_feet(at, right):
            self._roles[at] = _Role.MEASURES
            return Sign(at, at + 1, PRIME)
        if left is Kind.EAST_ASIAN or (right is Kind.EAST_ASIAN and left is Kind.MARK):
            return self._set(at, _SINGLE, opens=not is_open)
        if left in WORD:
            return self._single_in_word(at, right)
        if left in (Kind.MARK, Kind.CLOSER):
            if right in WORD and not is_open:
                return self._single_before_word(at)
            return self._set(at, _SINGLE, opens=False)
        if right in (Kind.EDGE, Kind.SPACE) and is_open and left in (Kind.SPACE, Kind.DASH):
            return self._set(at, _SINGLE, opens=False)
        return self._single_before_word(at)

    def _single_before_word(self, at: int) -> Sign:
        if self._begins_shortened(at):
            return self._apostrophe(at)
        return self._set(at, _SINGLE, opens=True)

    def _single_in_word(self, at: int, right: Kind) -> Sign:
        if right in WORD or _SINGLE not in self._open or self._is_n(at):
            return self._apostrophe(at)
        owns = self._text[before(self._text, at)] in "sS" and right is Kind.SPACE
        if owns and self._closes_after(at):
            return self._apostrophe(at)
        return self._set(at, _SINGLE, opens=False)

    def _is_n(self, at: int) -> bool:
        """Whether it is the second sign of “rock ’n’ roll”."""
        return self._text[at - 1 : at].lower() == "n" and self._roles.get(at - 2) is _Role.IN_WORD

    def _is_feet(self, at: int, right: Kind) -> bool:
        if right is Kind.LETTER:
            return False
        back = self._text[max(0, at - _LOOKED_BACK) : at]
        return (
            right is Kind.DIGIT or _SINGLE not in self._open or bool(_DEGREES_BEFORE.search(back))
        )

    def _begins_shortened(self, at: int) -> bool:
        """Whether the word after ``at`` has lost its beginning: ’90s, ’tis, ’em."""
        place = after(self._text, at + 1)
        decade = _DECADE.match(self._text, place)
        if decade is not None:
            return not (self._is_typing and decade.end() == len(self._text))
        match = _WORD_HERE.match(self._text, place)
        if match is None or (self._is_typing and match.end() == len(self._text)):
            return False
        word = match[0].lower()
        is_quoted = self._text[match.end() : match.end() + 1] == _SINGLE
        if word in self._style.always:
            return word == "n" or not is_quoted
        return word in self._style.maybe and not self._closes_after(at)

    def _closes_after(self, at: int) -> bool:
        """Whether a later single sign ends a quotation, as far as it can be seen."""
        place = at
        while (place := self._text.find(_SINGLE, place + 1)) > 0:
            last = before(self._text, place)
            left = kind_of(self._text[last])
            if (
                leads_to(self._text, place + 1) in WORD
                and self._text[place + 1 : place + 2] != _DOUBLE
            ):
                continue
            if left in (Kind.MARK, Kind.CLOSER):
                return True
            drops_letter = self._text[max(0, last - 1) : last + 1] in ("in", "an", "th")
            if left is Kind.LETTER and self._text[last] not in "sS" and not drops_letter:
                return True
        return False

    # --- what is set ---

    def _apostrophe(self, at: int) -> Sign:
        self._roles[at] = _Role.IN_WORD
        return Sign(at, at + 1, APOSTROPHE)

    def _set(self, at: int, mark: str, *, opens: bool) -> Sign:
        style = self._style
        signs = style.double if mark == _DOUBLE else style.single
        space = style.space_inside if mark == _DOUBLE else ""
        self._note(at, mark, opens=opens)
        start, end = at, at + 1
        if opens:
            if space and self._text[end : end + 1] == " ":
                end += 1
            return Sign(start, end, signs[0] + space)
        if space and self._text[start - 1 : start] in (" ", "\u00a0", "\u202f"):
            start -= 1
        return Sign(start, end, space + signs[1])

    def _note(self, at: int, mark: str, *, opens: bool) -> None:
        self._roles[at] = _Role.OPENS if opens else _Role.CLOSES
        if opens:
            self._open.append(mark)
        elif mark in self._open:
            while self._open.pop() != mark:
                pass
        elif mark == _DOUBLE:
            self._goes_on = False

    def _note_set(self, at: int) -> None:
        """A sign that is right already opens or closes as it does in this language, or in any."""
        sign = self._text[at]
        if sign == APOSTROPHE and (
            leads_to(self._text, at + 1) in WORD or _SINGLE not in self._open
        ):
            self._roles[at] = _Role.IN_WORD
            return
        is_double = sign in "“”„«»"
        mark = _DOUBLE if is_double else _SINGLE
        opening, closing = self._style.double if is_double else self._style.single
        if sign not in (opening, closing):
            opening, closing = "„“«‚‘‹", "”»’›"
        opens = sign in opening
        if sign in "“‘" and sign in closing and mark not in self._open:
            opens = True
        self._note(at, mark, opens=opens)

    # --- dashes, dots, spaces ---

    def _dash(self, start: int, end: int) -> Sign | None:
        style, text = self._style, self._text
        line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        line = text[line_start : line_end if line_end >= 0 else len(text)]
        around = text[start - 1 : start] + text[end : end + 1]
        if end - start > 3 or _ONLY_RULES.fullmatch(line) or not {"<", ">", "!"}.isdisjoint(around):
            return None
        if end - start == 3:
            return Sign(start, end, style.three_hyphens)
        left = text[before(text, start)] if start else ""
        place = after(text, end)
        right = text[place : place + 1]
        if left.isdecimal() and right.isdecimal():
            return Sign(start, end, "–")
        is_first = style.opening_dash and not line[: start - line_start].strip(HIDDEN + " >*_")
        return Sign(start, end, style.opening_dash if is_first else style.two_hyphens)

    def _dots(self, start: int, end: int) -> Sign | None:
        ellipsis = self._style.ellipsis
        around = self._text[start - 1 : start] + self._text[end : end + 1]
        if "/" in around or "\\" in around:
            return None
        if len(ellipsis) > 1:
            return Sign(start, end, ellipsis) if end - start <= 2 * 3 else None
        if end - start > _MOST_DOTS:
            return None
        return Sign(start, end, ellipsis + "." * (end - start - 3))

    def _fixed_space(self, at: int, mark: str) -> Sign | None:
        space = dict(self._style.spaced_marks).get(mark)
        if space is None or kind_of(self._text[at - 1 : at] if at else "") in (
            Kind.EDGE,
            Kind.SPACE,
        ):
            return None
        return Sign(at, at + 1, space)


def _with_masks(text: str, masked: Iterable[Masked]) -> str:
    """``text``, as long as before, without what is no prose."""
    pieces, at = [], 0
    for each in masked:
        start, end = max(at, each.start), min(each.end, len(text))
        if start < end:
            pieces += [text[at:start], (SOLID if each.is_code else HIDDEN) * (end - start)]
            at = end
    return "".join([*pieces, text[at:]])
