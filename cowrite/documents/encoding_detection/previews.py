"""What a text looks like in several encodings, and how an edited text is read anew in another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cowrite.base.diff import line_pairs
from cowrite.documents.encoding_detection.guess import decoded_beginning, distinct
from cowrite.documents.text_codec import decode, likely_encodings

LINES, CHARACTERS = 3, 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A few lines of a file as ``encoding`` reads them; none if it cannot read them."""

    encoding: str
    lines: tuple[str, ...] = ()


def likely_previews(data: bytes, current: str, most: int = 4) -> list[Preview]:
    """What ``data`` may be, ``current`` first, by the lines in which the readings differ."""
    encodings = [encoding for encoding in (current, *likely_encodings(data)) if encoding]
    readings = distinct(data, tuple(dict.fromkeys(encodings)), most)
    rows = [text.splitlines() for _, text in readings]
    telling = _telling_lines(rows)
    return [
        Preview(
            encoding=encoding, lines=tuple(_shown(lines[at]) for at in telling if at < len(lines))
        )
        for (encoding, _), lines in zip(readings, rows, strict=True)
    ]


def preview(data: bytes, encoding: str) -> Preview:
    """The first lines of ``data`` that are not only ASCII, as ``encoding`` reads them."""
    text = decoded_beginning(data, encoding)
    if text is None:
        return Preview(encoding=encoding)
    lines = text.splitlines()
    beyond = [line for line in lines if not line.isascii()] or [
        line for line in lines if line.strip()
    ]
    return Preview(encoding=encoding, lines=tuple(map(_shown, beyond[:LINES])))


def read_anew(data: bytes, edited: str, old: str, new: str) -> str | None:
    """What was ``edited`` after ``data`` was read in ``old``, with all that was not edited read in ``new``.

    None if that cannot be done without losing a character.
    """
    base, other = decode(data, old), decode(data, new)
    base_lines, other_lines = base.text.split("\n"), other.text.split("\n")
    if base.read_only_reason or other.read_only_reason or len(base_lines) != len(other_lines):
        return None
    lines = edited.split("\n")
    for before, after in line_pairs(base_lines, lines):
        if base_lines[before] == lines[after]:
            lines[after] = other_lines[before]
            continue
        line = _line_read_anew(base_lines[before], lines[after], old, new)
        if line is None:
            return None
        lines[after] = line
    return "\n".join(lines)


def _line_read_anew(base: str, edited: str, old: str, new: str) -> str | None:
    shorter = min(len(base), len(edited))
    head = next((i for i in range(shorter) if base[i] != edited[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if base[-1 - i] != edited[-1 - i]), rest)
    kept = base[:head], base[len(base) - tail :]
    try:
        before, after = (part.encode(old).decode(new) for part in kept)
    except UnicodeError:
        return None  # a character of the other encoding was cut in two
    return before + edited[head : len(edited) - tail] + after


def _telling_lines(readings: Sequence[Sequence[str]]) -> list[int]:
    """Which lines to show: those that differ most visibly come first in the file, up to :data:`LINES`."""
    longest = max(map(len, readings), default=0)
    telling = [
        at
        for at in range(longest)
        if len({lines[at] if at < len(lines) else "" for lines in readings}) > 1
    ]
    return (telling or list(range(longest)))[:LINES]


def _shown(line: str) -> str:
    return line.strip()[:CHARACTERS]
