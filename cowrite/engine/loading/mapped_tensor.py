"""A tensor that stays in its file: the system reads what is used of it, and may forget it again when memory is short.

For a table of which few rows are used: of an embedding, the tokens that a writer's texts consist of.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import torch
from torch import Tensor

# By their names in the file: torch's name, and bytes for each value.
_TYPES = {"BF16": (torch.bfloat16, 2), "I8": (torch.int8, 1)}
_LENGTH = struct.Struct("<Q")


def map_tensor(file: Path, name: str) -> Tensor | None:
    """The bf16 or int8 tensor ``name`` of a safetensors ``file`` that a library read; writing into it changes no file.

    None where it is of another type, and on Windows, where a file that is mapped cannot be replaced by an installation.
    Raises OSError, RuntimeError or KeyError if it cannot be found.
    """
    if sys.platform == "win32":
        return None
    with file.open("rb") as opened:
        (length,) = _LENGTH.unpack(opened.read(_LENGTH.size))
        entry = json.loads(opened.read(length))[name]
    begin, end = (_LENGTH.size + length + offset for offset in entry["data_offsets"])
    dtype, size = _TYPES.get(entry["dtype"], (None, 1))
    if dtype is None or begin % size:
        return None
    values = file.stat().st_size // size
    mapped = torch.from_file(str(file), shared=False, size=values, dtype=dtype)
    return mapped[begin // size : end // size].view(entry["shape"])
