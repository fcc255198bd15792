"""The head of a GGUF file: what it says about itself, read without loading a tensor or a library.

Knows the container (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), not what its values are for.
"""

from __future__ import annotations

import math
import mmap
import struct
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from cowrite.localization import tr

MAGIC = b"GGUF"
VERSIONS = (2, 3)
DEFAULT_ALIGNMENT = 32
LARGEST_ALIGNMENT = 1 << 20
# More than any model has; a damaged count must not keep us busy.
MOST_ENTRIES = 100_000
MOST_LISTED = 8_000_000  # values in all lists together; the largest vocabularies have 300,000 tokens and 600,000 merges
LONGEST_NAME_BYTES = 65_535
MOST_DIMENSIONS = 4

# struct codes of the fixed-size types of values, by their number in the file.
_FIXED = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d",
}  # fmt: skip
_STRING, _ARRAY = 8, 9

# Name, and weights and bytes per block, of every kind of tensor (ggml's type_traits), by its number in the file.
KINDS = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8), 28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18),
}  # fmt: skip

Value = str | int | float | bool
Values = dict[str, Value | list[Value]]


class GgufError(ValueError):
    """The file is no GGUF file, or is damaged or cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufTensor:
    """Where one tensor lies: ``size`` bytes from ``start`` on in ``path``, of ``kind`` (a key of KINDS).

    ``shape`` is as in numpy and torch, rows first.
    """

    name: str
    path: Path
    kind: int
    shape: tuple[int, ...]
    start: int
    size: int

    @property
    def kind_name(self) -> str:
        """What ggml calls the kind, such as “Q4_K”."""
        return KINDS[self.kind][0]

    @property
    def weights(self) -> int:
        """How many weights there are."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHeader:
    """What one file says: ``values`` by key, and ``tensors`` in the order of the file."""

    path: Path
    values: Values
    tensors: tuple[GgufTensor, ...]

    @property
    def parameters(self) -> int:
        """How many weights there are in all."""
        return sum(tensor.weights for tensor in self.tensors)

    def text(self, key: str) -> str:
        """The text stored under ``key`` on one line and without control characters, or an empty one."""
        value = self.values.get(key, "")
        return without_controls(value) if isinstance(value, str) else ""


def without_controls(text: str) -> str:
    """``text`` on one line, without characters that control a terminal or the direction of writing."""
    kept = (
        each
        for each in " ".join(text.split())
        if unicodedata.category(each) not in ("Cc", "Cf", "Cs")
    )
    return "".join(kept).strip()


def read_gguf_header(path: Path) -> GgufHeader:
    """Read and check the head of ``path``. Raises GgufError, or OSError if the file cannot be read."""
    size = path.stat().st_size
    if size < len(MAGIC):
        raise GgufError(tr("the file is too short"))
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return _Reader(path, data, size).header()


