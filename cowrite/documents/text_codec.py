"""Bytes to text and back: opening and saving without an edit changes no byte.

In memory lines end in ``\\n``. What stood in the file instead is remembered: the encoding, a
byte-order mark, and the kind of line ending. A file that mixes line endings keeps each line's own
as long as its line is not touched. Every other character, such as U+2028 or a form feed, is text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from cowrite.base.diff import Match, unchanged_lines
from cowrite.base.errors import UserError
from cowrite.documents.encoding_detection.guess import (
    SAMPLE_BYTES,
    asian_utf16,
    guess_encoding,
    is_chance_utf8,
    is_damaged_utf8,
    shifting_encodings,
    wide_encoding,
)
from cowrite.documents.encodings import SEVERAL_BYTES, UTF8, WIDE, shown_name
from cowrite.documents.exact_bytes import ExactLines, exact_lines
from cowrite.localization import sentences, tr

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
_TEXT_FOR_A_NUL = 3  # bytes; where there are more of them it is no text for other reasons
_TEXT_FOR_A_STRAY_NUL = 8
_LATIN = re.compile(rb"[a-z ]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROLS_AT_MOST = 0.02
_SHIFTS = re.compile(rb"\x1b[$(]")  # what ISO 2022 begins other alphabets with


class Certainty(Enum):
    """How Cowrite knows the encoding of a text."""

    SAID = "said"  # by a mark, or because nothing but Unicode looks like this
    CHOSEN = "chosen"  # by the writer
    LIKELY = "likely"
    UNSURE = "unsure"

    @property
    def is_guess(self) -> bool:
        """Whether it may be another."""
        return self in (Certainty.LIKELY, Certainty.UNSURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedLines:
    """The lines of a file with different line endings, as they were when it was read."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFormat:
    """How a text is written to a file, and how that is known.

    ``mixed`` is set only where line endings differ, ``exact`` only where characters have several ways to be written.
    """

    encoding: str = "utf-8"
    bom: bytes = b""
    newline: str = "\n"
    mixed: MixedLines | None = None
    certainty: Certainty = Certainty.SAID
    exact: ExactLines | None = None

    @property
    def encoding_name(self) -> str:
        """The encoding as people know it."""
        return shown_name(self.encoding)

    def as_utf8(self) -> TextFormat:
        """The same line endings in an encoding that holds every character."""
        return replace(self, encoding=UTF8, bom=b"", certainty=Certainty.SAID, exact=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """A text, how it was written, and why it can only be looked at, if so.

    A text for reading only is not what the file holds: it must never be saved over that file.
    """

    text: str
    format: TextFormat
    read_only_reason: str = ""


def decode(data: bytes, encoding: str = "", *, remembered: str = "") -> DecodedText:
    """The text in ``data``, in ``encoding`` if one is given. Raises UserError if it is not text at all.

    Without a byte-order mark it is UTF-8 if it can be; any other encoding is a guess, which its format says, unless it
    is ``remembered`` that the writer chose one in which all of ``data`` can be read.
    """
    if encoding:
        return _decode_as(data, encoding, Certainty.CHOSEN)
    try:
        decoded = _decode_by_itself(data)
    except UserError:
        # A word or two in UTF-16 look like no text at all.
        if remembered not in WIDE or not _decodes(data, remembered):
            raise
        return _decode_as(data, remembered, Certainty.CHOSEN)
    if remembered and (decoded.read_only_reason or decoded.format.certainty.is_guess):
        as_before = _decode_as(data, remembered, Certainty.CHOSEN)
        if not as_before.read_only_reason:
            return as_before
    return decoded


def _decode_by_itself(data: bytes) -> DecodedText:
    for bom, said in _BOMS:
        if data.startswith(bom):
            return _decode_as(data, said, Certainty.SAID)
    try:
        raw = data.decode(UTF8)
    except UnicodeDecodeError:
        return _decode_guessed(data)
    if data.isascii() and _SHIFTS.search(data):
        shifting = _first_that_decodes(data, shifting_encodings(data))
        if shifting:
            return _decode_as(data, shifting, Certainty.LIKELY)
    # Alphabets in UTF-16 look like ASCII with controls.
    has_controls = _has_many_controls(data)
    if has_controls and (b"\x00" in data or wide_encoding(data)):
        return _decode_guessed(data)
    is_unsure = has_controls or is_chance_utf8(raw)
    certainty = Certainty.UNSURE if is_unsure else Certainty.SAID
    return _from_raw(data, raw, TextFormat(certainty=certainty))


def likely_encodings(data: bytes) -> tuple[str, ...]:
    """What ``data`` may be in, likeliest first; UTF-8 is among them if it is that, whole or but for a few bytes."""
    encodings = guess_encoding(data).encodings
    said = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "")
    if not said and (_decodes(data, UTF8) or is_damaged_utf8(data)):
        said = UTF8
    return tuple(dict.fromkeys((said, *encodings))) if said else encodings


def encode(text: str, format: TextFormat) -> bytes:  # noqa: A002 - the word for it
    """The bytes of ``text``. Raises UserError if the encoding has no place for one of its characters."""
    raw = _with_line_ends(text, format)
    try:
        if format.exact is not None:
            return format.bom + format.exact.encode(raw)
        return format.bom + raw.encode(format.encoding)
    except UnicodeEncodeError as error:
        raise _no_place(raw, error.start, format) from error


