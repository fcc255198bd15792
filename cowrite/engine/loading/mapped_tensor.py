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

_DTYPE, _BYTES = "BF16", 2
_LENGTH = struct.Struct("<Q")


def map_tensor(file: Path, name: str) -> Tensor | None:
    """The bf16 tensor ``name`` of a safetensors ``file`` that a library has read; writing into it changes no file.

    None where it is of another type, and on Windows, where a file that is mapped cannot be replaced by an installation.
    Raises OSError, RuntimeError or KeyError if it cannot be found.
    """
    if sys.platform == "win32":
        return None
    with file.open("rb") as opened:
        (length,) = _LENGTH.unpack(opened.read(_LENGTH.size))
        entry = json.loads(opened.read(length))[name]
    begin, end = (_LENGTH.size + length + offset for offset in entry["data_offsets"])
    if entry["dtype"] != _DTYPE or begin % _BYTES:
        return None
    values = file.stat().st_size // _BYTES
    mapped = torch.from_file(str(file), shared=False, size=values, dtype=torch.bfloat16)
    return mapped[begin // _BYTES : end // _BYTES].view(entry["shape"])
