"""The head of a safetensors file, checked against the file before any library maps it into memory.

The format: https://github.com/huggingface/safetensors#format. Its files hold numbers only and cannot run anything.
"""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any

from cowrite.errors import UserError

LARGEST_HEADER_BYTES = 100_000_000  # the limit of the library itself
_DTYPE_BYTES = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip


def read_safetensors_header(path: Path) -> dict[str, int]:
    """How many weights each tensor in ``path`` has, by name.

    Raises UserError unless the header describes exactly the bytes that follow it, tensor after tensor.
    """
    try:
        return _read(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            f"{path.name} is damaged or not a safetensors file.", "Download the file again."
        ) from error


def _read(path: Path) -> dict[str, int]:
    size = path.stat().st_size
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", _exactly(file.read(8), 8))
        if length > min(LARGEST_HEADER_BYTES, size - 8):
            raise ValueError("the header is longer than the file")
        header = json.loads(_exactly(file.read(length), length))
    tensors = {name: value for name, value in header.items() if name != "__metadata__"}
    end = 0
    for tensor in sorted(tensors.values(), key=lambda each: tuple(each["data_offsets"])):
        first, last = tensor["data_offsets"]
        if first != end or last - first != _count(tensor) * _DTYPE_BYTES[tensor["dtype"]]:
            raise ValueError("the tensors do not lie one after another")
        end = last
    if 8 + length + end != size:
        raise ValueError("the file has another length than its header says")
    return {name: _count(tensor) for name, tensor in tensors.items()}


def _count(tensor: dict[str, Any]) -> int:
    shape = tensor["shape"]
    if not all(type(dimension) is int and dimension >= 0 for dimension in shape):
        raise ValueError("an impossible shape")
    return math.prod(shape)


def _exactly(data: bytes, length: int) -> bytes:
    if len(data) != length:
        raise ValueError("the file ends too soon")
    return data
