"""Bytes of a text whose encoding has several ways to write a character: what is not edited keeps its own.

Shift JIS and Big5 know some characters twice. A line that would not be written back as it was is remembered
character by character; what stands in it unchanged, or before and after an edit, gets its own bytes again.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from cowrite.base.diff import line_pairs

Spelling = tuple[tuple[str, bytes], ...]
"""What the characters of a line were read from, one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactLines:
    r"""The lines of a file, divided at ``\n``, and the spelling of those that would be written otherwise."""

    encoding: str
    lines: tuple[str, ...]
    spellings: dict[int, Spelling]

    def encode(self, raw: str) -> bytes:
        r"""The bytes of ``raw``. Raises UnicodeEncodeError with its place in ``raw``."""
        encoded = raw.encode(self.encoding)  # says what has no place, and where
        new = raw.split("\n")
        found = [
            (i, self.spellings[old])
            for old, i in line_pairs(self.lines, new)
            if old in self.spellings
        ]
        if not found:
            return encoded
        parts = [line.encode(self.encoding) for line in new]
        for i, spelling in found:
            parts[i] = _spelled(new[i], spelling, self.encoding)
        return b"\n".join(parts)


def exact_lines(data: bytes, raw: str, encoding: str) -> ExactLines | None:
    r"""What is needed to write ``raw`` as ``data`` again; None if its lines cannot be told apart in ``data``."""
    lines, sources = raw.split("\n"), data.split(b"\n")
    if len(lines) != len(sources):
        return None
    spellings = {}
    for i, (line, source) in enumerate(zip(lines, sources, strict=True)):
        if line.encode(encoding, "replace") != source:
            spellings[i] = _spelling(source, encoding)
            if "".join(text for text, _ in spellings[i]) != line:
                return None
    return ExactLines(encoding=encoding, lines=tuple(lines), spellings=spellings)


def _spelling(source: bytes, encoding: str) -> Spelling:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    spelling, start = [], 0
    for end in range(1, len(source) + 1):
        text = decoder.decode(source[end - 1 : end], final=end == len(source))
        if text:
            spelling.append((text, source[start:end]))
            start = end
    return tuple(spelling)


def _spelled(line: str, spelling: Spelling, encoding: str) -> bytes:
    head = tail = 0  # characters of the line
    first = last = 0  # pieces of the spelling
    while first < len(spelling) and line.startswith(spelling[first][0], head):
        head += len(spelling[first][0])
        first += 1
    while last < len(spelling) - first:
        text = spelling[-1 - last][0]
        if len(line) - tail - len(text) < head or not line.endswith(text, 0, len(line) - tail):
            break
        tail += len(text)
        last += 1
    before = b"".join(source for _, source in spelling[:first])
    after = b"".join(source for _, source in spelling[len(spelling) - last :])
    return before + line[head : len(line) - tail].encode(encoding) + after
