"""The head of a GGUF file: what it says about itself, read without loading a tensor or a library.

Knows the container (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), not what its values are for.
"""

from __future__ import annotations

import math
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"GGUF"
VERSIONS = (2, 3)
DEFAULT_ALIGNMENT = 32
# More than any model has; a damaged count must not keep us busy.
MOST_ENTRIES = 100_000
LONGEST_NAME_BYTES = 65_535
MOST_DIMENSIONS = 4

# struct codes of the fixed-size types of values, by their number in the file.
_FIXED = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d",
}  # fmt: skip
_STRING, _ARRAY = 8, 9

# Weights and bytes per block of the common kinds of tensor (ggml's type_traits), by their number in the file.
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    28: (1, 8), 30: (1, 2),
}  # fmt: skip


class GgufError(ValueError):
    """The file is no GGUF file, or is damaged or cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHeader:
    """``values`` has the texts and numbers of the file, not its lists. ``parameters`` counts all weights."""

    values: dict[str, str | int | float | bool]
    parameters: int

    def text(self, key: str) -> str:
        """The text stored under ``key``, or an empty one."""
        value = self.values.get(key, "")
        return value if isinstance(value, str) else ""


def read_gguf_header(path: Path) -> GgufHeader:
    """Read and check the head of ``path``. Raises GgufError, or OSError if the file cannot be read."""
    size = path.stat().st_size
    if size < len(MAGIC):
        raise GgufError("the file is too short")
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return _Reader(data, size).header()


class _Reader:
    def __init__(self, data: mmap.mmap | bytes, size: int) -> None:
        self._data = data
        self._size = size
        self._at = 0

    def header(self) -> GgufHeader:
        if self._take(len(MAGIC)) != MAGIC:
            raise GgufError("this is not a GGUF file")
        if self._number("I") not in VERSIONS:
            raise GgufError("a version of GGUF that is not known")
        tensors, entries = self._number("Q"), self._number("Q")
        if tensors > MOST_ENTRIES or entries > MOST_ENTRIES:
            raise GgufError("more entries than a model can have")
        values: dict[str, str | int | float | bool] = {}
        for _ in range(entries):
            key = self._name()
            value = self._value(self._number("I"))
            if value is not None:
                values[key] = value
        sizes = [self._tensor() for _ in range(tensors)]
        alignment = values.get("general.alignment", DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or alignment <= 0 or alignment % 8:
            raise GgufError("an impossible alignment")
        start = math.ceil(self._at / alignment) * alignment
        if any(start + end > self._size for _, end in sizes):
            raise GgufError("the file ends before its last tensor")
        return GgufHeader(values=values, parameters=sum(count for count, _ in sizes))

    def _tensor(self) -> tuple[int, int]:
        """How many weights the next tensor has, and where it ends, in bytes from the first."""
        self._name()
        dimensions = self._number("I")
        if not 0 < dimensions <= MOST_DIMENSIONS:
            raise GgufError("an impossible number of dimensions")
        count = math.prod(self._number("Q") for _ in range(dimensions))
        weights, block_bytes = _BLOCKS.get(self._number("I"), (1, 0))
        return count, self._number("Q") + count // weights * block_bytes

    def _value(self, kind: int) -> str | int | float | bool | None:
        """The next value; a list is passed over and gives None."""
        if kind == _STRING:
            return self._take(self._number("Q")).decode("utf-8", "replace")
        if kind == _ARRAY:
            self._skip_array()
            return None
        if kind not in _FIXED:
            raise GgufError("a kind of value that is not known")
        value: int | float | bool = struct.unpack("<" + _FIXED[kind], self._bytes_of(kind))[0]
        return value

    def _skip_array(self) -> None:
        kind, length = self._number("I"), self._number("Q")
        if kind in _FIXED:
            self._take_nothing(length * struct.calcsize("<" + _FIXED[kind]))
        elif kind == _STRING:
            for _ in range(
                length
            ):  # each takes eight bytes at least, so the file's end bounds this
                self._take_nothing(self._number("Q"))
        else:
            raise GgufError("a kind of list that is not known")

    def _name(self) -> str:
        length = self._number("Q")
        if length > LONGEST_NAME_BYTES:
            raise GgufError("a name that is too long")
        return self._take(length).decode("utf-8", "replace")

    def _bytes_of(self, kind: int) -> bytes:
        return self._take(struct.calcsize("<" + _FIXED[kind]))

    def _number(self, code: str) -> int:
        number: int = struct.unpack("<" + code, self._take(struct.calcsize("<" + code)))[0]
        return number

    def _take(self, length: int) -> bytes:
        start = self._at
        self._take_nothing(length)
        return self._data[start : self._at]

    def _take_nothing(self, length: int) -> None:
        if length > self._size - self._at:
            raise GgufError("the file ends too soon")
        self._at += length
