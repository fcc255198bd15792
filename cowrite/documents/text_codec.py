"""Bytes to text and back: opening and saving without an edit changes no byte.

In memory lines end in ``\\n``. What stood in the file instead is remembered: the encoding, a
byte-order mark, and the kind of line ending. A file that mixes line endings keeps each line's own
as long as its line is not touched. Every other character, such as U+2028 or a form feed, is text.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from cowrite.documents.line_runs import Run, unchanged_runs
from cowrite.errors import UserError

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EIGHT_BIT = "cp1252"
_NAMES = {"cp1252": "Western European (Windows-1252)"}
_LINE_END = re.compile(r"\r\n|\r|\n")
# Bytes that no text in an eight-bit encoding holds; a few of them mean that this is no text.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROLS_AT_MOST = 0.02
_SAMPLE_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedLines:
    """The lines of a file with different line endings, as they were when it was read."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFormat:
    """How a text is written to a file. ``mixed`` is set only where line endings differ."""

    encoding: str = "utf-8"
    bom: bytes = b""
    newline: str = "\n"
    mixed: MixedLines | None = None

    @property
    def encoding_name(self) -> str:
        """The encoding as people know it."""
        return _NAMES.get(self.encoding, self.encoding.upper())

    def as_utf8(self) -> TextFormat:
        """The same line endings in an encoding that holds every character."""
        return replace(self, encoding="utf-8", bom=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """A text, how it was written, and why it can only be looked at, if so.

    A text for reading only is not what the file holds: it must never be saved over that file.
    """

    text: str
    format: TextFormat
    read_only_reason: str = ""


def decode(data: bytes) -> DecodedText:
    """The text in ``data``. Raises UserError if it is not text at all.

    Without a byte-order mark it is UTF-8, or else Western European if it looks like text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_as(data[len(bom) :], encoding, bom)
    if b"\x00" in data:
        raise _no_text()
    try:
        return _from_raw(data.decode("utf-8"), "utf-8", b"")
    except UnicodeDecodeError:
        sample = data[:_SAMPLE_BYTES]
        if len(_CONTROLS.findall(sample)) > len(sample) * _CONTROLS_AT_MOST:
            raise _no_text() from None
        return _decode_as(data, _EIGHT_BIT, b"")


def encode(text: str, format: TextFormat) -> bytes:  # noqa: A002 - the word for it
    """The bytes of ``text``. Raises UserError if the encoding has no place for one of its characters."""
    raw = _with_line_ends(text, format)
    try:
        return format.bom + raw.encode(format.encoding)
    except UnicodeEncodeError as error:
        raise _no_place(raw, error.start, format) from error


def _no_text() -> UserError:
    return UserError("This is not a text file.", "Cowrite opens plain text, such as .txt and .md.")


def _no_place(raw: str, at: int, format: TextFormat) -> UserError:  # noqa: A002
    character = raw[at]
    if "\ud800" <= character <= "\udfff":
        line = len(_LINE_END.findall(raw, 0, at)) + 1
        return UserError(
            f"Line {line} contains an incomplete character, which cannot be saved.",
            "Your text is still here: delete the broken character and save again.",
        )
    shown = f"“{character}”" if character.isprintable() else f"U+{ord(character):04X}"
    return UserError(
        f"This file is encoded in {format.encoding_name}, which does not include {shown}.",
        "Your text is still here: save it as UTF-8 to keep every character.",
    )


def _decode_as(data: bytes, encoding: str, bom: bytes) -> DecodedText:
    try:
        return _from_raw(data.decode(encoding), encoding, bom)
    except UnicodeDecodeError:
        decoded = _from_raw(data.decode(encoding, errors="replace"), encoding, bom)
        return replace(
            decoded,
            format=decoded.format.as_utf8(),  # for a copy: only Unicode holds the stand-in characters
            read_only_reason=(
                "Parts of this file cannot be read as text. It is opened read-only, "
                "so that nothing is lost; save a copy to edit it."
            ),
        )


def _from_raw(raw: str, encoding: str, bom: bytes) -> DecodedText:
    cr_lf, cr, lf = raw.count("\r\n"), raw.count("\r"), raw.count("\n")
    counts = {"\n": lf - cr_lf, "\r\n": cr_lf, "\r": cr - cr_lf}
    kinds = [newline for newline, count in counts.items() if count]
    newline = max(counts, key=lambda kind: counts[kind])  # of equals the first
    text_format = TextFormat(encoding=encoding, bom=bom, newline=newline)
    if len(kinds) <= 1:
        text = raw if newline == "\n" else raw.replace(newline, "\n")
        return DecodedText(text=text, format=text_format)
    text = _LINE_END.sub("\n", raw)
    mixed = MixedLines(lines=tuple(text.split("\n")), ends=tuple(_LINE_END.findall(raw)))
    return DecodedText(text=text, format=replace(text_format, mixed=mixed))


def _with_line_ends(text: str, format: TextFormat) -> str:  # noqa: A002
    if format.mixed is None:
        return text if format.newline == "\n" else text.replace("\n", format.newline)
    lines = text.split("\n")
    ends = _ends_for(lines, format.mixed, format.newline)
    for i in range(len(ends) - 1):
        # After an edit a lone CR may come to stand before a lone LF; together they would be one end.
        if ends[i] == "\r" and not lines[i + 1] and ends[i + 1] == "\n":
            ends[i] = "\r\n"
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))


def _ends_for(lines: list[str], mixed: MixedLines, usual: str) -> list[str]:
    """Unchanged lines keep their ends, rewritten ones those of the lines they replace; further ones get ``usual``."""
    ends = [usual] * (len(lines) - 1)
    runs = sorted(unchanged_runs(mixed.lines, lines), key=lambda run: run.old_start)
    runs.append(Run(old_start=len(mixed.lines), new_start=len(lines), size=0))
    old_at = new_at = 0
    for run in runs:
        rewritten = min(run.old_start - old_at, run.new_start - new_at)
        for old, new, count in (
            (old_at, new_at, rewritten),
            (run.old_start, run.new_start, run.size),
        ):
            known = mixed.ends[old : old + count]
            kept = min(len(known), len(ends) - new)  # the last line has no end
            ends[new : new + kept] = known[:kept]
        old_at, new_at = run.old_start + run.size, run.new_start + run.size
    return ends
