"""Bytes to text and back: opening and saving without an edit changes no byte.

In memory lines end in ``\\n``. What stood in the file instead is remembered: the encoding, a
byte-order mark, and the kind of line ending. A file that mixes line endings keeps each line's own
as long as its line is not touched.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from cowrite.errors import UserError

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_END = re.compile(r"\r\n|\r|\n")
# Bytes that no text in an eight-bit encoding holds; a few of them mean that this is no text.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFormat:
    """How a text is written to a file. ``mixed`` is set only where line endings differ."""

    encoding: str = "utf-8"
    bom: bytes = b""
    newline: str = "\n"
    mixed: MixedLines | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedLines:
    """The lines of a file with different line endings, as they were when it was read."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """A text, how it was written, and why it can only be looked at, if so."""

    text: str
    format: TextFormat
    read_only_reason: str = ""


def decode(data: bytes) -> DecodedText:
    """The text in ``data``. Raises UserError if it is not text at all."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_as(data[len(bom) :], encoding, bom)
    if _looks_binary(data):
        raise UserError(
            "This is not a text file.", "Cowrite opens plain text, such as .txt and .md."
        )
    try:
        return _from_raw(data.decode("utf-8"), "utf-8", b"")
    except UnicodeDecodeError:
        return _decode_as(data, "cp1252", b"")


def encode(text: str, format: TextFormat) -> bytes:  # noqa: A002 - the word for it
    """The bytes of ``text``. Raises UserError if the encoding has no place for one of its characters."""
    raw = _with_line_ends(text, format)
    try:
        return format.bom + raw.encode(format.encoding)
    except UnicodeEncodeError as error:
        raise UserError(
            f"This file is written in {format.encoding}, which has no “{raw[error.start]}”.",
            "Save it as UTF-8 to keep every character.",
        ) from error


def _decode_as(data: bytes, encoding: str, bom: bytes) -> DecodedText:
    try:
        return _from_raw(data.decode(encoding), encoding, bom)
    except UnicodeDecodeError:
        shown = data.decode(encoding, errors="replace")
        decoded = _from_raw(shown, encoding, bom)
        return DecodedText(
            text=decoded.text,
            format=decoded.format,
            read_only_reason=(
                "Parts of this file cannot be read as text. It is shown for reading only, "
                "so that nothing in it gets lost; save a copy to work on it."
            ),
        )


def _from_raw(raw: str, encoding: str, bom: bytes) -> DecodedText:
    ends = _LINE_END.findall(raw)
    text = _LINE_END.sub("\n", raw)
    kinds = set(ends)
    if len(kinds) <= 1:
        newline = ends[0] if ends else "\n"
        return DecodedText(
            text=text, format=TextFormat(encoding=encoding, bom=bom, newline=newline)
        )
    most_common = max(sorted(kinds), key=ends.count)
    mixed = MixedLines(lines=tuple(text.split("\n")), ends=tuple(ends))
    return DecodedText(
        text=text,
        format=TextFormat(encoding=encoding, bom=bom, newline=most_common, mixed=mixed),
    )


def _with_line_ends(text: str, format: TextFormat) -> str:  # noqa: A002
    if format.mixed is None:
        return text if format.newline == "\n" else text.replace("\n", format.newline)
    lines = text.split("\n")
    ends = [format.newline] * (len(lines) - 1)
    for old_start, new_start, size in _unchanged_runs(format.mixed.lines, lines):
        for i in range(size):
            if old_start + i < len(format.mixed.ends) and new_start + i < len(ends):
                ends[new_start + i] = format.mixed.ends[old_start + i]
    for i in range(len(ends) - 1):
        # After an edit a lone CR may come to stand before a lone LF; together they would be one end.
        if ends[i] == "\r" and not lines[i + 1] and ends[i + 1] == "\n":
            ends[i] = "\r\n"
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))


def _unchanged_runs(old: tuple[str, ...], new: list[str]) -> list[tuple[int, int, int]]:
    """Where lines of ``old`` stand in ``new``: (old start, new start, count)."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    # Only the part between is compared line by line: that takes quadratic time.
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    runs = [(head + run.a, head + run.b, run.size) for run in matcher.get_matching_blocks()]
    return [(0, 0, head), *runs, (len(old) - tail, len(new) - tail, tail)]


def _looks_binary(data: bytes) -> bool:
    if b"\x00" in data:
        return True
    sample = data[:65_536]
    return len(_BINARY.findall(sample)) * 50 > len(sample)
