"""What a voice says of a line, and where each unit of it stands in the text.

Marks of Markdown are never said, nor is what a reader does not see: comments, front matter, addresses, labels.
Footnotes and blocks of code are left out whole. All texts here have one character for each UTF-16 unit, see
``base.utf16``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cowrite.base.words import is_unspaced
from cowrite.markdown.kinds import TextKind

_GAPS = frozenset({TextKind.ADDRESS, TextKind.TAG})
_NOTE_OPENS = "^["
_NOTE_CLOSES = "]"
_CHANGES = re.compile(
    r"\{--.*?--\}|\{>>.*?<<\}|\{\+\+|\+\+\}|\{==|==\}|\{(?:~~)?[^{}]*?~>(?P<new>[^{}]*?)(?:~~)?\}"
)
"""Of changes and comments in CriticMarkup: what goes, or goes with its signs."""
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """``text`` is said; its unit ``i`` stands at ``places[i]``, which never goes back."""

    text: str = ""
    places: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.text) != len(self.places):
            raise ValueError("each unit needs a place")

    def part(self, start: int, end: int) -> Spoken:
        """From one unit up to another."""
        return Spoken(self.text[start:end], self.places[start:end])

    @property
    def says_something(self) -> bool:
        """Whether there is a letter or a digit in it: some voices never end what has none."""
        return any(
            each.isalnum() or is_unspaced(each) or "\ud800" <= each <= "\udfff"
            for each in self.text
        )


def spoken_line(line: str, kinds: Iterable[tuple[int, int, TextKind]], *, at: int = 0) -> Spoken:
    """What is said of ``line``, which stands at ``at``; ``kinds`` are those of the line, in units from its start."""
    pieces = list(kinds)
    if _is_left_out(line, pieces):
        return Spoken()
    units: list[tuple[str, int]] = []
    in_note = False
    for start, end, kind in pieces:
        piece = line[start:end]
        if kind is TextKind.LABEL:
            in_note = piece == _NOTE_OPENS or (in_note and piece != _NOTE_CLOSES)
        elif in_note:
            continue
        elif kind is TextKind.PROSE or kind is TextKind.CODE:
            units += [(unit, at + start + i) for i, unit in enumerate(piece)]
        elif kind in _GAPS or (kind is TextKind.MARK and "|" in piece):
            units.append((_said_instead(piece), at + start))
    return _tidied(_without_changes(units))


def joined(lines: Sequence[Spoken]) -> Spoken:
    """Lines of one paragraph as one text, with a blank between them where their script has blanks."""
    if len(lines) == 1:
        return lines[0]
    text, places = "", list[int]()
    for line in lines:
        if not line.text:
            continue
        if text and not (is_unspaced(text[-1]) and is_unspaced(line.text[0])):
            text += " "
            places.append(places[-1])
        text += line.text
        places += line.places
    return Spoken(text, tuple(places))


def _is_left_out(line: str, pieces: Sequence[tuple[int, int, TextKind]]) -> bool:
    kinds = {kind for _, _, kind in pieces}
    begins_note = bool(pieces) and pieces[0][2] is TextKind.LABEL and line.startswith("[^")
    is_code = TextKind.CODE in kinds and TextKind.PROSE not in kinds and TextKind.MARK not in kinds
    return begins_note or is_code or (TextKind.LABEL in kinds and TextKind.PROSE not in kinds)


def _said_instead(piece: str) -> str:
    """One unit in place of what is not said; a sign that only HTML can read is said."""
    said = html.unescape(piece) if piece.startswith("&") else " "
    if "|" in piece:
        return ","
    return said if len(said) == 1 and said.isprintable() else " "


def _without_changes(units: list[tuple[str, int]]) -> list[tuple[str, int]]:
    text = "".join(unit for unit, _ in units)
    if "{" not in text:
        return units
    kept, at = list[tuple[str, int]](), 0
    for match in _CHANGES.finditer(text):
        kept += units[at : match.start()]
        if match["new"] is not None:
            kept += units[slice(*match.span("new"))]
        at = match.end()
    return kept + units[at:]


def _tidied(units: list[tuple[str, int]]) -> Spoken:
    """Without blanks and commas at its ends, and nowhere more than one blank."""
    text = "".join(unit for unit, _ in units)
    keep = [True] * len(units)
    for match in _BLANKS.finditer(text):
        for i in range(match.start() + 1, match.end()):
            keep[i] = False
    first = len(text) - len(text.lstrip(" \t,"))
    last = len(text.rstrip())
    kept = [units[i] for i in range(first, last) if keep[i]]
    return Spoken("".join(unit for unit, _ in kept), tuple(place for _, place in kept))
