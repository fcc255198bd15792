"""Quotation marks of one paragraph: what is spoken, and which marks were opened or closed without their other half.

Straight marks are opening or closing by what stands around them. An apostrophe is told from a closing single mark where
it stands within a word; at a word's end it may be either, and is then believed to close.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PAIRS = {"“": "”", "«": "»", "「": "」", "『": "』", "‘": "’", "„": "“"}
_CLOSERS = {"”": "“„", "»": "«", "」": "「", "』": "『", "“": "„"}
_MARK = re.compile("[\"“”„«»「」『』‘’']")
SINGLE = frozenset("‘’'")
_BEFORE_OPENING = frozenset(" \t\u00a0\u2009\u202f([{—–-_*“‘\"'/")
_AFTER_CLOSING = frozenset(".,;:!?)]}")
_ELISION = re.compile(
    r"[‘’'](?:tis|twas|twere|twill|twould|em|n|til|till|cause|bout|round|fore|nough|cept|way|most|gainst"
    r"|vast|deed|ud|un|er|im|is|ow|ere|ave|ad|ot|ouse|orse|ome|ead|ard|alf|e|o|t|s|d|ll|re|ve|m|\d\ds?)\b",
    re.IGNORECASE,
)
_INCHES = re.compile(r"\d[a-z]{0,2}\Z")
_LEADING = " \t>*_#-\u3000"


@dataclass(frozen=True, slots=True)
class Quotes:
    """``spoken`` are the places between marks, to the end where one was left open.

    ``left_open`` are the places of marks that another one follows before they are closed, ``open_at_end`` of those that
    are open still, ``unopened`` of closing marks that end nothing. ``begins`` are the marks that the paragraph begins
    with; ``marks`` counts double marks, ``singles`` opening single ones.
    """

    spoken: tuple[tuple[int, int], ...] = ()
    left_open: tuple[int, ...] = ()
    open_at_end: tuple[int, ...] = ()
    unopened: tuple[int, ...] = ()
    begins: str = ""
    marks: int = 0
    singles: int = 0

    @property
    def is_odd(self) -> bool:
        """Whether any mark lacks its other half here, which may be right."""
        return bool(self.left_open or self.open_at_end or self.unopened)

    def is_spoken(self, start: int, end: int) -> bool:
        """Whether all between two places is."""
        return any(first <= start and end <= last for first, last in self.spoken)

    def touches(self, start: int, end: int) -> bool:
        """Whether any of it is."""
        return any(first < end and start < last for first, last in self.spoken)


NONE = Quotes()


class _Reading:
    """One paragraph being read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[tuple[str, int]] = []
        self.spoken: list[tuple[int, int]] = []
        self.left_open: list[int] = []
        self.unopened: list[int] = []
        self.marks = self.singles = 0

    def open(self, mark: str, at: int) -> None:
        """A mark opens here: one of the same kind that is still open has never been closed."""
        for known, where in list(self.stack):
            if known == mark and mark not in "„":
                self.left_open.append(where)
                self.stack.remove((known, where))
        self.stack.append((mark, at))

    def close(self, openers: str, at: int) -> None:
        """A mark closes the last one that is open, and whatever was left open within it."""
        for number in range(len(self.stack) - 1, -1, -1):
            mark, where = self.stack[number]
            if mark in openers:
                self.left_open += [
                    place for kind, place in self.stack[number + 1 :] if kind not in SINGLE
                ]
                del self.stack[number:]
                if not self.stack or mark not in SINGLE:
                    self.spoken.append((where, at + 1))
                return
        self.unopened.append(at)


def read_quotes(text: str) -> Quotes:
    """The quotation marks of a paragraph."""
    if not _MARK.search(text):
        return NONE
    reading = _Reading(text)
    for found in _MARK.finditer(text):
        mark, at = found[0], found.start()
        if mark in SINGLE:
            _read_single(reading, mark, at)
        elif mark == '"':
            _read_straight(reading, at)
        else:
            _read_double(reading, mark, at)
    for _, at in reading.stack:
        reading.spoken.append((at, len(text)))
    first = text.lstrip(_LEADING)[:2]
    return Quotes(
        spoken=tuple(reading.spoken),
        left_open=tuple(reading.left_open),
        open_at_end=tuple(at for _, at in reading.stack),
        unopened=tuple(reading.unopened),
        begins="".join(each for each in first if _MARK.match(each)),
        marks=reading.marks,
        singles=reading.singles,
    )


def _read_double(reading: _Reading, mark: str, at: int) -> None:
    reading.marks += 1
    if mark == "“" and any(known == "„" for known, _ in reading.stack):
        reading.close("„", at)
    elif mark in PAIRS:
        reading.open(mark, at)
    else:
        reading.close(_CLOSERS[mark], at)


def _read_straight(reading: _Reading, at: int) -> None:
    text = reading.text
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    is_open = any(mark == '"' for mark, _ in reading.stack)
    if not is_open and _INCHES.search(text, max(0, at - 4), at):
        return
    reading.marks += 1
    can_open = not before or before in _BEFORE_OPENING
    can_close = bool(before) and before not in " \t([{"
    followed = bool(after) and not after.isspace()
    if can_open and followed and (not is_open or not can_close or after.isalnum()):
        reading.open('"', at)
    elif is_open or can_close:
        reading.close('"', at)
    elif followed:
        reading.open('"', at)


def _read_single(reading: _Reading, mark: str, at: int) -> None:
    text = reading.text
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before.isalnum() and after.isalnum():
        return
    ends = not after or after.isspace() or after in _AFTER_CLOSING
    if not ends and (mark == "‘" or (mark == "'" and (not before or before in _BEFORE_OPENING))):
        if _ELISION.match(text, at) or _is_small(mark, text, at):
            return
        reading.singles += 1
        reading.open(mark, at)
    elif any(known == ("'" if mark == "'" else "‘") for known, _ in reading.stack):
        # Of a plural's apostrophe and a closing mark nobody can tell which it is: either closes what is open.
        reading.close("'" if mark == "'" else "‘", at)


def _is_small(mark: str, text: str, at: int) -> bool:
    """Whether a straight single mark stands where speech hardly begins: before a small letter, as in “'twixt”."""
    return mark == "'" and text[at + 1].islower()