class _Reader:
    def __init__(self, path: Path, data: mmap.mmap | bytes, size: int) -> None:
        self._path = path
        self._data = data
        self._size = size
        self._at = 0
        self._listed = 0

    def header(self) -> GgufHeader:
        if self._take(len(MAGIC)) != MAGIC:
            raise GgufError(tr("this is not a GGUF file"))
        version = self._number("I")
        if version not in VERSIONS:
            swapped = struct.unpack(">I", struct.pack("<I", version))[0] in VERSIONS
            raise GgufError(
                tr("it was made for computers with another order of bytes")
                if swapped
                else tr("a version of GGUF that is not known")
            )
        tensors, entries = self._number("Q"), self._number("Q")
        if tensors > MOST_ENTRIES or entries > MOST_ENTRIES:
            raise GgufError(tr("more entries than a model can have"))
        values: Values = {}
        for _ in range(entries):
            key = self._name()
            if key in values:
                raise GgufError(
                    tr(
                        "{name} is there twice",
                        name=without_controls(key)[:60],
                    )
                )
            values[key] = self._value(self._number("I"))
        heads = [self._tensor() for _ in range(tensors)]
        return GgufHeader(path=self._path, values=values, tensors=self._placed(heads, values))

    def _tensor(self) -> GgufTensor:
        """The next tensor, its start counted from the first tensor's."""
        name = self._name()
        shown = without_controls(name)[:60]
        dimensions = self._number("I")
        if not 0 < dimensions <= MOST_DIMENSIONS:
            raise GgufError(tr("{shown} has an impossible number of dimensions", shown=shown))
        shape = tuple(self._number("Q") for _ in range(dimensions))
        if 0 in shape:
            raise GgufError(tr("{shown} is empty", shown=shown))
        kind = self._number("I")
        if kind not in KINDS:
            raise GgufError(
                tr(
                    "{shown} is stored in a kind that is not known, number {kind}",
                    shown=shown,
                    kind=kind,
                )
            )
        _, weights, block_bytes = KINDS[kind]
        if shape[0] % weights:
            raise GgufError(tr("the rows of {shown} are no whole number of blocks", shown=shown))
        return GgufTensor(
            name=name,
            path=self._path,
            kind=kind,
            shape=shape[::-1],
            start=self._number("Q"),
            size=math.prod(shape) // weights * block_bytes,
        )

    def _placed(self, heads: list[GgufTensor], values: Values) -> tuple[GgufTensor, ...]:
        """The tensors with their starts counted from the file's; all inside it, none over another."""
        alignment = values.get("general.alignment", DEFAULT_ALIGNMENT)
        if (
            not isinstance(alignment, int)
            or not 0 < alignment <= LARGEST_ALIGNMENT
            or alignment % 8
        ):
            raise GgufError(tr("an impossible alignment"))
        first = math.ceil(self._at / alignment) * alignment
        if len({head.name for head in heads}) < len(heads):
            raise GgufError(tr("a tensor is there twice"))
        for head in heads:
            if head.start % alignment:
                raise GgufError(
                    tr(
                        "{name} lies askew",
                        name=without_controls(head.name)[:60],
                    )
                )
            if first + head.start + head.size > self._size:
                raise GgufError(tr("the file ends before its last tensor"))
        in_order = sorted(heads, key=lambda head: head.start)
        if any(one.start + one.size > other.start for one, other in pairwise(in_order)):
            raise GgufError(tr("tensors lie over one another"))
        # llama.cpp reads no such file either: a tensor is then of another type than it says.
        ends = (0, *(head.start + head.size for head in in_order))
        if any(head.start - end >= alignment for end, head in zip(ends, in_order, strict=False)):
            raise GgufError(tr("bytes between two tensors belong to neither"))
        return tuple(
            GgufTensor(
                name=head.name,
                path=head.path,
                kind=head.kind,
                shape=head.shape,
                start=first + head.start,
                size=head.size,
            )
            for head in heads
        )

    def _value(self, kind: int) -> Value | list[Value]:
        if kind == _STRING:
            return self._take(self._number("Q")).decode("utf-8", "replace")
        if kind == _ARRAY:
            return self._list()
        if kind not in _FIXED:
            raise GgufError(tr("a kind of value that is not known"))
        value: Value = struct.unpack("<" + _FIXED[kind], self._bytes_of(kind))[0]
        return value

    def _list(self) -> list[Value]:
        kind, length = self._number("I"), self._number("Q")
        self._listed += length
        if self._listed > MOST_LISTED:
            raise GgufError(tr("longer lists than a model can have"))
        if kind == _STRING:
            return [self._listed_text() for _ in range(length)]
        if kind not in _FIXED:
            raise GgufError(tr("a kind of list that is not known"))
        data = self._take(length * struct.calcsize("<" + _FIXED[kind]))
        return list(struct.unpack(f"<{length}{_FIXED[kind]}", data))

    def _listed_text(self) -> str:
        """A token or the like: a byte that is no UTF-8 must not make two of them the same."""
        try:
            return self._take(self._number("Q")).decode("utf-8")
        except UnicodeDecodeError as error:
            raise GgufError(tr("a list holds a text that is not UTF-8")) from error

    def _name(self) -> str:
        length = self._number("Q")
        if length > LONGEST_NAME_BYTES:
            raise GgufError(tr("a name that is too long"))
        return self._take(length).decode("utf-8", "replace")

    def _bytes_of(self, kind: int) -> bytes:
        return self._take(struct.calcsize("<" + _FIXED[kind]))

    def _number(self, code: str) -> int:
        number: int = struct.unpack("<" + code, self._take(struct.calcsize("<" + code)))[0]
        return number

    def _take(self, length: int) -> bytes:
        if length > self._size - self._at:
            raise GgufError(tr("the file ends too soon"))
        start = self._at
        self._at += length
        return self._data[start : self._at]