def _no_text(data: bytes) -> UserError:
    if _is_else_text(data) and data.count(b"\x00") * _TEXT_FOR_A_NUL < len(data):
        line = data.count(b"\n", 0, data.find(b"\x00")) + 1
        return UserError(
            tr("This is not a text file."),
            tr(
                "Line {line} holds the character NUL, which no text has. Take it out in another program.",
                line=line,
            ),
        )
    return UserError(
        tr("This is not a text file."),
        tr(
            "Cowrite opens plain text, such as .txt and .md, and DOCX, ODT, RTF and HTML documents."
        ),
    )


def _is_else_text(data: bytes) -> bool:
    """Whether it holds NUL, and would be UTF-8 text without."""
    return (
        b"\x00" in data
        and _decodes(data, UTF8)
        and not _has_many_controls(data.replace(b"\x00", b""))
    )


def _is_words_with_nul(data: bytes) -> bool:
    """Whether a stray NUL stands in words of Latin letters: in UTF-16 it would stand beside each."""
    is_rare = data.count(b"\x00") * _TEXT_FOR_A_STRAY_NUL <= len(data)
    return is_rare and len(_LATIN.findall(data)) * 2 >= len(data) and _is_else_text(data)


def _no_place(raw: str, at: int, format: TextFormat) -> UserError:  # noqa: A002
    character = raw[at]
    if "\ud800" <= character <= "\udfff":
        line = len(_LINE_END.findall(raw, 0, at)) + 1
        return UserError(
            tr("Line {line} contains an incomplete character, which cannot be saved.", line=line),
            tr("Your text is still here: delete the broken character and save again."),
        )
    shown = f"“{character}”" if character.isprintable() else f"U+{ord(character):04X}"
    return UserError(
        tr(
            "This file is encoded in {encoding}, which does not include {shown}.",
            encoding=format.encoding_name,
            shown=shown,
        ),
        tr("Your text is still here: save it as UTF-8 to keep every character."),
    )


def _decode_guessed(data: bytes) -> DecodedText:
    if _is_words_with_nul(data):
        raise _no_text(data)
    guess = guess_encoding(data)
    is_wide = bool(guess.encodings) and guess.encodings[0].startswith("utf")
    if not is_wide and (b"\x00" in data or _has_many_controls(data)):
        asian = "" if _decodes(data, UTF8) else asian_utf16(data)
        if not asian:
            raise _no_text(data)
        return _decode_as(data, asian, Certainty.UNSURE)
    if is_damaged_utf8(data):
        return _decode_as(data, UTF8, Certainty.LIKELY)
    encoding = _first_that_decodes(data, (*guess.encodings, "cp1252", "iso8859-1"))
    is_sure = guess.is_sure and encoding == guess.encodings[0]
    return _decode_as(data, encoding, Certainty.LIKELY if is_sure else Certainty.UNSURE)


def _first_that_decodes(data: bytes, encodings: Sequence[str]) -> str:
    return next((encoding for encoding in encodings if _decodes(data, encoding)), "")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _has_many_controls(data: bytes) -> bool:
    sample = data[:SAMPLE_BYTES]
    return len(_CONTROLS.findall(sample)) > len(sample) * _CONTROLS_AT_MOST


def _decode_as(data: bytes, encoding: str, certainty: Certainty) -> DecodedText:
    bom = next((mark for mark, said in _BOMS if said == encoding and data.startswith(mark)), b"")
    data = data[len(bom) :]
    text_format = TextFormat(encoding=encoding, bom=bom, certainty=certainty)
    try:
        decoded = _from_raw(data, data.decode(encoding), text_format)
    except UnicodeDecodeError:
        decoded = _from_raw(b"", data.decode(encoding, errors="replace"), text_format)
        return _only_for_reading(decoded, tr("Parts of this file cannot be read as text."))
    if encoding.startswith("utf") or decoded.format.exact is not None:
        return decoded
    if encode(decoded.text, decoded.format)[len(bom) :] != data:
        return _only_for_reading(
            decoded,
            tr(
                "Some characters of this file have no usual form in {encoding}.",
                encoding=shown_name(encoding),
            ),
        )
    return decoded


def _only_for_reading(decoded: DecodedText, why: str) -> DecodedText:
    return replace(
        decoded,
        format=decoded.format.as_utf8(),  # for a copy: only Unicode holds the stand-in characters
        read_only_reason=(
            sentences(
                why,
                tr("It is opened read-only, so that nothing is lost; save a copy to edit it."),
            )
        ),
    )


def _from_raw(data: bytes, raw: str, text_format: TextFormat) -> DecodedText:
    """``data`` is what ``raw`` was read from, without a mark; empty if it will not be written again."""
    text_format = replace(text_format, exact=_exact(data, raw, text_format.encoding))
    cr_lf, cr, lf = raw.count("\r\n"), raw.count("\r"), raw.count("\n")
    counts = {"\n": lf - cr_lf, "\r\n": cr_lf, "\r": cr - cr_lf}
    kinds = [newline for newline, count in counts.items() if count]
    newline = max(counts, key=lambda kind: counts[kind])  # of equals the first
    text_format = replace(text_format, newline=newline)
    if len(kinds) <= 1:
        text = raw if newline == "\n" else raw.replace(newline, "\n")
        return DecodedText(text=text, format=text_format)
    text = _LINE_END.sub("\n", raw)
    mixed = MixedLines(lines=tuple(text.split("\n")), ends=tuple(_LINE_END.findall(raw)))
    return DecodedText(text=text, format=replace(text_format, mixed=mixed))


def _exact(data: bytes, raw: str, encoding: str) -> ExactLines | None:
    if encoding not in SEVERAL_BYTES or raw.encode(encoding, "replace") == data:
        return None
    return exact_lines(data, raw, encoding)


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
    runs = unchanged_lines(mixed.lines, lines)
    runs.append(Match(old_start=len(mixed.lines), new_start=len(lines), size=0))
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
