"""A text in chunks that stay the same where the text does, so that many versions of a book need little more than one.

Content-defined chunking: a chunk ends with a line whose checksum says so, not at a distance from the beginning. So
what is typed into one chapter changes the chunk that it is in, and no other one.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

# One line of this many ends a chunk; with the paragraphs of a novel that is about 16 kB.
_LINES = 48
LONGEST_CHARACTERS = 100_000
"""A chunk is cut there, whatever its lines are: a text of one line must not be one chunk for ever."""


def chunks(text: str) -> Iterator[str]:
    """``text`` in parts, in order; put together they are ``text``."""
    part: list[str] = []
    size = 0
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), LONGEST_CHARACTERS):
            piece = line[start : start + LONGEST_CHARACTERS]
            part.append(piece)
            size += len(piece)
            if size >= LONGEST_CHARACTERS or _ends_chunk(piece):
                yield "".join(part)
                part, size = [], 0
    if part:
        yield "".join(part)


def packed(chunk: str) -> tuple[bytes, bytes]:
    """The SHA-256 of a chunk, which names it, and the chunk compressed."""
    data = chunk.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).digest(), zlib.compress(data, 6)


def unpacked(name: bytes, data: bytes) -> str:
    """The chunk that was packed. Raises ValueError if it is not the one of that name."""
    try:
        plain = zlib.decompress(data)
    except zlib.error as error:
        raise ValueError("a chunk cannot be decompressed") from error
    if hashlib.sha256(plain).digest() != name:
        raise ValueError("a chunk was altered")
    return plain.decode("utf-8", "surrogatepass")


def _ends_chunk(line: str) -> bool:
    return not line.isspace() and zlib.crc32(line.encode("utf-8", "surrogatepass")) % _LINES == 0
